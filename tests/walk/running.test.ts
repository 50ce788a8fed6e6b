import { describe, expect, test } from 'vitest';
import type { GaitRecord, StrideRecord, WalkRecord } from '../../src/domain/records.ts';
import { wasRun } from '../../src/domain/running.ts';
import { SIDES } from '../../src/domain/sites.ts';
import { DriftPanel } from '../../src/drift/drift-panel.ts';
import { unpackOpenMinute } from '../../src/drift/open-minute.ts';
import { median } from '../../src/math/median.ts';
import { simulateWalk } from '../../src/simulator/simulate-walk.ts';
import type { LiveSnapshot } from '../../src/walk/live-snapshot.ts';
import { WalkSession } from '../../src/walk/walk-session.ts';
import { RUN, walkRunWalk } from '../walk-run-walk.ts';

const walk = simulateWalk({ scenario: 'healthy', seed: 6, seconds: 59, script: () => walkRunWalk(RUN, 36) });
const session = new WalkSession({ slots: walk.slots });
const records: GaitRecord[] = [];
for (const notification of walk.notifications()) records.push(...session.push(notification));
records.push(...session.finish());
const strides = records.filter((r): r is StrideRecord => r.type === 'stride');

describe('the live page of a walk with a run in it', () => {
  const live = new WalkSession({ slots: walk.slots });
  const frames: LiveSnapshot[] = [];
  for (const notification of walk.notifications()) {
    live.push(notification);
    const frame = live.live();
    if (frame.timeS - (frames.at(-1)?.timeS ?? 0) > 0.2) frames.push(frame);
  }
  const ran = walk.truth.strides.filter((s) => s.running);
  const [fromS, toS] = [ran[0]!.ic_s, ran.at(-1)!.next_ic_s];
  const between = (a: number, b: number) => frames.filter((f) => f.timeS > a && f.timeS < b);

  test('tells within three seconds that the wearer runs, and since when', () => {
    const shown = between(fromS + 3, toS);
    expect(shown.length).toBeGreaterThan(20);
    for (const frame of shown) expect(Math.abs(frame.runningSinceS! - fromS)).toBeLessThan(1.5);
    for (const frame of [...between(0, fromS), ...between(toS + 4, Infinity)]) expect(frame.runningSinceS).toBeNull();
  });

  test('shows the cadence of the run, and no speed, roll-in, drop or stance of the walking before it', () => {
    for (const frame of between(fromS + 4, toS)) {
      expect(Math.abs(frame.cadenceSpm! - 168)).toBeLessThan(8);
      expect(frame.walkingSpeedMps).toBeNull();
      for (const side of SIDES)
        for (const shown of [frame.rollIn, frame.pelvicDrop, frame.stanceTimeS]) expect(shown[side].value).toBeNull();
    }
  });

  test('shows walking again a few strides after the run, of those strides alone', () => {
    for (const frame of between(toS + 6, toS + 7)) {
      const walked = walk.truth.strides.filter((s) => s.ic_s > toS && s.next_ic_s < frame.timeS);
      const speed = median(walked.map((s) => s.stride_length_m / (s.next_ic_s - s.ic_s)));
      expect(Math.abs(frame.walkingSpeedMps! - speed)).toBeLessThan(0.12);
      for (const side of SIDES) expect(frame.rollIn[side].value).not.toBeNull();
    }
  });
});

describe('a walk with a run in it', () => {
  const summary = records.at(-1) as WalkRecord;
  const ran = walk.truth.strides.filter((s) => s.running);

  test('has the run, on both feet', () => {
    expect(ran.length).toBeGreaterThan(30);
    expect(Math.abs(strides.filter(wasRun).length - ran.length)).toBeLessThanOrEqual(4);
  });

  test('has no pelvic drop in its run, which has no double support to drop in, and says why', () => {
    const ran = strides.filter(wasRun);
    for (const field of ['pelvic_drop_deg', 'pelvic_drop_excursion_deg']) {
      expect(ran.filter((s) => s[field] !== null)).toEqual([]);
      expect(new Set(ran.map((s) => s.reasons[field]))).toEqual(new Set(['running']));
    }
    expect(strides.some((s) => s.pelvic_drop_deg !== null)).toBe(true);
  });

  test('counts its steps and strides, and tells how many of them were run, when and how fast', () => {
    const steps = walk.truth.events.filter((e) => e.kind === 'ic' && e.optional !== true).length;
    expect(Math.abs(summary.steps - steps)).toBeLessThanOrEqual(3);
    expect(summary.strides).toBe(strides.length);
    expect(summary.left.strides + summary.right.strides).toBe(strides.length);
    const { running } = summary;
    expect(running!.strides).toBe(strides.filter(wasRun).length);
    expect(running!.spans).toHaveLength(1);
    expect(Math.abs(running!.spans[0]!.from_s - ran[0]!.ic_s)).toBeLessThan(1);
    expect(Math.abs(running!.spans[0]!.to_s - ran.at(-1)!.next_ic_s)).toBeLessThan(1);
    expect(Math.abs(running!.duration_s - (ran.at(-1)!.next_ic_s - ran[0]!.ic_s))).toBeLessThan(1.5);
    const cadence = 120 / median(ran.map((s) => s.next_ic_s - s.ic_s));
    expect(Math.abs(running!.cadence_spm! - cadence)).toBeLessThan(1);
  });

  test('has the cadence of its walking', () => {
    const walked = walk.truth.strides.filter((s) => !s.running);
    const cadence = 120 / median(walked.map((s) => s.next_ic_s - s.ic_s));
    expect(Math.abs(summary.cadence_spm! - cadence)).toBeLessThan(1);
  });

  test('has the distance that was walked, and tells what it rests on', () => {
    const walked = SIDES.map((side) => {
      const own = walk.truth.strides.filter((s) => s.side === side);
      const onFoot = own.filter((s) => !s.running);
      return { m: onFoot.reduce((sum, s) => sum + s.stride_length_m, 0), share: onFoot.length / own.length };
    }).sort((a, b) => b.m - a.m)[0]!;
    expect(Math.abs(summary.distance_m! / walked.m - 1)).toBeLessThan(0.04);
    expect(Math.abs(summary.distance_share! - walked.share)).toBeLessThan(0.06);
  });

  test('is as even as its walking: no window of the spectrum holds a part of the run', () => {
    const evenness = summary.metrics['evenness'] as { windows: number; cadence_spm: number };
    expect(evenness.windows).toBeGreaterThanOrEqual(2);
    expect(evenness.windows).toBeLessThanOrEqual(4);
    expect(Math.abs(evenness.cadence_spm - summary.cadence_spm!)).toBeLessThan(4);
  });

  test('is no reason for a notice: nothing is said of sensors, belt or wearer', () => {
    expect(records.filter((r) => r.type === 'finding')).toEqual([]);
  });

  test('has its pelvic drop again as soon as it is walked', () => {
    const after = strides.filter((s) => s.ic_s > ran.at(-1)!.next_ic_s + 2.5 && !s.turning);
    const known = after.filter((s) => s.pelvic_drop_excursion_deg !== null);
    expect(after.length).toBeGreaterThan(20);
    expect(known.length / after.length).toBeGreaterThan(0.9);
  });

  test('tells the speed, length and roll-in of its walking', () => {
    const walking = walk.truth.strides.filter((s) => !s.running && s.first === undefined && s.last === undefined);
    const speed = median(walking.map((s) => s.stride_length_m / (s.next_ic_s - s.ic_s)));
    expect(Math.abs(summary.walking_speed_mps! - speed)).toBeLessThan(0.04);
    for (const side of SIDES) {
      const { medians } = summary[side];
      const own = walking.filter((s) => s.side === side);
      const time = median(own.map((s) => s.next_ic_s - s.ic_s));
      const length = median(own.map((s) => s.stride_length_m));
      const rollIns = strides
        .filter((s) => s.side === side && !wasRun(s))
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
    const walking = strides.filter((s) => !wasRun(s));
    for (const side of SIDES) {
      const taken = minute.rollIn[side];
      expect(taken.length).toBeGreaterThan(20);
      const known = new Set(walking.map((s) => Math.fround(s.eversion_excursion_deg ?? NaN)));
      expect(taken.filter((v) => !known.has(v))).toEqual([]);
      const drops = new Set(walking.map((s) => Math.fround(s.pelvic_drop_excursion_deg ?? NaN)));
      expect(minute.drop[side].filter((v) => !drops.has(v))).toEqual([]);
    }
    // The steps into and out of a run are those of a start and a stop.
    for (const side of SIDES) {
      const own = walking.filter((s) => s.side === side);
      const run = strides.filter((s) => s.side === side && wasRun(s));
      const before = own.filter((s) => s.ic_s < run[0]!.ic_s).slice(-3);
      const edge = [...before, ...own.filter((s) => s.ic_s > run.at(-1)!.ic_s).slice(0, 3)];
      expect(edge).toHaveLength(6);
      const values = new Set(edge.map((s) => Math.fround(s.eversion_excursion_deg ?? NaN)));
      expect(minute.rollIn[side].filter((v) => values.has(v))).toEqual([]);
    }
    // The stride out of the run is faster than the walk, and truly so.
    const speeds = walk.truth.strides.flatMap((s) => (s.running ? [] : s.stride_length_m / (s.next_ic_s - s.ic_s)));
    expect(Math.max(...minute.rollIn.speedsMps)).toBeLessThan(Math.max(...speeds) + 0.05);
    // A step from walking to running would be a third of a second.
    expect(Math.max(...minute.timeStepsMs)).toBeLessThan(250);
  });
});
