import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Scope } from '../contract.ts';
import { ProblemError } from '../problem.ts';
import { allows, HOW_TO_SIGN_IN, type AccessControl, type Caller } from './access-control.ts';
import { originTrouble, type OriginRules } from './origins.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call: every route says it, or the service does not start. `open`: anybody; `shell`: the page's static files. */
    scope?: Scope | 'open' | 'shell';
    /** The route is a WebSocket; everywhere else an upgrade is refused. */
    upgrade?: boolean;
  }
  interface FastifyRequest {
    /** Set on every route that is not open; on open ones where credentials came along. */
    caller: Caller | undefined;
  }
}

export const SESSION_COOKIE = 'gk_session';
/** With TLS the browser itself holds the cookie to this host, to Secure and to the whole path. */
export const SECURE_SESSION_COOKIE = '__Host-gk_session';

/** A route as it was declared. */
export interface GuardedRoute {
  readonly method: string;
  readonly url: string;
  readonly scope: Scope | 'open' | 'shell';
  readonly upgrade: boolean;
}

/**
 * The one gate: Host, Origin, credentials and scope are looked at before any route, body or upgrade. A route that declares no
 * scope makes the start fail.
 * @returns all routes as they are declared, complete once the application is ready
 */
export function guardAccess(app: FastifyInstance, access: AccessControl, rules: OriginRules): readonly GuardedRoute[] {
  const routes: GuardedRoute[] = [];
  app.decorateRequest('caller', undefined);
  app.addHook('onRoute', (route) => {
    if (route.config?.scope === undefined)
      throw new Error(`Route ${String(route.method)} ${route.url} declares no scope (config.scope).`);
    for (const method of [route.method].flat())
      routes.push({ method, url: route.url, scope: route.config.scope, upgrade: route.config.upgrade === true });
  });
  app.addHook('onRequest', (request, _reply, done) => {
    try {
      admit(request, access, rules);
      done();
    } catch (error) {
      done(error as Error);
    }
  });
  return routes;
}

function admit(request: FastifyRequest, access: AccessControl, rules: OriginRules): void {
  // What is unknown under /api/ falls to the page's routes, and is none of a stranger's business either.
  const isApi = request.url.startsWith('/api/');
  const declared = request.is404 ? undefined : request.routeOptions.config.scope;
  const scope = declared === 'shell' ? undefined : declared;
  const isShell = scope === undefined && !isApi;
  const trouble = originTrouble(rules, isShell ? withoutFetchSite(request.headers) : request.headers);
  if (trouble !== undefined)
    throw new ProblemError(trouble.status, trouble.status === 421 ? 'unknown_host' : 'foreign_origin', trouble.detail, {
      whatToDo:
        trouble.status === 421
          ? 'Open the page under the address that "gaitkeeper serve" prints, or add the name with --allowed-host.'
          : 'Use the API from a page of this service, or from a script with a bearer token.',
    });
  if (request.headers.upgrade !== undefined && request.routeOptions.config.upgrade !== true)
    throw new ProblemError(400, 'no_upgrade', 'Expected a plain request here; this address is no WebSocket.');
  if (isShell) return;
  const credential = credentialOf(request, rules.tls);
  if (scope === 'open') {
    if (credential !== undefined) request.caller = softly(() => access.identify(credential, request.ip));
    return;
  }
  if (credential === undefined)
    throw new ProblemError(401, 'not_signed_in', 'Expected a session cookie or a bearer token, found neither.', {
      whatToDo: HOW_TO_SIGN_IN,
    });
  const caller = access.identify(credential, request.ip);
  refuseForged(request, caller);
  if (scope !== undefined && !allows(caller.scopes, scope))
    throw new ProblemError(403, 'scope', `This needs the scope "${scope}"; yours: ${[...caller.scopes].join(', ')}.`);
  request.caller = caller;
}

/**
 * A cookie goes along by itself, so whatever changes something must say which page it comes from; so must an upgrade. A bearer
 * token can't be set by a foreign page (on a WebSocket by no page at all).
 */
function refuseForged(request: FastifyRequest, caller: Caller): void {
  const upgrade = request.headers.upgrade !== undefined;
  const reads = request.method === 'GET' || request.method === 'HEAD';
  if (caller.kind !== 'session' || (reads && !upgrade) || request.headers.origin !== undefined) return;
  throw new ProblemError(403, 'no_origin', 'Expected an Origin header with a session cookie, found none.');
}

function credentialOf(
  request: FastifyRequest,
  tls: boolean,
): { kind: 'bearer' | 'cookie'; secret: string } | undefined {
  const { authorization, cookie } = request.headers;
  if (authorization !== undefined) {
    const match = /^Bearer ([A-Za-z0-9._~+/=-]{1,512})$/i.exec(authorization);
    return { kind: 'bearer', secret: match?.[1] ?? '' };
  }
  const secret = cookieValue(cookie, tls ? SECURE_SESSION_COOKIE : SESSION_COOKIE);
  return secret === undefined ? undefined : { kind: 'cookie', secret };
}

function cookieValue(header: string | undefined, name: string): string | undefined {
  for (const part of header?.split(';') ?? []) {
    const at = part.indexOf('=');
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return undefined;
}

/** The Set-Cookie line of a session; `undefined` secret: remove it. */
export function sessionCookie(secret: string | undefined, tls: boolean, lifetimeS: number): string {
  const name = tls ? SECURE_SESSION_COOKIE : SESSION_COOKIE;
  const age = secret === undefined ? 0 : Math.floor(lifetimeS);
  return `${name}=${secret ?? ''}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${age}${tls ? '; Secure' : ''}`;
}

/** A link from elsewhere may open the page itself. */
const withoutFetchSite = (headers: FastifyRequest['headers']): Record<string, string | string[] | undefined> => ({
  ...headers,
  'sec-fetch-site': undefined,
});

function softly(call: () => Caller): Caller | undefined {
  try {
    return call();
  } catch {
    return undefined;
  }
}
