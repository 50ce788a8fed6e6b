import type { SensorSite } from './sites.ts';

/** Seconds on the walk's clock (0 = the walk's first receive time, or the recording's own zero). */
export type WalkSeconds = number;

/** A run of samples on the walk's clock, in the sensor's own axes (alignment is emitted beside it, provisional or settled). */
export interface ImuBlock {
  readonly site: SensorSite;
  /** Walk time of the first sample [s]. */
  readonly startS: WalkSeconds;
  /** false: goes on from the previous block of this site, sample for sample. */
  readonly afterGap: boolean;
  /** Sampling rate on the walk's clock [Hz]. */
  readonly rateHz: number;
  /** Specific force, x0 y0 z0 x1 y1 z1 ... [m/s²]. */
  readonly accMps2: Float64Array;
  /** Angular rate, same layout [rad/s]. */
  readonly gyrRadps: Float64Array;
  /** 1 where a stage may not trust the sample as measured (bridged, resampled across a hole, clipped by the importer). */
  readonly bridged?: Uint8Array;
}
