import { describe, expect, test } from 'vitest';
import type { GaitRecord, StrideRecord, WalkRecord } from '../../src/domain/records.ts';
import { SIDES } from '../../src/domain/sites.ts';
import { DriftPanel } from '../../src/drift/drift-panel.ts';
import { unpackOpenMinute } from '../../src/drift/open-minute.ts';
import { median } from '../../src/math/median.ts';
import { simulateWalk } from '../../src/simulator/simulate-walk.ts';
import { WalkSession } from '../../src/walk/walk-session.ts';
import { isCalledRun, RUN, walkRunWalk } from '../walk-run-walk.ts';

const walk = simulateWalk({ scenario: 'healthy', seed: 6, seconds: 59, script: () => walkRunWalk(RUN, 36) });
const session = new WalkSession({ slots: walk.slots });
const records: GaitRecord[] = [];
for (const notification of walk.notifications()) records.push(...session.push(notification));
records.push(...session.finish());
const strides = records.filter((r): r is StrideRecord => r.type === 'stride');

describe('a walk with a run in it', () => {
  test('has the run, on both feet', () => {
    const ran = walk.truth.strides.filter((s) => s.running);
    expect(ran.length).toBeGreaterThan(30);
    expect(Math.abs(strides.filter(isCalledRun).length - ran.length)).toBeLessThanOrEqual(4);
  });

  test('has no pelvic drop in its run, which has no double support to drop in, and says why', () => {
    const ran = strides.filter(isCalledRun);
    for (const field of ['pelvic_drop_deg', 'pelvic_drop_excursion_deg']) {
      expect(ran.filter((s) => s[field] !== null)).toEqual([]);
      expect(new Set(ran.map((s) => s.reasons[field]))).toEqual(new Set(['running']));
    }
    expect(strides.some((s) => s.pelvic_drop_deg !== null)).toBe(true);
  });

  test('tells the speed, length and roll-in of its walking', () => {
    const summary = records.at(-1) as WalkRecord;
    const walking = walk.truth.strides.filter((s) => !s.running && s.first === undefined && s.last === undefined);
    const speed = median(walking.map((s) => s.stride_length_m / (s.next_ic_s - s.ic_s)));
    expect(Math.abs(summary.walking_speed_mps! - speed)).toBeLessThan(0.04);
    for (const side of SIDES) {
      const { medians } = summary[side];
      const own = walking.filter((s) => s.side === side);
      const time = median(own.map((s) => s.next_ic_s - s.ic_s));
      const length = median(own.map((s) => s.stride_length_m));
      const rollIns = strides
        .filter((s) => s.side === side && !isCalledRun(s))
        .flatMap((s) => s.eversion_excursion_deg ?? []);
      expect(Math.abs(medians['stride_time_s']! - time)).toBeLessThan(0.015);
      expect(Math.abs(medians['stride_length_m']! - length)).toBeLessThan(0.03);
      expect(Math.abs(medians['eversion_excursion_deg']! - median(rollIns))).toBeLessThan(0.5);
    }
  });

  test('is judged for drift by its walking alone', () => {
    const panel = new DriftPanel();
    for (const stride of strides) panel.push(stride, () => undefined);
    const minute = unpackOpenMinute(panel.snapshot().open.find(([m]) => m === 0)![1]);
    const walking = strides.filter((s) => !isCalledRun(s));
    for (const side of SIDES) {
      const taken = minute.rollIn[side];
      expect(taken.length).toBeGreaterThan(20);
      const known = new Set(walking.map((s) => Math.fround(s.eversion_excursion_deg ?? NaN)));
      expect(taken.filter((v) => !known.has(v))).toEqual([]);
      const drops = new Set(walking.map((s) => Math.fround(s.pelvic_drop_excursion_deg ?? NaN)));
      expect(minute.drop[side].filter((v) => !drops.has(v))).toEqual([]);
    }
    // The stride out of the run is faster than the walk, and truly so.
    const speeds = walk.truth.strides.flatMap((s) => (s.running ? [] : s.stride_length_m / (s.next_ic_s - s.ic_s)));
    expect(Math.max(...minute.rollIn.speedsMps)).toBeLessThan(Math.max(...speeds) + 0.05);
    // A step from walking to running would be a third of a second.
    expect(Math.max(...minute.timeStepsMs)).toBeLessThan(250);
  });
});
