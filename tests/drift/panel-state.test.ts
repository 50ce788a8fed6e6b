import { deserialize, serialize } from 'node:v8';
import { expect, test } from 'vitest';
import type { FindingRecord, StrideRecord } from '../../src/domain/records.ts';
import { DriftPanel, type DriftPanelState } from '../../src/drift/drift-panel.ts';

function* strides(): Generator<StrideRecord> {
  let seed = 5;
  const noise = () => {
    seed = (seed * 1103515245 + 12345) % 2 ** 31;
    return seed / 2 ** 31 - 0.5;
  };
  for (let t = 0; t < 7200; t += 1.1)
    for (const side of ['left', 'right'] as const) {
      const ic_s = t + (side === 'left' ? 0 : 0.55);
      yield {
        type: 'stride',
        side,
        ic_s,
        next_ic_s: ic_s + 1.1,
        stride_time_s: 1.1 + 0.02 * noise(),
        stance_time_s: 0.68 + 0.02 * noise(),
        eversion_excursion_deg: 9 + 2 * Math.min(1, Math.max(0, (t - 2400) / 2400)) + 2 * noise(),
        pelvic_drop_excursion_deg: 4 + 1.5 * noise(),
        walking_speed_mps: 1.25 + 0.04 * noise(),
        turning: false,
        quality: 0.9,
        reasons: {},
        known_at_s: t + 2,
      } as unknown as StrideRecord;
    }
}

test('all is kept in below 10 kB after two hours, the open minute included, and going on changes nothing', () => {
  const whole: FindingRecord[] = [];
  const cut: FindingRecord[] = [];
  const one = new DriftPanel();
  let other = new DriftPanel();
  let largest = 0;
  for (const [n, stride] of [...strides()].entries()) {
    one.push(stride, (f) => whole.push(f));
    if (n % 3001 === 3000) {
      const kept = serialize(other.snapshot());
      largest = Math.max(largest, kept.length);
      other = new DriftPanel();
      other.restore(deserialize(kept) as DriftPanelState);
    }
    other.push(stride, (f) => cut.push(f));
  }
  largest = Math.max(largest, serialize(other.snapshot()).length);
  expect(largest).toBeLessThan(10_000);
  expect(whole.map((f) => f.kind)).toContain('drift');
  expect(cut).toEqual(whole);
  expect(other.readings()).toEqual(one.readings());
});

test('a steady wearer is told later or not at all, also after a restart; told in mid-walk it changes nothing', () => {
  const alarmOf = (panel: DriftPanel) => panel.readings().eversion_excursion_deg?.alarmMinute ?? Infinity;
  const walked = (prepare: (panel: DriftPanel, n: number) => DriftPanel) => {
    let panel = new DriftPanel();
    for (const [n, stride] of [...strides()].entries()) {
      panel = prepare(panel, n);
      panel.push(stride, () => undefined);
    }
    return panel;
  };
  const begin = (panel: DriftPanel, n: number) => {
    if (n === 0) panel.beSteady();
    return panel;
  };
  const usual = walked((panel) => panel);
  const steady = walked(begin);
  expect(alarmOf(usual)).toBeLessThan(Infinity);
  expect(alarmOf(steady)).toBeGreaterThan(alarmOf(usual));
  const restarted = walked((panel, n) => {
    if (n !== 6000) return begin(panel, n);
    const other = new DriftPanel();
    other.restore(deserialize(serialize(panel.snapshot())) as DriftPanelState);
    other.beSteady();
    return other;
  });
  expect(restarted.readings()).toEqual(steady.readings());
  const late = walked((panel, n) => {
    if (n === 6000) panel.beSteady();
    return panel;
  });
  expect(late.readings()).toEqual(usual.readings());
  expect(late.steady).toBe(false);
});
