import type { FindingRecord } from '../../domain/records.ts';
import type { WalkSeconds } from '../../domain/samples.ts';

const FINDINGS = {
  sits_otherwise: {
    kind: 'belt_slipped',
    text: 'The pelvis sensor sits another way than before; it is being learned anew.',
    confidence: 0.9,
  },
  taken_reversed: {
    kind: 'pelvis_reversed',
    text: 'Forward of the pelvis sensor was taken the wrong way round at first; sides told so far are in doubt.',
    confidence: 0.6,
  },
  shoes_swapped: {
    kind: 'sensors_swapped',
    text: 'The pelvis sensor says that the left and right shoe sensors are swapped.',
    confidence: 0.8,
  },
  sides_disagree: {
    kind: 'pelvis_reversed',
    text: 'The pelvis sensor and the shoes disagree on which side is left.',
    confidence: 0.7,
  },
  belt_slip: {
    kind: 'belt_slipped',
    text: 'The belt of the pelvis sensor slipped; a new level is being learned.',
    confidence: 0.9,
  },
  site_suspect: {
    kind: 'site_suspect',
    text: 'The pelvis sensor may sit too high or too loose: no drop is read from it.',
    confidence: 0.7,
  },
} as const;

/** What the pelvis' path has to say about its sensor, as a record. `data.cause` tells findings of one kind apart. */
export function pelvisFinding(cause: keyof typeof FINDINGS, atS: WalkSeconds, knownS: WalkSeconds): FindingRecord {
  return { type: 'finding', ...FINDINGS[cause], at_s: atS, side: null, data: { cause }, known_at_s: knownS };
}
