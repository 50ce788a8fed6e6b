import { Type, type Static } from 'typebox';
import { closed, nullable, text } from './common.ts';

/** A metric of the wearer's own: arithmetic over the fields of a stride, evaluated in a closed scope. */
export const Formula = closed({
  name: Type.String({ pattern: '^[a-z][a-z0-9_]{0,59}$', description: 'field name, unit as suffix' }),
  label: text(80),
  unit: text(20),
  expression: Type.String({ minLength: 1, maxLength: 300, description: 'e.g. stance_time_s / stride_time_s * 100' }),
});
export type Formula = Static<typeof Formula>;

/** GET and PUT /api/v1/settings/formulas. */
export const FormulaList = closed({ items: Type.Array(Formula, { maxItems: 20 }) });
export type FormulaList = Static<typeof FormulaList>;

/** GET /api/v1/walks/{id}/formulas: medians of straight strides, a side. */
export const FormulaValues = Type.Object({
  items: Type.Array(
    Type.Object({
      name: Type.String(),
      label: Type.String(),
      unit: Type.String(),
      left: nullable(Type.Number()),
      right: nullable(Type.Number()),
      strides_left: Type.Integer(),
      strides_right: Type.Integer(),
    }),
  ),
});
export type FormulaValues = Static<typeof FormulaValues>;
