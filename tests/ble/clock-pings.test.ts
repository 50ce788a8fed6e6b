import { describe, expect, it } from 'vitest';
import { ClockPings } from '../../src/ble/clock-pings.ts';
import { Random } from '../../src/simulator/random.ts';

/** Pings of a clock that is `ppm` fast, one every 30 s; each way takes 8 ms and up to a connection interval more. */
function pinged(ppm: number, seconds: number, seed: number): { pings: ClockPings; trueOffsetS: number } {
  const random = new Random(String(seed));
  const pings = new ClockPings();
  const startS = 12.5;
  const deviceS = (hostS: number) => (hostS + startS) * (1 + ppm * 1e-6);
  let trueOffsetS = 0;
  for (let s = 0; s <= seconds; s += 30) {
    const there = 0.008 + random.uniform(0, 0.03);
    const back = 0.008 + random.uniform(0, 0.03);
    pings.add(1000 * s, 1000 * (s + there + back), 1e6 * deviceS(s + there));
    const middleS = s + (there + back) / 2;
    trueOffsetS = deviceS(middleS) - middleS;
  }
  return { pings, trueOffsetS };
}

describe('time pings', () => {
  it('left and right are aligned within 10 ms after two hours at +-100 ppm', () => {
    for (let seed = 1; seed <= 50; seed++) {
      const left = pinged(100, 7200, seed);
      const right = pinged(-100, 7200, 1000 + seed);
      const apart = left.pings.read()!.offsetS - right.pings.read()!.offsetS;
      // Uncorrected, they would be 1.44 s apart.
      expect(left.trueOffsetS - right.trueOffsetS).toBeGreaterThan(1.4);
      expect(Math.abs(apart - (left.trueOffsetS - right.trueOffsetS))).toBeLessThan(0.01);
      expect(Math.abs(left.pings.read()!.driftPpm! - 100)).toBeLessThan(40);
      expect(Math.abs(right.pings.read()!.driftPpm! + 100)).toBeLessThan(40);
    }
  });

  it('say how sure they are, no drift before four minutes, and begin anew with a restart', () => {
    const { pings } = pinged(50, 120, 3);
    const check = pings.read()!;
    expect(check.driftPpm).toBeUndefined();
    expect(check.errorMs).toBeGreaterThan(8);
    expect(check.errorMs).toBeLessThan(38);
    pings.add(200_000, 200_020, 1e6);
    expect(pings.read()!.offsetS).toBeCloseTo(1 - 200.01, 6);
    expect(new ClockPings().read()).toBeUndefined();
  });
});
