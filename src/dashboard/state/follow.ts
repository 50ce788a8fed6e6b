/** Turns an element toward a target angle by a critically damped follow, written once a display frame. */
export class AngleFollow {
  #angle = 0;
  #speed = 0;
  #lastMs = 0;
  /** Time in which most of the way is made [s]. */
  readonly #timeS: number;

  constructor(timeS = 0.09) {
    this.#timeS = timeS;
  }

  /** @returns the angle to draw now [deg] */
  step(targetDeg: number, nowMs: number): number {
    const dtS = Math.min(Math.max((nowMs - this.#lastMs) / 1000, 0), 0.1);
    this.#lastMs = nowMs;
    const omega = 2 / this.#timeS;
    const x = omega * dtS;
    const decay = 1 / (1 + x + 0.48 * x * x + 0.235 * x * x * x);
    const change = this.#angle - targetDeg;
    const temp = (this.#speed + omega * change) * dtS;
    this.#speed = (this.#speed - omega * temp) * decay;
    this.#angle = targetDeg + (change + temp) * decay;
    return this.#angle;
  }
}

/** Whether the wearer asked for less motion. */
export const reducedMotion = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches;
