import { HEALTH_CODES } from './problem-codes.ts';
import { Type, type Static } from 'typebox';
import { closed, Id, nullable, ScopeSchema, text, WallTime, words } from './common.ts';

/** POST /api/v1/session: the code after `#code=` in the printed link. Sets the HttpOnly session cookie. */
export const SessionRequest = closed({ code: Type.String({ minLength: 1, maxLength: 64 }) });
export type SessionRequest = Static<typeof SessionRequest>;

/** POST and GET /api/v1/session; DELETE answers 204 and ends it. GET without a session: 401. */
export const Session = Type.Object({
  scopes: Type.Array(ScopeSchema),
  expires_at: nullable(WallTime),
});
export type Session = Static<typeof Session>;

/** POST /api/v1/session/links (admin): another one-time code, for another browser or phone. */
export const LoginLink = Type.Object({
  code: Type.String(),
  url: Type.String({ description: 'address of the page with #code=...' }),
  expires_at: WallTime,
});
export type LoginLink = Static<typeof LoginLink>;

/** What is degraded, and why. */
export const HealthProblem = Type.Object({
  part: words(['store', 'radio', 'sensors', 'walk', 'mirror', 'service']),
  code: words(HEALTH_CODES, 'what it is, for translation'),
  severity: words(['note', 'degraded', 'data_at_risk']),
  text: Type.String(),
  what_to_do: Type.String(),
  values: Type.Unsafe<Record<string, string | number>>(
    Type.Record(Type.String(), Type.Unsafe<unknown>({}), { description: 'values of the text, for translation' }),
  ),
});
export type HealthProblem = Static<typeof HealthProblem>;

/** GET /api/v1/health. Without a session only `status` ('alive'); signed in, everything. */
export const Health = Type.Object({
  status: words(['alive', 'ok', 'degraded']),
  version: Type.Optional(Type.String()),
  uptime_s: Type.Optional(Type.Number()),
  event_loop_p99_ms: Type.Optional(Type.Number()),
  live_clients: Type.Optional(Type.Integer()),
  walk_id: Type.Optional(nullable(Id)),
  problems: Type.Optional(Type.Array(HealthProblem)),
});
export type Health = Static<typeof Health>;

/** GET /api/v1/tokens item. The secret itself is shown once, at its making. */
export const Token = Type.Object({
  id: Id,
  name: Type.String(),
  session: Type.Boolean({ description: 'a signed-in browser' }),
  scopes: Type.Array(ScopeSchema),
  created_at: WallTime,
  expires_at: nullable(WallTime),
  last_used_at: nullable(WallTime),
});
export type Token = Static<typeof Token>;
export const TokenList = Type.Object({ items: Type.Array(Token) });

/** POST /api/v1/tokens (admin). */
export const TokenRequest = closed({
  name: text(80),
  scopes: Type.Array(ScopeSchema, { minItems: 1, maxItems: 4, uniqueItems: true }),
  expires_in_days: Type.Optional(Type.Integer({ minimum: 1, maximum: 3650 })),
});
export type TokenRequest = Static<typeof TokenRequest>;
export const TokenCreated = Type.Object({ token: Token, secret: Type.String({ description: 'shown only now' }) });
export type TokenCreated = Static<typeof TokenCreated>;
