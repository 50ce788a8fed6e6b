import { RAD_PER_DEG } from '../../domain/units.ts';
import { MEASURED, type SampleRingState } from './sample-ring.ts';
import { doubt } from './stride-errors.ts';

/**
 * A straight line over a hole of this length [s] misses a walking foot's mean acceleration [m/s²] and mean rate [rad/s] by so
 * much (root mean square over two shoes and eight feet; half as much over a hole of half the length).
 */
const HOLE_S = 0.085;
const MISSED_MPS2 = 10;
const MISSED_RADPS = 95 * RAD_PER_DEG;
/** Weight of a doubt against what velocity it makes: a sample's share of it is so much smaller (see stride-errors.ts). */
const ALIKE = 15;

/**
 * What lies in a hole is in doubt: adds to the doubt of acceleration and tilt of a stride. Neighbours within a hole err alike.
 * @param from index of the stride's first sample, @param n samples after it, @param dt sample time [s]
 */
export function doubtHoles(ring: SampleRingState, from: number, n: number, dt: number): void {
  const mask = ring.capacity - 1;
  const { q, tilt } = doubt;
  for (let k = 0; k <= n; k++) {
    tilt[k] = 0;
    if (ring.mark[(from + k) & mask] === MEASURED) continue;
    let end = k + 1;
    while (end <= n && ring.mark[(from + end) & mask] !== MEASURED) end++;
    const samples = end - k;
    const size = (samples * dt) / HOLE_S;
    for (; k < end; k++) {
      q[k] = q[k]! + ALIKE * samples * (MISSED_MPS2 * size) ** 2;
      tilt[k] = samples * (MISSED_RADPS * size * dt) ** 2;
    }
    k--;
  }
}
