import { describe, expect, it } from 'vitest';
import type { StrideRecord } from '../../../src/domain/records.ts';
import { SteadinessIndex, type SteadinessValue } from '../../../src/pipeline/steadiness/steadiness-index.ts';

/** Strides of a walker whose feet wander more (or less) from `changeS` on. */
function strides(options: {
  seconds: number;
  changeS?: number;
  factor?: number;
  speed?: (tS: number) => number;
  turning?: boolean;
}): StrideRecord[] {
  let seed = 99;
  const even = (): number => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) / 4294967296;
  const normal = (): number => even() + even() + even() + even() + even() + even() + even() + even() - 4;
  const { seconds, changeS = Infinity, factor = 1, speed = () => 1.3, turning = false } = options;
  const out: StrideRecord[] = [];
  for (let k = 0; k * 0.53 < seconds; k++) {
    const tS = k * 0.53;
    const f = tS > changeS ? factor : 1;
    out.push({
      type: 'stride',
      side: k % 2 === 0 ? 'left' : 'right',
      ic_s: tS,
      stance_time_s: 0.65 + (k % 2 === 0 ? 0.005 * f : 0) + 0.01 * normal(),
      foot_progression_deg: 6 + 1.5 * f * normal(),
      eversion_at_ic_deg: -1 + 1.2 * f * normal(),
      walking_speed_mps: speed(tS) + 0.02 * normal(),
      turning,
      known_at_s: tS + 1.3,
    } as unknown as StrideRecord);
  }
  return out;
}
function run(list: readonly StrideRecord[], index = new SteadinessIndex()): SteadinessValue[] {
  const values: SteadinessValue[] = [];
  for (const stride of list) index.push(stride, (v) => values.push(v));
  return values;
}

describe('steadiness of the feet', () => {
  it('says nothing before the start is learned, then "same" for a walker who stays the same', () => {
    const values = run(strides({ seconds: 2400 }));
    for (const v of values.filter((x) => x.known_at_s < 600))
      expect(v).toMatchObject({ value: null, change: null, reason: 'too_few_strides' });
    const later = values.filter((v) => v.value !== null);
    expect(later.length).toBeGreaterThan(30);
    expect(later.filter((v) => v.change === 'same').length / later.length).toBeGreaterThan(0.95);
  });

  it('says "less" when the feet wander twice as much, "more" when hardly at all', () => {
    expect(run(strides({ seconds: 2400, changeS: 1500, factor: 2 })).at(-1)).toMatchObject({ change: 'less' });
    expect(run(strides({ seconds: 2400, changeS: 1500, factor: 2 })).at(-1)!.value).toBeLessThan(50);
    expect(run(strides({ seconds: 2400, changeS: 1500, factor: 0.1 })).at(-1)).toMatchObject({
      change: 'more',
      value: 100,
    });
  });

  it('keeps its confidence at 0.2 and names no side', () => {
    for (const v of run(strides({ seconds: 1500, changeS: 800, factor: 3 }))) {
      expect(v.confidence).toBe(0.2);
      expect(Object.keys(v).sort()).toEqual([
        'change',
        'confidence',
        'known_at_s',
        'reason',
        'strides',
        'type',
        'value',
      ]);
    }
  });

  it('leaves out another speed, and turns', () => {
    const slower = run(strides({ seconds: 1500, speed: (t) => (t > 800 ? 1.1 : 1.3) }));
    expect(Math.max(...slower.map((v) => v.known_at_s))).toBeLessThan(850);
    expect(run(strides({ seconds: 900, turning: true }))).toEqual([]);
  });

  it('goes on from a snapshot, and is new after a reset', () => {
    const list = strides({ seconds: 1500, changeS: 900, factor: 2 });
    const whole = run(list);
    for (const cut of [100, 1234, 2000]) {
      const before = new SteadinessIndex();
      const values = run(list.slice(0, cut), before);
      const after = new SteadinessIndex();
      after.restore(structuredClone(before.snapshot()));
      expect([...values, ...run(list.slice(cut), after)]).toEqual(whole);
      before.reset();
      expect(run(list, before)).toEqual(whole);
    }
  });
});
