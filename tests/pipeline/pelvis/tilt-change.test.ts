import { expect, test } from 'vitest';
import type { PelvicStride } from '../../../src/pipeline/pelvis/pelvis-output.ts';
import { PelvisPipeline } from '../../../src/pipeline/pelvis/pelvis-pipeline.ts';
import { median } from '../../../src/math/median.ts';
import { simulateWalk } from '../../../src/simulator/simulate-walk.ts';

const walk = simulateWalk({ scenario: 'healthy', seed: 3, seconds: 330 });
const samples = walk.samples().find((s) => s.site === 'pelvis')!;
const rateHz = (samples.count - 1) / (samples.timesS[samples.count - 1]! - samples.timesS[0]!);

/** Change of the mean tilt when the sensor turns by 4 degrees about one of its axes from 150 s on, within 90 s. */
function tiltChange(axis: number): number {
  const acc = samples.accMps2.slice();
  const gyr = samples.gyrRadps.slice();
  const [j, k] = [(axis + 1) % 3, (axis + 2) % 3];
  for (let i = 0; i < samples.count; i++) {
    const angle = (Math.PI / 180) * 4 * Math.min(1, Math.max(0, (samples.timesS[i]! - 150) / 90));
    const [c, s] = [Math.cos(angle), Math.sin(angle)];
    for (const v of [acc, gyr]) {
      const [x, y] = [v[3 * i + j]!, v[3 * i + k]!];
      v[3 * i + j] = c * x + s * y;
      v[3 * i + k] = -s * x + c * y;
    }
  }
  const strides: PelvicStride[] = [];
  const take = (o: { type: string }) => {
    if (o.type === 'pelvic_stride') strides.push(o as PelvicStride);
  };
  let pelvis = new PelvisPipeline({ feetWorn: true });
  const contacts = [...walk.truth.events];
  for (let i = 0; i < samples.count; i += 50) {
    const startS = samples.timesS[0]! + i / rateHz;
    while (contacts[0] !== undefined && contacts[0].time_s < startS) {
      const e = contacts.shift()!;
      pelvis.push({ type: 'foot_contact', side: e.side, kind: e.kind, timeS: e.time_s }, take);
    }
    if (i === 10_000) {
      const other = new PelvisPipeline({ feetWorn: true });
      other.restore(structuredClone(pelvis.snapshot()));
      pelvis = other;
    }
    pelvis.push(
      {
        site: 'pelvis',
        startS,
        afterGap: i === 0,
        rateHz,
        accMps2: acc.slice(3 * i, 3 * (i + 50)),
        gyrRadps: gyr.slice(3 * i, 3 * (i + 50)),
      },
      take,
    );
  }
  const level = (from: number, to: number) =>
    median(strides.flatMap((s) => (s.icS > from && s.icS < to && s.tiltMeanDeg !== null ? [s.tiltMeanDeg] : [])));
  return level(270, 325) - level(90, 150);
}

test('a pelvis that slowly tilts is seen to tilt, by as much, and only about the axis across', () => {
  const changes = [0, 1, 2].map((axis) => Math.abs(tiltChange(axis))).sort((a, b) => a - b);
  expect(changes[2]).toBeGreaterThan(3.5);
  expect(changes[2]).toBeLessThan(4.5);
  expect(changes[1]).toBeLessThan(1.2);
});
