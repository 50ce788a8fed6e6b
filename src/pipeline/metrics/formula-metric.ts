import type { MathNode } from 'mathjs/number';
import type { StrideRecord } from '../../domain/records.ts';
import { strideMetrics } from './index.ts';

/** A metric of the wearer's own: a formula over the fields of one stride. */
export interface FormulaDefinition {
  /** Name of the field, as a stride field: lower case with the unit as suffix. */
  readonly name: string;
  readonly label: string;
  readonly unit: string;
  /** Arithmetic over stride fields, as `stance_time_s / stride_time_s * 100`. */
  readonly expression: string;
}

export interface CompiledFormula {
  readonly definition: FormulaDefinition;
  /** Fields that it reads. */
  readonly fields: readonly string[];
  /** The value for a stride; null where a field it needs is null or the result is no finite number. */
  value(stride: StrideRecord): number | null;
}

/** A formula that can't be used; the message says what was expected and what was found. */
export class FormulaError extends Error {}

const FUNCTIONS = new Set([
  'abs',
  'sqrt',
  'exp',
  'log',
  'sin',
  'cos',
  'tan',
  'asin',
  'acos',
  'atan',
  'atan2',
  'min',
  'max',
  'round',
  'sign',
  'pow',
]);
const CONSTANTS = new Set(['pi', 'e']);
const OPERATORS = new Set(['+', '-', '*', '/', '^', '%', '<', '>', '<=', '>=', '==', '!=', 'unaryMinus', 'unaryPlus']);
const LONGEST = 300;
const MOST_NODES = 100;

/**
 * Compiles formulas in a closed scope: numbers, stride fields, arithmetic and a short list of functions. Nothing else of mathjs can
 * be reached: no assignment, no import, no access to properties. mathjs is loaded only when somebody has a formula.
 * @throws FormulaError
 */
export async function compileFormulas(definitions: readonly FormulaDefinition[]): Promise<readonly CompiledFormula[]> {
  if (definitions.length === 0) return [];
  const { parse } = await import('mathjs/number');
  const known = new Set(strideMetrics.map((m) => m.name));
  return definitions.map((definition) => {
    const { name, expression } = definition;
    if (!/^[a-z][a-z0-9_]{0,59}$/.test(name) || known.has(name))
      throw new FormulaError(`"${name.slice(0, 60)}": expected a new name of lower-case letters, digits and _.`);
    if (expression.length > LONGEST)
      throw new FormulaError(`${name}: expected at most ${LONGEST} characters, found ${expression.length}.`);
    let node: MathNode;
    try {
      node = parse(expression);
    } catch (error) {
      throw new FormulaError(`${name}: ${(error as Error).message}.`);
    }
    const fields = checked(node, name, known);
    const code = node.compile();
    return {
      definition,
      fields,
      value: (stride) => {
        const scope = new Map<string, number>();
        for (const field of fields) {
          const value = stride[field];
          if (typeof value !== 'number') return null;
          scope.set(field, value);
        }
        const result: unknown = code.evaluate(scope);
        const number = typeof result === 'boolean' ? Number(result) : result;
        return typeof number === 'number' && Number.isFinite(number) ? number : null;
      },
    };
  });
}

/** Only what is named above may stand in a formula. @returns the fields it reads */
function checked(root: MathNode, name: string, known: ReadonlySet<string>): string[] {
  const fields = new Set<string>();
  let count = 0;
  // The root has no parent, whatever the types say.
  root.traverse((node, _path, parent: MathNode | null) => {
    if (++count > MOST_NODES) throw new FormulaError(`${name}: the formula is too long.`);
    const { type } = node;
    const part = node as MathNode & { name?: string; op?: string; fn?: string | { name?: string }; value?: unknown };
    if (type === 'ConstantNode') {
      if (typeof part.value !== 'number' && typeof part.value !== 'boolean')
        throw new FormulaError(`${name}: expected numbers, found text.`);
    } else if (type === 'ParenthesisNode' || type === 'ConditionalNode') {
      // Nothing of their own.
    } else if (type === 'OperatorNode') {
      if (!OPERATORS.has(part.op ?? ''))
        throw new FormulaError(`${name}: "${part.op ?? '?'}" is not allowed in a formula.`);
    } else if (type === 'FunctionNode') {
      const called = typeof part.fn === 'string' ? part.fn : part.fn?.name;
      if (called === undefined || !FUNCTIONS.has(called))
        throw new FormulaError(`${name}: expected one of ${[...FUNCTIONS].join(', ')}, found "${called ?? '?'}".`);
    } else if (type === 'SymbolNode') {
      const symbol = part.name ?? '';
      const isFunctionName = parent?.type === 'FunctionNode' && FUNCTIONS.has(symbol);
      if (known.has(symbol)) fields.add(symbol);
      else if (!isFunctionName && !CONSTANTS.has(symbol))
        throw new FormulaError(
          `${name}: "${symbol.slice(0, 60)}" is no field of a stride (GET /api/v1/metrics lists them).`,
        );
    } else throw new FormulaError(`${name}: ${type.replace('Node', '').toLowerCase()}s are not allowed in a formula.`);
  });
  return [...fields];
}
