import { Type } from 'typebox';
import { Check } from 'typebox/value';
import type { Side } from '../../domain/sites.ts';
import { compileFormulas, FormulaError } from '../../pipeline/metrics/formula-metric.ts';
import type { ApiApp, ApiContext } from '../api-context.ts';
import { FormulaList, FormulaValues, Id } from '../contract.ts';
import { ProblemError } from '../problem.ts';
import { readEntries } from '../recorder/entry-reader.ts';
import { activeProfileId } from './active-profile.ts';

const Params = Type.Object({ id: Id });
const LOWEST_QUALITY = 0.3;

/** The wearer's own formula metrics: kept with the profile, evaluated over a walk's strides when asked for. */
export function formulaRoutes(app: ApiApp, { store }: ApiContext): void {
  const stored = (): FormulaList => {
    const list = store.settings.get(activeProfileId(store), 'formulas');
    return Check(FormulaList, list) ? list : { items: [] };
  };
  const compiled = async (list: FormulaList) => {
    try {
      return await compileFormulas(list.items);
    } catch (error) {
      if (error instanceof FormulaError)
        throw new ProblemError(400, 'formula', error.message, { whatToDo: 'Correct the formula and send it again.' });
      throw error;
    }
  };

  app.get(
    '/settings/formulas',
    {
      config: { scope: 'read' },
      schema: { tags: ['settings'], summary: "The wearer's own metrics", response: { 200: FormulaList } },
    },
    stored,
  );

  app.put(
    '/settings/formulas',
    {
      config: { scope: 'record' },
      schema: {
        tags: ['settings'],
        summary: "Replace the wearer's own metrics",
        body: FormulaList,
        response: { 200: FormulaList },
      },
    },
    async (request) => {
      const names = request.body.items.map((f) => f.name);
      const twice = names.find((name, i) => names.indexOf(name) !== i);
      if (twice !== undefined)
        throw new ProblemError(400, 'formula', `Expected different names, found "${twice}" twice.`);
      await compiled(request.body);
      store.settings.set(activeProfileId(store), 'formulas', request.body);
      return stored();
    },
  );

  app.get(
    '/walks/:id/formulas',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['records'],
        summary: "The wearer's own metrics over a walk",
        params: Params,
        response: { 200: FormulaValues },
      },
    },
    async (request) => {
      store.walks.get(request.params.id);
      const formulas = await compiled(stored());
      const values = formulas.map(() => ({ left: [] as number[], right: [] as number[] }));
      if (formulas.length > 0)
        for await (const stride of readEntries(store, request.params.id, { types: ['stride'] })) {
          if (stride.turning || stride.quality < LOWEST_QUALITY) continue;
          for (const [i, formula] of formulas.entries()) {
            const value = formula.value(stride);
            if (value !== null) values[i]![stride.side].push(value);
          }
        }
      return {
        items: formulas.map(({ definition }, i) => {
          const of = (side: Side) => median(values[i]![side]);
          return {
            name: definition.name,
            label: definition.label,
            unit: definition.unit,
            left: of('left'),
            right: of('right'),
            strides_left: values[i]!.left.length,
            strides_right: values[i]!.right.length,
          };
        }),
      };
    },
  );
}

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const at = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[at]! : (sorted[at - 1]! + sorted[at]!) / 2;
}
