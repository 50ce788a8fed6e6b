import { expect, test } from 'vitest';
import type { WalkFinding } from '../../src/guidance/walk-findings.ts';
import type { WalkReport } from '../../src/guidance/walk-report.ts';
import { reportTitle, wordsOf } from '../../src/guidance/words/index.ts';

const began = (from: number, to: number): WalkFinding => ({
  metric: 'eversion_excursion_deg',
  side: null,
  direction: 'more',
  size: 2,
  range: [1.8, 2.2],
  unit: 'deg',
  certainty: 'high',
  sinceMin: [from, to],
  sudden: false,
  mayGoWith: [],
  exercises: [],
});

test('since when something changed is told as a range of minutes, and as one minute where both ends are the same', () => {
  expect(wordsOf('en').since(began(31, 44))).toBe('since about minute 30 to 45');
  expect(wordsOf('en').since(began(29, 32))).toBe('since about minute 30');
  expect(wordsOf('ja').since(began(31, 44))).toBe('30〜45分ごろから');
  expect(wordsOf('ja').since(began(29, 32))).toBe('30分ごろから');
});

test('a recording too short to compare says how long it is, in words that fit a few seconds and one minute too', () => {
  const title = (seconds: number, language: 'en' | 'ja'): string =>
    reportTitle({ result: 'too_short', durationS: seconds, findings: [] } as unknown as WalkReport, wordsOf(language));
  expect(title(28, 'en')).toMatch(/^Less than a minute recorded\./);
  expect(title(32, 'ja')).toMatch(/^1分未満の記録です。/);
  expect(title(95, 'en')).toMatch(/^One minute recorded\./);
  expect(title(1799, 'en')).toMatch(/^29 minutes recorded\./);
});
