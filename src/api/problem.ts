import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { StoreError, type StoreErrorCode } from '../store/store-error.ts';
import type { Problem } from './contract/common.ts';
import type { ProblemCode } from './contract/problem-codes.ts';

/** An answer that refuses: what was expected, what was found, what to do. Goes out as problem+json. */
export class ProblemError extends Error {
  readonly status: number;
  readonly code: ProblemCode;
  readonly whatToDo: string | undefined;
  readonly errors: Problem['errors'];
  readonly retryAfterS: number | undefined;

  constructor(
    status: number,
    code: ProblemCode,
    detail: string,
    more: { whatToDo?: string; errors?: Problem['errors']; retryAfterS?: number } = {},
  ) {
    super(detail);
    this.name = 'ProblemError';
    this.status = status;
    this.code = code;
    this.whatToDo = more.whatToDo;
    this.errors = more.errors;
    this.retryAfterS = more.retryAfterS;
  }
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Not signed in',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  406: 'Not acceptable',
  408: 'Too slow',
  409: 'Conflict',
  413: 'Too large',
  414: 'Address too long',
  415: 'Unsupported media type',
  421: 'Unknown host',
  422: 'Cannot be used',
  429: 'Too many requests',
  431: 'Headers too large',
  500: 'Internal error',
  501: 'Not available here',
  503: 'Not available now',
  507: 'No space left',
};

const STORE_STATUS: Readonly<Record<StoreErrorCode, number>> = {
  not_found: 404,
  conflict: 409,
  invalid: 400,
  full: 507,
  write_failed: 503,
  in_use: 503,
  key: 503,
  damaged: 503,
  newer_schema: 503,
};

/** Fastify's own refusals, in our words. */
const FASTIFY_DETAILS: Readonly<Record<string, readonly [number, ProblemCode, string]>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [415, 'media_type', 'Expected a body of type application/json.'],
  FST_ERR_CTP_BODY_TOO_LARGE: [413, 'too_large', 'The body is larger than this address takes.'],
  FST_ERR_CTP_EMPTY_JSON_BODY: [400, 'empty_body', 'Expected a JSON body, found an empty one.'],
  FST_ERR_CTP_INVALID_JSON_BODY: [400, 'not_json', 'Expected a JSON body; what came is not JSON.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [400, 'content_length', 'The body is not as long as Content-Length says.'],
  FST_ERR_BAD_URL: [400, 'bad_url', 'The address cannot be read.'],
};

/** Any error as a problem. Only what is meant for the caller is shown; the rest is logged. */
export function problemOf(error: unknown): { problem: Problem; retryAfterS: number | undefined; unexpected: boolean } {
  const known = knownProblem(error);
  const problem: Problem = {
    type: `urn:gaitkeeper:problem:${known.code}`,
    title: TITLES[known.status] ?? 'Refused',
    status: known.status,
    detail: known.message,
  };
  if (known.whatToDo !== undefined) problem.what_to_do = known.whatToDo;
  if (known.errors !== undefined) problem.errors = known.errors;
  return { problem, retryAfterS: known.retryAfterS, unexpected: known.code === 'internal' };
}

function knownProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error instanceof StoreError) return new ProblemError(STORE_STATUS[error.code], error.code, error.message);
  if (error instanceof Error) {
    const { code, statusCode } = error as FastifyError;
    const own = FASTIFY_DETAILS[code];
    if (own !== undefined) return new ProblemError(own[0], own[1], own[2]);
    if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500)
      return new ProblemError(statusCode, 'refused', TITLES[statusCode] ?? 'Refused.');
  }
  return new ProblemError(500, 'internal', 'Something went wrong inside the service; its log says what.', {
    whatToDo: 'Try again. If it happens again, please report it with the log of that moment.',
  });
}

/** The one error handler. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { problem, retryAfterS, unexpected } = problemOf(error);
  if (unexpected) request.log.error({ err: error, route: request.routeOptions.url }, 'request failed');
  if (retryAfterS !== undefined) reply.header('retry-after', String(Math.ceil(retryAfterS)));
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer realm="gaitkeeper"');
  // A refused body is not read to its end: the connection goes with the answer.
  if (hasBody(request) && !request.raw.complete) reply.header('connection', 'close');
  return reply
    .code(problem.status)
    .header('cache-control', 'no-store')
    .type('application/problem+json; charset=utf-8')
    .send(JSON.stringify(problem));
}

/** A body came (or comes) along. */
export const hasBody = (request: FastifyRequest): boolean =>
  request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;

/** 404 for anything that has an identity. */
export const notFound = (what: string): ProblemError => new ProblemError(404, 'not_found', `There is no such ${what}.`);
