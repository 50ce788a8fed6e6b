import type { SensorStatus } from '../../ble/sensor-hub.ts';
import type { SensorSlot } from '../../domain/notification.ts';

/** How far the links of a walk are trusted: of all links that a sensor had in it, the least. */
export class LinkTrust {
  readonly #least = new Map<string, NonNullable<SensorSlot['linkTrust']>>();

  /** @param slots of a walk that goes on: what was known of its links */
  constructor(slots: readonly SensorSlot[] = []) {
    for (const { deviceId, linkTrust } of slots)
      if (deviceId !== undefined && linkTrust !== undefined) this.#least.set(deviceId, linkTrust);
  }

  /** Looks at the sensors as they are now; of one that holds another key nothing is taken, so it says nothing. */
  note(sensors: readonly SensorStatus[]): void {
    for (const { id, paired, trust } of sensors)
      if (paired && (trust === 'unprotected' || (trust === 'authenticated' && !this.#least.has(id))))
        this.#least.set(id, trust);
  }

  /** The slots with what is known of their links. */
  toldIn(slots: readonly SensorSlot[]): readonly SensorSlot[] {
    return slots.map((slot) => {
      const linkTrust = slot.deviceId === undefined ? undefined : this.#least.get(slot.deviceId);
      return linkTrust === undefined ? slot : { ...slot, linkTrust };
    });
  }
}
