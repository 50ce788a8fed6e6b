import type { FindingRecord } from '../domain/records.ts';
import { sideOfSite, type SensorSite } from '../domain/sites.ts';

/** A sensor repeats itself instead of measuring. */
export function stuckFinding(site: SensorSite, fromS: number, knownAtS: number): FindingRecord {
  return {
    type: 'finding',
    kind: 'sensor_stuck',
    at_s: fromS,
    side: sideOfSite(site) ?? null,
    text: `The ${site.replace('_', ' ')} sensor sends the same values over and over; switch it off and on again.`,
    confidence: 0.95,
    known_at_s: knownAtS,
  };
}

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
