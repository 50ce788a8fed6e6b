import type { SensorNotification, SensorSlot } from '../domain/notification.ts';
import type { SensorSite } from '../domain/sites.ts';
import { countScales } from '../protocol/imu-packet.ts';
import { WORN_SITES, type WornSite } from './body-motion.ts';
import { declaredSite } from './virtual-body.ts';
import type { Person } from './person.ts';
import type { Truth } from './truth.ts';
import { VirtualWalk, type VirtualWalkOptions } from './virtual-walk.ts';

/** One sensor's samples: noise-free as they are, and as the sensor counted them. Axes are the sensor's own. */
export interface SimulatedSamples {
  /** As declared: the other foot's where the sensors are swapped. */
  readonly site: SensorSite;
  readonly count: number;
  /** True times of the samples on the walk's clock [s]. */
  readonly timesS: Float64Array;
  /** x0 y0 z0 x1 ...: specific force [m/s²] and angular rate [rad/s], rounded and clipped by the sensor. */
  readonly accMps2: Float64Array;
  readonly gyrRadps: Float64Array;
  /** The same without any error. */
  readonly idealAccMps2: Float64Array;
  readonly idealGyrRadps: Float64Array;
}

/** A whole virtual walk. Everything is computed when asked for and comes out the same each time. */
export interface SimulatedWalk {
  readonly slots: readonly SensorSlot[];
  readonly person: Person;
  readonly truth: Truth;
  /** In order of arrival; may be iterated again. */
  notifications(): Iterable<SensorNotification>;
  samples(): readonly SimulatedSamples[];
}

/** How much of a walk is made at a time [s]. */
const PORTION_S = 5;

/**
 * Simulates a whole walk.
 * @throws RangeError where the length isn't a positive time or the protocol has no such rate
 */
export function simulateWalk(options: VirtualWalkOptions & { readonly seconds: number }): SimulatedWalk {
  const { seconds } = options;
  if (!(seconds > 0 && Number.isFinite(seconds))) {
    throw new RangeError(`A simulated walk takes a positive number of seconds, not ${seconds}.`);
  }
  const walk = new VirtualWalk(options);
  const truth = walk.truth();
  return {
    slots: walk.slots,
    person: walk.body.person,
    truth,
    *notifications() {
      const again = new VirtualWalk(options);
      for (let tS = PORTION_S; ; tS += PORTION_S) {
        yield* again.nextUntil(tS);
        if (tS >= seconds) return;
      }
    },
    samples: () => (options.sites ?? WORN_SITES).map((site) => samplesOf(options, seconds, site)),
  };
}

function samplesOf(options: VirtualWalkOptions, seconds: number, site: WornSite): SimulatedSamples {
  const walk = new VirtualWalk(options);
  walk.body.decideUntil(seconds + 0.5);
  const sensor = walk.makeSensor(site);
  const ideal = walk.makeSensor(site);
  const scales = countScales(sensor.config);
  const most = Math.ceil(seconds * sensor.config.rateHz * 1.001) + 2;
  const timesS = new Float64Array(most);
  const values = Array.from({ length: 4 }, () => new Float64Array(3 * most));
  const [acc, gyr, idealAcc, idealGyr] = values as [Float64Array, Float64Array, Float64Array, Float64Array];
  const time = new Float64Array(1);
  const counts = new Int16Array(6);
  const out = new Float64Array(6);
  let n = 0;
  while (sensor.nextSampleS < seconds && n < most && sensor.take(1, time, counts) === 1) {
    timesS[n] = time[0]!;
    ideal.idealAt(time[0]!, out);
    for (let i = 0; i < 3; i++) {
      acc[3 * n + i] = counts[i]! * scales.accMps2;
      gyr[3 * n + i] = counts[3 + i]! * scales.gyrRadps;
      idealAcc[3 * n + i] = out[i]!;
      idealGyr[3 * n + i] = out[3 + i]!;
    }
    n++;
  }
  return {
    site: declaredSite(site, options.faults?.swappedFeet ?? false),
    count: n,
    timesS: timesS.subarray(0, n),
    accMps2: acc.subarray(0, 3 * n),
    gyrRadps: gyr.subarray(0, 3 * n),
    idealAccMps2: idealAcc.subarray(0, 3 * n),
    idealGyrRadps: idealGyr.subarray(0, 3 * n),
  };
}
