import { describe, expect, it } from 'vitest';
import { solvePositive } from '../../src/math/cholesky.ts';
import { mainAxis3 } from '../../src/math/eigen3.ts';
import { hannTaps } from '../../src/math/hann.ts';
import { alignToZ, cross3, dot3, levelUnit, normalize3, turnAbout } from '../../src/math/rotation.ts';

describe('mainAxis3', () => {
  it('finds the axis and the share of a known matrix', () => {
    // 5 along (1, 2, 2)/3, 1 along anything across it
    const u = [1 / 3, 2 / 3, 2 / 3];
    const c = Float64Array.of(
      1 + 4 * u[0]! * u[0]!,
      4 * u[0]! * u[1]!,
      4 * u[0]! * u[2]!,
      1 + 4 * u[1]! * u[1]!,
      4 * u[1]! * u[2]!,
      1 + 4 * u[2]! * u[2]!,
    );
    const axis = new Float64Array(3);
    expect(mainAxis3(c, axis)).toBeCloseTo(5 / 7, 12);
    expect(Math.abs(axis[0]! * u[0]! + axis[1]! * u[1]! + axis[2]! * u[2]!)).toBeCloseTo(1, 12);
  });

  it('says 0 of nothing', () => {
    expect(mainAxis3(new Float64Array(6), new Float64Array(3))).toBe(0);
  });
});

describe('solvePositive', () => {
  it('solves a system whose answer is known', () => {
    const m = Float64Array.of(4, 1, 0, 1, 3, 1, 0, 1, 2);
    const b = Float64Array.of(4 + 2, 1 + 6 + 3, 2 + 6);
    expect(solvePositive(m, b, 3)).toBe(true);
    expect([...b].map((v) => Number(v.toFixed(12)))).toEqual([1, 2, 3]);
  });

  it('refuses a matrix that is not positive definite', () => {
    expect(solvePositive(Float64Array.of(1, 2, 2, 1), Float64Array.of(1, 1), 2)).toBe(false);
  });
});

describe('rotations', () => {
  it('aligns any direction to z, upside down too', () => {
    for (const v of [
      [0, 0, 1],
      [0, 0, -1],
      [0.6, 0, 0.8],
      [-0.48, 0.6, -0.64],
    ]) {
      const u = Float64Array.from(v);
      const r = new Float64Array(9);
      alignToZ(u, r);
      const z = [0, 3, 6].map((i) => r[i]! * u[0]! + r[i + 1]! * u[1]! + r[i + 2]! * u[2]!);
      expect(z[0]).toBeCloseTo(0, 12);
      expect(z[1]).toBeCloseTo(0, 12);
      expect(z[2]).toBeCloseTo(1, 12);
    }
  });

  it('turnAbout turns left about up', () => {
    const v = Float64Array.of(1, 0, 0);
    turnAbout(v, Float64Array.of(0, 0, 1), Math.PI / 2);
    expect(v[1]).toBeCloseTo(1, 12);
  });

  it('levelUnit takes the vertical part out', () => {
    const v = Float64Array.of(3, 0, 4);
    expect(levelUnit(v, Float64Array.of(0, 0, 1))).toBe(3);
    expect([...v]).toEqual([1, 0, 0]);
    const c = new Float64Array(3);
    cross3(Float64Array.of(0, 0, 1), v, c);
    expect([...c]).toEqual([0, 1, 0]);
    expect(dot3(c, v)).toBe(0);
    expect(normalize3(Float64Array.of(0, 0, 0))).toBe(0);
  });
});

describe('hannTaps', () => {
  it('keeps the mean, is symmetric, and is as wide in time at any rate', () => {
    for (const rateHz of [50, 100, 102.4, 204.8, 250]) {
      const taps = hannTaps(0.048, rateHz);
      expect(taps.length % 2).toBe(1);
      expect(taps.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
      expect([...taps].reverse().every((t, i) => Math.abs(t - taps[i]!) < 1e-15)).toBe(true);
      expect(taps.length / rateHz).toBeLessThanOrEqual(0.048 + 1 / rateHz);
    }
    expect([...hannTaps(0.001, 100)]).toEqual([1]);
  });
});
