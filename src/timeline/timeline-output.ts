import type { ImuBlock, WalkSeconds } from '../domain/samples.ts';
import type { SensorSite } from '../domain/sites.ts';

/** What one sensor's timeline says, in the order of the walk's clock. A gap is explicit; no sample is ever invented here. */
export type TimelineOutput =
  | { readonly type: 'block'; readonly block: ImuBlock }
  | {
      readonly type: 'gap';
      readonly site: SensorSite;
      /** When the first missing sample was due, and when the first one after the gap was taken. */
      readonly fromS: WalkSeconds;
      readonly toS: WalkSeconds;
      /** Samples that were taken but never came in time; undefined where the model counts none. */
      readonly lostSamples?: number;
      readonly cause: 'loss' | 'reboot' | 'clock';
    };

/** Counters of one sensor since the walk began. accepted + rejected = received, always. */
export interface TimelineCounts {
  received: number;
  accepted: number;
  rejected: number;
  /** of the rejected, by reason */
  rejectedBy: Record<string, number>;
  /** of the accepted: repeated packets (imported recordings: rows) */
  duplicates: number;
  /** of the accepted: packets (rows) that came after a later one */
  reordered: number;
  lostPackets: number;
  /** Samples that never came, neither in time nor later. */
  lostSamples: number;
  /** Samples that came too late for the signal path (a resend after a lost link): recorded, not in the blocks. */
  lateSamples: number;
  /** Samples handed on in blocks. */
  samples: number;
  /** Of these, samples of unevenly timed recordings that lie between two rows. */
  resampled: number;
  reboots: number;
  gaps: number;
  /** Rate on the walk's clock [Hz] and the sensor clock's error against it [ppm]; undefined until fitted. */
  rateHz: number | undefined;
  clockSkewPpm: number | undefined;
  lastSampleS: WalkSeconds | undefined;
}

/** The counters as a time line keeps them: NaN where nothing is known yet, so that a new number needs no new object. */
export type RunningCounts = Omit<TimelineCounts, 'rateHz' | 'clockSkewPpm' | 'lastSampleS'> & {
  rateHz: number;
  clockSkewPpm: number;
  lastSampleS: WalkSeconds;
};

/** A copy of the counters as they stand, to be given out. */
export const countsSoFar = (running: RunningCounts): TimelineCounts => {
  const known = (value: number): number | undefined => (Number.isNaN(value) ? undefined : value);
  return {
    ...running,
    rejectedBy: { ...running.rejectedBy },
    rateHz: known(running.rateHz),
    clockSkewPpm: known(running.clockSkewPpm),
    lastSampleS: known(running.lastSampleS),
  };
};

/** Counters of a sensor that was not heard yet. */
export const createCounts = (): RunningCounts => ({
  received: 0,
  accepted: 0,
  rejected: 0,
  rejectedBy: {},
  duplicates: 0,
  reordered: 0,
  lostPackets: 0,
  lostSamples: 0,
  lateSamples: 0,
  samples: 0,
  resampled: 0,
  reboots: 0,
  gaps: 0,
  rateHz: NaN,
  clockSkewPpm: NaN,
  lastSampleS: NaN,
});
