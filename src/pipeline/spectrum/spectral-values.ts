import type { ReasonCode } from '../../domain/reasons.ts';
import type { WalkSeconds } from '../../domain/samples.ts';
import type { SensorSite } from '../../domain/sites.ts';

/**
 * How even the walking of some ten seconds was, from one sensor. Plain values, no side and no direction in it; null with
 * one reason for all where there was no walking. Published as changes against the wearer's own, never as norms: they
 * differ by sensor site, speed and definition.
 */
export interface SpectralValues {
  readonly type: 'spectral_values';
  readonly site: SensorSite;
  readonly from_s: WalkSeconds;
  readonly to_s: WalkSeconds;
  /** Steps a minute [1/min]. */
  readonly cadence_spm: number | null;
  /** Autocorrelation at one step and at one stride, 0 to 1 (Moe-Nilssen & Helbostad 2004). Step: pelvis only. */
  readonly step_regularity: number | null;
  readonly stride_regularity: number | null;
  /**
   * Sum of the harmonics that two like steps give over the sum of those that they don't (even over odd for vertical and
   * forward, odd over even for lateral), first ten of the stride. Pelvis only.
   */
  readonly harmonic_ratio_vertical: number | null;
  readonly harmonic_ratio_forward: number | null;
  readonly harmonic_ratio_lateral: number | null;
  /** Minus the arc length of the spectrum up to 10 Hz (Balasubramanian et al. 2012): nearer to 0 is smoother. */
  readonly smoothness: number | null;
  readonly reason: ReasonCode | null;
  readonly known_at_s: WalkSeconds;
}
