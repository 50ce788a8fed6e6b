import { describe, expect, it } from 'vitest';
import { SensorTimeline } from '../../src/timeline/sensor-timeline.ts';
import { rms } from '../statistics.ts';
import { hear, largestJumpS, newHeard, range, seededRandom, type Heard } from './sensor-stream.ts';

/** Rows whose acc x is a walking-like signal of their true time. */
const signal = (timeS: number): number =>
  10 * Math.sin(2 * Math.PI * 3 * timeS) + 4 * Math.cos(2 * Math.PI * 9 * timeS);

function run(timesS: readonly number[], values: readonly number[] = timesS.map(signal)): Heard {
  const timeline = new SensorTimeline({ site: 'pelvis', clock: 'walk', nominalRateHz: 100 });
  const heard = newHeard(timeline);
  const acc = new Float64Array(3 * timesS.length);
  values.forEach((value, i) => (acc[3 * i] = value));
  const packet = {
    count: timesS.length,
    periodS: 0.01,
    timesS: Float64Array.from(timesS),
    accMps2: acc,
    gyrRadps: new Float64Array(3 * timesS.length),
    accRangeMps2: Infinity,
    gyrRangeRadps: Infinity,
  };
  timeline.push(packet, timesS.at(-1)!, (output) => hear(heard, output));
  timeline.flush((output) => hear(heard, output));
  heard.counts = timeline.counts;
  return heard;
}

const valuesOf = (heard: Heard): number[] => heard.n.map((n) => n + 1);
const written = (timeS: number, decimals: number): number => Number(timeS.toFixed(decimals));

describe('rows of a recording', () => {
  it.each([50, 100, 102.4, 104, 148.148, 200, 204.8, 285.7142857, 400])(
    'evenly timed rows at %s Hz pass unchanged, at their own times',
    (rateHz) => {
      const timesS = range(2000).map((i) => written(i / rateHz, 6));
      const heard = run(timesS);
      expect(valuesOf(heard).map((v, i) => Math.abs(v - signal(timesS[i]!)) < 1e-12)).toEqual(
        range(2000).map(() => true),
      );
      expect(heard.gaps).toEqual([]);
      expect(heard.counts).toMatchObject({ samples: 2000, lostSamples: 0, resampled: 0 });
      heard.timesS.forEach((timeS, i) => expect(Math.abs(timeS - timesS[i]!)).toBeLessThan(2e-6));
      expect(heard.blocks[0]!.rateHz).toBeCloseTo(rateHz, 2);
    },
  );

  it.each([0, 1e-15, 1e-12, 1e-9, 1e-6])('rows %s s apart tell no rate that memory could not hold', (stepS) => {
    const heard = run(range(1000).map((i) => 1 + i * stepS));
    expect(heard.counts.rateHz).toBeLessThanOrEqual(1e5);
    expect(Math.max(0, ...heard.blocks.map((block) => block.accMps2.length))).toBeLessThan(1e5);
  });

  it('times written in whole milliseconds belong to even samples: nothing is resampled, the true rate is found', () => {
    const timesS = range(6000).map((i) => written(i / 204.8, 3));
    const heard = run(timesS, range(6000));
    expect(valuesOf(heard)).toEqual(range(6000));
    expect(heard.counts.resampled).toBe(0);
    expect(heard.counts.rateHz).toBeCloseTo(204.8, 1);
    heard.timesS.forEach((timeS, i) => expect(Math.abs(timeS - i / 204.8)).toBeLessThan(5e-4));
    expect(largestJumpS(heard.blocks)).toBeLessThan(1e-4);
  });

  it('a rate that creeps is followed: after an hour the times are still those of the rows', () => {
    const timesS: number[] = [];
    for (let i = 0, t = 0; i < 360_000; i++) {
      timesS.push(t);
      t += 0.01 * (1 + 2e-4 * Math.sin(i / 50_000));
    }
    const heard = run(timesS, range(timesS.length));
    expect(heard.counts).toMatchObject({ samples: timesS.length, lostSamples: 0, gaps: 0 });
    expect(valuesOf(heard).every((v, i) => v === i)).toBe(true);
    heard.timesS.forEach((timeS, i) => {
      if (Math.abs(timeS - timesS[i]!) > 5e-4) throw new Error(`sample ${i} is off by ${timeS - timesS[i]!} s`);
    });
  });

  it('uneven rows are put on an even grid, and follow the true signal', () => {
    const random = seededRandom(8);
    const timesS = range(4000).map((i) => (i + 0.4 * (random() - 0.5)) / 200);
    const heard = run(timesS);
    expect(heard.gaps).toEqual([]);
    expect(heard.counts.resampled).toBeGreaterThan(2000);
    const errors = valuesOf(heard).map((v, i) => Math.abs(v - signal(heard.timesS[i]!)));
    expect(rms(errors)).toBeLessThan(0.12);
    const steps = heard.timesS.slice(1).map((t, i) => t - heard.timesS[i]!);
    expect(Math.max(...steps) - Math.min(...steps)).toBeLessThan(5e-5);
  });

  it('missing rows are a gap of so many samples; nothing is invented', () => {
    const timesS = range(1000).map((i) => i / 100);
    const there = timesS.filter((_, i) => i < 400 || i >= 404);
    const heard = run(there);
    expect(heard.gaps).toHaveLength(1);
    expect(heard.gaps[0]).toMatchObject({ lostSamples: 4, cause: 'loss' });
    expect(heard.gaps[0]!.fromS).toBeCloseTo(4, 9);
    expect(heard.gaps[0]!.toS).toBeCloseTo(4.04, 9);
    expect(heard.blocks.filter((b) => b.afterGap)).toHaveLength(2);
    expect(heard.counts).toMatchObject({ samples: 996, lostSamples: 4, resampled: 0 });
  });

  it('doubled rows are dropped; a doubled time whose neighbour is missing is the neighbour', () => {
    const timesS = range(1000).map((i) => i / 100);
    const doubled = [...timesS.slice(0, 501), timesS[500]!, ...timesS.slice(501)];
    expect(run(doubled).counts).toMatchObject({ samples: 1000, duplicates: 1, lostSamples: 0 });
    const stuck = timesS.map((t, i) => (i === 600 ? timesS[599]! : t));
    const heard = run(stuck, range(1000));
    expect(valuesOf(heard)).toEqual(range(1000));
    expect(heard.counts).toMatchObject({ samples: 1000, duplicates: 0, lostSamples: 0 });
  });

  it('rows in a slightly wrong order are put right', () => {
    const timesS = range(1000).map((i) => i / 100);
    [timesS[300], timesS[305]] = [timesS[305]!, timesS[300]!];
    const heard = run(timesS);
    expect(heard.counts).toMatchObject({ samples: 1000, lostSamples: 0 });
    expect(heard.counts.reordered).toBeGreaterThan(0);
    valuesOf(heard).forEach((v, i) => expect(v).toBeCloseTo(signal(i / 100), 9));
  });

  it('after a long hole the grid starts anew, also at another rate', () => {
    const before = range(1000).map((i) => i / 100);
    const after = range(2000).map((i) => 15.0037 + i / 200);
    const heard = run([...before, ...after]);
    expect(heard.gaps).toHaveLength(1);
    expect(heard.gaps[0]!.toS).toBeCloseTo(15.0037, 6);
    expect(heard.counts).toMatchObject({ samples: 3000, resampled: 0 });
    expect([...new Set(heard.blocks.map((b) => Math.round(b.rateHz)))]).toEqual([100, 200]);
  });

  it('times that count from 1970 lose nothing', () => {
    const timesS = range(2000).map((i) => 1_764_000_000 + i / 100);
    const heard = run(timesS, range(2000));
    expect(valuesOf(heard)).toEqual(range(2000));
    expect(heard.counts).toMatchObject({ lostSamples: 0, resampled: 0, gaps: 0 });
  });

  it('one row, or two, are no trouble', () => {
    expect(run([3]).counts.samples).toBe(1);
    expect(run([3, 3.01]).counts.samples).toBe(2);
  });
});
