import type { SensorStatus } from '../../ble/sensor-hub.ts';
import type { SensorSlot } from '../../domain/notification.ts';

/** Slots of a new walk, and each sensor's slot by its id. Of two sensors for one site the first is taken. */
export function slotsOf(paired: readonly SensorStatus[]): { slots: SensorSlot[]; bySensor: Map<string, number> } {
  const slots: SensorSlot[] = [];
  const bySensor = new Map<string, number>();
  for (const { id, site, model, name } of paired) {
    if (site === undefined || slots.some((slot) => slot.site === site)) continue;
    bySensor.set(id, slots.length);
    slots.push({ slot: slots.length, site, model, deviceId: id, name: name.slice(0, 64) });
  }
  return { slots, bySensor };
}
