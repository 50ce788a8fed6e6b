/** What the pelvis' path knows beforehand: lengths in seconds, angles in degrees as the records have them. */
export interface PelvisParams {
  /** The path works on a grid of at least this rate; faster sensors are averaged down to it [Hz]. */
  readonly gridRateHz: number;
  /** Holes up to this long are bridged and trusted; up to the second length only timing is kept [s]. */
  readonly bridgedGapS: number;
  readonly timingGapS: number;
  /** A contact is worked up this long after it, when the samples around it are in [s]. */
  readonly settleS: number;
  /** A stride waits this long for the alignment before it goes out without values [s]. */
  readonly alignmentWaitS: number;
  /** Low-pass of the frontal angle, run forwards and backwards [Hz]. */
  readonly angleLowPassHz: number;
  /** Rolling neutral: strides a side, and the stretch before contact that counts [s]. */
  readonly neutralStrides: number;
  readonly preContactS: number;
  /** Strides whose mean specific force tells up. */
  readonly upStrides: number;
  /** Where in stance the drop is looked for (shares of stance). */
  readonly dropFrom: number;
  readonly dropTo: number;
  /** Stance as a share of the stride where no final contact is known. */
  readonly stanceShare: number;
  /** Turning: heading changes by more than this over a stride's time, begun as much earlier or later [deg, s]. */
  readonly turnDeg: number;
  readonly turnMarginS: number;
  /** Strides that can be walking [s], and how far one may be off the running median (share). */
  readonly shortestStrideS: number;
  readonly longestStrideS: number;
  readonly strideTimeShare: number;
  /** Belt slip: change of the mean angle between the strides before and after [deg]. */
  readonly slipDeg: number;
  readonly slipStrides: number;
  /** Roll above the low-pass that makes a stride wobbly, RMS [deg]. */
  readonly wobbleDeg: number;
}

export const PELVIS_DEFAULTS: PelvisParams = Object.freeze({
  gridRateHz: 50,
  bridgedGapS: 0.045,
  timingGapS: 0.2,
  settleS: 0.3,
  alignmentWaitS: 0.95,
  angleLowPassHz: 6,
  neutralStrides: 10,
  preContactS: 0.08,
  upStrides: 3,
  dropFrom: 0.05,
  dropTo: 0.5,
  stanceShare: 0.62,
  turnDeg: 12,
  turnMarginS: 0.15,
  shortestStrideS: 0.7,
  longestStrideS: 2.5,
  strideTimeShare: 0.25,
  slipDeg: 2.5,
  slipStrides: 5,
  wobbleDeg: 0.8,
});
