import { describe, expect, it } from 'vitest';
import type { SensorNotification } from '../../src/domain/notification.ts';
import type { FindingRecord, GaitRecord } from '../../src/domain/records.ts';
import type { Side } from '../../src/domain/sites.ts';
import { simulateWalk, type SimulatedWalk } from '../../src/simulator/simulate-walk.ts';
import { MissingSteps } from '../../src/walk/missing-steps.ts';
import { WalkSession } from '../../src/walk/walk-session.ts';

const BOTH_SEND = { left: [0, 1000], right: [0, 1000] } as const;

/** What is told of steps at these times. @param sends from when to when each foot's sensor sends */
function told(
  steps: readonly (readonly [Side, number])[],
  sends: Readonly<Record<Side, readonly [number, number]>> = BOTH_SEND,
): FindingRecord[] {
  const watch = new MissingSteps();
  watch.sent('left', ...sends.left);
  watch.sent('right', ...sends.right);
  return steps.flatMap(
    ([side, icS]) => watch.step({ type: 'step', side, ic_s: icS, step_time_s: null, known_at_s: icS + 0.3 }) ?? [],
  );
}
const rights = (count: number, fromS: number, everyS: number): ['right', number][] =>
  Array.from({ length: count }, (_, i) => ['right', fromS + i * everyS]);

describe('a foot whose steps are missing', () => {
  it('is told once, after eight steps of the other foot, however slow', () => {
    for (const everyS of [1, 3.5]) {
      expect(told(rights(7, 10, everyS))).toEqual([]);
      expect(told(rights(40, 10, everyS))).toMatchObject([
        { kind: 'steps_missing', side: 'left', at_s: 10, known_at_s: 10 + 7 * everyS + 0.3 },
      ]);
    }
  });

  it('is not told where one of its steps is seen, between bouts, or while its sensor sends nothing', () => {
    expect(told([...rights(7, 10, 1), ['left', 17.5], ...rights(7, 18, 1)])).toEqual([]);
    expect(told([...rights(7, 10, 1), ...rights(7, 30, 1)])).toEqual([]);
    expect(told(rights(40, 10, 1), { left: [0, 16.5], right: [0, 1000] })).toEqual([]);
    expect(told(rights(7, 10, 1), { left: [12.5, 1000], right: [0, 1000] })).toEqual([]);
  });

  it('counts again after a pause in what its sensor sends, and goes on from a snapshot', () => {
    const watch = new MissingSteps();
    const steps = (from: number, to: number) => {
      let said = 0;
      for (let s = from; s < to; s++) {
        watch.sent('left', s, s + 0.9);
        const step = { type: 'step', side: 'right', ic_s: s + 0.5, step_time_s: null, known_at_s: s + 0.8 } as const;
        if (watch.step(step) !== undefined) said++;
      }
      return said;
    };
    expect(steps(0, 7)).toBe(0);
    expect(steps(8, 12)).toBe(0);
    watch.restore(structuredClone(watch.snapshot()));
    expect(steps(12, 15)).toBe(0);
    expect(steps(15, 16)).toBe(1);
    expect(steps(16, 40)).toBe(0);
  });
});

describe('missing steps in a whole walk', () => {
  const healthy = simulateWalk({ scenario: 'healthy', seed: 5, seconds: 40 });
  const lying = simulateWalk({ scenario: 'standing', seed: 5, seconds: 40 });
  const slotOf = (site: string) => healthy.slots.find((s) => s.site === site)!.slot;

  /** The walk with another one's left shoe, or with none of it. */
  function findings(left: SimulatedWalk | undefined): string[] {
    const session = new WalkSession({ slots: healthy.slots });
    const sent: SensorNotification[] = [...healthy.notifications()].filter(
      (n) => left === healthy || n.slot !== slotOf('left_foot'),
    );
    if (left !== healthy && left !== undefined)
      sent.push(...[...left.notifications()].filter((n) => n.slot === slotOf('left_foot')));
    sent.sort((a, b) => a.receivedS - b.receivedS);
    const records: GaitRecord[] = sent.flatMap((n) => [...session.push(n)]);
    records.push(...session.finish());
    return records.flatMap((r) => (r.type === 'finding' ? [`${r.kind} ${r.side}`] : []));
  }

  it('is told of a shoe that stands beside the walker, and of no shoe that walks or is silent', () => {
    expect(findings(lying)).toContain('steps_missing left');
    expect(findings(healthy)).toEqual([]);
    expect(findings(undefined)).toEqual([]);
  });
});
