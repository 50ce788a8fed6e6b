import type { ReasonCode } from '../../domain/reasons.ts';
import { isRun } from '../../domain/running.ts';
import type { WalkSeconds } from '../../domain/samples.ts';
import type { Side } from '../../domain/sites.ts';
import { addForce, headingChange } from './pelvic-angles.ts';
import type { FootContact } from './pelvis-output.ts';
import type { PelvisParams } from './pelvis-params.ts';
import { BRIDGED, indexAt, slotOf, worstMark, type PelvisRing } from './pelvis-ring.ts';
import type { StrideBook } from './stride-book.ts';

/** A stride that is over and waits for the alignment. */
export interface WaitingStride {
  readonly side: Side;
  readonly icS: WalkSeconds;
  readonly nextIcS: WalkSeconds;
  /** Contacts inside: this foot's last, the other foot's first; null where not known. */
  readonly fcS: WalkSeconds | null;
  readonly otherIcS: WalkSeconds | null;
  /** Up over the last strides in the almost inertial frame, unit. */
  readonly up: Float64Array;
  readonly turning: boolean;
  /** Why it gives no values, whatever the alignment says. */
  readonly reason: ReasonCode | null;
}

/**
 * What of a stride must be taken while it is fresh; undefined where the ring doesn't hold it.
 * @param recent the last contacts of both feet
 */
export function readWaiting(
  params: PelvisParams,
  book: StrideBook,
  recent: readonly FootContact[],
  ring: PelvisRing,
  side: Side,
  icS: WalkSeconds,
  nextIcS: WalkSeconds,
): WaitingStride | undefined {
  const from = indexAt(ring, icS);
  const to = indexAt(ring, nextIcS);
  if (!(to > from)) return undefined;
  const sum = new Float64Array(3);
  const spanS = nextIcS - icS;
  if (!addForce(ring, icS, nextIcS, sum)) return undefined;
  const lead = indexAt(ring, icS - params.preContactS);
  const inside = (c: FootContact): boolean => c.timeS > icS && c.timeS < nextIcS;
  const fc = recent.find((c) => c.kind === 'fc' && c.side === side && inside(c));
  const other = recent.find((c) => c.kind === 'ic' && c.side !== side && inside(c));
  // A run has no double support to count a drop from, brakes otherwise, and its times are none of a walk.
  const running = isRun(icS, fc?.timeS, nextIcS);
  let reason: ReasonCode | null = null;
  if (running) reason = 'running';
  else if (worstMark(ring, Number.isNaN(lead) ? from : lead, to) > BRIDGED) reason = 'gap';
  else if (!book.timeFits(spanS)) reason = 'pelvis_unsure';
  if (!running) book.time(side, spanS);
  const turning = turns(params, ring, icS, nextIcS, sum);
  if (turning) book.clearForces(side);
  const up = book.up(side, { sum, spanS });
  // Over a filled hole the strapdown loses a little: what comes after doesn't look back past it.
  if (reason === 'gap') book.clearForces(side);
  return { side, icS, nextIcS, fcS: fc?.timeS ?? null, otherIcS: other?.timeS ?? null, up, turning, reason };
}

/** Heading over one whole stride, at three phases: what the pelvis turns within a stride stays out of it. */
function turns(
  params: PelvisParams,
  ring: PelvisRing,
  icS: WalkSeconds,
  nextIcS: WalkSeconds,
  force: Float64Array,
): boolean {
  const margin = params.turnMarginS;
  const lateS = Math.min(margin, ring.timeS[slotOf(ring.count - 1)]! - nextIcS);
  const turned = (shiftS: number): number => Math.abs(headingChange(ring, icS + shiftS, nextIcS + shiftS, force));
  return Math.max(turned(-margin), turned(0), turned(lateS)) > params.turnDeg;
}
