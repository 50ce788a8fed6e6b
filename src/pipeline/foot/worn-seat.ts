import { dot3, normalize3 } from '../../math/rotation.ts';
import type { PitchAxisState } from './pitch-axis.ts';
import { FLATS_SETTLED, neutralUp, type ShoeLieState } from './shoe-lie.ts';
import type { StrideBuilderState } from './stride-builder.ts';

/** What was learnt of a sensor while it was walked with, kept while nobody knows whether it still sits so. */
export interface WornSeat {
  /** The pitch axis of its strides, unit. */
  axis: Float64Array;
  builder: StrideBuilderState;
  proven: number;
}

/** A resting foot that lies further off its flat than this is in the air, or its shoe in the hand. */
const LIES_OTHERWISE = Math.cos((15 * Math.PI) / 180);
/** The sensor still sits as it did where up and the pitch axis of the new steps lie this near to the old ones. */
const SAME_UP = Math.cos((9 * Math.PI) / 180);
const SAME_AXIS = Math.cos((25 * Math.PI) / 180);

const was = new Float64Array(3);
const is = new Float64Array(3);

/** @param force mean specific force of the resting shoe [m/s²] */
export function liesOtherwise(lie: ShoeLieState, force: Float64Array): boolean {
  neutralUp(lie, was);
  is.set(force);
  normalize3(is);
  return dot3(was, is) < LIES_OTHERWISE;
}

/** Whether the new steps say how the sensor sits now: as it did, or otherwise; undefined as long as they are too few. */
export function sitsAsBefore(seat: WornSeat, axis: PitchAxisState, lie: ShoeLieState): boolean | undefined {
  if (lie.flats < FLATS_SETTLED) return undefined;
  neutralUp(seat.builder.lie, was);
  is.set(lie.flatUp);
  normalize3(is);
  return dot3(was, is) > SAME_UP && dot3(seat.axis, axis) > SAME_AXIS;
}
