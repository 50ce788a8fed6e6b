import { describe, expect, it } from 'vitest';
import { FOOT_PARAMS as p } from '../../../src/pipeline/foot/foot-params.ts';
import { oneAxisTurn, type HeadingSpread } from '../../../src/pipeline/foot/one-axis.ts';

const DEG = Math.PI / 180;

/** What is added to the mean of the four directions, and that mean, seen from the foot's true long axis; outward + [deg]. */
function errorDeg(
  axis: { swing: number; stance: number; pushOff: number },
  toeOut: number,
): { mean: number; error: number } {
  const spread: HeadingSpread = {
    travel: (-toeOut + axis.swing) * DEG,
    stance: (axis.swing - axis.stance) * DEG,
    pushOff: (axis.swing - axis.pushOff) * DEG,
  };
  const weights = p.travelWeight + p.stanceWeight + p.pushOffWeight + p.swingWeight;
  const seen =
    (p.travelWeight * (spread.travel + p.travelOutwardRad) +
      p.stanceWeight * (spread.stance + p.stanceOutwardRad) +
      p.pushOffWeight * (spread.pushOff + p.pushOffOutwardRad) +
      p.swingWeight * p.swingOutwardRad) /
    weights;
  const mean = seen / DEG - axis.swing;
  return { mean, error: mean + oneAxisTurn(spread, p) / DEG };
}

describe('where the toes point', () => {
  it('people whose axes differ keep the mean of four directions', () => {
    for (const swing of [8, 11.6, 16])
      for (const stance of [-4, -2, 1]) {
        const { mean, error } = errorDeg({ swing, stance, pushOff: stance + 2 }, 6);
        expect(Math.abs(error - mean)).toBeLessThan(0.3);
      }
  });

  it('a foot that turns about one oblique axis all the time is not read 5 degrees wrong', () => {
    const errors = [8, 10, 11.6, 14].flatMap((axis) =>
      [3, 6, 9].map((toeOut) => errorDeg({ swing: axis, stance: axis - 1, pushOff: axis - 1 }, toeOut)),
    );
    const average = (of: (e: { mean: number; error: number }) => number) =>
      errors.reduce((sum, e) => sum + of(e), 0) / errors.length;
    expect(average((e) => e.mean)).toBeLessThan(-4.5);
    expect(Math.abs(average((e) => e.error))).toBeLessThan(2);
  });

  it('grows steadily from one kind of foot to the other', () => {
    let before = oneAxisTurn({ travel: 0, stance: 12 * DEG, pushOff: 12 * DEG }, p);
    for (let d = 12; d >= 0; d -= 0.1) {
      const now = oneAxisTurn({ travel: 0, stance: d * DEG, pushOff: d * DEG }, p);
      expect(Math.abs(now - before)).toBeLessThan(0.4 * DEG);
      before = now;
    }
  });
});
