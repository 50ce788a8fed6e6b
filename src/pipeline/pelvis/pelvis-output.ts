import type { ImuBlock, WalkSeconds } from '../../domain/samples.ts';
import type { CurveRecord, EventRecord, FindingRecord } from '../../domain/records.ts';
import type { ReasonCode } from '../../domain/reasons.ts';
import type { Side } from '../../domain/sites.ts';

/** Contacts that the shoes found; the pelvis stage uses them where there are shoes and finds its own where there are none. */
export interface FootContact {
  readonly type: 'foot_contact';
  readonly side: Side;
  readonly kind: 'ic' | 'fc';
  readonly timeS: WalkSeconds;
}

export type PelvisInput = ImuBlock | FootContact;

/** The pelvis in one stance: from this foot's contact to its next. */
export interface PelvicStride {
  readonly type: 'pelvic_stride';
  readonly side: Side;
  readonly icS: WalkSeconds;
  readonly nextIcS: WalkSeconds;
  readonly pelvicDropDeg: number | null;
  readonly pelvicDropExcursionDeg: number | null;
  readonly obliquityRangeDeg: number | null;
  readonly tiltMeanDeg: number | null;
  readonly rotationRangeDeg: number | null;
  /** Landing shock of this foot's contact as it comes to the pelvis [m/s²]. */
  readonly impactMps2: number | null;
  readonly turning: boolean;
  /** stride field -> why null */
  readonly reasons: Readonly<Record<string, ReasonCode>>;
  readonly flags: readonly string[];
  readonly knownAtS: WalkSeconds;
}

export type PelvisOutput = PelvicStride | EventRecord | CurveRecord | FindingRecord;

/** The pelvis as of its newest sample, for live drawing only. Roll: left side up +. */
export interface PelvisLive {
  readonly timeS: WalkSeconds;
  readonly rollDeg: number | null;
  readonly tiltDeg: number | null;
  readonly provisional: boolean;
}
