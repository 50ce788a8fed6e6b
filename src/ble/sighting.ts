import type { AdvertStatus } from '../protocol/advert-status.ts';
import type { SensorModel } from '../protocol/sensor-model.ts';
import type { Advertisement } from './radio.ts';

/** Longest name shown: it is a stranger's text. */
const NAME_LENGTH = 64;

/** What is known of a sensor from its advertisements alone. Anybody can send the same: shown, never believed. */
export class Sighting {
  readonly #model: SensorModel;
  #name: string;
  #rssiDbm: number | undefined;
  #lastHeardMs: number | undefined;
  #status: AdvertStatus | undefined;

  constructor(model: SensorModel, name: string) {
    this.#model = model;
    this.#name = name.slice(0, NAME_LENGTH);
  }

  get name(): string {
    return this.#name;
  }
  get rssiDbm(): number | undefined {
    return this.#rssiDbm;
  }
  get lastHeardMs(): number | undefined {
    return this.#lastHeardMs;
  }
  /** Charge, firmware and taps; undefined for models that don't tell. */
  get status(): AdvertStatus | undefined {
    return this.#status;
  }

  take(advertisement: Advertisement, nowMs: number): void {
    const { name, rssiDbm, manufacturerData } = advertisement;
    this.#lastHeardMs = nowMs;
    this.#rssiDbm = rssiDbm ?? this.#rssiDbm;
    if (name !== undefined) this.#name = name.slice(0, NAME_LENGTH);
    if (manufacturerData !== undefined)
      this.#status = this.#model.gatt?.advertStatus?.(manufacturerData) ?? this.#status;
  }
}
