import { describe, expect, it } from 'vitest';
import { RAD_PER_DEG } from '../../../src/domain/units.ts';
import { mainAxis3 } from '../../../src/math/eigen3.ts';
import { turnAbout } from '../../../src/math/rotation.ts';
import { analyse, sampleCount, simulatedRuns, strideAt, stridesOf, type Run } from './blocks.ts';

/** Toes up before push-off: by so much, over the last part of stance. */
const RAISED_RAD = 20 * RAD_PER_DEG;
const RAISED_S = 0.4;
/** Strides that begin as usual. */
const SOUND = 8;

/** The axis that the foot pitches about, toes up + (the fastest rotation is push-off, toes down). */
function pitchAxisOf({ gyr }: Run): Float64Array {
  const products = new Float64Array(6);
  for (let i = 0; i < gyr.length; i += 3)
    [0, 0, 0, 1, 1, 2].forEach((a, k) => (products[k]! += gyr[i + a]! * gyr[i + [0, 1, 2, 1, 2, 2][k]!]!));
  const axis = new Float64Array(3);
  mainAxis3(products, axis);
  let skew = 0;
  for (let i = 0; i < gyr.length; i += 3)
    skew += (axis[0]! * gyr[i]! + axis[1]! * gyr[i + 1]! + axis[2]! * gyr[i + 2]!) ** 3;
  return skew > 0 ? axis.map((v) => -v) : axis;
}

/** The same walk with a foot that lifts its toes for a while before each of these final contacts. */
function lagging(run: Run, finalContactsS: readonly number[]): Run {
  const axis = pitchAxisOf(run);
  const acc = run.acc.slice();
  const gyr = run.gyr.slice();
  for (let i = 0; i < sampleCount(run); i++) {
    const timeS = run.startS + i / run.rateHz;
    const fcS = finalContactsS.find((s) => s > timeS && s - RAISED_S < timeS);
    if (fcS === undefined) continue;
    const phase = (Math.PI * (timeS - fcS + RAISED_S)) / RAISED_S;
    const rate = (RAISED_RAD * Math.sin(2 * phase) * Math.PI) / RAISED_S;
    for (const values of [acc, gyr])
      turnAbout(values.subarray(3 * i, 3 * i + 3), axis, -RAISED_RAD * Math.sin(phase) ** 2);
    for (let k = 0; k < 3; k++) gyr[3 * i + k]! += rate * axis[k]!;
  }
  return { ...run, acc, gyr };
}

describe('a foot whose toes come up before push-off', () => {
  const { runs, truth } = simulatedRuns({ scenario: 'slow', seed: 5, seconds: 60 });

  it.each(runs)('keeps its strides and their lengths, once it has walked as usual ($side)', (run) => {
    const wanted = truth.strides.filter((t) => t.side === run.side);
    const found = stridesOf(
      analyse(
        lagging(
          run,
          wanted.slice(SOUND).map((t) => t.fc_s),
        ),
      ),
    );
    const withLength = wanted.filter((t) => typeof strideAt(found, t.ic_s)?.stride_length_m === 'number');
    expect(withLength.length / wanted.length).toBeGreaterThan(0.95);
    expect(found.length).toBeLessThanOrEqual(wanted.length);
  });
});
