import { describe, expect, it } from 'vitest';
import type { FootOutput } from '../../../src/pipeline/foot/foot-output.ts';
import { FootPipeline } from '../../../src/pipeline/foot/foot-pipeline.ts';
import { analyse, blockOf, eventsOf, remounted, sampleCount, simulatedRuns, stridesOf, type Run } from './blocks.ts';

const { runs } = simulatedRuns({ scenario: 'mixed', seed: 4, seconds: 40, faults: { sensors: 'realistic' } });
const run = runs[0]!;
const whole = analyse(run, sampleCount(run));

const mean = (a: number[]) => a.reduce((x, y) => x + y, 0) / a.length;
const lengths = (out: FootOutput[]) => stridesOf(out).flatMap((s) => s.stride_length_m ?? []);
const excursions = (out: FootOutput[]) => stridesOf(out).flatMap((s) => s.eversion_excursion_deg ?? []);

describe('stage laws of the foot', () => {
  it('has something to say of this walk', () => {
    expect(eventsOf(whole).length).toBeGreaterThan(50);
    expect(stridesOf(whole).length).toBeGreaterThan(20);
    expect(whole.some((o) => o.type === 'curve')).toBe(true);
  });

  it.each([1, 7, 64, 333])('blocks of %i samples give the same, bit for bit', (size) => {
    expect(analyse(run, size)).toEqual(whole);
  });

  it('reset is as good as new', () => {
    const foot = new FootPipeline({ side: run.side });
    foot.push(blockOf(run, 0, 2000), () => undefined);
    foot.reset();
    const out: FootOutput[] = [];
    foot.push(blockOf(run, 0, sampleCount(run)), (o) => out.push(o));
    foot.flush((o) => out.push(o));
    expect(out).toEqual(whole);
  });

  it('goes on from a snapshot taken anywhere as if never interrupted', () => {
    for (const at of [1, 150, 777, 1503, 2222, 3001]) {
      const out: FootOutput[] = [];
      const first = new FootPipeline({ side: run.side });
      first.push(blockOf(run, 0, at), (o) => out.push(o));
      const state = structuredClone(first.snapshot());
      first.push(blockOf(run, at, at + 500), () => undefined);
      const second = new FootPipeline({ side: run.side });
      second.restore(state);
      second.push(blockOf(run, at, sampleCount(run)), (o) => out.push(o));
      second.flush((o) => out.push(o));
      expect(out, `snapshot at sample ${at}`).toEqual(whole);
    }
  });

  it('keeps its state within 40 kB, however long the walk', () => {
    const size = (samples: number): number => {
      const foot = new FootPipeline({ side: run.side });
      foot.push(blockOf(run, 0, samples), () => undefined);
      let bytes = 0;
      const walk = (v: unknown): void => {
        if (ArrayBuffer.isView(v)) bytes += v.byteLength;
        else if (typeof v === 'object' && v !== null) for (const x of Object.values(v)) walk(x);
        else bytes += 8;
      };
      walk(foot.snapshot());
      return bytes;
    };
    expect(size(4000)).toBeLessThan(40_000);
    expect(Math.abs(size(4000) - size(2000))).toBeLessThan(2000);
  });

  it('leaves its input alone', () => {
    const block = blockOf(run, 0, sampleCount(run));
    const acc = block.accMps2.slice();
    const gyr = block.gyrRadps.slice();
    new FootPipeline({ side: run.side }).push(block, () => undefined);
    expect(block.accMps2).toEqual(acc);
    expect(block.gyrRadps).toEqual(gyr);
  });

  it('tells in order of time, contacts in turn, nothing before it can be known', () => {
    let known = -Infinity;
    for (const o of whole) {
      if (o.type === 'side_vote') continue;
      expect(o.known_at_s).toBeGreaterThanOrEqual(known);
      known = o.known_at_s;
      if (o.type === 'event') expect(o.known_at_s).toBeGreaterThan(o.time_s);
    }
    const events = eventsOf(whole);
    for (let i = 1; i < events.length; i++) expect(events[i]!.time_s).toBeGreaterThan(events[i - 1]!.time_s);
  });

  it('never says NaN, and gives a reason for each null', () => {
    for (const s of stridesOf(whole))
      for (const [key, value] of Object.entries(s)) {
        if (typeof value === 'number') expect(Number.isFinite(value), key).toBe(true);
        const named = /_(s|m|deg|dps|mps|stance)$/.test(key) && !/sigma|still|residual|drift|turn_/.test(key);
        if (value === null && named) expect(s.reasons[key], `${key} at ${s.ic_s}`).toBeDefined();
      }
  });
});

describe('gaps', () => {
  const withGap = (from: number, missing: number): FootOutput[] => {
    const out: FootOutput[] = [];
    const foot = new FootPipeline({ side: run.side });
    foot.push(blockOf(run, 0, from), (o) => out.push(o));
    foot.push(blockOf(run, from + missing, sampleCount(run), true), (o) => out.push(o));
    foot.flush((o) => out.push(o));
    return out;
  };

  it('no stride crosses a gap of more than 200 ms', () => {
    for (const from of [1500, 1530, 1560, 1590, 1620]) {
      const gapStartS = run.startS + (from - 1) / run.rateHz;
      const gapEndS = gapStartS + 27 / run.rateHz;
      for (const s of stridesOf(withGap(from, 26)))
        expect(s.next_ic_s <= gapEndS || s.ic_s >= gapStartS, `gap at ${gapStartS}`).toBe(true);
    }
  });

  it('up to 45 ms are bridged: the same contacts within 20 ms', () => {
    const expected = eventsOf(whole);
    for (const from of [1500, 1537, 1583, 1611]) {
      const found = eventsOf(withGap(from, 4));
      expect(found.length).toBe(expected.length);
      found.forEach((e, i) => {
        expect(Math.abs(e.time_s - expected[i]!.time_s)).toBeLessThan(0.02);
      });
    }
  });

  it('from 45 to 200 ms the stride keeps no length', () => {
    const from = 1555;
    const atS = run.startS + from / run.rateHz;
    const hit = stridesOf(withGap(from, 9)).find((s) => s.ic_s < atS && s.next_ic_s > atS + 0.1);
    if (hit !== undefined) {
      expect(hit.stride_length_m).toBeNull();
      expect(hit.reasons['stride_length_m']).toBe('gap');
    }
    expect(stridesOf(withGap(from, 9)).length).toBeGreaterThan(stridesOf(whole).length - 3);
  });
});

describe('whatever the sensor', () => {
  const base = simulatedRuns({ seed: 3, seconds: 40 }).runs[0]!;
  const straight = analyse(base);

  it('any mounting gives the same', () => {
    // 120 deg about (1, 1, 1) and half a turn about an oblique axis
    for (const r of [
      [0, 0, 1, 1, 0, 0, 0, 1, 0],
      [-0.36, 0.48, 0.8, 0.48, -0.64, 0.6, 0.8, 0.6, 0],
    ]) {
      const out = analyse(remounted(base, r));
      expect(eventsOf(out).length).toBe(eventsOf(straight).length);
      expect(mean(lengths(out))).toBeCloseTo(mean(lengths(straight)), 3);
      // Which of many equally still moments is taken hangs on the last bit.
      expect(mean(excursions(out))).toBeCloseTo(mean(excursions(straight)), 1);
    }
  });

  it('an accelerometer that reads 7 % high changes no contact, hardly an angle, and a length by less than 1.5 %', () => {
    const out = analyse(remounted(base, [1, 0, 0, 0, 1, 0, 0, 0, 1], 1.07));
    expect(eventsOf(out).map((e) => e.time_s)).toEqual(eventsOf(straight).map((e) => e.time_s));
    expect(Math.abs(mean(lengths(out)) / mean(lengths(straight)) - 1)).toBeLessThan(0.015);
    expect(Math.abs(mean(excursions(out)) - mean(excursions(straight)))).toBeLessThan(0.1);
  });

  it('half the rate gives the same contacts within 12 ms and the same means', () => {
    const fast = simulatedRuns({ seed: 3, seconds: 40, rateHz: 208 }).runs[0]!;
    const half: Run = {
      ...fast,
      rateHz: fast.rateHz / 2,
      acc: fast.acc.filter((_, i) => Math.floor(i / 3) % 2 === 0),
      gyr: fast.gyr.filter((_, i) => Math.floor(i / 3) % 2 === 0),
    };
    const a = analyse(fast);
    const b = analyse(half);
    expect(eventsOf(b).length).toBe(eventsOf(a).length);
    eventsOf(b).forEach((e, i) => {
      expect(Math.abs(e.time_s - eventsOf(a)[i]!.time_s)).toBeLessThan(0.012);
    });
    expect(Math.abs(mean(excursions(a)) - mean(excursions(b)))).toBeLessThan(0.4);
    expect(Math.abs(mean(lengths(a)) - mean(lengths(b)))).toBeLessThan(0.015);
  });

  it('rates above 250 Hz are averaged down', () => {
    const fast = simulatedRuns({ seed: 3, seconds: 30, rateHz: 208 }).runs[0]!;
    const doubled = (v: Float64Array): Float64Array => {
      const n = v.length / 3;
      const out = new Float64Array(2 * v.length);
      for (let i = 0; i < n; i++)
        for (let c = 0; c < 3; c++) {
          const next = v[3 * Math.min(i + 1, n - 1) + c]!;
          out[6 * i + c] = v[3 * i + c]!;
          out[6 * i + 3 + c] = 0.5 * (v[3 * i + c]! + next);
        }
      return out;
    };
    const out = analyse({ ...fast, rateHz: 2 * fast.rateHz, acc: doubled(fast.acc), gyr: doubled(fast.gyr) });
    const direct = analyse(fast);
    expect(eventsOf(out).length).toBe(eventsOf(direct).length);
    expect(Math.abs(mean(lengths(out)) - mean(lengths(direct)))).toBeLessThan(0.03);
  });

  it('an accelerometer that clips at 4 g loses no contact and no more than 3 % of length', () => {
    const clip = 4 * 9.80665;
    const out = analyse({ ...base, acc: base.acc.map((v) => Math.max(-clip, Math.min(clip, v))) });
    expect(eventsOf(out).length).toBe(eventsOf(straight).length);
    expect(Math.abs(mean(lengths(out)) / mean(lengths(straight)) - 1)).toBeLessThan(0.03);
  });
});
