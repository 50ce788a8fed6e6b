import { service } from '../api/service.ts';
import type { Calibration } from '../api/types.ts';

/** How often the service is asked how it goes [ms]. */
const ASK_EVERY_MS = 200;

/** The calibration as the service sees it, followed while it runs. */
export class CalibrationFollower {
  /** Null before the first was begun here. */
  state = $state.raw<Calibration | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Begins it, or begins it anew. @throws ApiError */
  async begin(): Promise<void> {
    this.#stopAsking();
    this.state = await service.calibrate(false);
    this.#askLater();
  }

  /** The page goes away: steps go on to be counted, standing still is given up. */
  leave(): void {
    this.#stopAsking();
    if (this.state?.phase === 'still') service.stopCalibration().catch(() => undefined);
  }

  #stopAsking(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #askLater(): void {
    this.#timer = setTimeout(() => {
      service.calibration().then(
        (state) => {
          if (this.#timer === undefined) return;
          this.state = state;
          if (state.phase === 'still' || state.phase === 'steps') this.#askLater();
        },
        () => {
          // The service is away for a moment: asked again.
          if (this.#timer !== undefined) this.#askLater();
        },
      );
    }, ASK_EVERY_MS);
  }
}
