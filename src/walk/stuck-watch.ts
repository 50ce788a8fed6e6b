import type { FindingRecord } from '../domain/records.ts';
import type { ImuBlock } from '../domain/samples.ts';
import { DEG_PER_RAD, STANDARD_GRAVITY_MPS2 } from '../domain/units.ts';
import { stuckFinding } from './sensor-findings.ts';

/** So long the same three values again and again [s]. */
const STUCK_S = 1;
/** A gyroscope that repeats itself turns, or its accelerometer feels a walk, by at least this much: a still sensor with coarse steps repeats itself too. */
const TURNING_RADPS = 5 / DEG_PER_RAD;
const SHAKEN_MPS2 = 3;
/** An accelerometer that repeats itself while the gyroscope turns this fast [rad/s], or that feels another weight than gravity's [m/s²]. */
const SWUNG_RADPS = 50 / DEG_PER_RAD;
const NO_WEIGHT_MPS2 = 2;

/** Where each number lies: all in one array, because every packet of every sensor needs them. */
const W = {
  /** Samples in a row that repeat the one before, and that one's values [m/s²], [rad/s]. */
  accRun: 0,
  acc: 1,
  gyrRun: 4,
  gyr: 5,
  /** Force when the gyroscope's run began, and how far it went from there since [m/s²]. */
  from: 8,
  shakenMps2: 11,
  /** Fastest turning since the accelerometer's run began [rad/s]. */
  swungRadps: 12,
  told: 13,
  size: 14,
} as const;

/**
 * Notices that a sensor sends the same values over and over while it is worn on a walking body: a driver that hangs, a wire
 * that broke. Such a sensor sends on time, so nobody else notices. Said once, until it measures again.
 */
export class StuckWatch {
  readonly #n = new Float64Array(W.size);

  constructor() {
    this.#n.fill(NaN, W.acc, W.acc + 3);
    this.#n.fill(NaN, W.gyr, W.gyr + 3);
  }

  /** Reads what the next packet needs, all of it at once: see docs/decisions/002-many-walkers.md. */
  touch(): number {
    return this.#n[0]! + this.#n[8]!;
  }

  /** @returns what to tell, if anything */
  push(block: ImuBlock): FindingRecord | undefined {
    const n = this.#n;
    const { accMps2: acc, gyrRadps: gyr, rateHz } = block;
    const count = acc.length;
    if (count === 0) return undefined;
    if (block.afterGap) n[W.accRun] = n[W.gyrRun] = 0;
    let found: FindingRecord | undefined;
    for (let i = 0; i < count; i += 3) {
      const gyrStands = i === 0 ? repeats(gyr, 0, n, W.gyr) : repeats(gyr, i, gyr, i - 3);
      const accStands = i === 0 ? repeats(acc, 0, n, W.acc) : repeats(acc, i, acc, i - 3);
      if (gyrStands) n[W.gyrRun]!++;
      else n[W.gyrRun] = 0;
      if (accStands) n[W.accRun]!++;
      else n[W.accRun] = 0;
      if ((gyrStands || accStands) && this.#goesOn(acc, gyr, i, rateHz)) {
        const nowS = block.startS + i / 3 / rateHz;
        found = stuckFinding(block.site, nowS - STUCK_S, nowS);
      }
    }
    for (let c = 0; c < 3; c++) {
      n[W.acc + c] = acc[count - 3 + c]!;
      n[W.gyr + c] = gyr[count - 3 + c]!;
    }
    return found;
  }

  /** One more sample that repeats the one before. @returns whether it is to be told */
  #goesOn(acc: Float64Array, gyr: Float64Array, i: number, rateHz: number): boolean {
    const n = this.#n;
    if (n[W.gyrRun] === 1) {
      for (let c = 0; c < 3; c++) n[W.from + c] = acc[i + c]!;
      n[W.shakenMps2] = 0;
    }
    if (n[W.accRun] === 1) n[W.swungRadps] = 0;
    n[W.shakenMps2] = Math.max(
      n[W.shakenMps2]!,
      Math.hypot(acc[i]! - n[W.from]!, acc[i + 1]! - n[W.from + 1]!, acc[i + 2]! - n[W.from + 2]!),
    );
    n[W.swungRadps] = Math.max(n[W.swungRadps]!, Math.hypot(gyr[i]!, gyr[i + 1]!, gyr[i + 2]!));
    const longest = Math.max(n[W.gyrRun]!, n[W.accRun]!);
    if (longest < STUCK_S * rateHz) {
      if (longest === 1) n[W.told] = 0;
      return false;
    }
    if (n[W.told] === 1 || !this.#isStuck(acc, gyr, i, STUCK_S * rateHz)) return false;
    n[W.told] = 1;
    return true;
  }

  #isStuck(acc: Float64Array, gyr: Float64Array, i: number, least: number): boolean {
    const n = this.#n;
    const turning = Math.hypot(gyr[i]!, gyr[i + 1]!, gyr[i + 2]!) > TURNING_RADPS;
    if (n[W.gyrRun]! >= least && (turning || n[W.shakenMps2]! > SHAKEN_MPS2)) return true;
    const forceMps2 = Math.hypot(acc[i]!, acc[i + 1]!, acc[i + 2]!);
    const weightless = Math.abs(forceMps2 - STANDARD_GRAVITY_MPS2) > NO_WEIGHT_MPS2;
    return n[W.accRun]! >= least && (weightless || n[W.swungRadps]! > SWUNG_RADPS);
  }

  snapshot(): Float64Array {
    return this.#n.slice();
  }

  restore(numbers: unknown): void {
    this.#n.set(numbers as Float64Array);
  }
}

/** Whether three values are those of another place. */
const repeats = (values: Float64Array, at: number, before: Float64Array, from: number): boolean =>
  values[at] === before[from] && values[at + 1] === before[from + 1] && values[at + 2] === before[from + 2];
