import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { simulateWalk } from '../../src/simulator/simulate-walk.ts';

const DEG = 180 / Math.PI;

/** Sizes of a sensor's signal while its wearer walks. */
interface Sizes {
  /** Scatter of acceleration about its mean [m/s²] and its 99th percentile */
  readonly accSd: number;
  readonly accP99: number;
  readonly gyrRmsDps: number;
  readonly gyrP99Dps: number;
  /** Share of samples under 25 deg/s: the stances */
  readonly still: number;
}

function sizesOf(acc: readonly number[][], gyrDps: readonly number[][]): Sizes {
  const mean = [0, 1, 2].map((axis) => acc.reduce((sum, a) => sum + a[axis]!, 0) / acc.length);
  const square = acc.reduce((sum, a) => sum + a.reduce((s, v, axis) => s + (v - mean[axis]!) ** 2, 0), 0);
  const accSizes = acc.map((a) => Math.hypot(...a)).sort((a, b) => a - b);
  const gyrSizes = gyrDps.map((g) => Math.hypot(...g)).sort((a, b) => a - b);
  return {
    accSd: Math.sqrt(square / acc.length),
    accP99: accSizes[Math.floor(0.99 * accSizes.length)]!,
    gyrRmsDps: Math.sqrt(gyrSizes.reduce((sum, g) => sum + g * g, 0) / gyrSizes.length),
    gyrP99Dps: gyrSizes[Math.floor(0.99 * gyrSizes.length)]!,
    still: gyrSizes.filter((g) => g < 25).length / gyrSizes.length,
  };
}

function simulatedSizes(seed: number, site: 'left_foot' | 'pelvis'): Sizes {
  const walk = simulateWalk({ scenario: 'healthy', seed, seconds: 30 });
  const samples = walk.samples().find((s) => s.site === site)!;
  const contacts = walk.truth.events.filter((e) => e.kind === 'ic').map((e) => e.time_s);
  const acc: number[][] = [];
  const gyr: number[][] = [];
  samples.timesS.forEach((tS, i) => {
    if (tS < contacts[2]! || tS > contacts.at(-3)!) return;
    acc.push([...samples.accMps2.slice(3 * i, 3 * i + 3)]);
    gyr.push([...samples.gyrRadps.slice(3 * i, 3 * i + 3)].map((v) => v * DEG));
  });
  return sizesOf(acc, gyr);
}

describe('the signals are as large as real ones', () => {
  // Ranges: what seven walks of four sets show (healthy adults, shoe and dorsum of the foot, lower back), widened by a fifth.
  it('shoes', () => {
    for (let seed = 1; seed <= 6; seed++) {
      const sizes = simulatedSizes(seed, 'left_foot');
      expect(sizes.accSd).toBeGreaterThan(7.5);
      expect(sizes.accSd).toBeLessThan(21);
      expect(sizes.accP99).toBeGreaterThan(23);
      expect(sizes.accP99).toBeLessThan(75);
      expect(sizes.gyrRmsDps).toBeGreaterThan(180);
      expect(sizes.gyrRmsDps).toBeLessThan(345);
      expect(sizes.gyrP99Dps).toBeGreaterThan(420);
      expect(sizes.gyrP99Dps).toBeLessThan(900);
      expect(sizes.still).toBeGreaterThan(0.1);
      expect(sizes.still).toBeLessThan(0.4);
    }
  });

  it('pelvis', () => {
    for (let seed = 1; seed <= 6; seed++) {
      const sizes = simulatedSizes(seed, 'pelvis');
      expect(sizes.accSd).toBeGreaterThan(1.8);
      expect(sizes.accSd).toBeLessThan(4.8);
      expect(sizes.accP99).toBeGreaterThan(11);
      expect(sizes.accP99).toBeLessThan(23);
      expect(sizes.gyrRmsDps).toBeGreaterThan(19);
      expect(sizes.gyrRmsDps).toBeLessThan(90);
      expect(sizes.gyrP99Dps).toBeGreaterThan(40);
      expect(sizes.gyrP99Dps).toBeLessThan(260);
    }
  });

  it('impacts: one or two samples sharp at 104 Hz, and some clip at 208 Hz as real ones do', () => {
    const walk = simulateWalk({ scenario: 'fast', seed: 2, seconds: 60, rateHz: 208 });
    const samples = walk.samples()[0]!;
    const limit = 0.999 * 16 * 9.80665;
    const peaks: number[] = [];
    let sharp = 0;
    for (const event of walk.truth.events.filter((e) => e.kind === 'ic' && e.side === 'left')) {
      let peak = 0;
      let wide = 0;
      samples.timesS.forEach((tS, i) => {
        if (tS < event.time_s - 0.01 || tS > event.time_s + 0.03) return;
        const size = Math.hypot(...samples.accMps2.slice(3 * i, 3 * i + 3));
        peak = Math.max(peak, size);
        if (size > 60) wide++;
      });
      peaks.push(peak);
      if (wide <= 3) sharp++;
    }
    peaks.sort((a, b) => a - b);
    expect(sharp / peaks.length).toBeGreaterThan(0.8);
    expect(peaks[Math.floor(peaks.length / 2)]).toBeGreaterThan(60);
    expect(peaks.at(-1)).toBeGreaterThan(110);
    expect(Math.max(...samples.accMps2.map(Math.abs))).toBeLessThanOrEqual(limit * 1.002);
  });
});

const folder = path.resolve(import.meta.dirname, '../../../shared/data');
const here = existsSync(folder);
describe.skipIf(!here)(`beside real recordings${here ? '' : ' (skipped: ../shared/data is not here)'}`, () => {
  it.each([
    ['feet-and-back-12-1', 'left_foot'],
    ['feet-and-back-14-1', 'left_foot'],
    ['shoes-optical', 'left_foot'],
    ['feet-and-back-14-1', 'pelvis'],
    ['back-only-HA-001-Test5-Trial1', 'pelvis'],
  ] as const)('%s, %s: no size differs by more than a factor of two and a half', (name, site) => {
    const reference = JSON.parse(readFileSync(path.join(folder, name, 'reference.json'), 'utf8'));
    const contacts: number[] = reference.events
      .filter((e: { kind: string }) => e.kind === 'ic')
      .map((e: { time_s: number }) => e.time_s);
    const acc: number[][] = [];
    const gyr: number[][] = [];
    for (const line of readFileSync(path.join(folder, name, 'walk.csv'), 'utf8')
      .split('\n')
      .slice(1)) {
      const [time, sensor, ...values] = line.split(',');
      if (sensor !== site || Number(time) < contacts[2]! || Number(time) > contacts.at(-3)!) continue;
      acc.push(values.slice(0, 3).map(Number));
      gyr.push(values.slice(3, 6).map(Number));
    }
    expect(acc.length).toBeGreaterThan(200);
    const real = sizesOf(acc, gyr);
    for (const seed of [1, 2, 3]) {
      const own = simulatedSizes(seed, site);
      for (const key of ['accSd', 'accP99', 'gyrRmsDps', 'gyrP99Dps'] as const) {
        expect(Math.max(own[key] / real[key], real[key] / own[key]), key).toBeLessThan(2.5);
      }
    }
  });
});
