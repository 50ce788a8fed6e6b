import type { FindingRecord } from '../domain/records.ts';
import type { DriftMetric } from './drift-metric.ts';
import type { DriftState, SuddenChange } from './onset-bank.ts';

/** A side is named from this share on, and for roll-in not at all: the road's slope can't be told from one foot. */
const SIDE_SHARE = 0.9;

const SUBJECT: Record<string, { more: string; less: string }> = {
  eversion_excursion_deg: {
    more: 'your shoes roll in more than at your start',
    less: 'your shoes roll in less than at your start',
  },
  pelvic_drop_excursion_deg: {
    more: 'your pelvis dips more than at your start',
    less: 'your pelvis dips less than at your start',
  },
  stance_difference_ms: {
    more: 'you stand longer on your left foot, against your right, than at your start',
    less: 'you stand shorter on your left foot, against your right, than at your start',
  },
  ln_stride_time_sd: {
    more: 'your stride times vary more than at your start',
    less: 'your stride times vary less than at your start',
  },
};

/** likely, very likely, clear: the words for a posterior probability. */
export const certaintyWord = (p: number): 'likely' | 'very likely' | 'clear' =>
  p > 0.95 ? 'clear' : p >= 0.85 ? 'very likely' : 'likely';

const round5 = (minute: number): number => 5 * Math.round(minute / 5);
/** One number where both ends are the same. */
const range5 = (early: number, late: number): string =>
  round5(early) === round5(late) ? String(round5(early)) : `${round5(early)} to ${round5(late)}`;

/** A size in the words of its metric: degrees, milliseconds, or per cent for variability. */
function sizeText(metric: DriftMetric, size: number, sd: number): string {
  const [low, high] = [Math.abs(size) - 1.28 * sd, Math.abs(size) + 1.28 * sd];
  if (metric.unit === 'deg')
    return `about ${Math.abs(size).toFixed(1)}° (${Math.max(0, low).toFixed(1)} to ${high.toFixed(1)}°)`;
  if (metric.unit === 'ms')
    return `about ${Math.abs(size).toFixed(0)} ms (${Math.max(0, low).toFixed(0)} to ${high.toFixed(0)} ms)`;
  return `about ${(100 * Math.abs(Math.expm1(size))).toFixed(0)} %`;
}

/** What an alarm says: since when (a range, to five minutes), what, how much, how sure. */
export function driftFinding(metric: DriftMetric, state: DriftState, knownAtS: number): FindingRecord {
  const subject = SUBJECT[metric.name]!;
  const [early, late] = state.onsetMin ?? [state.minute, state.minute];
  const side =
    metric.name !== 'pelvic_drop_excursion_deg'
      ? null
      : state.shares.left >= SIDE_SHARE
        ? 'left'
        : state.shares.right >= SIDE_SHARE
          ? 'right'
          : null;
  const word = certaintyWord(state.p);
  const what = state.size >= 0 ? subject.more : subject.less;
  return {
    type: 'finding',
    kind: 'drift',
    at_s: knownAtS,
    side,
    text: `Since about minute ${range5(early, late)} ${what}${side === null ? '' : ` on ${side} steps`}: ${sizeText(metric, state.size, state.sizeSd)}. Certainty: ${word}.`,
    confidence: state.p,
    data: {
      metric: metric.name,
      unit: metric.unit,
      size: state.size,
      size_sd: state.sizeSd,
      onset_min: [early, late],
      certainty: word,
      shares: state.shares,
    },
    known_at_s: knownAtS,
  };
}

/** A change from one minute to the next: reported as such, never as drift. */
export function suddenFinding(metric: DriftMetric, jump: SuddenChange, knownAtS: number): FindingRecord {
  const subject = SUBJECT[metric.name]!;
  return {
    type: 'finding',
    kind: 'sudden_change',
    at_s: jump.atMin * 60,
    side: null,
    text: `A sudden change at about minute ${jump.atMin}: from then on ${jump.size >= 0 ? subject.more : subject.less}. This can be a shoe, a strap, the ground or a load.`,
    confidence: 0.95,
    data: { metric: metric.name, unit: metric.unit, size: jump.size, at_min: jump.atMin, direction: jump.direction },
    known_at_s: knownAtS,
  };
}
