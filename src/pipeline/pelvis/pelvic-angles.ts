import type { WalkSeconds } from '../../domain/samples.ts';
import { degFromRad } from '../../domain/units.ts';
import { indexAt, oldestIndex, RING_CAPACITY, slotOf, type PelvisRing } from './pelvis-ring.ts';
import { butterworth, zeroPhase } from './zero-phase.ts';

/** Time before the stride that the low-pass runs up in [s]. */
const LEAD_S = 0.5;
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

function integral(ring: PelvisRing, c: number, from: number, to: number): number {
  const value = (i: number): number => {
    const k = Math.floor(i);
    const a = ring.force[3 * slotOf(k) + c]!;
    return k === i ? a : a + (i - k) * (ring.force[3 * slotOf(k + 1) + c]! - a);
  };
  const first = Math.ceil(from);
  const last = Math.floor(to);
  let area = 0.5 * (first - from) * (value(from) + value(first)) + 0.5 * (to - last) * (value(last) + value(to));
  if (last > first) {
    area += 0.5 * (value(first) + value(last));
    for (let i = first + 1; i < last; i++) area += ring.force[3 * slotOf(i) + c]!;
  }
  return area / ring.rateHz;
}

/** The pelvis' angles over one stretch of time, worked out at once with one direction of up. */
export class PelvicAngles {
  readonly #roll = new Float64Array(RING_CAPACITY);
  readonly #rough = new Float64Array(RING_CAPACITY);
  readonly #tilt = new Float64Array(RING_CAPACITY);
  readonly #heading = new Float64Array(RING_CAPACITY);
  readonly #scratch = new Float64Array(2 * RING_CAPACITY);
  readonly #lowPassHz: number;
  #k = butterworth(6, 50);
  #kRateHz = 50;
  #ring: PelvisRing | undefined;
  #first = 0;
  #n = 0;

  /** @param lowPassHz of roll and tilt; not above 0: no low-pass */
  constructor(lowPassHz: number) {
    this.#lowPassHz = lowPassHz;
  }

  /**
   * Reads [icS - 0.5 s, toS] of the ring (less where less is there).
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
    for (let i = 0; i < this.#n; i++) this.#sample(ring, i, up, forward, lateral);
    this.#rough.set(this.#roll.subarray(0, this.#n));
    if (this.#lowPassHz > 0) {
      if (this.#kRateHz !== ring.rateHz) {
        this.#k = butterworth(this.#lowPassHz, ring.rateHz);
        this.#kRateHz = ring.rateHz;
      }
      const pad = Math.round(PAD_S * ring.rateHz);
      zeroPhase(this.#roll, this.#n, pad, this.#k, this.#scratch);
      zeroPhase(this.#tilt, this.#n, pad, this.#k, this.#scratch);
    }
    return true;
  }

  #sample(ring: PelvisRing, i: number, up: Float64Array, forward: Float64Array, lateral: Float64Array): void {
    const slot = slotOf(this.#first + i);
    const w = ring.q[4 * slot]!;
    const x = ring.q[4 * slot + 1]!;
    const y = ring.q[4 * slot + 2]!;
    const z = ring.q[4 * slot + 3]!;
    const rollSine = along(w, x, y, z, lateral, up);
    this.#roll[i] = degFromRad(Math.asin(rollSine));
    this.#tilt[i] = degFromRad(Math.asin(-along(w, x, y, z, forward, up)));
    // heading of the forward axis about up, against two fixed level directions
    const fx = turned(w, x, y, z, forward, 0);
    const fy = turned(w, x, y, z, forward, 1);
    const fz = turned(w, x, y, z, forward, 2);
    // a level frame from the almost inertial x axis, or y where that stands upright
    const useX = Math.abs(up[0]!) < 0.9;
    const d = useX ? up[0]! : up[1]!;
    const e0 = (useX ? 1 : 0) - d * up[0]!;
    const e1 = (useX ? 0 : 1) - d * up[1]!;
    const e2 = -d * up[2]!;
    const across0 = up[1]! * e2 - up[2]! * e1;
    const across1 = up[2]! * e0 - up[0]! * e2;
    const across2 = up[0]! * e1 - up[1]! * e0;
    let heading = degFromRad(Math.atan2(fx * across0 + fy * across1 + fz * across2, fx * e0 + fy * e1 + fz * e2));
    if (i > 0) {
      const before = this.#heading[i - 1]!;
      heading += 360 * Math.round((before - heading) / 360);
    }
    this.#heading[i] = heading;
  }

  #at(values: Float64Array, index: number): number {
    const k = Math.max(0, Math.min(this.#n - 2, Math.floor(index)));
    return values[k]! + (index - k) * (values[k + 1]! - values[k]!);
  }

  #index(timeS: WalkSeconds): number {
    return indexAt(this.#ring!, timeS) - this.#first;
  }

  /** Mean roll over [fromS, toS] [deg], left side up +. NaN outside of what was read. */
  meanRoll(fromS: WalkSeconds, toS: WalkSeconds): number {
    return this.#mean(this.#roll, fromS, toS);
  }
  /** Mean tilt over [fromS, toS] [deg], forward side down +. */
  meanTilt(fromS: WalkSeconds, toS: WalkSeconds): number {
    return this.#mean(this.#tilt, fromS, toS);
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
    let best = Math.max(sign * this.#at(this.#roll, from), sign * this.#at(this.#roll, to));
    for (let i = Math.ceil(from); i <= to; i++) {
      const y = sign * this.#roll[i]!;
      if (y <= best) continue;
      best = y;
      if (i === 0 || i + 1 >= this.#n) continue;
      const a = sign * this.#roll[i - 1]!;
      const b = sign * this.#roll[i + 1]!;
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
    for (let i = from; i <= to; i++) sum += (this.#rough[i]! - this.#roll[i]!) ** 2;
    return to >= from ? Math.sqrt(sum / (to - from + 1)) : NaN;
  }

  /** Change of heading over [fromS, toS] [deg], to the left +; the times may lie outside of what was read, up to its ends. */
  turned(fromS: WalkSeconds, toS: WalkSeconds): number {
    const end = (timeS: number): number => {
      const i = this.#index(timeS);
      return Number.isNaN(i) ? NaN : Math.max(0, Math.min(this.#n - 1, i));
    };
    return this.#at(this.#heading, end(toS)) - this.#at(this.#heading, end(fromS));
  }

  /** Range of the heading in [fromS, toS] once its straight trend is taken out [deg]. */
  rotationRange(fromS: WalkSeconds, toS: WalkSeconds): number {
    const from = Math.ceil(this.#index(fromS));
    const to = Math.floor(this.#index(toS));
    if (!(to > from)) return NaN;
    const slope = (this.#heading[to]! - this.#heading[from]!) / (to - from);
    let low = Infinity;
    let high = -Infinity;
    for (let i = from; i <= to; i++) {
      const v = this.#heading[i]! - slope * (i - from);
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
    return Array.from({ length: count }, (_, i) => this.#at(this.#roll, from + ((to - from) * i) / (count - 1)) - zero);
  }
}

/** A sensor vector in the almost inertial frame, one component. */
function turned(w: number, x: number, y: number, z: number, v: Float64Array, component: number): number {
  const tx = 2 * (y * v[2]! - z * v[1]!);
  const ty = 2 * (z * v[0]! - x * v[2]!);
  const tz = 2 * (x * v[1]! - y * v[0]!);
  if (component === 0) return v[0]! + w * tx + y * tz - z * ty;
  if (component === 1) return v[1]! + w * ty + z * tx - x * tz;
  return v[2]! + w * tz + x * ty - y * tx;
}

/** How much of a sensor vector points along a direction of the almost inertial frame, -1 to 1. */
function along(w: number, x: number, y: number, z: number, v: Float64Array, up: Float64Array): number {
  const d = turned(w, x, y, z, v, 0) * up[0]! + turned(w, x, y, z, v, 1) * up[1]! + turned(w, x, y, z, v, 2) * up[2]!;
  return Math.max(-1, Math.min(1, d));
}

/** Change of heading between two times [deg], left +, -180 to 180: the part of the rotation that goes about `up`. Times before the run count as its start. */
export function headingChange(ring: PelvisRing, fromS: WalkSeconds, toS: WalkSeconds, up: Float64Array): number {
  const oldest = oldestIndex(ring);
  const fromIndex = indexAt(ring, fromS);
  const toIndex = indexAt(ring, toS);
  if (Number.isNaN(toIndex)) return NaN;
  const a = 4 * slotOf(Number.isNaN(fromIndex) ? oldest : Math.round(fromIndex));
  const b = 4 * slotOf(Math.round(toIndex));
  const { q } = ring;
  const [aw, ax, ay, az] = [q[a]!, -q[a + 1]!, -q[a + 2]!, -q[a + 3]!];
  const [bw, bx, by, bz] = [q[b]!, q[b + 1]!, q[b + 2]!, q[b + 3]!];
  const w = bw * aw - bx * ax - by * ay - bz * az;
  const x = bw * ax + bx * aw + by * az - bz * ay;
  const y = bw * ay - bx * az + by * aw + bz * ax;
  const z = bw * az + bx * ay - by * ax + bz * aw;
  const n = Math.sqrt(up[0]! ** 2 + up[1]! ** 2 + up[2]! ** 2);
  const change = 2 * degFromRad(Math.atan2((x * up[0]! + y * up[1]! + z * up[2]!) / n, w));
  return change - 360 * Math.round(change / 360);
}
