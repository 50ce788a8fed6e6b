import type { FindingRecord, StepRecord } from '../domain/records.ts';
import { otherSide, SIDES, type Side } from '../domain/sites.ts';

/** So many steps of one foot in a row, with none of the other that is worn, and it is told. */
const STEPS_ALONE = 8;
/** Steps further apart are of two bouts [s]; people after stroke take 3.5 s a stride. */
const LONGEST_STRIDE_S = 5;
/** A sensor that sent nothing for longer could not have shown a step [s]: that has words of its own. */
const SILENT_S = 0.5;

interface FootSteps {
  /** Steps since the other foot's last one, since this one's bout began or the other's sensor sends; when the first and the last were. */
  alone: number;
  firstS: number;
  lastS: number;
  /** Since when its sensor has sent without a pause, and up to when [s]. */
  sentFromS: number;
  sentToS: number;
  said: boolean;
}

const createFootSteps = (): FootSteps => ({
  alone: 0,
  firstS: NaN,
  lastS: -Infinity,
  sentFromS: Infinity,
  sentToS: -Infinity,
  said: false,
});

/**
 * Watches for a foot whose steps can't be made out although its sensor sends: nobody walks eight strides on one foot. It may be swung
 * round the leg, step less far than counts as a step, or the sensor may not be on the foot at all. Said once for each foot.
 */
export class MissingSteps {
  #feet: Record<Side, FootSteps> = { left: createFootSteps(), right: createFootSteps() };

  /** A foot's sensor has sent samples of this time. */
  sent(side: Side, fromS: number, toS: number): void {
    const foot = this.#feet[side];
    if (!(fromS - foot.sentToS < SILENT_S)) foot.sentFromS = fromS;
    if (toS > foot.sentToS) foot.sentToS = toS;
  }

  /** A step, in order of time. @returns what is to be said of the other foot */
  step({ side, ic_s: icS, known_at_s: knownAtS }: StepRecord): FindingRecord | undefined {
    const missing = otherSide(side);
    const foot = this.#feet[side];
    const other = this.#feet[missing];
    other.alone = 0;
    const sent = other.sentFromS <= icS && other.sentToS >= icS;
    const paused = other.sentFromS > foot.lastS;
    if (!sent || paused || icS - foot.lastS > LONGEST_STRIDE_S) foot.alone = 0;
    foot.lastS = icS;
    if (!sent) return undefined;
    if (foot.alone === 0) foot.firstS = icS;
    foot.alone++;
    if (foot.alone < STEPS_ALONE || other.said) return undefined;
    other.said = true;
    return {
      type: 'finding',
      kind: 'steps_missing',
      at_s: foot.firstS,
      side: missing,
      text: `The ${side} foot took ${STEPS_ALONE} steps and none of the ${missing} one could be made out; look whether its sensor sits on the foot. A foot that is swung round the leg or steps shorter than 20 cm can't be measured.`,
      confidence: 0.9,
      known_at_s: knownAtS,
    };
  }

  snapshot(): unknown {
    return structuredClone(this.#feet);
  }

  restore(state: unknown): void {
    const feet = structuredClone(state) as Record<Side, FootSteps>;
    for (const side of SIDES) this.#feet[side] = feet[side];
  }
}
