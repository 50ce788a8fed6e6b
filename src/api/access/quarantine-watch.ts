import type { SensorHub } from '../../ble/sensor-hub.ts';
import type { AuditLog } from './audit-log.ts';

/**
 * Notes in the audit trail when a sensor is set aside (another identity, a replayed stream, a counter that runs back): the page
 * shows it while it lasts, the trail keeps that it happened. @returns what ends the watch
 */
export function watchQuarantine(hub: SensorHub, audit: AuditLog): () => void {
  let before = new Set<string>();
  return hub.onChange(() => {
    const now = hub.sensors().filter((sensor) => sensor.state === 'quarantined');
    for (const { id, site } of now) if (!before.has(id)) audit.noteOwn('sensor_quarantined', site ?? '');
    before = new Set(now.map(({ id }) => id));
  });
}
