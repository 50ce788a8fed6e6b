import { expect, test } from 'vitest';
import { isSteadyWearer, type EarlierWalk } from '../../src/guidance/steady-wearer.ts';

const quiet: EarlierWalk = { metrics: { drift: {} }, marks: [] };
const alarmed = (marks: EarlierWalk['marks'] = []): EarlierWalk => ({
  metrics: { drift: { eversion_excursion_deg: { alarmMinute: 60, onsetMin: [30, 50] } } },
  marks,
});
const pain = [{ atS: 4000, strength: 5 }];

test('two alarms without pain in the last five walks, and not one fewer', () => {
  expect(isSteadyWearer([])).toBe(false);
  expect(isSteadyWearer([alarmed(), quiet, quiet, quiet, quiet])).toBe(false);
  expect(isSteadyWearer([alarmed(), quiet, quiet, alarmed()])).toBe(true);
  expect(isSteadyWearer([alarmed(), quiet, quiet, quiet, quiet, alarmed()])).toBe(false);
});

test('an alarm that pain followed is no false one; pain of 1 is none', () => {
  expect(isSteadyWearer([alarmed(), alarmed(pain), alarmed(pain)])).toBe(false);
  expect(isSteadyWearer([alarmed(), alarmed([{ atS: 4000, strength: 1 }])])).toBe(true);
});

test('who was judged so once stays so', () => {
  expect(isSteadyWearer([{ metrics: { drift_steady: true }, marks: pain }])).toBe(true);
});
