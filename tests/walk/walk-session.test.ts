import { describe, expect, test } from 'vitest';
import type { SensorNotification, SensorSlot } from '../../src/domain/notification.ts';
import type { FindingRecord, GaitRecord, StrideRecord, WalkRecord } from '../../src/domain/records.ts';
import type { SensorSite } from '../../src/domain/sites.ts';
import { simulateWalk, type SimulatedWalk } from '../../src/simulator/simulate-walk.ts';
import { WalkSession } from '../../src/walk/walk-session.ts';

function analyse(slots: readonly SensorSlot[], notifications: Iterable<SensorNotification>): GaitRecord[] {
  const wanted = new Set(slots.map((s) => s.slot));
  const session = new WalkSession({ slots });
  const records: GaitRecord[] = [];
  for (const n of notifications) if (wanted.has(n.slot)) records.push(...session.push(n));
  records.push(...session.finish());
  return records;
}
const of = (walk: SimulatedWalk, sites?: readonly SensorSite[]) =>
  analyse(
    walk.slots.filter((s) => sites === undefined || sites.includes(s.site)),
    walk.notifications(),
  );
const strides = (records: readonly GaitRecord[]): StrideRecord[] =>
  records.filter((r): r is StrideRecord => r.type === 'stride');
const findings = (records: readonly GaitRecord[]): FindingRecord[] =>
  records.filter((r): r is FindingRecord => r.type === 'finding');
const summary = (records: readonly GaitRecord[]): WalkRecord => records.at(-1) as WalkRecord;

const healthy = simulateWalk({ scenario: 'healthy', seed: 5, seconds: 60 });
const whole = of(healthy);

describe('a walk session', () => {
  test('finds the strides of both feet with roll-in, length and pelvic drop, and sums them up', () => {
    const wanted = healthy.truth.strides.filter((s) => s.first !== true && s.turning !== true);
    const found = strides(whole);
    const matched = wanted.filter((w) => found.some((s) => s.side === w.side && Math.abs(s.ic_s - w.ic_s) < 0.05));
    expect(matched.length / wanted.length).toBeGreaterThan(0.95);
    const full = found.filter((s) => s.eversion_excursion_deg !== null && s.stride_length_m !== null);
    expect(full.length / found.length).toBeGreaterThan(0.9);
    expect(found.filter((s) => s.pelvic_drop_excursion_deg !== null).length / found.length).toBeGreaterThan(0.75);
    const walk = summary(whole);
    expect(walk.type).toBe('walk');
    expect(walk.strides).toBe(found.length);
    expect(walk.cadence_spm).toBeGreaterThan(90);
    expect(walk.metrics['evenness']).toMatchObject({ site: 'pelvis' });
  });

  test('the live page and the report call the same number the dip', () => {
    const session = new WalkSession({ slots: healthy.slots });
    const dips: number[] = [];
    for (const n of healthy.notifications())
      for (const record of session.push(n))
        if (record.type === 'stride' && record.side === 'left' && record.pelvic_drop_excursion_deg !== null)
          dips.push(record.pelvic_drop_excursion_deg);
    const { value } = session.live().pelvicDrop.left;
    expect(value).toBeGreaterThanOrEqual(Math.min(...dips.slice(-12)));
    expect(value).toBeLessThanOrEqual(Math.max(...dips.slice(-12)));
  });

  test('without shoes the live page shows the dip that a pelvis alone can tell', () => {
    const slots = healthy.slots.filter((s) => s.site === 'pelvis');
    const session = new WalkSession({ slots });
    for (const n of healthy.notifications()) if (n.slot === slots[0]!.slot) session.push(n);
    expect(session.live().pelvicDrop.left.value).toBeGreaterThan(0.5);
  });

  test('records come in the order of their release, and no number is NaN', () => {
    let last = -Infinity;
    for (const record of whole.slice(0, -1)) {
      expect(record.known_at_s).toBeGreaterThanOrEqual(last - 1.5);
      last = Math.max(last, record.known_at_s);
    }
    const text = JSON.stringify(whole, (_, v: unknown) => (typeof v === 'number' && !Number.isFinite(v) ? 'BAD' : v));
    expect(text).not.toContain('BAD');
  });

  test('a value that is missing has its reason', () => {
    for (const stride of strides(whole))
      for (const field of ['stride_length_m', 'eversion_excursion_deg', 'pelvic_drop_deg', 'pitch_ic_deg'] as const)
        if (stride[field] === null) expect(stride.reasons[field], `${field} at ${stride.ic_s}`).toBeTypeOf('string');
  });

  test('taken over by another process in mid-walk, it goes on as if nothing had happened', () => {
    const notifications = [...healthy.notifications()];
    for (const cut of [40, 333, 1200]) {
      let session = new WalkSession({ slots: healthy.slots });
      const records: GaitRecord[] = [];
      for (const [i, n] of notifications.entries()) {
        if (i === cut) {
          const snapshot = structuredClone(session.snapshot());
          session = new WalkSession({ slots: healthy.slots });
          session.restore(snapshot);
        }
        records.push(...session.push(n));
      }
      records.push(...session.finish());
      expect(records).toEqual(whole);
    }
  });

  test('the same packets give the same records, bit for bit', () => {
    expect(of(healthy)).toEqual(whole);
  });

  test('shoes only: no pelvic degrees, and the reason why', () => {
    const records = of(healthy, ['left_foot', 'right_foot']);
    expect(strides(records).length).toBeGreaterThan(50);
    for (const s of strides(records)) {
      expect(s.pelvic_drop_deg).toBeNull();
      expect(s.reasons['pelvic_drop_deg']).toBe('no_pelvis_sensor');
    }
  });

  test('B4: one shoe only: strides of that foot, no comparison between sides', () => {
    const records = of(healthy, ['left_foot']);
    expect(strides(records).every((s) => s.side === 'left')).toBe(true);
    expect(summary(records).reasons['symmetry']).toBe('one_foot_only');
  });

  test('pelvis only: strides of both sides without foot values', () => {
    const found = strides(of(healthy, ['pelvis']));
    expect(new Set(found.map((s) => s.side)).size).toBe(2);
    expect(found.every((s) => s.stride_length_m === null && s.reasons['stride_length_m'] === 'no_foot_sensor')).toBe(
      true,
    );
  });

  test('sensors on the wrong shoes are told, never silently mended', () => {
    const swapped = simulateWalk({ scenario: 'healthy', seed: 5, seconds: 60, faults: { swappedFeet: true } });
    const records = of(swapped);
    expect(findings(records).filter((f) => f.kind === 'sensors_swapped')).toHaveLength(1);
    expect(findings(whole).map((f) => f.kind)).not.toContain('sensors_swapped');
  });

  test.each(['standing', 'sitting', 'car'] as const)('%s is no walking: no steps and the reason', (scenario) => {
    const records = of(simulateWalk({ scenario, seed: 2, seconds: 60 }));
    expect(records.filter((r) => r.type === 'step').length).toBeLessThanOrEqual(scenario === 'standing' ? 0 : 1);
    if (strides(records).length === 0 && summary(records).steps === 0)
      expect(summary(records).reasons['strides']).toBe('not_walking');
  });

  test('B4: a sensor that falls silent loses its values only; no stride crosses the gap', () => {
    const silent = simulateWalk({
      scenario: 'healthy',
      seed: 5,
      seconds: 60,
      faults: { outages: [{ site: 'left_foot', fromS: 25, toS: 32 }] },
    });
    const records = of(silent);
    const left = strides(records).filter((s) => s.side === 'left');
    expect(left.some((s) => s.ic_s < 25 && s.next_ic_s > 32)).toBe(false);
    expect(left.filter((s) => s.ic_s > 34).length).toBeGreaterThan(10);
    expect(strides(records).filter((s) => s.side === 'right' && s.ic_s > 25 && s.ic_s < 31).length).toBeGreaterThan(3);
    expect(summary(records).gaps.some((g) => g.site === 'left_foot' && g.to_s - g.from_s > 6)).toBe(true);
  });

  test('bad bytes, unknown slots and wrong lengths are counted, never thrown', () => {
    const session = new WalkSession({ slots: healthy.slots });
    let n = 0;
    for (const notification of healthy.notifications()) {
      session.push(notification);
      if (n++ % 7 === 0) session.push({ ...notification, bytes: notification.bytes.subarray(0, n % 40) });
      if (n % 11 === 0) session.push({ slot: 99, receivedS: notification.receivedS, bytes: new Uint8Array(3) });
    }
    const records = session.finish();
    const walk = summary([...records]);
    expect(walk.metrics['unknown_slot_notifications']).toBeGreaterThan(10);
    const rejected = walk.sensors.reduce((sum, s) => sum + Number(s['rejected']), 0);
    expect(rejected).toBeGreaterThan(10);
    for (const s of walk.sensors) expect(Number(s['accepted']) + Number(s['rejected'])).toBe(Number(s['received']));
  });

  test('two sensors for one site are refused with words', () => {
    const slots: SensorSlot[] = [
      { slot: 1, site: 'left_foot', model: 'gaitkeeper' },
      { slot: 2, site: 'left_foot', model: 'gaitkeeper' },
    ];
    expect(() => new WalkSession({ slots })).toThrow(/Two sensors for one site/);
  });
});
