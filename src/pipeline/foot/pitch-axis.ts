import { mainAxis3 } from '../../math/eigen3.ts';
import { dot3 } from '../../math/rotation.ts';
import type { FootParams } from './foot-params.ts';

export interface PitchAxisState {
  /** Faded sum of rate outer products, upper triangle. */
  c: Float64Array;
  /** Unit axis, toes up +, once the sign is known. */
  axis: Float64Array;
  share: number;
  movingS: number;
  /** Sum of the lobes after quiet spells: plantarflexion, so against the axis. */
  lobes: Float64Array;
  lobeCount: number;
  /** Mean-square rate over the quiet window (one-pole), whether quiet was seen, and the lobe being watched. */
  meanSquare: number;
  quiet: boolean;
  lobe: Float64Array;
  usable: boolean;
  sinceSolve: number;
}

export const createPitchAxis = (): PitchAxisState => ({
  c: new Float64Array(6),
  axis: new Float64Array(3),
  share: 0,
  movingS: 0,
  lobes: new Float64Array(3),
  lobeCount: 0,
  meanSquare: 0,
  quiet: false,
  lobe: new Float64Array(3),
  usable: false,
  sinceSolve: 0,
});

/** Rate of one sample without its bias x y z [rad/s], and the time since the one before [s]: numbers would be boxed one by one. */
export type RateStep = Float64Array;

/**
 * Learns the axis that the foot pitches about from its fast samples; its sign from the lobe that ends a quiet spell, which is
 * push-off.
 * @returns whether the axis' sign has been found or turned round by this sample
 */
export function watchPitchAxis(s: PitchAxisState, step: RateStep, p: FootParams): boolean {
  const wx = step[0]!;
  const wy = step[1]!;
  const wz = step[2]!;
  const dtS = step[3]!;
  const sq = wx * wx + wy * wy + wz * wz;
  const k = dtS / p.quietS;
  s.meanSquare += k * (sq - s.meanSquare);
  if (s.meanSquare < p.quietRadps * p.quietRadps) {
    s.quiet = true;
    s.lobe[0] = s.lobe[1] = s.lobe[2] = 0;
  }
  let found = false;
  if (s.quiet) {
    s.lobe[0] = s.lobe[0]! + wx * dtS;
    s.lobe[1] = s.lobe[1]! + wy * dtS;
    s.lobe[2] = s.lobe[2]! + wz * dtS;
    const size = Math.sqrt(dot3(s.lobe, s.lobe));
    if (size > p.lobeRad) {
      s.quiet = false;
      for (let c = 0; c < 3; c++) s.lobes[c] = 0.9 * s.lobes[c]! + s.lobe[c]! / size;
      s.lobeCount++;
      found = true;
    }
  }
  if (sq > p.movingRateRadps * p.movingRateRadps) {
    const keep = 1 - dtS / p.axisMemoryS;
    const c = s.c;
    c[0] = keep * c[0]! + wx * wx;
    c[1] = keep * c[1]! + wx * wy;
    c[2] = keep * c[2]! + wx * wz;
    c[3] = keep * c[3]! + wy * wy;
    c[4] = keep * c[4]! + wy * wz;
    c[5] = keep * c[5]! + wz * wz;
    s.movingS += dtS;
    s.sinceSolve += dtS;
  }
  if (s.movingS < p.axisMovingS || s.lobeCount === 0) return false;
  if (!s.usable || s.sinceSolve > 0.25 || found) return solve(s, p);
  return false;
}

const fresh = new Float64Array(3);

function solve(s: PitchAxisState, p: FootParams): boolean {
  s.sinceSolve = 0;
  s.share = mainAxis3(s.c, fresh);
  if (s.share < p.axisShare) return false;
  const sign = dot3(fresh, s.lobes) < 0 ? 1 : -1;
  for (let c = 0; c < 3; c++) fresh[c] = fresh[c]! * sign;
  const turned = !s.usable || dot3(fresh, s.axis) < 0;
  s.axis.set(fresh);
  s.usable = true;
  return turned;
}
