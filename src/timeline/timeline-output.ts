import type { ImuBlock, WalkSeconds } from '../domain/samples.ts';
import type { SensorSite } from '../domain/sites.ts';

/** What one sensor's timeline says, in the order of the walk's clock. A gap is explicit; no sample is ever invented here. */
export type TimelineOutput =
  | { readonly type: 'block'; readonly block: ImuBlock }
  | {
      readonly type: 'gap';
      readonly site: SensorSite;
      readonly fromS: WalkSeconds;
      readonly toS: WalkSeconds;
      /** Samples that were taken but never came; undefined where the model counts none. */
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
  duplicates: number;
  reordered: number;
  lostPackets: number;
  lostSamples: number;
  samples: number;
  reboots: number;
  gaps: number;
  /** Rate on the walk's clock [Hz] and the sensor clock's error against it [ppm]; undefined until fitted. */
  rateHz: number | undefined;
  clockSkewPpm: number | undefined;
  lastSampleS: WalkSeconds | undefined;
}
