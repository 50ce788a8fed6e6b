import type { TimerHandle, Timers } from '../timers.ts';
import type { AirDevice } from './air-device.ts';
import { advertisingReport, REPORT } from './hci-packets.ts';

/** How devices advertise. */
export interface AdvertisingPace {
  /** Time between two advertisements of a device [ms]. Default 300. */
  readonly everyMs?: number;
  /** Its scan response is heard only from this advertisement on: names come late. Default 1, the first. */
  readonly scanResponseFrom?: number;
}

/** What a scanning controller hears of the devices around it. */
export class Advertising {
  readonly devices: AirDevice[] = [];
  readonly #timers: Timers;
  readonly #pace: AdvertisingPace;
  readonly #isLinked: (device: AirDevice) => boolean;
  readonly #tell: (report: Buffer) => void;
  #round: TimerHandle | undefined;
  #heard = new Map<AirDevice, number>();

  constructor(
    timers: Timers,
    pace: AdvertisingPace,
    isLinked: (device: AirDevice) => boolean,
    tell: (report: Buffer) => void,
  ) {
    this.#timers = timers;
    this.#pace = pace;
    this.#isLinked = isLinked;
    this.#tell = tell;
  }

  /** Begins or ends a scan. @param once each device is told once (and once more with its scan response) */
  scan(on: boolean, once: boolean): void {
    this.stop();
    if (!on) return;
    this.#heard = new Map();
    const next = (): void => {
      this.#round = this.#timers.after(this.#pace.everyMs ?? 300, () => {
        next();
        for (const device of this.devices) this.#hear(device, once);
      });
    };
    next();
  }

  /** The scan ends. */
  stop(): void {
    this.#round?.cancel();
    this.#round = undefined;
  }

  #hear(device: AirDevice, once: boolean): void {
    // A device with a link doesn't advertise.
    if (!device.present || this.#isLinked(device)) return;
    const times = (this.#heard.get(device) ?? 0) + 1;
    this.#heard.set(device, times);
    const answerFrom = this.#pace.scanResponseFrom ?? 1;
    if (!once || times === 1) this.#tell(advertisingReport(REPORT.advertisement, device, device.advertisement));
    if (device.scanResponse !== undefined && (once ? times === answerFrom : times >= answerFrom))
      this.#tell(advertisingReport(REPORT.scan_response, device, device.scanResponse));
  }
}
