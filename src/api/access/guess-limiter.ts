import type { ServiceClock } from '../clock.ts';

/** Wrong secrets that cost nothing. */
const FREE_TRIES = 5;
const FIRST_DELAY_S = 1;
const LONGEST_DELAY_S = 60;
/** An address that was quiet for this long starts anew [s]. */
const FORGET_AFTER_S = 3600;
/** Addresses remembered; beyond, the oldest is forgotten (the global count still holds). */
const MOST_ADDRESSES = 2000;
const EVERYONE = '*';

interface Tries {
  wrong: number;
  openAtS: number;
  lastS: number;
}

/**
 * Slows down guessing: after five wrong secrets the wait doubles from 1 s to 60 s, for each address and for all together.
 * The owner at the machine itself is never locked out: loopback is not held up.
 */
export class GuessLimiter {
  readonly #clock: ServiceClock;
  readonly #tries = new Map<string, Tries>();

  constructor(clock: ServiceClock) {
    this.#clock = clock;
  }

  /** Seconds until this address may try again; 0: now. Asked before a secret is looked at. */
  waitS(address: string): number {
    if (isLoopback(address)) return 0;
    const nowS = this.#clock.monotonicS();
    const until = Math.max(this.#tries.get(address)?.openAtS ?? 0, this.#tries.get(EVERYONE)?.openAtS ?? 0);
    return Math.max(0, until - nowS);
  }

  /** A secret was wrong. */
  wrong(address: string): void {
    if (isLoopback(address)) return;
    this.#count(address);
    this.#count(EVERYONE);
  }

  /** A secret was right: the address starts anew. */
  right(address: string): void {
    this.#tries.delete(address);
  }

  #count(key: string): void {
    const nowS = this.#clock.monotonicS();
    let tries = this.#tries.get(key);
    if (tries === undefined || nowS - tries.lastS > FORGET_AFTER_S) tries = { wrong: 0, openAtS: 0, lastS: nowS };
    tries.wrong++;
    tries.lastS = nowS;
    if (tries.wrong >= FREE_TRIES)
      tries.openAtS = nowS + Math.min(LONGEST_DELAY_S, FIRST_DELAY_S * 2 ** Math.min(10, tries.wrong - FREE_TRIES));
    this.#tries.delete(key);
    this.#tries.set(key, tries);
    if (this.#tries.size > MOST_ADDRESSES) {
      const [oldest] = this.#tries.keys();
      if (oldest !== undefined && oldest !== EVERYONE) this.#tries.delete(oldest);
    }
  }
}

/** An address of this machine itself. */
export const isLoopback = (address: string): boolean =>
  address === '::1' || /^(::ffff:)?127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(address);
