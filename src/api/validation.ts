import type { FastifyInstance, FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { Value } from 'typebox/value';
import type { Problem } from './contract.ts';
import { ProblemError } from './problem.ts';

const PART_NAMES: Readonly<Record<string, string>> = {
  body: 'body',
  querystring: 'query',
  params: 'address',
  headers: 'headers',
};
/** Errors told at a time. */
const MOST_ERRORS = 10;

const compileValidator: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const check = Compile(schema);
  return (value: unknown) => {
    // Only what comes as text by nature is converted: "5" in a body is not a number.
    const input: unknown = httpPart === 'body' ? value : Value.Convert(schema, { ...(value as object) });
    return check.Check(input)
      ? { value: input }
      : { error: invalid(PART_NAMES[httpPart ?? 'body'] ?? 'request', check.Errors(input), input) };
  };
};

/** Validates requests by the contract's schemas; answers are written as they are (tests hold them to the contract). */
export function useContractSchemas(app: FastifyInstance): void {
  app.setValidatorCompiler(compileValidator);
  app.setSerializerCompiler(() => (value) => JSON.stringify(value));
}

interface Finding {
  readonly keyword: string;
  readonly instancePath: string;
  readonly message: string;
  readonly params: object;
}

function invalid(part: string, findings: readonly Finding[], input: unknown): ProblemError {
  const errors: NonNullable<Problem['errors']> = [];
  for (const finding of findings) {
    // The same key is told once, by the rule that names it.
    if (finding.keyword === 'boolean') continue;
    const field = finding.instancePath.replace(/^\//, '').replaceAll('/', '.').slice(0, 80) || part;
    errors.push({ field, expected: expectation(finding), found: foundAt(input, finding.instancePath) });
    if (errors.length === MOST_ERRORS) break;
  }
  const [first] = errors;
  const detail =
    first === undefined
      ? `The ${part} is not as expected.`
      : `In the ${part}, ${first.field}: expected ${first.expected}, found ${first.found ?? 'nothing'}.`;
  return new ProblemError(400, 'invalid', detail, { errors });
}

function expectation({ keyword, message, params }: Finding): string {
  const p = params as Record<string, unknown>;
  const list = (value: unknown): string =>
    Array.isArray(value)
      ? value
          .map((v) => String(v).slice(0, 40))
          .slice(0, 10)
          .join(', ')
      : '';
  if (keyword === 'enum') return `one of ${list(p['allowedValues'])}`;
  if (keyword === 'required') return `also ${list(p['requiredProperties'])}`;
  if (keyword === 'additionalProperties')
    return `no further field than the documented ones (not ${list(p['additionalProperties'])})`;
  return message.replace(/^must /, 'a value that must ');
}

function foundAt(input: unknown, pointer: string): string {
  let value = input;
  for (const part of pointer.split('/').slice(1)) {
    if (typeof value !== 'object' || value === null) return 'nothing';
    value = (value as Record<string, unknown>)[part.replaceAll('~1', '/').replaceAll('~0', '~')];
  }
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (typeof value === 'string') return `text of ${value.length} characters`;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return Array.isArray(value) ? `a list of ${value.length}` : 'an object';
}
