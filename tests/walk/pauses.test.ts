import { describe, expect, test } from 'vitest';
import type { GaitRecord, WalkRecord } from '../../src/domain/records.ts';
import { wearerToldOf } from '../../src/domain/wearer-told.ts';
import { simulateWalk } from '../../src/simulator/simulate-walk.ts';
import { WalkSession } from '../../src/walk/walk-session.ts';

const walk = simulateWalk({ scenario: 'healthy', seed: 5, seconds: 60 });
const notifications = [...walk.notifications()];
/** Paused while the sensors go on: what is walked from 20 to 40 s must leave no trace in what is learned. */
const PAUSE = { from_s: 20, to_s: 40 };

interface Told {
  readonly atS: number;
  readonly pauses: Parameters<WalkSession['setPauses']>[0];
}

function analyse(told: readonly Told[]): { records: GaitRecord[]; session: WalkSession } {
  const session = new WalkSession({ slots: walk.slots, curves: true });
  const records: GaitRecord[] = [];
  let next = 0;
  for (const notification of notifications) {
    for (; next < told.length && told[next]!.atS <= notification.receivedS; next++)
      session.setPauses(told[next]!.pauses);
    records.push(...session.push(notification));
  }
  records.push(...session.finish());
  return { records, session };
}

/** When a record happened [s]. */
const timeOf = (record: GaitRecord): number =>
  'ic_s' in record ? record.ic_s : 'time_s' in record ? record.time_s : record.known_at_s;
const measured = (records: readonly GaitRecord[]) =>
  records.filter((r) => ['stride', 'step', 'event', 'curve'].includes(r.type));
const summaryOf = (records: readonly GaitRecord[]) => records.at(-1) as WalkRecord;

describe('a paused walk', () => {
  const unpaused = analyse([]).records;
  const paused = analyse([{ atS: 0, pauses: [PAUSE] }]).records;

  test('tells nothing of what was walked in the pause, and all that was walked outside of it', () => {
    const outside = measured(unpaused).filter((r) => timeOf(r) < PAUSE.from_s || timeOf(r) >= PAUSE.to_s);
    expect(outside.length).toBeLessThan(measured(unpaused).length);
    expect(measured(paused)).toEqual(outside);
  });

  test('counts and sums up only what was walked outside', () => {
    const { strides, steps, distance_m: distance, pauses } = summaryOf(paused);
    expect(strides).toBe(paused.filter((r) => r.type === 'stride').length);
    expect(steps).toBe(paused.filter((r) => r.type === 'step').length);
    const all = summaryOf(unpaused);
    expect(distance! / all.distance_m!).toBeCloseTo(strides / all.strides, 1);
    expect(pauses).toEqual([{ ...PAUSE, is_break: false }]);
    expect(summaryOf(unpaused).pauses).toEqual([]);
    const windows = (record: WalkRecord) => (record.metrics['evenness'] as { windows: number }).windows;
    expect(windows(summaryOf(paused))).toBeLessThan(windows(summaryOf(unpaused)));
  });

  test('is the same told live, as pause and resume come, or all at once afterwards', () => {
    const live = analyse([
      { atS: PAUSE.from_s, pauses: [{ from_s: PAUSE.from_s, to_s: null }] },
      { atS: PAUSE.to_s, pauses: [PAUSE] },
    ]).records;
    expect(live).toEqual(paused);
  });

  test('goes on from a snapshot taken in the pause as if nothing had happened', () => {
    const session = new WalkSession({ slots: walk.slots, curves: true });
    session.setPauses([{ from_s: PAUSE.from_s, to_s: null }]);
    const records: GaitRecord[] = [];
    let copy: WalkSession | undefined;
    for (const notification of notifications) {
      if (copy === undefined && notification.receivedS > 30) {
        copy = new WalkSession({ slots: walk.slots, curves: true });
        copy.restore(structuredClone(session.snapshot()));
        expect(copy.live()).toMatchObject({ pausedSinceS: PAUSE.from_s });
      }
      if (notification.receivedS > PAUSE.to_s) copy!.setPauses([PAUSE]);
      records.push(...(copy ?? session).push(notification));
    }
    records.push(...copy!.finish());
    expect(records).toEqual(paused);
  });

  test('that is never gone on with ends with the walk; over five minutes it is a break', () => {
    const { records } = analyse([{ atS: 50, pauses: [{ from_s: 50, to_s: null }] }]);
    const [last] = summaryOf(records).pauses!;
    expect(last).toMatchObject({ from_s: 50, is_break: false });
    expect(last!.to_s).toBeCloseTo(summaryOf(records).known_at_s, 6);
    const long = new WalkSession({ slots: walk.slots });
    long.setPauses([{ from_s: -400, to_s: 10 }]);
    for (const notification of notifications) long.push(notification);
    expect(summaryOf(long.finish()).pauses).toEqual([{ from_s: -400, to_s: 10, is_break: true }]);
  });

  test('says how many steps are walked meanwhile, so that a forgotten pause is noticed', () => {
    const session = new WalkSession({ slots: walk.slots });
    for (const notification of notifications) {
      if (notification.receivedS > 30) session.setPauses([{ from_s: 30, to_s: null }]);
      session.push(notification);
    }
    const { pausedSinceS, pausedSteps, cadenceSpm } = session.live();
    expect(pausedSinceS).toBe(30);
    expect(pausedSteps).toBeGreaterThan(20);
    expect(cadenceSpm).toBeNull();
  });
});

test('what a recording says of pauses is read in order, and what is none is left out', () => {
  const told = wearerToldOf({
    pauses: [{ from_s: 90, to_s: null }, { from_s: 10, to_s: 20 }, { from_s: 5, to_s: 1 }, { from_s: 'x' }, null, 3],
    tag_changes: [{ at_s: 4, tags: { luggage_kg: 2 } }, { at_s: NaN, tags: {} }, { at_s: 1 }],
  });
  expect(told.pauses).toEqual([
    { from_s: 10, to_s: 20 },
    { from_s: 90, to_s: null },
  ]);
  expect(told.tag_changes).toEqual([{ at_s: 4, tags: { luggage_kg: 2 } }]);
  expect(wearerToldOf({ pauses: 'no', tag_changes: {} })).toEqual({ pauses: [], tag_changes: [] });
});
