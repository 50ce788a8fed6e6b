import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { OrientationRecord } from '../../../src/domain/records.ts';
import type { ImuBlock } from '../../../src/domain/samples.ts';
import { degFromRad, radFromDeg, STANDARD_GRAVITY_MPS2 } from '../../../src/domain/units.ts';
import { OrientationFilter } from '../../../src/pipeline/orientation/orientation-filter.ts';
import { recordingBlocks, recordingFolder, recordingsHere, splitBlocks } from './recordings.ts';

const upInSensor = ([w, x, y, z]: readonly number[]): [number, number, number] => [
  2 * (x! * z! - w! * y!),
  2 * (y! * z! + w! * x!),
  1 - 2 * (x! * x! + y! * y!),
];
function angleDeg(a: readonly number[], b: readonly number[]): number {
  return degFromRad(Math.acos(Math.max(-1, Math.min(1, a[0]! * b[0]! + a[1]! * b[1]! + a[2]! * b[2]!))));
}

/** A sensor swung about its x axis by a sine, lying still for the first `restS`; up in its frame is known exactly. */
function swing(options: { restS: number; lastS: number; biasDps?: number; rateHz?: number }): {
  block: ImuBlock;
  up: (timeS: number) => [number, number, number];
} {
  const { restS, lastS, biasDps = 0, rateHz = 104 } = options;
  const size = 0.9;
  const angle = (t: number): number => (t < restS ? 0 : size * (1 - Math.cos(3 * (t - restS))));
  const rate = (t: number): number => (t < restS ? 0 : size * 3 * Math.sin(3 * (t - restS)));
  const up = (t: number): [number, number, number] => [0, Math.sin(angle(t)), Math.cos(angle(t))];
  const n = Math.round(lastS * rateHz);
  const accMps2 = new Float64Array(3 * n);
  const gyrRadps = new Float64Array(3 * n);
  for (let i = 0; i < n; i++) {
    const t = i / rateHz;
    const u = up(t);
    const push = t < restS ? 0 : 2 * Math.sin(9 * t);
    for (let c = 0; c < 3; c++) accMps2[3 * i + c] = STANDARD_GRAVITY_MPS2 * u[c]!;
    accMps2[3 * i]! += push;
    gyrRadps[3 * i] = rate(t) + radFromDeg(biasDps);
    gyrRadps[3 * i + 1] = radFromDeg(-biasDps / 2);
    gyrRadps[3 * i + 2] = radFromDeg(biasDps / 3);
  }
  return { block: { site: 'sensor', startS: 0, afterGap: true, rateHz, accMps2, gyrRadps }, up };
}

function run(blocks: readonly ImuBlock[], filter = new OrientationFilter({ site: 'sensor' })): OrientationRecord[] {
  const records: OrientationRecord[] = [];
  for (const block of blocks) filter.push(block, (r) => records.push(r));
  return records;
}

describe('orientation against gravity', () => {
  it('follows a known swing within half a degree, also with 3 deg/s of bias learned at rest', () => {
    for (const biasDps of [0, 3]) {
      const { block, up } = swing({ restS: 12, lastS: 60, biasDps });
      for (const r of run([block]))
        if (r.time_s > 12)
          expect(angleDeg(upInSensor(r.q), up(r.time_s)), `${biasDps} at ${r.time_s}`).toBeLessThan(0.5);
    }
  });

  it('gives unit quaternions, one a sample, on the sample clock', () => {
    const { block } = swing({ restS: 1, lastS: 20 });
    const records = run([block]);
    expect(records).toHaveLength(block.accMps2.length / 3);
    for (const [i, r] of records.entries()) {
      expect(Math.hypot(...r.q)).toBeCloseTo(1, 9);
      expect(r.time_s).toBe(i / block.rateHz);
      expect(r.known_at_s).toBe(r.time_s);
    }
  });

  it('finds its inclination from any start, also upside down', () => {
    for (const up of [
      [0, 0, -1],
      [1, 0, 0],
      [0, -0.6, -0.8],
    ]) {
      const n = 300;
      const accMps2 = new Float64Array(3 * n);
      for (let i = 0; i < 3 * n; i++) accMps2[i] = STANDARD_GRAVITY_MPS2 * up[i % 3]!;
      const block = {
        site: 'sensor' as const,
        startS: 0,
        afterGap: true,
        rateHz: 100,
        accMps2,
        gyrRadps: new Float64Array(3 * n),
      };
      expect(angleDeg(upInSensor(run([block]).at(-1)!.q), up)).toBeLessThan(0.01);
    }
  });

  it('starts anew after a long gap and turns on over a short one', () => {
    const { block, up } = swing({ restS: 3, lastS: 40 });
    const parts = splitBlocks([block], [1]);
    const without = (fromS: number, toS: number): ImuBlock[] =>
      parts
        .filter((b) => b.startS < fromS || b.startS >= toS)
        .map((b, i, all) => ({ ...b, afterGap: i === 0 || b.startS - all[i - 1]!.startS > 1.5 / b.rateHz }));
    for (const r of run(without(20, 20.03)))
      if (r.time_s > 3) expect(angleDeg(upInSensor(r.q), up(r.time_s))).toBeLessThan(1.5);
    for (const r of run(without(20, 25)))
      if (r.time_s > 32) expect(angleDeg(upInSensor(r.q), up(r.time_s)), `at ${r.time_s}`).toBeLessThan(2.5);
  });

  it('gives the same bits however the samples are cut, after a reset, and across a snapshot', () => {
    const { block } = swing({ restS: 2, lastS: 12, biasDps: 1 });
    const whole = run([block]);
    expect(run(splitBlocks([block], [1, 7, 64, 3]))).toEqual(whole);

    const filter = new OrientationFilter({ site: 'sensor' });
    run([block], filter);
    filter.reset();
    expect(run([block], filter)).toEqual(whole);

    const parts = splitBlocks([block], [211]);
    for (let cut = 1; cut < parts.length; cut++) {
      const before = new OrientationFilter({ site: 'sensor' });
      const records = run(parts.slice(0, cut), before);
      const after = new OrientationFilter({ site: 'sensor' });
      after.restore(structuredClone(before.snapshot()));
      records.push(...run(parts.slice(cut), after));
      expect(records).toEqual(whole);
    }
  });

  it.skipIf(!recordingsHere)('stays within 0.6 deg RMSE of optical inclination (needs ../shared/data)', () => {
    const records = run(recordingBlocks('orientation-14', 'sensor'));
    const rows = readFileSync(path.join(recordingFolder('orientation-14'), 'quaternion.csv'), 'utf8')
      .trim()
      .split('\n');
    let sum = 0;
    let n = 0;
    for (const [i, row] of rows.slice(1).entries()) {
      const cells = row.split(',');
      if (cells.slice(1, 5).includes('') || Number(cells[5]) !== 1) continue;
      sum += angleDeg(upInSensor(records[i]!.q), upInSensor(cells.slice(1, 5).map(Number))) ** 2;
      n++;
    }
    expect(n).toBeGreaterThan(15_000);
    expect(Math.sqrt(sum / n)).toBeLessThan(0.6);
  });
});
