import { STANDARD_GRAVITY_MPS2 } from '../../domain/units.ts';
import { dot3, normalize3 } from '../../math/rotation.ts';
import { createAccOffset, impactScale, type AccOffsetState } from './acc-offset.ts';
import type { FootFlat } from './foot-flat.ts';
import type { FootParams } from './foot-params.ts';
import type { SampleRingState } from './sample-ring.ts';
import { createSensorHeight, type SensorHeightState } from './sensor-height.ts';
import { integrateStride, type StridePath } from './stride-path.ts';

/** How the sensor lies on the shoe, and what its accelerometer reads at rest. */
export interface ShoeLieState {
  /** Mean felt up of the foot-flats so far, and their count. */
  flatUp: Float64Array;
  flats: number;
  /** Flats in a row that lie otherwise, and their mean. */
  odd: number;
  oddUp: Float64Array;
  /** Mean felt up of standing, and how many rests made it. */
  standingUp: Float64Array;
  standings: number;
  /** What the accelerometer reads at foot-flat and at rest [m/s²]; 0 before it is known. */
  flatForceMps2: number;
  restForceMps2: number;
  accOffset: AccOffsetState;
  height: SensorHeightState;
}

export const createShoeLie = (): ShoeLieState => ({
  flatUp: new Float64Array(3),
  flats: 0,
  odd: 0,
  oddUp: new Float64Array(3),
  standingUp: new Float64Array(3),
  standings: 0,
  flatForceMps2: 0,
  restForceMps2: 0,
  accOffset: createAccOffset(),
  height: createSensorHeight(),
});

/** A standing foot that lies otherwise than the walking foot at flat wasn't flat on the ground. */
const STANDING_AGREES = Math.cos((8 * Math.PI) / 180);
/** A flat that lies further off is odd; so many in a row mean that the sensor sits otherwise now. */
const ODD = Math.cos((9 * Math.PI) / 180);
const ODD_FLATS = 5;
/** So many flats tell how the shoe lies. */
export const FLATS_SETTLED = 5;
const FLATS_MEAN = 40;
/** At foot-flat the shoe still moves: its force is this much larger than at rest. */
const FLAT_FORCE = 1.0035;

const own = new Float64Array(3);

/**
 * A foot-flat was found: learn from it how the shoe lies and what the accelerometer reads.
 * @returns whether the sensor has slipped: what was learnt before is forgotten
 */
export function learnFlat(s: ShoeLieState, flat: FootFlat): boolean {
  s.flats++;
  const w = Math.max(1 / s.flats, 1 / FLATS_MEAN);
  s.flatForceMps2 += Math.max(1 / s.flats, 0.1) * (flat.forceMps2 - s.flatForceMps2);
  own.set(s.flatUp);
  normalize3(own);
  if (s.flats > FLATS_SETTLED && dot3(own, flat.up) < ODD) {
    if (s.odd === 0) s.oddUp.fill(0);
    s.odd++;
    for (let k = 0; k < 3; k++) s.oddUp[k] = s.oddUp[k]! + flat.up[k]! / ODD_FLATS;
    if (s.odd < ODD_FLATS) return false;
    own.set(s.oddUp);
    s.odd = 0;
    // Five flats that point all over the place are no new seat.
    if (normalize3(own) < ODD) return false;
    s.flatUp.set(own);
    s.flats = ODD_FLATS;
    s.standings = 0;
    return true;
  }
  s.odd = 0;
  for (let k = 0; k < 3; k++) s.flatUp[k] = s.flatUp[k]! + w * (flat.up[k]! - s.flatUp[k]!);
  return false;
}

/** The shoe rests: the same from a standing foot. @param force mean specific force [m/s²] */
export function learnStanding(s: ShoeLieState, force: Float64Array): void {
  own.set(force);
  const size = normalize3(own);
  if (!(size > 1)) return;
  s.standings++;
  const w = Math.max(1 / s.standings, 0.3);
  for (let k = 0; k < 3; k++) s.standingUp[k] = s.standingUp[k]! + w * (own[k]! - s.standingUp[k]!);
  s.restForceMps2 += w * (size - s.restForceMps2);
}

/** Up of the flat foot in sensor axes: from standing where it agrees with the walking foot, else from the foot-flats. */
export function neutralUp(s: ShoeLieState, out: Float64Array): void {
  out.set(s.flatUp);
  normalize3(out);
  if (s.standings === 0) return;
  own.set(s.standingUp);
  normalize3(own);
  if (s.flats === 0 || dot3(own, out) > STANDING_AGREES) out.set(own);
}

/** What the accelerometer reads at rest, offset left in [m/s²]. */
export function restForce(s: ShoeLieState): number {
  if (s.restForceMps2 > 0) return s.restForceMps2;
  return s.flatForceMps2 > 0 ? s.flatForceMps2 / FLAT_FORCE : STANDARD_GRAVITY_MPS2;
}

const up0 = new Float64Array(3);
const up1 = new Float64Array(3);

/** Felt up of a foot-flat without the accelerometer's offset. */
function feltUp(flat: FootFlat, offset: Float64Array, out: Float64Array): Float64Array {
  for (let k = 0; k < 3; k++) out[k] = flat.up[k]! * flat.forceMps2 - offset[k]!;
  normalize3(out);
  return out;
}

/** The way from flat to flat, with what is known of the accelerometer. @param neutral {@link neutralUp} */
export function pathBetween(
  s: ShoeLieState,
  ring: SampleRingState,
  from: FootFlat,
  to: FootFlat,
  neutral: Float64Array,
  bias: Float64Array,
  p: FootParams,
  out: StridePath,
): void {
  const { offset } = s.accOffset;
  const force = restForce(s);
  for (let k = 0; k < 3; k++) own[k] = neutral[k]! * force - offset[k]!;
  const gain = STANDARD_GRAVITY_MPS2 / normalize3(own);
  feltUp(from, offset, up0);
  feltUp(to, offset, up1);
  integrateStride(ring, from.index, to.index, up0, up1, bias, offset, gain, impactScale(s.accOffset), p, out);
}
