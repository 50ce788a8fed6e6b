import { describe, expect, it } from 'vitest';
import type { SensorNotification } from '../../src/domain/notification.ts';
import type { StrideRecord, WalkRecord } from '../../src/domain/records.ts';
import { DEG_PER_RAD } from '../../src/domain/units.ts';
import { QualityCount } from '../../src/guidance/data-quality.ts';
import { simulateWalk } from '../../src/simulator/simulate-walk.ts';
import { WalkSession } from '../../src/walk/walk-session.ts';

const RATE_HZ = 60;

/** A walk as two Movella DOT would send it: one packet a sample, 60 a second (mode 0x15, rate quantities). */
function dotWalk(seconds: number) {
  const walk = simulateWalk({ scenario: 'healthy', seed: 5, seconds, faults: { loss: 0 } });
  const slots = walk.slots.filter((slot) => slot.site !== 'pelvis').map((slot) => ({ ...slot, model: 'movella-dot' }));
  const notifications: SensorNotification[] = [];
  for (const series of walk.samples().filter((one) => one.site !== 'pelvis')) {
    const { slot } = slots.find(({ site }) => site === series.site)!;
    const { timesS, accMps2, gyrRadps } = series;
    for (let i = 1, n = 0; ; n++) {
      const atS = timesS[0]! + n / RATE_HZ;
      while (i < timesS.length && timesS[i]! < atS) i++;
      if (i >= timesS.length) break;
      const share = (atS - timesS[i - 1]!) / (timesS[i]! - timesS[i - 1]!);
      const at = (values: ArrayLike<number>, axis: number) =>
        values[3 * (i - 1) + axis]! * (1 - share) + values[3 * i + axis]! * share;
      const bytes = new Uint8Array(28);
      const view = new DataView(bytes.buffer);
      view.setUint32(0, Math.round(1e6 * atS), true);
      for (let axis = 0; axis < 3; axis++) {
        view.setFloat32(4 + 4 * axis, at(accMps2, axis), true);
        view.setFloat32(16 + 4 * axis, at(gyrRadps, axis) * DEG_PER_RAD, true);
      }
      notifications.push({ slot, receivedS: atS + 0.02, bytes });
    }
  }
  notifications.sort((a, b) => a.receivedS - b.receivedS);
  return { slots, notifications, truth: walk.truth };
}

describe("what holds a sensor's model back", () => {
  it('rides with the records of a walk and its grade', () => {
    const { slots, notifications, truth } = dotWalk(60);
    const session = new WalkSession({ slots });
    const records = [...notifications.flatMap((one) => [...session.push(one)]), ...session.finish()];
    const strides = records.filter((one): one is StrideRecord => one.type === 'stride');
    const summary = records.find((one): one is WalkRecord => one.type === 'walk')!;
    for (const sensor of summary.sensors)
      expect(sensor).toMatchObject({
        model: 'movella-dot',
        quality_limit: expect.stringContaining('60 samples a second'),
      });
    const quality = new QualityCount();
    for (const stride of strides) quality.stride(stride);
    const { grade, reasons } = quality.grade(summary);
    expect(reasons).toContain('sensor_limits');
    expect(grade).not.toBe('A');
    // It is a walk all the same: nearly all strides are found, coarser.
    const found = truth.strides.filter((t) =>
      strides.some((s) => s.side === t.side && Math.abs(s.ic_s - t.ic_s) < 0.08),
    );
    expect(found.length / truth.strides.length).toBeGreaterThan(0.9);
  });

  it('is nothing for our own sensor', () => {
    const walk = simulateWalk({ scenario: 'healthy', seed: 5, seconds: 20 });
    const session = new WalkSession({ slots: walk.slots });
    for (const notification of walk.notifications()) session.push(notification);
    const summary = session.finish().find((one): one is WalkRecord => one.type === 'walk')!;
    for (const sensor of summary.sensors) expect(sensor).not.toHaveProperty('quality_limit');
  });
});
