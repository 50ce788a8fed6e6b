import { degFromRad } from '../../domain/units.ts';
import { cross3, dot3 } from '../../math/rotation.ts';

/**
 * The alignment keeps its forward axis level in the sensor, so how far that axis has turned since it locked is how far the pelvis
 * (or its belt) tilted. Plain data: the sensor's direction that was up then; null before.
 */
export class TiltReference {
  #up: Float64Array | null = null;

  /** @param forward and lateral of the alignment, unit, in the sensor's axes @returns tilt since the first call [deg], forward + */
  since(forward: Float64Array, lateral: Float64Array): number {
    if (this.#up === null) {
      this.#up = new Float64Array(3);
      cross3(forward, lateral, this.#up);
    }
    const sine = dot3(forward, this.#up) / Math.sqrt(dot3(this.#up, this.#up));
    return degFromRad(Math.asin(Math.max(-1, Math.min(1, sine))));
  }

  /** The sensor sits another way: tilt counts anew. */
  reset(): void {
    this.#up = null;
  }

  snapshot(): Float64Array | null {
    return this.#up === null ? null : this.#up.slice();
  }

  restore(up: Float64Array | null): void {
    this.#up = up === null ? null : up.slice();
  }
}
