import type { Calibration } from '../../src/api/contract.ts';

/** A calibration that goes well: five still seconds, then two steps a second once the walker walks. */
export class FakeCalibration {
  #startMs: number | null = null;
  #walkingMs: number | null = null;
  #skipped = false;

  start(skipStill: boolean): Calibration {
    this.#startMs = performance.now();
    this.#walkingMs = null;
    this.#skipped = skipStill;
    return this.state(false);
  }

  stop(): Calibration {
    this.#startMs = null;
    return this.state(false);
  }

  state(walking: boolean): Calibration {
    const nowMs = performance.now();
    const share = this.#startMs === null ? 0 : this.#skipped ? 1 : Math.min(1, (nowMs - this.#startMs) / 5000);
    if (walking && share >= 1) this.#walkingMs ??= nowMs;
    const count = this.#walkingMs === null ? 0 : Math.min(10, Math.floor((nowMs - this.#walkingMs) / 500));
    const graded = count === 10;
    return {
      phase: this.#startMs === null ? 'idle' : graded ? 'graded' : share >= 1 ? 'steps' : 'still',
      still_share: share,
      moved_dps: null,
      still_skipped: this.#skipped,
      step_sides: Array.from({ length: count }, (_, i) => (i % 2 === 0 ? 'left' : 'right')),
      steps_wanted: 10,
      grade: graded ? (this.#skipped ? 'B' : 'A') : null,
      reasons: graded && this.#skipped ? ['still_skipped'] : [],
    };
  }
}
