import { lateralSign } from '../../domain/frames.ts';
import type { Side } from '../../domain/sites.ts';
import { DEG_PER_RAD } from '../../domain/units.ts';
import { cross3 } from '../../math/rotation.ts';
import { footForward } from './foot-heading.ts';
import type { FootLive } from './foot-output.ts';
import type { FootParams } from './foot-params.ts';
import { liveUp } from './live-tilt.ts';
import { newestS, type SampleRingState } from './sample-ring.ts';
import { neutralUp, restForce } from './shoe-lie.ts';
import { elevationOfVector } from './stance-motion.ts';
import type { StrideBuilderState } from './stride-builder.ts';

const neutral = new Float64Array(3);
const forward = new Float64Array(3);
const left = new Float64Array(3);
const up = new Float64Array(3);

/** The foot as of its newest sample, for drawing: worked out when somebody looks. @param inStance null where it isn't known */
export function liveFoot(
  side: Side,
  ring: SampleRingState,
  biasRadps: Float64Array,
  { heading, lie }: StrideBuilderState,
  p: FootParams,
  inStance: boolean | null,
): FootLive {
  let eversionDeg: number | null = null;
  let pitchDeg: number | null = null;
  if (heading.strides > 0) {
    neutralUp(lie, neutral);
    footForward(heading, neutral, lateralSign(side), p, forward);
    cross3(neutral, forward, left);
    liveUp(ring, biasRadps, restForce(lie), up);
    eversionDeg = lateralSign(side) * elevationOfVector(up, left) * DEG_PER_RAD;
    pitchDeg = elevationOfVector(up, forward) * DEG_PER_RAD;
  }
  return {
    timeS: ring.count === 0 ? 0 : newestS(ring),
    eversionDeg,
    pitchDeg,
    inStance,
    provisional: heading.strides < p.headingSettled,
  };
}
