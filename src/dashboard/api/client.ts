import type { Page, Problem } from './types.ts';

/** A refusal or failure of the service, or no answer at all (`status` 0). `problem` is for people. */
export class ApiError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.name = 'ApiError';
    this.problem = problem;
  }

  get status(): number {
    return this.problem.status;
  }
}

let onSignedOut: () => void = () => undefined;
/** Called whenever the service says that the session is over (401). */
export function whenSignedOut(callback: () => void): void {
  onSignedOut = callback;
}

const BASE = '/api/v1';

function unreachable(): ApiError {
  return new ApiError({ type: 'about:blank', title: 'unreachable', status: 0, detail: '' });
}

async function problemOf(response: Response): Promise<Problem> {
  try {
    const body = (await response.json()) as Partial<Problem>;
    return {
      ...body,
      type: body.type ?? 'about:blank',
      title: body.title ?? response.statusText,
      status: response.status,
      detail: body.detail ?? body.title ?? response.statusText,
    };
  } catch {
    return {
      type: 'about:blank',
      title: response.statusText,
      status: response.status,
      detail: `${String(response.status)} ${response.statusText}`,
    };
  }
}

/** Sends a request; gives the response or throws {@link ApiError}. */
async function send(method: string, path: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(`${BASE}${path}`, { method, credentials: 'same-origin', ...init });
  } catch {
    throw unreachable();
  }
  if (response.ok) return response;
  const problem = await problemOf(response);
  if (response.status === 401 && path !== '/session') onSignedOut();
  throw new ApiError(problem);
}

/** One call of the API: JSON in, JSON out (null for an empty answer). @throws ApiError */
export async function call(method: string, path: string, body?: unknown): Promise<unknown> {
  const init: RequestInit =
    body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const response = await send(method, path, init);
  if (response.status === 204) return null;
  return response.headers.get('content-type')?.includes('json') === true ? response.json() : response.text();
}

/** Sends a file as it is. @throws ApiError */
export async function upload(path: string, file: Blob, mediaType: string): Promise<unknown> {
  const response = await send('POST', path, { headers: { 'content-type': mediaType }, body: file });
  return response.json();
}

/** Asks page after page, up to `most` items. @throws ApiError */
export async function allPages<T>(path: string, most = 5000): Promise<T[]> {
  const items: T[] = [];
  const mark = path.includes('?') ? '&' : '?';
  let cursor: string | null = null;
  do {
    const next: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page = (await call('GET', `${path}${mark}limit=500${next}`)) as Page<T>;
    items.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor !== null && items.length < most);
  return items;
}

/** Address of a file to download. */
export const downloadUrl = (path: string): string => `${BASE}${path}`;
