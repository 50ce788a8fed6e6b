import { describe, expect, it } from 'vitest';
import type { StrideRecord } from '../../src/domain/records.ts';
import { simulateWalk } from '../../src/simulator/simulate-walk.ts';
import { WalkSession } from '../../src/walk/walk-session.ts';

/** A stride is the true one if it begins and ends within this of it [s]. */
const NEAR_S = 0.06;

describe('B1: a bad radio, 50 ms of jitter and 5 % of the packets lost for good', () => {
  it.each([3, 8, 21])(
    'finds 98 % of the strides, whose times are off by at most 10 ms on average (walker %i)',
    (seed) => {
      const walk = simulateWalk({
        scenario: 'healthy',
        seed,
        seconds: 150,
        faults: { loss: 0.05, jitterS: 0.05, duplicate: 0.05, reorder: 0.02 },
      });
      const session = new WalkSession({ slots: walk.slots });
      const records = [...walk.notifications()].flatMap((one) => [...session.push(one)]);
      records.push(...session.finish());
      const strides = records.filter((one): one is StrideRecord => one.type === 'stride');
      let found = 0;
      const errorsS: number[] = [];
      for (const truth of walk.truth.strides) {
        const own = strides.find(
          (s) =>
            s.side === truth.side &&
            Math.abs(s.ic_s - truth.ic_s) < NEAR_S &&
            Math.abs(s.next_ic_s - truth.next_ic_s) < NEAR_S,
        );
        if (own === undefined) continue;
        found++;
        if (own.stride_time_s !== null) errorsS.push(Math.abs(own.stride_time_s - (truth.next_ic_s - truth.ic_s)));
      }
      const lost = session.status().reduce((sum, { counts }) => sum + counts.lostSamples, 0);
      expect(lost).toBeGreaterThan(0.03 * 3 * 150 * 104);
      expect(walk.truth.strides.length).toBeGreaterThan(200);
      expect(found / walk.truth.strides.length).toBeGreaterThanOrEqual(0.98);
      expect(errorsS.reduce((a, b) => a + b, 0) / errorsS.length).toBeLessThanOrEqual(0.01);
    },
  );
});
