import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { landingShock, shockClipped, type ForceRing } from '../../src/math/landing-shock.ts';

const CONTACT_S = 1;

/** Two seconds of one axis' force; the others are still. */
function ring(rateHz: number, z: (tS: number) => number, x: (tS: number) => number = () => 0): ForceRing {
  const capacity = 1024;
  const force = new Float32Array(3 * capacity);
  const count = Math.floor(2 * rateHz);
  for (let i = 0; i < count; i++) {
    force[3 * i] = x(i / rateHz);
    force[3 * i + 2] = z(i / rateHz);
  }
  return { force, mask: capacity - 1, rateHz, oldest: 0, newest: count - 1 };
}
const shock = (r: ForceRing) => landingShock(r, CONTACT_S * r.rateHz);

describe('the shock of a landing', () => {
  test.each([100, 128, 208])(
    'a shake of 12 Hz is told by its RMS at %i Hz, gravity and a change of pitch are not',
    (rateHz) => {
      const shake = (tS: number) => 10 * Math.sin(2 * Math.PI * 12 * tS);
      // Averaging over some 20 ms takes a tenth of 12 Hz away.
      expect(shock(ring(rateHz, shake)) / (10 / Math.SQRT2)).toBeGreaterThan(0.82);
      expect(shock(ring(rateHz, shake)) / (10 / Math.SQRT2)).toBeLessThan(1.05);
      const bent = ring(
        rateHz,
        (t) => 9.81 + 8 * (t - 1),
        (t) => -20 * t,
      );
      expect(shock(bent)).toBeLessThan(1e-3);
      // The slow swing of walking, two to the stride, leaves little.
      expect(shock(ring(rateHz, (t) => 2.5 * Math.cos(2 * Math.PI * 1.9 * t)))).toBeLessThan(0.7);
    },
  );

  test('twice the shake is twice the shock, whatever else is there and wherever it points', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.1, max: 8, noNaN: true }),
        fc.double({ min: 0, max: 6.28, noNaN: true }),
        (k, turn) => {
          const shake = (tS: number) => Math.sin(80 * (tS - 0.98)) * Math.exp(-20 * Math.abs(tS - 1.02));
          const once = shock(ring(100, shake));
          const turned = ring(
            100,
            (t) => 9.81 + k * Math.cos(turn) * shake(t),
            (t) => k * Math.sin(turn) * shake(t),
          );
          expect(shock(turned) / once / k).toBeCloseTo(1, 3);
        },
      ),
      { numRuns: 50 },
    );
  });

  test('a sensor below 50 Hz and a contact outside the ring give no number', () => {
    expect(shock(ring(40, () => 9.81))).toBeNaN();
    const r = ring(100, () => 9.81);
    expect(landingShock(r, 1)).toBeNaN();
    expect(landingShock(r, r.newest - 5)).toBeNaN();
  });

  test('the end of the range is seen: at 16 g by its size, at 8 g by two equal samples', () => {
    const spike = (size: number, width: number) =>
      ring(100, (t) => (Math.abs(t - 1.02) < width ? size : 9.81 + 3 * Math.sin(40 * t)));
    const seen = (r: ForceRing) => shockClipped(r, CONTACT_S * r.rateHz);
    expect(seen(spike(60, 0.004))).toBe(false);
    expect(seen(spike(156.9, 0.004))).toBe(true);
    expect(seen(spike(78.45, 0.004))).toBe(false);
    expect(seen(spike(78.45, 0.014))).toBe(true);
  });
});
