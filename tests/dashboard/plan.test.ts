import { describe, expect, it } from 'vitest';
import { dayOf, lastSevenDays } from '../../src/dashboard/pages/plan/days.ts';
import type { Trends, TrialInfo } from '../../src/dashboard/api/types.ts';
import { CHANGE_S, holdPhase } from '../../src/dashboard/pages/plan/hold-phase.ts';
import { walkMisfit } from '../../src/dashboard/pages/plan/walk-fit.ts';
import { withMatched, type Difference } from '../../src/dashboard/state/compare-math.ts';

describe('the last seven days', () => {
  it('end with this one and hold every day once, over the changes of the clock and of the year', () => {
    for (const now of [new Date(2026, 9, 27, 0, 5), new Date(2026, 2, 31, 23, 55), new Date(2027, 0, 3, 12)]) {
      const days = lastSevenDays(now).map(dayOf);
      expect(new Set(days).size).toBe(7);
      expect(days).toEqual([...days].sort());
      expect(days[6]).toBe(dayOf(now));
    }
    expect(dayOf(new Date(2026, 0, 5, 23, 59))).toBe('2026-01-05');
  });
});

describe('differences', () => {
  const own = (key: string): Difference => ({ key, value: 9, low: 8, high: 10, zone: 1, walksA: 2, walksB: 3 });
  const item = (metric: string, difference: number | null) => ({
    metric,
    label: metric,
    against: 'own_start' as const,
    a: 0,
    b: 0,
    difference,
    half_width: difference === null ? null : 0.25,
    clear: false,
    matched_minutes: 40,
    reason: null,
  });

  it('of matched minutes stand in place of the page’s own, where the service has them', () => {
    const all = withMatched(
      [own('eversion_excursion_deg left'), own('eversion_excursion_deg right'), own('most_pain')],
      [item('eversion_excursion_deg', 1), item('stride_time_s', 1), item('stride_length_m', null)],
      [2, 3],
      (m) => `named ${m.metric}`,
    );
    expect(all.map((d) => d.key)).toEqual(['eversion_excursion_deg', 'most_pain']);
    expect(all[0]).toMatchObject({ value: 1, low: 0.75, high: 1.25, label: 'named eversion_excursion_deg', walksB: 3 });
  });

  it('stay as they are where it has none', () => {
    const before = [own('eversion_excursion_deg left'), own('most_pain')];
    expect(withMatched(before, [], [2, 3], () => '')).toEqual(before);
  });
});

describe('a walk of a trial', () => {
  const trial = (walks: { at: string; spoiled: boolean }[], kind: 'pairs' | 'before_after' = 'pairs') =>
    ({ kind, walks }) as unknown as TrialInfo;
  const walk = (started_at: string, duration_min = 60) =>
    ({ started_at, duration_min, tags: {} }) as unknown as Trends['items'][number];
  const first = { at: '2026-11-01T08:00:00Z', spoiled: false };

  it('fits when it is long enough and one to four days after the other of its pair', () => {
    expect(walkMisfit(trial([]), walk('2026-11-01T08:00:00Z'))).toBeNull();
    expect(walkMisfit(trial([]), walk('2026-11-01T08:00:00Z', 59))).toBe('too_short');
    expect(walkMisfit(trial([first]), walk('2026-11-02T07:59:00Z'))).toBe('too_soon');
    expect(walkMisfit(trial([first]), walk('2026-11-02T08:00:00Z'))).toBeNull();
    expect(walkMisfit(trial([first]), walk('2026-11-05T08:01:00Z'))).toBe('too_late');
  });

  it('holds the second walk of a pair against the tags of the first', () => {
    const tagged = (tags: Record<string, unknown>, id = 'w') => ({
      ...walk('2026-11-02T10:00:00Z'),
      tags,
      walk_id: id,
    });
    const other = [tagged({ shoes: 'Boots', route: 'River', luggage_kg: 3, insoles: 'out' }, 'first')];
    const open = trial([{ ...first, walk_id: 'first' } as typeof first]);
    const misfit = (tags: Record<string, unknown>, of = open) => walkMisfit(of, tagged(tags), other);
    expect(misfit({ shoes: ' boots', route: 'river', luggage_kg: 4, insoles: 'out' })).toBeNull();
    expect(misfit({ shoes: 'Sandals' })).toBe('other_shoes');
    expect(misfit({ route: 'Hill' })).toBe('other_route');
    expect(misfit({ luggage_kg: 9 })).toBe('other_luggage');
    expect(misfit({ insoles: 'in' })).toBe('other_insoles');
    expect(misfit({})).toBeNull();
    const insole = { ...open, exercise: 'insole' as const, next: 'B' as const };
    expect(misfit({ insoles: 'in' }, insole)).toBeNull();
    expect(misfit({ insoles: 'out' }, insole)).toBe('insoles_not_as_drawn');
  });

  it('begins a pair anew after a whole one and after a spoiled one; before and after a start there are no pairs', () => {
    const second = { at: '2026-11-02T10:00:00Z', spoiled: false };
    const late = walk('2026-11-20T08:00:00Z');
    expect(walkMisfit(trial([first, second]), late)).toBeNull();
    expect(walkMisfit(trial([first, { ...second, spoiled: true }]), late)).toBeNull();
    expect(walkMisfit(trial([first], 'before_after'), late)).toBeNull();
  });
});

describe('the hold timer', () => {
  it('holds one side, leaves time to change, holds the other, and counts whole seconds down to 1', () => {
    expect(holdPhase(0, 90)).toEqual({ phase: 'first', leftS: 90 });
    expect(holdPhase(89.9, 90)).toEqual({ phase: 'first', leftS: 1 });
    expect(holdPhase(90, 90)).toEqual({ phase: 'change', leftS: CHANGE_S });
    expect(holdPhase(90 + CHANGE_S, 90)).toEqual({ phase: 'second', leftS: 90 });
    expect(holdPhase(180 + CHANGE_S - 0.01, 90)).toEqual({ phase: 'second', leftS: 1 });
    expect(holdPhase(180 + CHANGE_S, 90)).toEqual({ phase: 'done', leftS: 0 });
  });
});
