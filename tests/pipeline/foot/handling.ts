import { turnAbout } from '../../../src/math/rotation.ts';
import { radFromDeg } from '../../../src/domain/units.ts';
import { seededRandom } from '../../timeline/sensor-stream.ts';
import type { Run } from './blocks.ts';

/** Some turning and shaking in the hand, at rest in between for 1.6 s of every 7, and still at the end. */
interface Handling {
  readonly seed: number;
  readonly seconds: number;
  /** At rest so long before the run begins [s]. */
  readonly stillS: number;
}

interface Wave {
  readonly hz: number;
  readonly phase: number;
  readonly size: number;
}

const valueOf = (waves: readonly Wave[], t: number): number =>
  waves.reduce((sum, w) => sum + w.size * Math.sin(2 * Math.PI * w.hz * t + w.phase), 0);

/**
 * The run with its shoe in somebody's hand before: gyro and accelerometer agree with each other, and the last of it joins the first
 * sample of the run. Times stay those of the run; what is put before lies before its start.
 */
export function afterHandling(run: Run, { seed, seconds, stillS }: Handling): Run {
  const random = seededRandom(seed);
  const draw = (from: number, to: number) => from + (to - from) * random();
  const waves = (most: number) =>
    [0, 1, 2].map(() =>
      Array.from({ length: 4 }, () => ({ hz: draw(0.3, 2.5), phase: draw(0, 6.28), size: draw(0.15, 1) * most })),
    );
  const turning = waves(radFromDeg(130));
  const shaking = waves(1.5);
  const count = Math.round(seconds * run.rateHz);
  const acc = new Float64Array(3 * count);
  const gyr = new Float64Array(3 * count);
  const force = Float64Array.from(run.acc.subarray(0, 3));
  const axis = new Float64Array(3);
  // From the run's first sample back in time.
  for (let k = 1; k <= count; k++) {
    const before = k / run.rateHz;
    const moves = before < stillS ? 0 : Math.min(1, 2 * (before - stillS)) * (before % 7 > 1.6 ? 1 : 0);
    const at = 3 * (count - k);
    for (let c = 0; c < 3; c++) gyr[at + c] = moves * valueOf(turning[c]!, before);
    const rate = Math.hypot(gyr[at]!, gyr[at + 1]!, gyr[at + 2]!);
    if (rate > 0) {
      for (let c = 0; c < 3; c++) axis[c] = gyr[at + c]! / rate;
      turnAbout(force, axis, rate / run.rateHz);
    }
    for (let c = 0; c < 3; c++) acc[at + c] = force[c]! + moves * valueOf(shaking[c]!, before);
  }
  return {
    ...run,
    startS: run.startS - count / run.rateHz,
    acc: Float64Array.from([...acc, ...run.acc]),
    gyr: Float64Array.from([...gyr, ...run.gyr]),
  };
}

/** One run after the other, on the first one's clock. @returns it, and by how much the second one's times are later [s] */
export function followedBy(first: Run, second: Run): { run: Run; laterS: number } {
  return {
    run: {
      ...first,
      acc: Float64Array.from([...first.acc, ...second.acc]),
      gyr: Float64Array.from([...first.gyr, ...second.gyr]),
    },
    laterS: first.startS + first.acc.length / 3 / first.rateHz - second.startS,
  };
}
