import { radFromDeg } from '../domain/units.ts';
import { countScales, encodeRawImuPacket, type CountScales, type ImuConfig } from '../protocol/imu-packet.ts';
import { FLAG } from '../protocol/wire-v1.ts';
import { drawErrors, NO_ERRORS, type DeviceErrors } from './device-errors.ts';
import { drawMounting, type BodyMotion, type WornSite } from './body-motion.ts';
import { smoothStep, smoothStepSlope } from './curves.ts';
import { REBOOT_S, type Faults, type Slip } from './faults.ts';
import type { Random } from './random.ts';
import { rotationFromVector, type Vec3 } from './rotation.ts';

/** A tap with a finger: how long it is felt, how often it swings and how far. */
const TAP_S = 0.35;
const TAP_HZ = 9;
const TAP_MPS2 = 12;
const TAP_RADPS = 2.5;

/** Time constant of a device's warming up [s]. */
const WARM_UP_S = 600;

/** A packet as the sensor made it, with the true time of its last sample [s]. */
export interface MadePacket {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly firstIndex: number;
  readonly count: number;
  readonly bootCount: number;
  readonly readyS: number;
}

/** Where in a sample's time (from its middle, in periods) the motion is looked at when an impact is near. */
const SHARP_PARTS = [-0.4375, -0.3125, -0.1875, -0.0625, 0.0625, 0.1875, 0.3125, 0.4375];

/**
 * An inertial sensor on a walker: takes the body's true motion at its place, turns it into its own axes, adds its errors,
 * cuts off at its range, rounds to counts and packs them. Sample k is taken when the sensor's own clock says so.
 */
export class VirtualSensor {
  readonly site: WornSite;
  readonly config: ImuConfig;
  /** Sensor's axes as rows in the body part's frame: v_sensor = mounting v_body. */
  readonly mounting: Float64Array;
  /** Where it sits, in the body part's frame [m]. */
  readonly place: Vec3;
  /** Error of the sensor's clock [ppm]: + runs fast. */
  readonly clockPpm: number;

  readonly #motion: BodyMotion;
  readonly #errors: DeviceErrors;
  readonly #noise: Random;
  readonly #slips: readonly Slip[];
  readonly #reboots: readonly number[];
  readonly #diesS: number;
  readonly #truePeriodS: number;
  readonly #scales: CountScales;
  readonly #body = new Float64Array(6);
  readonly #turn = new Float64Array(9);
  #originS: number;
  #index = 0;
  #seq: number;
  #bootCount: number;
  /** The device's clock read so much [us] at a true time. */
  #clockS: number;
  #clockUs: number;
  #firstPacket = true;
  #nextReboot = 0;
  #tappedS = -Infinity;

  constructor(options: {
    readonly site: WornSite;
    readonly motion: BodyMotion;
    readonly config: ImuConfig;
    readonly place: Vec3;
    readonly faults: Faults;
    readonly random: Random;
  }) {
    const { site, motion, config, place, faults } = options;
    const random = options.random.fork(`sensor:${site}`);
    this.site = site;
    this.config = config;
    this.place = place;
    this.#motion = motion;
    const mounting = drawMounting(random.fork('mounting'));
    this.mounting = faults.mounting === 'random' ? mounting : Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);
    this.#errors = faults.sensors === 'ideal' ? NO_ERRORS : drawErrors(random.fork('errors'));
    this.#noise = random.fork('noise');
    this.clockPpm = faults.clockPpm * random.uniform(-1, 1);
    this.#scales = countScales(config);
    this.#truePeriodS = 1 / (config.rateHz * (1 + this.clockPpm * 1e-6));
    this.#originS = random.next() * this.#truePeriodS;
    this.#seq = Math.floor(random.next() * 65536);
    this.#bootCount = Math.floor(random.next() * 16);
    this.#clockS = this.#originS;
    this.#clockUs = Math.floor(random.uniform(5e6, 4e9));
    this.#slips = faults.slips.filter((slip) => slip.site === site);
    this.#reboots = faults.reboots
      .filter((r) => r.site === site)
      .map((r) => r.atS)
      .sort((a, b) => a - b);
    this.#diesS = Math.min(Infinity, ...faults.batteryDeaths.filter((d) => d.site === site).map((d) => d.atS));
  }

  /** True time of the next sample [s]; Infinity when the battery is dead. */
  get nextSampleS(): number {
    const tS = this.#originS + this.#index * this.#truePeriodS;
    return tS >= this.#diesS ? Infinity : tS;
  }
  /** Index of the next sample since boot. */
  get nextIndex(): number {
    return this.#index;
  }
  get bootCount(): number {
    return this.#bootCount;
  }
  /** The sensor's own clock at a true time [us] since its boot. */
  deviceUsAt(tS: number): number {
    return this.#clockUs + (tS - this.#clockS) * 1e6 * (1 + this.clockPpm * 1e-6);
  }

  /** Noise-free specific force [m/s²] and rate [rad/s] in the sensor's axes at a true time; 6 numbers. */
  idealAt(tS: number, out: Float64Array): void {
    const body = this.#body;
    body.fill(0);
    this.#motion.addInertial(this.site, this.place, tS, body);
    this.#toSensor(tS, out);
  }

  /**
   * As {@link idealAt}, but as a sensor's band sees it: the mean over a sample's time where an impact is near. The converter
   * before that filter reaches its end first, so a short hard knock is cut off and its speed lost, as in real sensors.
   */
  #bandAt(tS: number, out: Float64Array): void {
    if (!this.#motion.isSharp(this.site, tS, this.#truePeriodS)) {
      this.idealAt(tS, out);
      return;
    }
    const part = this.#part;
    const limit = this.#scales.accFullScale * this.#scales.accMps2;
    out.fill(0);
    for (const share of SHARP_PARTS) {
      this.idealAt(Math.max(0, tS + share * this.#truePeriodS), part);
      for (let i = 0; i < 6; i++) {
        const value = i < 3 ? Math.max(-limit, Math.min(limit, part[i]!)) : part[i]!;
        out[i] = out[i]! + value / SHARP_PARTS.length;
      }
    }
  }
  readonly #part = new Float64Array(6);

  /** Turns what the body part feels into the sensor's axes, a slipped mount included. */
  #toSensor(tS: number, out: Float64Array): void {
    const body = this.#body;
    for (const slip of this.#slips) {
      const u = (tS - slip.atS) / slip.overS;
      if (u <= 0) continue;
      const angle = radFromDeg(slip.deg) * smoothStep(u);
      rotationFromVector(-angle, 0, 0, this.#turn);
      turnBoth(this.#turn, body);
      body[3] = body[3]! + (radFromDeg(slip.deg) * smoothStepSlope(u)) / slip.overS;
    }
    const m = this.mounting;
    for (let i = 0; i < 3; i++) {
      const a = m[3 * i]!;
      const b = m[3 * i + 1]!;
      const c = m[3 * i + 2]!;
      out[i] = a * body[0]! + b * body[1]! + c * body[2]!;
      out[3 + i] = a * body[3]! + b * body[4]! + c * body[5]!;
    }
  }

  /** What the sensor measures of a true time, before rounding and clipping. Draws noise: call once a sample, in order. */
  #measure(tS: number, out: Float64Array): void {
    this.#bandAt(tS, out);
    this.#addTap(tS, out);
    const e = this.#errors;
    if (e === NO_ERRORS) return;
    const warm = 1 - Math.exp(-tS / WARM_UP_S);
    for (let i = 0; i < 3; i++) {
      const k = i as 0 | 1 | 2;
      out[i] = out[i]! * e.accGain[k] + e.accBiasMps2[k] + e.accNoiseMps2 * this.#noise.normal();
      out[3 + i] =
        out[3 + i]! * e.gyrGain[k] +
        e.gyrBiasRadps[k] +
        warm * e.gyrCreepRadps[k] +
        e.gyrNoiseRadps * this.#noise.normal();
    }
  }

  /** The next `count` samples: true times [s] and counts of 6 int16 each. Fewer where a reboot or the battery's end cuts in. */
  take(count: number, timesS: Float64Array, counts: Int16Array): number {
    const scale = this.#scales;
    const value = this.#value;
    let n = 0;
    while (n < count) {
      const tS = this.nextSampleS;
      if (tS === Infinity) break;
      const rebootS = this.#reboots[this.#nextReboot];
      if (rebootS !== undefined && tS >= rebootS) {
        if (n > 0) break;
        this.#nextReboot++;
        this.reboot(rebootS);
        continue;
      }
      this.#measure(tS, value);
      timesS[n] = tS;
      for (let i = 0; i < 3; i++) {
        counts[6 * n + i] = clip(value[i]! / scale.accMps2, scale.accFullScale);
        counts[6 * n + 3 + i] = clip(value[3 + i]! / scale.gyrRadps, scale.gyrFullScale);
      }
      n++;
      this.#index++;
    }
    return n;
  }
  readonly #value = new Float64Array(6);

  /** The next packet; undefined when the battery is dead. */
  nextPacket(count: number): MadePacket | undefined {
    const timesS = new Float64Array(count);
    const counts = new Int16Array(6 * count);
    const n = this.take(count, timesS, counts);
    if (n === 0) return undefined;
    const firstIndex = this.#index - n;
    const header = {
      seq: this.#seq,
      sampleIndex: firstIndex,
      deviceUs: this.deviceUsAt(timesS[0]!),
      config: this.config,
      bootCount: this.#bootCount,
      flags: this.#firstPacket ? FLAG.first_after_start : 0,
    };
    const bytes = encodeRawImuPacket(header, counts, n);
    this.#seq = (this.#seq + 1) % 65536;
    this.#firstPacket = false;
    return { bytes, firstIndex, count: n, bootCount: this.#bootCount, readyS: timesS[n - 1]! };
  }

  /** Sampling was off and begins again at a time [s]: the index goes on, the clock never stood still. */
  resumeAt(tS: number): void {
    this.#originS = tS - this.#index * this.#truePeriodS;
    this.#firstPacket = true;
  }

  /** Someone taps the sensor at a time [s]: it is felt for a third of a second. */
  tap(atS: number): void {
    this.#tappedS = atS;
  }

  #addTap(tS: number, out: Float64Array): void {
    const sinceS = tS - this.#tappedS;
    if (sinceS < 0 || sinceS > TAP_S) return;
    const size = Math.sin((Math.PI * sinceS) / TAP_S) * Math.sin(2 * Math.PI * TAP_HZ * sinceS);
    for (let i = 0; i < 3; i++) {
      out[i] = out[i]! + TAP_MPS2 * size;
      out[3 + i] = out[3 + i]! + TAP_RADPS * size;
    }
  }

  /** Starts anew at a time [s]: counters and clock begin again when it is back. */
  reboot(atS: number): void {
    this.#originS = atS + REBOOT_S;
    this.#index = 0;
    this.#seq = 0;
    this.#bootCount = (this.#bootCount + 1) % 16;
    this.#clockS = this.#originS;
    this.#clockUs = 300_000;
    this.#firstPacket = true;
  }
}

const clip = (value: number, limit: number): number => Math.max(-limit, Math.min(limit, Math.round(value)));

function turnBoth(turn: Float64Array, body: Float64Array): void {
  for (let k = 0; k < 6; k += 3) {
    const x = body[k]!;
    const y = body[k + 1]!;
    const z = body[k + 2]!;
    for (let i = 0; i < 3; i++) body[k + i] = turn[3 * i]! * x + turn[3 * i + 1]! * y + turn[3 * i + 2]! * z;
  }
}
