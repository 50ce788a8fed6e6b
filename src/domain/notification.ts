import type { SensorSite } from './sites.ts';

/** A place in a walk that one sensor fills. Declared before its first notification. */
export interface SensorSlot {
  readonly slot: number;
  readonly site: SensorSite;
  /** Key of the sensor model in `protocol/models/index.ts`. */
  readonly model: string;
  /** Stable identity of the device (address or serial), where there is one. */
  readonly deviceId?: string;
  readonly name?: string;
  /** How far its link was trusted, of all links of the walk the least: it proved that it holds our key, or it can't. */
  readonly linkTrust?: 'authenticated' | 'unprotected';
}

/** No walk is longer than eleven days [s]: a receive time beyond that is an error of whoever told it. */
export const LONGEST_WALK_S = 1e6;

/**
 * Bytes as they came from a sensor, with the time they were received. Live, replayed and imported data all enter a walk
 * in this form: what `WalkSession.push` takes is what the store keeps, what a recording holds and what ingest accepts.
 */
export interface SensorNotification {
  readonly slot: number;
  /** Receive time on the walk's clock [s]: monotonic, 0 at the walk's start. */
  readonly receivedS: number;
  readonly bytes: Uint8Array;
}
