/**
 * Seeded randomness. Everything random in a virtual walk comes from here, so that a seed gives the same walk on every
 * machine. `fork` makes an independent stream by name: a new draw in one part doesn't shift the draws of another.
 */
export class Random {
  readonly #key: string;
  #a: number;
  #b: number;
  #c: number;
  #d: number;
  #spare: number | undefined;

  constructor(key: string) {
    this.#key = key;
    [this.#a, this.#b, this.#c, this.#d] = hash128(key);
    for (let i = 0; i < 12; i++) this.next();
  }

  /** An independent stream named below this one. */
  fork(name: string): Random {
    return new Random(`${this.#key}/${name}`);
  }

  /** Uniform in [0, 1): the generator sfc32. */
  next(): number {
    const t = (((this.#a + this.#b) | 0) + this.#d) | 0;
    this.#d = (this.#d + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (this.#c << 21) | (this.#c >>> 11);
    this.#c = (this.#c + t) | 0;
    return (t >>> 0) / 4294967296;
  }

  uniform(from: number, to: number): number {
    return from + (to - from) * this.next();
  }

  /** Normal deviate (polar method). */
  normal(mean = 0, sd = 1): number {
    if (this.#spare !== undefined) {
      const spare = this.#spare;
      this.#spare = undefined;
      return mean + sd * spare;
    }
    for (;;) {
      const x = 2 * this.next() - 1;
      const y = 2 * this.next() - 1;
      const s = x * x + y * y;
      if (s >= 1 || s === 0) continue;
      const k = Math.sqrt((-2 * Math.log(s)) / s);
      this.#spare = y * k;
      return mean + sd * x * k;
    }
  }

  /** Normal deviate cut off at `limitSd` standard deviations: a person's trait, never a monster's. */
  trait(mean: number, sd: number, limitSd = 2): number {
    for (;;) {
      const z = this.normal();
      if (Math.abs(z) <= limitSd) return mean + sd * z;
    }
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }
}

/** 128 bits from a string (the cyrb128 mixing). */
function hash128(key: string): [number, number, number, number] {
  let h1 = 1779033703;
  let h2 = 3144134277;
  let h3 = 1013904242;
  let h4 = 2773480762;
  for (let i = 0; i < key.length; i++) {
    const k = key.charCodeAt(i);
    h1 = h2 ^ Math.imul(h1 ^ k, 597399067);
    h2 = h3 ^ Math.imul(h2 ^ k, 2869860233);
    h3 = h4 ^ Math.imul(h3 ^ k, 951274213);
    h4 = h1 ^ Math.imul(h4 ^ k, 2716044179);
  }
  h1 = Math.imul(h3 ^ (h1 >>> 18), 597399067);
  h2 = Math.imul(h4 ^ (h2 >>> 22), 2869860233);
  h3 = Math.imul(h1 ^ (h3 >>> 17), 951274213);
  h4 = Math.imul(h2 ^ (h4 >>> 19), 2716044179);
  return [(h1 ^ h2 ^ h3 ^ h4) | 0, (h2 ^ h1) | 0, (h3 ^ h1) | 0, (h4 ^ h1) | 0];
}

/**
 * Slow wander as people show it: a sum of three first-order processes with time constants of about 6, 40 and 300 steps,
 * which looks like 1/f noise between them. Unit variance.
 */
export class Wander {
  readonly #random: Random;
  readonly #states: Float64Array;

  constructor(random: Random) {
    this.#random = random;
    this.#states = new Float64Array(3);
    for (let i = 0; i < 3; i++) this.#states[i] = random.normal();
  }

  next(): number {
    let sum = 0;
    for (let i = 0; i < 3; i++) {
      const keep = WANDER_KEEP[i]!;
      this.#states[i] = keep * this.#states[i]! + Math.sqrt(1 - keep * keep) * this.#random.normal();
      sum += this.#states[i]!;
    }
    return sum / Math.sqrt(3);
  }
}
const WANDER_KEEP = [6, 40, 300].map((steps) => Math.exp(-1 / steps));
