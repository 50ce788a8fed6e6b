import type { CurveRecord, EventRecord, FindingRecord, StrideRecord } from '../../domain/records.ts';
import type { WalkSeconds } from '../../domain/samples.ts';

/**
 * What the signal path of one shoe emits. A stride comes with its pelvic fields null and the reason `no_pelvis_sensor`;
 * the walk joins the pelvis' values into it before it goes on.
 */
export type FootOutput = EventRecord | StrideRecord | CurveRecord | FindingRecord | SideVote;

/** One stride's say on which foot this is, from the shoe's own motion (toe-out, circumduction, medial push): > 0 as labelled. */
export interface SideVote {
  readonly type: 'side_vote';
  readonly atS: WalkSeconds;
  readonly weight: number;
}

/** The foot as of its newest sample, for live drawing only. */
export interface FootLive {
  readonly timeS: WalkSeconds;
  /** Roll-in and pitch against foot-flat [deg]; null until the foot's axes are known. */
  readonly eversionDeg: number | null;
  readonly pitchDeg: number | null;
  readonly inStance: boolean | null;
  readonly provisional: boolean;
}
