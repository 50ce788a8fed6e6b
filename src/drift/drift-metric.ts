/**
 * What the onset bank knows of one metric. Angles in degrees, times in milliseconds, variability as natural logarithm of
 * the robust stride-time SD.
 */
export interface DriftMetric {
  readonly name: string;
  readonly unit: string;
  /** Unit of the priors: one such is a change people would notice. */
  readonly u: number;
  /** Smallest practical change. */
  readonly delta: number;
  /** SD of a minute value of the mean of both sides (or of the single series), and of the left-right difference. */
  readonly s0: number;
  readonly sD: number | undefined;
  /** Share of the variance that has no memory. */
  readonly whiteShare: number;
  /** Prior SD of the effect of speed [metric per m/s]. */
  readonly speedSd: number;
  /** Posterior probability at which the alarm is given. */
  readonly alarmP: number;
}

/** The panel; the thresholds already include that there are four of them (docs/accuracy.md, drift). */
export const DRIFT_METRICS = {
  eversion_excursion_deg: {
    name: 'eversion_excursion_deg',
    unit: 'deg',
    u: 1,
    delta: 0.5,
    s0: 0.4,
    sD: 1.1,
    whiteShare: 0.2,
    speedSd: 4,
    alarmP: 0.6,
  },
  pelvic_drop_excursion_deg: {
    name: 'pelvic_drop_excursion_deg',
    unit: 'deg',
    u: 1,
    delta: 0.5,
    s0: 0.32,
    sD: 0.7,
    whiteShare: 0.2,
    speedSd: 4,
    alarmP: 0.65,
  },
  stance_difference_ms: {
    name: 'stance_difference_ms',
    unit: 'ms',
    u: 12,
    delta: 6,
    s0: 6.5,
    sD: undefined,
    whiteShare: 0.4,
    speedSd: 60,
    alarmP: 0.7,
  },
  ln_stride_time_sd: {
    name: 'ln_stride_time_sd',
    unit: 'ln ms',
    u: 0.3,
    delta: 0.15,
    s0: 0.2,
    sD: undefined,
    whiteShare: 0.65,
    speedSd: 1.5,
    alarmP: 0.75,
  },
} as const satisfies Record<string, DriftMetric>;
export type DriftMetricName = keyof typeof DRIFT_METRICS;

/** One minute of one metric: medians of its valid strides. A minute with fewer than 15 is missing: it is not made up. */
export interface MinuteValue {
  /** Minute of the walk, from 0. */
  readonly minute: number;
  readonly strides: number;
  /** Mean of left and right, or the single series. */
  readonly mean: number;
  /** Left minus right; undefined for a single series. */
  readonly difference: number | undefined;
  readonly speedMps: number;
}
