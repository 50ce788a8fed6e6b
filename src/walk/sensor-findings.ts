import type { FindingRecord } from '../domain/records.ts';
import { sideOfSite, type SensorSite } from '../domain/sites.ts';

/** A sensor started anew in mid-walk: told once, at the end of its gap. */
export function rebootFinding(site: SensorSite, atS: number): FindingRecord {
  return {
    type: 'finding',
    kind: 'sensor_rebooted',
    at_s: atS,
    side: sideOfSite(site) ?? null,
    text: `The ${site.replace('_', ' ')} sensor restarted; the walk goes on with a gap.`,
    confidence: 1,
    known_at_s: atS,
  };
}
