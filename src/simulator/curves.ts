/** Smooth curves of which the walker's motion is made. Nothing here knows about walking. */

/** Rises from 0 to 1 over u in [0, 1] with velocity and acceleration zero at both ends (minimum jerk). */
export function smoothStep(u: number): number {
  if (u <= 0) return 0;
  if (u >= 1) return 1;
  return u * u * u * (10 + u * (6 * u - 15));
}
/** First derivative of {@link smoothStep} by u. */
export function smoothStepSlope(u: number): number {
  if (u <= 0 || u >= 1) return 0;
  return 30 * u * u * (1 - u) * (1 - u);
}

/** A hump over u in [0, 1] of height 1 that starts and ends with its first two derivatives zero. */
export function hump(u: number): number {
  if (u <= 0 || u >= 1) return 0;
  const k = u * (1 - u);
  return 64 * k * k * k;
}
/** First derivative of {@link hump} by u. */
export function humpSlope(u: number): number {
  if (u <= 0 || u >= 1) return 0;
  const k = u * (1 - u);
  return 192 * k * k * (1 - 2 * u);
}
/** Second derivative of {@link hump} by u. */
export function humpCurvature(u: number): number {
  if (u <= 0 || u >= 1) return 0;
  const k = u * (1 - u);
  return 384 * k * ((1 - 2 * u) * (1 - 2 * u) - k);
}

/** Polynomial of degree 5 over [0, duration] that meets value, velocity and acceleration at both ends. */
export class Quintic {
  readonly #c: Float64Array;

  constructor(duration: number, p0: number, v0: number, a0: number, p1: number, v1: number, a1: number) {
    const T = duration;
    const d = p1 - p0 - v0 * T - 0.5 * a0 * T * T;
    const v = (v1 - v0 - a0 * T) * T;
    const a = (a1 - a0) * T * T;
    this.#c = Float64Array.of(
      p0,
      v0,
      0.5 * a0,
      (10 * d - 4 * v + 0.5 * a) / T ** 3,
      (-15 * d + 7 * v - a) / T ** 4,
      (6 * d - 3 * v + 0.5 * a) / T ** 5,
    );
  }

  value(t: number): number {
    const c = this.#c;
    return c[0]! + t * (c[1]! + t * (c[2]! + t * (c[3]! + t * (c[4]! + t * c[5]!))));
  }
  velocity(t: number): number {
    const c = this.#c;
    return c[1]! + t * (2 * c[2]! + t * (3 * c[3]! + t * (4 * c[4]! + t * 5 * c[5]!)));
  }
  acceleration(t: number): number {
    const c = this.#c;
    return 2 * c[2]! + t * (6 * c[3]! + t * (12 * c[4]! + t * 20 * c[5]!));
  }
}

/** One knot of a rate: when, how fast, how fast that changes. */
export interface RateKnot {
  readonly tS: number;
  readonly rate: number;
  readonly slope: number;
}

/**
 * An angle given by its rate: cubic pieces through `knots` (so the rate is smooth and the angle is C2), plus one hump over
 * [humpFromS, last knot] whose size is chosen so that the angle ends at `to` exactly.
 */
export class RateCurve {
  readonly #knots: readonly RateKnot[];
  readonly #angles: Float64Array;
  readonly #humpFromS: number;
  readonly #humpS: number;
  readonly #humpRate: number;

  constructor(knots: readonly RateKnot[], from: number, to: number, humpFromS: number) {
    this.#knots = knots;
    this.#angles = new Float64Array(knots.length);
    this.#angles[0] = from;
    for (let i = 1; i < knots.length; i++) {
      const a = knots[i - 1]!;
      const b = knots[i]!;
      const h = b.tS - a.tS;
      this.#angles[i] = this.#angles[i - 1]! + 0.5 * h * (a.rate + b.rate) + (h * h * (a.slope - b.slope)) / 12;
    }
    this.#humpFromS = humpFromS;
    this.#humpS = knots[knots.length - 1]!.tS - humpFromS;
    // The hump's area is 16/35 of its height times its length.
    this.#humpRate = (to - this.#angles[knots.length - 1]!) / ((16 / 35) * this.#humpS);
  }

  rate(tS: number): number {
    const i = this.#piece(tS);
    const a = this.#knots[i]!;
    const b = this.#knots[i + 1]!;
    const h = b.tS - a.tS;
    const u = (tS - a.tS) / h;
    const w = 1 - u;
    return (
      a.rate * w * w * (1 + 2 * u) +
      b.rate * u * u * (3 - 2 * u) +
      h * u * w * (a.slope * w - b.slope * u) +
      this.#humpRate * hump((tS - this.#humpFromS) / this.#humpS)
    );
  }

  angle(tS: number): number {
    const i = this.#piece(tS);
    const a = this.#knots[i]!;
    const b = this.#knots[i + 1]!;
    const h = b.tS - a.tS;
    const u = (tS - a.tS) / h;
    const u2 = u * u;
    const u3 = u2 * u;
    const u4 = u3 * u;
    return (
      this.#angles[i]! +
      h * (a.rate * (u - u3 + 0.5 * u4) + b.rate * (u3 - 0.5 * u4)) +
      h * h * (a.slope * (0.5 * u2 - (2 / 3) * u3 + 0.25 * u4) + b.slope * (0.25 * u4 - u3 / 3)) +
      this.#humpRate * this.#humpS * humpArea((tS - this.#humpFromS) / this.#humpS)
    );
  }

  #piece(tS: number): number {
    let i = this.#knots.length - 2;
    while (i > 0 && tS < this.#knots[i]!.tS) i--;
    return i;
  }
}

/** Area under {@link hump} from 0 to u. */
function humpArea(u: number): number {
  if (u <= 0) return 0;
  if (u >= 1) return 16 / 35;
  return 64 * u ** 4 * (1 / 4 - u * (3 / 5 - u * (1 / 2 - u / 7)));
}
