import type { ServiceClock } from '../clock.ts';
import { newCode, normalCode, sameHash, secretHash } from './secret.ts';

/** A code lives this long [s]. */
export const CODE_LIFETIME_S = 15 * 60;
/** Wrong tries after which every open code dies. */
const WRONG_TRIES = 5;
/** Codes open at one time; the oldest goes first. */
const MOST_CODES = 8;

interface OpenCode {
  readonly hash: Buffer;
  readonly diesAtS: number;
}

/** One-time codes: 80 bits, 15 minutes by the monotonic clock, single use; five wrong tries kill all that are open. */
export class LoginCodes {
  readonly #clock: ServiceClock;
  #open: OpenCode[] = [];
  #wrong = 0;

  constructor(clock: ServiceClock) {
    this.#clock = clock;
  }

  /** @returns the code to show, and when it dies [wall ms] */
  create(): { code: string; expiresAtMs: number } {
    const code = newCode();
    this.#dropDead();
    if (this.#open.length === 0) this.#wrong = 0;
    this.#open.push({ hash: secretHash(normalCode(code)), diesAtS: this.#clock.monotonicS() + CODE_LIFETIME_S });
    if (this.#open.length > MOST_CODES) this.#open.shift();
    return { code, expiresAtMs: this.#clock.wallMs() + CODE_LIFETIME_S * 1000 };
  }

  /** True exactly once for a code that lives. Synchronous: of any number of racing calls one wins. */
  redeem(typed: string): boolean {
    this.#dropDead();
    const hash = secretHash(normalCode(typed));
    // All are compared, whichever fits.
    const fitting = this.#open.filter((open) => sameHash(open.hash, hash));
    if (fitting.length > 0) {
      this.#open = this.#open.filter((open) => !fitting.includes(open));
      this.#wrong = 0;
      return true;
    }
    if (++this.#wrong >= WRONG_TRIES) {
      this.#open = [];
      this.#wrong = 0;
    }
    return false;
  }

  get openCount(): number {
    this.#dropDead();
    return this.#open.length;
  }

  #dropDead(): void {
    const nowS = this.#clock.monotonicS();
    this.#open = this.#open.filter((open) => open.diesAtS > nowS);
  }
}
