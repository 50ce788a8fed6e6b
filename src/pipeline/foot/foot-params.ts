import { RAD_PER_DEG } from '../../domain/units.ts';

/**
 * Every number of the foot's signal path, in physical units; docs/decisions tell where they come from. Angles and rates are
 * in radians, as everything inside.
 */
export interface FootParams {
  /** Longest span that the ring remembers [s]. */
  readonly memoryS: number;
  /** Sampling rates above this are averaged down by a whole factor [Hz]. */
  readonly highestRateHz: number;
  /** A hole up to this is bridged and trusted with care [s]. */
  readonly bridgedGapS: number;
  /** A hole up to this keeps timing where no event falls into it; a longer one starts anew [s]. */
  readonly timingGapS: number;

  /** Widths of the Hann filters of pitch rate: for crossings, for the push-off's shape [s]. */
  readonly pitchWidthS: number;
  readonly shapeWidthS: number;

  /** Gyro bias: half of the rest window [s], rest limits over all axes, and the largest rate that can be bias. */
  readonly restHalfS: number;
  readonly restGyrSdRadps: number;
  readonly restAccSdMps2: number;
  readonly restRateRadps: number;

  /** Pitch axis: samples faster than this count; they fade over this much moving time, sooner before the wearer has walked [s]. */
  readonly movingRateRadps: number;
  readonly axisMemoryS: number;
  readonly axisFirstMemoryS: number;
  /** Moving time after which the axis is usable [s], and the least share of rotation about it. */
  readonly axisMovingS: number;
  readonly axisShare: number;
  /** A quiet spell: mean-square rate over this time stays below this. */
  readonly quietS: number;
  readonly quietRadps: number;
  /** The first turn by this much after a quiet spell is push-off: plantarflexion. */
  readonly lobeRad: number;
  /** A lull of the gait: the same mean lies below this share (of the rate) of the mean over this time. */
  readonly lullShare: number;
  readonly lullLevelS: number;

  /** Push-off trough must be deeper than this, and not older than this at the zero that follows. */
  readonly pushOffRadps: number;
  readonly pushOffAgeS: number;
  /** Swing: rotation after the zero, and peak rate, at least; share of the usual peak. */
  readonly swingTurnRad: number;
  readonly swingPeakRadps: number;
  readonly swingShare: number;
  /** Share of the whole rotation since the zero that is about the pitch axis, at least. */
  readonly swingPitchShare: number;
  readonly longestSwingS: number;
  /** Final contact: this long before the trough has faded to this level, held between these times before the zero. */
  readonly fcFadedLevel: number;
  readonly fcFadedLeadS: number;
  readonly fcEarliestS: number;
  readonly fcLatestS: number;
  /** A plateau or second lobe between faded trough and zero from this length on; final contact is then by this level. */
  readonly fcHumpS: number;
  readonly fcHumpLevel: number;
  readonly fcHumpLagS: number;
  /** A hump is only believed after a push-off whose usual rate is at least this. */
  readonly fcHumpRadps: number;
  /** A swing whose pitch rate stays below this share of its peak for this time, and the whole rate below this, was put down flat. */
  readonly fadeShare: number;
  readonly fadeS: number;
  readonly fadeQuietRadps: number;
  /** A dip shallower than this, followed by a rate above this, lies in mid-swing. */
  readonly dipRadps: number;
  readonly midSwingRadps: number;
  /** Initial contact: this share of the way from the pitch-rate zero to this level of the loading trough; search time; rebound
   * and share of the usual trough that confirm it at once; flat landings. */
  readonly icLoadedShare: number;
  readonly icUsualShare: number;
  readonly icLevel: number;
  readonly icSearchS: number;
  readonly icRebound: number;
  readonly flatLandingRadps: number;
  readonly flatLandingLagS: number;
  /** A foot that came down toes first: its heel sinks within this time [s] and by a turn between these; after a trough that could
   * be a heel's, faster than that by this factor. */
  readonly heelSinksS: number;
  readonly heelSinksLeastRad: number;
  readonly heelSinksMostRad: number;
  readonly heelSinksFaster: number;
  /** So long after the pitch-rate zero it is waited for in a foot that came down like that the last time [s]. */
  readonly ballSearchS: number;

  /** Foot-flat: the stillest window of this width [s], searched from and until these times after contact [s]. */
  readonly flatWindowS: number;
  readonly flatFromS: number;
  readonly flatUntilS: number;
  /** ... and never closer to the push-off trough than this [s]. */
  readonly flatBeforePushOffS: number;
  /** Height of the sensor over the point that the foot turns about at foot-flat [m]. */
  readonly sensorHeightM: number;
  /** Doubt of the acceleration: its squared second difference plus this floor [(m/s²)²], times the factor. */
  readonly residualFloor: number;
  readonly accDoubt: number;
  /** Part of the scatter of the velocity left over that may be the same in every stride. */
  readonly residualSystematic: number;
  /** A shoe that turns at foot-flat turns about a point that may lie this far off: doubt of its velocity [m]. */
  readonly flatLeverM: number;
  /** Doubt of felt gravity at foot-flat, and of the tilt that the gyro carries through one stride [rad]. */
  readonly feltTiltRad: number;
  readonly turnTiltRad: number;
  /** Doubt of the velocity [m/s] and of the equal height [m] at the end of a stride. */
  readonly endVelocityMps: number;
  readonly endHeightM: number;

  /** Outward offsets of the heading estimates: travel direction, least roll variation, axis from flat to final contact. */
  readonly travelOutwardRad: number;
  readonly stanceOutwardRad: number;
  readonly pushOffOutwardRad: number;
  readonly swingOutwardRad: number;
  /** ... and their weights. */
  readonly travelWeight: number;
  readonly stanceWeight: number;
  readonly pushOffWeight: number;
  readonly swingWeight: number;
  /** Strides after which the heading is settled, and over which it is averaged. */
  readonly headingSettled: number;
  readonly headingStrides: number;
  readonly headingLengthM: number;
  /** A step: from one stand to another, less still than this allowed, at least this far, with at most this velocity left over
   * for each metre [1/s]. */
  readonly stoodRadps: number;
  /** A first look at a first step is taken so long after contact [s], and the foot must stand so still by then. */
  readonly stepLookS: number;
  readonly stepLookRadps: number;
  readonly stepLengthM: number;
  readonly stepResidualPerS: number;
  readonly turnRad: number;
  readonly sharpTurnRad: number;
}

const deg = RAD_PER_DEG;

/** The defaults; used everywhere. */
export const FOOT_PARAMS: FootParams = Object.freeze({
  memoryS: 4,
  highestRateHz: 250,
  bridgedGapS: 0.045,
  timingGapS: 0.2,
  pitchWidthS: 0.048,
  shapeWidthS: 0.029,
  restHalfS: 0.375,
  restGyrSdRadps: 1.8 * deg,
  restAccSdMps2: 0.35,
  restRateRadps: 5 * deg,
  movingRateRadps: 80 * deg,
  axisMemoryS: 10,
  axisFirstMemoryS: 4,
  axisMovingS: 0.5,
  axisShare: 0.6,
  quietS: 0.1,
  quietRadps: 40 * deg,
  lobeRad: 10 * deg,
  lullShare: 0.4,
  lullLevelS: 1.5,
  pushOffRadps: 40 * deg,
  pushOffAgeS: 0.55,
  swingTurnRad: 6 * deg,
  swingPeakRadps: 50 * deg,
  swingShare: 0.25,
  swingPitchShare: 0.4,
  longestSwingS: 1.5,
  fcFadedLevel: 0.62,
  fcFadedLeadS: 0.006,
  fcEarliestS: 0.032,
  fcLatestS: 0.014,
  fcHumpS: 0.038,
  fcHumpLevel: 0.75,
  fcHumpLagS: 0.008,
  fcHumpRadps: 400 * deg,
  fadeShare: 0.1,
  fadeS: 0.08,
  fadeQuietRadps: 30 * deg,
  dipRadps: 54 * deg,
  midSwingRadps: 20 * deg,
  icLoadedShare: 0.75,
  icUsualShare: 0.8,
  icLevel: 0.4,
  icSearchS: 0.11,
  icRebound: 0.2,
  flatLandingRadps: 25 * deg,
  flatLandingLagS: 0.01,
  heelSinksS: 0.14,
  heelSinksLeastRad: 1 * deg,
  heelSinksMostRad: 20 * deg,
  heelSinksFaster: 1.2,
  ballSearchS: 0.18,
  flatWindowS: 0.06,
  flatFromS: 0.06,
  flatUntilS: 0.29,
  flatBeforePushOffS: 0.05,
  sensorHeightM: 0.09,
  residualFloor: 30,
  accDoubt: 0.2,
  residualSystematic: 0.25,
  flatLeverM: 1.2,
  feltTiltRad: 0.006,
  turnTiltRad: 0.004,
  endVelocityMps: 0.02,
  endHeightM: 0.03,
  travelOutwardRad: 6 * deg,
  stanceOutwardRad: -2 * deg,
  pushOffOutwardRad: 0.5 * deg,
  swingOutwardRad: 11.6 * deg,
  travelWeight: 1,
  stanceWeight: 1,
  pushOffWeight: 0.5,
  swingWeight: 1,
  headingSettled: 8,
  headingStrides: 300,
  headingLengthM: 0.4,
  stoodRadps: 60 * deg,
  stepLookS: 0.14,
  stepLookRadps: 35 * deg,
  stepLengthM: 0.2,
  stepResidualPerS: 1,
  turnRad: 15 * deg,
  sharpTurnRad: 75 * deg,
});
