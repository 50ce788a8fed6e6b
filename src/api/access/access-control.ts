import type { Tokens, StoredToken } from '../../store/walk-store.ts';
import type { ServiceClock } from '../clock.ts';
import { SCOPES, type Scope, type Session, type Token } from '../contract.ts';
import { isoTime } from '../clock.ts';
import { ProblemError } from '../problem.ts';
import { GuessLimiter } from './guess-limiter.ts';
import { LoginCodes } from './login-codes.ts';
import { newSecret, sameHash, secretHash } from './secret.ts';

/** A browser stays signed in this long [ms]. */
export const SESSION_LIFETIME_MS = 30 * 24 * 3600 * 1000;
/** `last used` is written at most this often [ms]. */
const TOUCH_EVERY_MS = 60_000;
const SESSION_ROLE = 'session:';

/** Who asks. `stillValid` is asked again while a stream is open. */
export interface Caller {
  readonly kind: 'service_token' | 'token' | 'session';
  readonly id: string;
  readonly scopes: ReadonlySet<Scope>;
  readonly expiresAtMs: number | null;
  readonly stillValid: () => boolean;
}

/** Secrets: one-time codes, browser sessions, tokens. All are known by their SHA-256 only. */
export class AccessControl {
  readonly codes: LoginCodes;
  readonly guesses: GuessLimiter;
  readonly #clock: ServiceClock;
  readonly #tokens: Tokens;
  readonly #serviceTokenHash: Buffer;

  constructor(options: { clock: ServiceClock; tokens: Tokens; serviceToken: string }) {
    this.#clock = options.clock;
    this.#tokens = options.tokens;
    this.#serviceTokenHash = secretHash(options.serviceToken);
    this.codes = new LoginCodes(options.clock);
    this.guesses = new GuessLimiter(options.clock);
  }

  /** Turns a one-time code into a session. @throws ProblemError 401 (wrong, used or too old), 429 (too many wrong ones) */
  login(code: string, address: string): { secret: string; session: Session; expiresAtMs: number } {
    this.#holdUp(address);
    if (!this.codes.redeem(code)) {
      this.guesses.wrong(address);
      throw new ProblemError(
        401,
        'wrong_code',
        'This code is not valid: it is wrong, was used, or is older than 15 minutes.',
        {
          whatToDo: 'Run "gaitkeeper link" on the machine that runs the service and open the new link.',
        },
      );
    }
    this.guesses.right(address);
    const secret = newSecret('gks');
    const nowMs = this.#clock.wallMs();
    const expiresAtMs = nowMs + SESSION_LIFETIME_MS;
    this.#tokens.create({
      name: 'Browser',
      role: `${SESSION_ROLE}admin`,
      sha256: secretHash(secret),
      createdAtMs: nowMs,
      expiresAtMs,
    });
    return { secret, expiresAtMs, session: { scopes: ['admin'], expires_at: isoTime(expiresAtMs) } };
  }

  /** Whose secret this is. @throws ProblemError 401 or 429 */
  identify(credential: { kind: 'bearer' | 'cookie'; secret: string }, address: string): Caller {
    this.#holdUp(address);
    const caller = this.#find(credential);
    if (caller === undefined) {
      this.guesses.wrong(address);
      throw new ProblemError(401, 'wrong_credentials', 'These credentials are not valid (any more).', {
        whatToDo: HOW_TO_SIGN_IN,
      });
    }
    this.guesses.right(address);
    return caller;
  }

  #find(credential: { kind: 'bearer' | 'cookie'; secret: string }): Caller | undefined {
    const hash = secretHash(credential.secret);
    const bearer = credential.kind === 'bearer';
    if (bearer && sameHash(hash, this.#serviceTokenHash))
      return {
        kind: 'service_token',
        id: 'service',
        scopes: new Set(['admin']),
        expiresAtMs: null,
        stillValid: () => true,
      };
    const nowMs = this.#clock.wallMs();
    const stored = this.#tokens.findByHash(hash, nowMs);
    if (stored === undefined || isSession(stored) === bearer) return undefined;
    if (stored.lastUsedMs === null || Math.abs(nowMs - stored.lastUsedMs) > TOUCH_EVERY_MS)
      this.#touch(stored.id, nowMs);
    return {
      kind: bearer ? 'token' : 'session',
      id: stored.id,
      scopes: new Set(scopesOf(stored)),
      expiresAtMs: stored.expiresAtMs,
      stillValid: () => this.#tokens.findByHash(hash, this.#clock.wallMs()) !== undefined,
    };
  }

  #touch(id: string, nowMs: number): void {
    try {
      this.#tokens.touch(id, nowMs);
    } catch {
      // A full disk must not lock anybody out.
    }
  }

  logout(caller: Caller): void {
    if (caller.kind === 'session') this.#tokens.revoke(caller.id);
  }

  listTokens(): Token[] {
    return this.#tokens
      .list()
      .filter((token) => !token.revoked)
      .map(tokenOf);
  }

  createToken(request: { name: string; scopes: readonly Scope[]; expiresInDays?: number }): {
    token: Token;
    secret: string;
  } {
    const secret = newSecret('gkt');
    const nowMs = this.#clock.wallMs();
    const stored = this.#tokens.create({
      name: request.name,
      role: request.scopes.join(','),
      sha256: secretHash(secret),
      createdAtMs: nowMs,
      ...(request.expiresInDays === undefined ? {} : { expiresAtMs: nowMs + request.expiresInDays * 86_400_000 }),
    });
    return { token: tokenOf(stored), secret };
  }

  /** @returns false where there is no such token */
  revokeToken(id: string): boolean {
    return this.#tokens.revoke(id);
  }

  #holdUp(address: string): void {
    const waitS = this.guesses.waitS(address);
    if (waitS > 0)
      throw new ProblemError(429, 'too_many_guesses', 'Too many wrong credentials came from here or in all.', {
        whatToDo: `Wait ${Math.ceil(waitS)} s, or sign in on the machine itself.`,
        retryAfterS: waitS,
      });
  }
}

export const HOW_TO_SIGN_IN =
  'Open the link that "gaitkeeper serve" or "gaitkeeper link" prints, or send "Authorization: Bearer" with the token of DATA/token.';

/** May a caller with these scopes do what needs that one? `admin` may all; `record` may read and ingest. */
export const allows = (scopes: ReadonlySet<Scope>, needed: Scope): boolean =>
  scopes.has('admin') || scopes.has(needed) || (scopes.has('record') && needed !== 'admin');

const isSession = (token: StoredToken): boolean => token.role.startsWith(SESSION_ROLE);

function scopesOf(token: StoredToken): Scope[] {
  const words = token.role.replace(SESSION_ROLE, '').split(',');
  return SCOPES.filter((scope) => words.includes(scope));
}

const tokenOf = (token: StoredToken): Token => ({
  id: token.id,
  name: token.name,
  session: isSession(token),
  scopes: scopesOf(token),
  created_at: isoTime(token.createdAtMs),
  expires_at: token.expiresAtMs === null ? null : isoTime(token.expiresAtMs),
  last_used_at: token.lastUsedMs === null ? null : isoTime(token.lastUsedMs),
});
