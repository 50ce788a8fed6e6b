import type { SensorSite } from '../domain/sites.ts';
import type { DecodedPacket, SampleClock } from '../protocol/sensor-model.ts';
import { DeviceTimeline } from './device-timeline.ts';
import { RowTimeline } from './row-timeline.ts';
import {
  countsSoFar,
  createCounts,
  type RunningCounts,
  type TimelineCounts,
  type TimelineOutput,
} from './timeline-output.ts';

/** Which sensor, and what its model can tell about time. */
export interface SensorTimelineOptions {
  readonly site: SensorSite;
  readonly clock: SampleClock;
  readonly nominalRateHz: number;
  /**
   * Blocks are read before the call that emits them returns, so their arrays may be those of the decoder. Without it they
   * stay as they are for good, at the price of a copy.
   */
  readonly lendBlocks?: boolean;
}

/** Everything that the rest of a timeline depends on; plain data. */
export interface SensorTimelineState {
  readonly counts: RunningCounts;
  readonly path: unknown;
}

/**
 * One sensor's samples on the walk's clock: counters unwrapped, lost, doubled and reordered packets found, reboots seen,
 * the sensor's clock fitted, gaps marked. Pure and causal: the same packets with the same receive times give the same
 * blocks, bit for bit, live or replayed.
 */
export class SensorTimeline {
  readonly #path: DeviceTimeline | RowTimeline;
  #counts: RunningCounts = createCounts();

  constructor(options: SensorTimelineOptions) {
    this.#path =
      options.clock === 'walk'
        ? new RowTimeline(options.site, options.lendBlocks === true)
        : new DeviceTimeline({ ...options, clock: options.clock, lendBlocks: options.lendBlocks === true });
  }

  /** Reads what the next packet needs, all of it at once: see docs/decisions/002-many-walkers.md. */
  touch(): number {
    const { rateHz, clockSkewPpm, lastSampleS } = this.#counts;
    return this.#path.touch() + rateHz + clockSkewPpm + lastSampleS;
  }

  /** One decoded packet, received at `receivedS` on the walk's clock. Its arrays are read before this returns, or copied. */
  push(packet: DecodedPacket, receivedS: number, emit: (output: TimelineOutput) => void): void {
    const counts = this.#counts;
    counts.received++;
    const reason = this.#path.push(packet, receivedS, counts, emit);
    if (reason === undefined) counts.accepted++;
    else this.#reject(reason);
  }

  /** Bytes that the decoder refused. */
  rejected(reason: string): void {
    this.#counts.received++;
    this.#reject(reason);
  }

  /** The walk is over: what still waits goes out. */
  flush(emit: (output: TimelineOutput) => void): void {
    this.#path.flush(this.#counts, emit);
  }

  /** A copy of the counters as they stand. */
  get counts(): TimelineCounts {
    return countsSoFar(this.#counts);
  }

  snapshot(): SensorTimelineState {
    return structuredClone({ counts: this.#counts, path: this.#path.snapshot() });
  }

  restore(state: SensorTimelineState): void {
    const { counts, path } = structuredClone(state);
    this.#counts = counts;
    this.#path.restore(path);
  }

  #reject(reason: string): void {
    const counts = this.#counts;
    counts.rejected++;
    counts.rejectedBy[reason] = (counts.rejectedBy[reason] ?? 0) + 1;
  }
}
