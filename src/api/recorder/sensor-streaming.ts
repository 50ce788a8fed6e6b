import type { SensorHub } from '../../ble/sensor-hub.ts';
import type { ServiceClock } from '../clock.ts';
import type { HostLog } from './host-log.ts';

/** Streaming goes on this long after the last page has gone [ms]: a page that reloads finds its sensors awake. */
const LINGER_MS = 30_000;

/** Whether the sensors stream: while a walk is recorded from them, while anybody looks at them, and a little longer. */
export class SensorStreaming {
  readonly #options: { readonly hub: SensorHub; readonly clock: ServiceClock; readonly log: HostLog };
  #recording = false;
  #watchers = 0;
  #lastWantedMs = -Infinity;
  #streams = false;
  #changing = false;

  constructor(options: { readonly hub: SensorHub; readonly clock: ServiceClock; readonly log: HostLog }) {
    this.#options = options;
  }

  /** A walk is recorded from the sensors, or no longer. */
  recording(recording: boolean): void {
    if (this.#recording && !recording) this.#lastWantedMs = this.#nowMs();
    this.#recording = recording;
    this.settle();
  }

  /** Somebody looks at the sensors. @returns to be called when they have gone */
  watch(): () => void {
    this.#watchers++;
    this.settle();
    let gone = false;
    return () => {
      if (gone) return;
      gone = true;
      this.#watchers--;
      this.#lastWantedMs = this.#nowMs();
    };
  }

  /** Starts or stops what should be otherwise; to be called every second, since time may be the reason. */
  settle(): void {
    const wanted = this.#recording || this.#watchers > 0 || this.#nowMs() - this.#lastWantedMs < LINGER_MS;
    if (wanted === this.#streams || this.#changing) return;
    this.#changing = true;
    const { hub, log } = this.#options;
    (wanted ? hub.startStreaming() : hub.stopStreaming())
      .then(
        () => {
          this.#streams = wanted;
        },
        (error: unknown) => log.warn({ err: error }, wanted ? 'streaming could not start' : 'streaming could not stop'),
      )
      .finally(() => {
        this.#changing = false;
      });
  }

  #nowMs(): number {
    return this.#options.clock.monotonicS() * 1000;
  }
}
