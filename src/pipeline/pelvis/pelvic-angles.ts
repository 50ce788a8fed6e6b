import type { WalkSeconds } from '../../domain/samples.ts';
import { degFromRad } from '../../domain/units.ts';
import { indexAt, oldestIndex, RING_CAPACITY, slotOf, type PelvisRing } from './pelvis-ring.ts';
import { butterworth, zeroPhase } from './zero-phase.ts';

/** Time before the stride that the low-pass runs up in [s]. */
const LEAD_S = 0.3;
/** Mirrored run-up of the low-pass beyond the ends [s]. */
const PAD_S = 0.25;

/**
 * Integral of the specific force over [fromS, toS] in the almost inertial frame [m/s], exact to fractions of a sample;
 * added to `sum`.
 * @returns false where the ring doesn't hold the time
 */
export function addForce(ring: PelvisRing, fromS: WalkSeconds, toS: WalkSeconds, sum: Float64Array): boolean {
  const from = indexAt(ring, fromS);
  const to = indexAt(ring, toS);
  if (!(to > from)) return false;
  for (let c = 0; c < 3; c++) sum[c]! += integral(ring, c, from, to);
  return true;
}

/** One axis' force at an index or between two. */
function forceAt(ring: PelvisRing, c: number, i: number): number {
  const k = Math.floor(i);
  const a = ring.force[3 * slotOf(k) + c]!;
  return k === i ? a : a + (i - k) * (ring.force[3 * slotOf(k + 1) + c]! - a);
}

function integral(ring: PelvisRing, c: number, from: number, to: number): number {
  const first = Math.ceil(from);
  const last = Math.floor(to);
  const atFirst = forceAt(ring, c, first);
  const atLast = forceAt(ring, c, last);
  let area =
    0.5 * (first - from) * (forceAt(ring, c, from) + atFirst) + 0.5 * (to - last) * (atLast + forceAt(ring, c, to));
  if (last > first) {
    area += 0.5 * (atFirst + atLast);
    for (let i = first + 1; i < last; i++) area += ring.force[3 * slotOf(i) + c]!;
  }
  return area / ring.rateHz;
}

/**
 * Angles of the stretch that was read last [deg], roll with and without low-pass. Shared by all walkers: a stride is worked out
 * in one go, and a thousand walkers with arrays of their own find none of them in the cache.
 */
const rollDeg = new Float64Array(RING_CAPACITY);
const roughDeg = new Float64Array(RING_CAPACITY);
const tiltDeg = new Float64Array(RING_CAPACITY);
const headingDeg = new Float64Array(RING_CAPACITY);
const scratch = new Float64Array(2 * RING_CAPACITY);

/**
 * The pelvis' angles over one stretch of time, worked out at once with one direction of up. What was read holds until anybody
 * reads again.
 */
export class PelvicAngles {
  readonly #lowPassHz: number;
  #k = butterworth(6, 50);
  #kRateHz = 50;
  #ring: PelvisRing | undefined;
  #first = 0;
  #n = 0;

  /** @param lowPassHz of the roll; not above 0: no low-pass */
  constructor(lowPassHz: number) {
    this.#lowPassHz = lowPassHz;
  }

  /**
   * Reads [icS - 0.3 s, toS] of the ring (less where less is there).
   * @param up mean up in the almost inertial frame, unit; forward and lateral in the sensor's axes
   * @returns false where the ring does not hold icS to toS
   */
  read(
    ring: PelvisRing,
    icS: WalkSeconds,
    toS: WalkSeconds,
    up: Float64Array,
    forward: Float64Array,
    lateral: Float64Array,
  ): boolean {
    const ic = indexAt(ring, icS);
    const to = indexAt(ring, toS);
    if (!(to > ic)) return false;
    this.#ring = ring;
    this.#first = Math.max(oldestIndex(ring), Math.floor(ic - LEAD_S * ring.rateHz));
    this.#n = Math.ceil(to) - this.#first + 1;
    this.#angles(ring, up, forward, lateral);
    roughDeg.set(rollDeg.subarray(0, this.#n));
    if (this.#lowPassHz > 0) {
      if (this.#kRateHz !== ring.rateHz) {
        this.#k = butterworth(this.#lowPassHz, ring.rateHz);
        this.#kRateHz = ring.rateHz;
      }
      zeroPhase(rollDeg, this.#n, Math.round(PAD_S * ring.rateHz), this.#k, scratch);
    }
    return true;
  }

  #angles(ring: PelvisRing, up: Float64Array, forward: Float64Array, lateral: Float64Array): void {
    const ux = up[0]!;
    const uy = up[1]!;
    const uz = up[2]!;
    const fx = forward[0]!;
    const fy = forward[1]!;
    const fz = forward[2]!;
    const lx = lateral[0]!;
    const ly = lateral[1]!;
    const lz = lateral[2]!;
    const { q } = ring;
    // level directions that headings count from: the almost inertial x axis, or y where that stands upright
    const alongX = Math.abs(ux) < 0.9;
    const d = alongX ? ux : uy;
    const ex = (alongX ? 1 : 0) - d * ux;
    const ey = (alongX ? 0 : 1) - d * uy;
    const ez = -d * uz;
    const cx = uy * ez - uz * ey;
    const cy = uz * ex - ux * ez;
    const cz = ux * ey - uy * ex;
    let before = 0;
    for (let i = 0; i < this.#n; i++) {
      const at = 4 * slotOf(this.#first + i);
      const w = q[at]!;
      const x = q[at + 1]!;
      const y = q[at + 2]!;
      const z = q[at + 3]!;
      // up in the sensor's axes
      let tx = 2 * (z * uy - y * uz);
      let ty = 2 * (x * uz - z * ux);
      let tz = 2 * (y * ux - x * uy);
      const sx = ux + w * tx - y * tz + z * ty;
      const sy = uy + w * ty - z * tx + x * tz;
      const sz = uz + w * tz - x * ty + y * tx;
      rollDeg[i] = degFromRad(Math.asin(within(sx * lx + sy * ly + sz * lz)));
      tiltDeg[i] = degFromRad(Math.asin(within(-(sx * fx + sy * fy + sz * fz))));
      // forward in the almost inertial frame
      tx = 2 * (y * fz - z * fy);
      ty = 2 * (z * fx - x * fz);
      tz = 2 * (x * fy - y * fx);
      const gx = fx + w * tx + y * tz - z * ty;
      const gy = fy + w * ty + z * tx - x * tz;
      const gz = fz + w * tz + x * ty - y * tx;
      let heading = degFromRad(Math.atan2(gx * cx + gy * cy + gz * cz, gx * ex + gy * ey + gz * ez));
      if (i > 0) heading += 360 * Math.round((before - heading) / 360);
      headingDeg[i] = heading;
      before = heading;
    }
  }

  #at(values: Float64Array, index: number): number {
    const k = Math.max(0, Math.min(this.#n - 2, Math.floor(index)));
    return values[k]! + (index - k) * (values[k + 1]! - values[k]!);
  }

  #index(timeS: WalkSeconds): number {
    return indexAt(this.#ring!, timeS) - this.#first;
  }

  /** Mean roll over [fromS, toS] [deg], left side up +, without the low-pass: nothing from later leaks in. NaN outside of what was read. */
  meanRoll(fromS: WalkSeconds, toS: WalkSeconds): number {
    return this.#mean(roughDeg, fromS, toS);
  }
  /** Mean tilt over [fromS, toS] [deg], forward side down +. */
  meanTilt(fromS: WalkSeconds, toS: WalkSeconds): number {
    return this.#mean(tiltDeg, fromS, toS);
  }

  #mean(values: Float64Array, fromS: WalkSeconds, toS: WalkSeconds): number {
    const from = this.#index(fromS);
    const to = this.#index(toS);
    if (!(to > from) || from < 0) return NaN;
    let area = 0;
    let at = from;
    while (at < to) {
      const next = Math.min(to, Math.floor(at) + 1);
      area += 0.5 * (next - at) * (this.#at(values, at) + this.#at(values, next));
      at = next;
    }
    return area / (to - from);
  }

  /** Highest `sign` times roll in [fromS, toS] [deg], between samples by a parabola. */
  highestRoll(sign: 1 | -1, fromS: WalkSeconds, toS: WalkSeconds): number {
    const from = this.#index(fromS);
    const to = this.#index(toS);
    if (!(to > from) || from < 0) return NaN;
    let best = Math.max(sign * this.#at(rollDeg, from), sign * this.#at(rollDeg, to));
    for (let i = Math.ceil(from); i <= to; i++) {
      const y = sign * rollDeg[i]!;
      if (y <= best) continue;
      best = y;
      if (i === 0 || i + 1 >= this.#n) continue;
      const a = sign * rollDeg[i - 1]!;
      const b = sign * rollDeg[i + 1]!;
      const bend = a - 2 * y + b;
      if (bend < 0 && a <= y && b <= y) best = y - ((b - a) * (b - a)) / (8 * bend);
    }
    return best;
  }

  /** RMS of what the low-pass took out of the roll in [fromS, toS] [deg]. */
  wobble(fromS: WalkSeconds, toS: WalkSeconds): number {
    const from = Math.ceil(this.#index(fromS));
    const to = Math.floor(this.#index(toS));
    let sum = 0;
    for (let i = from; i <= to; i++) sum += (roughDeg[i]! - rollDeg[i]!) ** 2;
    return to >= from ? Math.sqrt(sum / (to - from + 1)) : NaN;
  }

  /** Range of the heading in [fromS, toS] once its straight trend is taken out [deg]. */
  rotationRange(fromS: WalkSeconds, toS: WalkSeconds): number {
    const from = Math.ceil(this.#index(fromS));
    const to = Math.floor(this.#index(toS));
    if (!(to > from)) return NaN;
    const slope = (headingDeg[to]! - headingDeg[from]!) / (to - from);
    let low = Infinity;
    let high = -Infinity;
    for (let i = from; i <= to; i++) {
      const v = headingDeg[i]! - slope * (i - from);
      if (v < low) low = v;
      if (v > high) high = v;
    }
    return high - low;
  }

  /** Range of the roll in [fromS, toS] [deg]. */
  rollRange(fromS: WalkSeconds, toS: WalkSeconds): number {
    return this.highestRoll(1, fromS, toS) + this.highestRoll(-1, fromS, toS);
  }

  /** Roll at `count` even moments of [fromS, toS], less `zero` [deg]. */
  curve(fromS: WalkSeconds, toS: WalkSeconds, count: number, zero: number): number[] {
    const from = this.#index(fromS);
    const to = this.#index(toS);
    return Array.from({ length: count }, (_, i) => this.#at(rollDeg, from + ((to - from) * i) / (count - 1)) - zero);
  }
}

const within = (sine: number): number => (sine > 1 ? 1 : sine < -1 ? -1 : sine);

/** Change of heading between two times [deg], left +, -180 to 180: the part of the rotation that goes about `up`. Times before the run count as its start. */
export function headingChange(ring: PelvisRing, fromS: WalkSeconds, toS: WalkSeconds, up: Float64Array): number {
  const oldest = oldestIndex(ring);
  const fromIndex = indexAt(ring, fromS);
  const toIndex = indexAt(ring, toS);
  if (Number.isNaN(toIndex)) return NaN;
  const a = 4 * slotOf(Number.isNaN(fromIndex) ? oldest : Math.round(fromIndex));
  const b = 4 * slotOf(Math.round(toIndex));
  const { q } = ring;
  const aw = q[a]!;
  const ax = -q[a + 1]!;
  const ay = -q[a + 2]!;
  const az = -q[a + 3]!;
  const bw = q[b]!;
  const bx = q[b + 1]!;
  const by = q[b + 2]!;
  const bz = q[b + 3]!;
  const w = bw * aw - bx * ax - by * ay - bz * az;
  const x = bw * ax + bx * aw + by * az - bz * ay;
  const y = bw * ay - bx * az + by * aw + bz * ax;
  const z = bw * az + bx * ay - by * ax + bz * aw;
  const n = Math.sqrt(up[0]! ** 2 + up[1]! ** 2 + up[2]! ** 2);
  const change = 2 * degFromRad(Math.atan2((x * up[0]! + y * up[1]! + z * up[2]!) / n, w));
  return change - 360 * Math.round(change / 360);
}
