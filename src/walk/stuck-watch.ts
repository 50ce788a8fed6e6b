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

interface Run {
  /** Samples that repeat the one before. */
  length: number;
  value: [number, number, number];
}

interface StuckState {
  acc: Run;
  gyr: Run;
  /** Force when the gyroscope's run began, and how far it went from there since [m/s²]. */
  from: [number, number, number];
  shakenMps2: number;
  /** Fastest turning since the accelerometer's run began [rad/s]. */
  swungRadps: number;
  told: boolean;
}

const newRun = (): Run => ({ length: 0, value: [NaN, NaN, NaN] });

/**
 * Notices that a sensor sends the same values over and over while it is worn on a walking body: a driver that hangs, a wire
 * that broke. Such a sensor sends on time, so nobody else notices. Said once, until it measures again.
 */
export class StuckWatch {
  #state: StuckState = {
    acc: newRun(),
    gyr: newRun(),
    from: [0, 0, 0],
    shakenMps2: 0,
    swungRadps: 0,
    told: false,
  };

  /** @returns what to tell, if anything */
  push(block: ImuBlock): FindingRecord | undefined {
    const s = this.#state;
    const { accMps2: acc, gyrRadps: gyr, rateHz } = block;
    if (block.afterGap) s.acc.length = s.gyr.length = 0;
    let found: FindingRecord | undefined;
    for (let i = 0; i < acc.length; i += 3) {
      const gyrStands = repeats(s.gyr, gyr, i);
      const accStands = repeats(s.acc, acc, i);
      if (!gyrStands && !accStands) continue;
      if (s.gyr.length === 1) {
        s.from = [acc[i]!, acc[i + 1]!, acc[i + 2]!];
        s.shakenMps2 = 0;
      }
      if (s.acc.length === 1) s.swungRadps = 0;
      s.shakenMps2 = Math.max(
        s.shakenMps2,
        Math.hypot(acc[i]! - s.from[0], acc[i + 1]! - s.from[1], acc[i + 2]! - s.from[2]),
      );
      s.swungRadps = Math.max(s.swungRadps, Math.hypot(gyr[i]!, gyr[i + 1]!, gyr[i + 2]!));
      if (Math.max(s.gyr.length, s.acc.length) < STUCK_S * rateHz) {
        if (Math.max(s.gyr.length, s.acc.length) === 1) s.told = false;
      } else if (!s.told && isStuck(s, STUCK_S * rateHz)) {
        s.told = true;
        const nowS = block.startS + i / 3 / rateHz;
        found = stuckFinding(block.site, nowS - STUCK_S, nowS);
      }
    }
    return found;
  }

  snapshot(): unknown {
    return structuredClone(this.#state);
  }

  restore(snapshot: unknown): void {
    this.#state = structuredClone(snapshot as StuckState);
  }
}

/** Counts on where the three values are those of the sample before. */
function repeats(run: Run, values: Float64Array, i: number): boolean {
  const { value } = run;
  if (values[i] === value[0] && values[i + 1] === value[1] && values[i + 2] === value[2]) {
    run.length++;
    return true;
  }
  value[0] = values[i]!;
  value[1] = values[i + 1]!;
  value[2] = values[i + 2]!;
  run.length = 0;
  return false;
}

function isStuck(s: StuckState, least: number): boolean {
  const [x, y, z] = s.acc.value;
  const turning = Math.hypot(...s.gyr.value) > TURNING_RADPS;
  if (s.gyr.length >= least && (turning || s.shakenMps2 > SHAKEN_MPS2)) return true;
  const weightless = Math.abs(Math.hypot(x, y, z) - STANDARD_GRAVITY_MPS2) > NO_WEIGHT_MPS2;
  return s.acc.length >= least && (weightless || s.swungRadps > SWUNG_RADPS);
}
