import { describe, expect, it } from 'vitest';
import type { Side } from '../../src/domain/sites.ts';
import { VirtualBody } from '../../src/simulator/virtual-body.ts';

const DEG = 180 / Math.PI;

describe('the drops of the truth are F and B80 of pelvis-pipeline.md section 3', () => {
  it.each(['healthy', 'hip_drop', 'camber'] as const)('%s: computed again from a roll curve at 1 kHz', (scenario) => {
    const body = new VirtualBody(scenario, 8, 40);
    const strides = body.truth(38).strides;
    const rollAt = (tS: number): number => body.motion.pelvis.rollAt(tS) * DEG;
    const mean = (fromS: number, toS: number): number => {
      const n = Math.round((toS - fromS) * 1000);
      let sum = 0;
      for (let i = 0; i < n; i++) sum += rollAt(fromS + (i + 0.5) / 1000) / n;
      return sum;
    };
    const before: Record<Side, number[]> = { left: [], right: [] };
    let compared = 0;
    for (const stride of strides) {
      // A turn begins the rolling neutral anew; the walk out is what is compared here.
      if (stride.turning === true) break;
      const sign = stride.side === 'left' ? 1 : -1;
      const own = mean(stride.ic_s - 0.08, stride.ic_s);
      before[stride.side].push(own);
      let peak = -Infinity;
      const stanceS = stride.fc_s - stride.ic_s;
      for (let tS = stride.ic_s + 0.05 * stanceS; tS <= stride.ic_s + 0.5 * stanceS; tS += 0.001) {
        peak = Math.max(peak, sign * rollAt(tS));
      }
      expect(stride.pelvic_drop_excursion_deg).toBeCloseTo(peak - sign * own, 1);
      if (stride.pelvic_drop_deg === null) continue;
      const last = (side: Side): number => {
        const list = before[side].slice(-10);
        return list.reduce((a, b) => a + b, 0) / list.length;
      };
      expect(stride.pelvic_drop_deg).toBeCloseTo(peak - (sign * (last('left') + last('right'))) / 2, 1);
      compared++;
    }
    expect(compared).toBeGreaterThan(30);
  });
});
