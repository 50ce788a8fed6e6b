import { expect, test } from 'vitest';
import type { PelvisOutput } from '../../../src/pipeline/pelvis/pelvis-output.ts';
import { PelvisPipeline } from '../../../src/pipeline/pelvis/pelvis-pipeline.ts';
import { median } from '../../../src/math/median.ts';
import { simulateWalk } from '../../../src/simulator/simulate-walk.ts';
import { merged, pelvisBlocks, stridesOf, contactsOf } from './pelvis-walks.ts';

const walk = simulateWalk({ scenario: 'healthy', seed: 3, seconds: 330 });
const samples = walk.samples().find((s) => s.site === 'pelvis')!;

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
  const outputs: PelvisOutput[] = [];
  let pelvis = new PelvisPipeline({ feetWorn: true });
  const inputs = merged(
    pelvisBlocks({ ...samples, accMps2: acc, gyrRadps: gyr }, 50),
    contactsOf(walk.truth.events),
    0,
  );
  for (const [i, input] of inputs.entries()) {
    if (i === Math.round(0.3 * inputs.length)) {
      const other = new PelvisPipeline({ feetWorn: true });
      other.restore(structuredClone(pelvis.snapshot()));
      pelvis = other;
    }
    pelvis.push(input, (o) => outputs.push(o));
  }
  const strides = stridesOf(outputs);
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
