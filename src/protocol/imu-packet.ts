import { radFromDeg, STANDARD_GRAVITY_MPS2 } from '../domain/units.ts';
import {
  ACC_MG_PER_COUNT,
  ACC_RANGE_G,
  GYR_MDPS_PER_COUNT,
  GYR_RANGE_DPS,
  LAYOUT,
  LIMIT,
  PACKET_TYPE,
  PROTOCOL_VERSION,
  RATE_HZ,
} from './wire-v1.ts';

const { bytes: headerBytes, at: offset } = LAYOUT.imu_header;
const sampleBytes = LAYOUT.imu_sample.bytes;
const maxSamples = LIMIT.max_samples_read;

/** Rate and ranges a Gaitkeeper sensor can be set to; they travel as one byte. */
export interface ImuConfig {
  readonly rateHz: number;
  readonly accRangeG: (typeof ACC_RANGE_G)[number];
  readonly gyrRangeDps: (typeof GYR_RANGE_DPS)[number];
}

/** What the product sets a Gaitkeeper sensor to unless told otherwise. */
export const DEFAULT_IMU_CONFIG: ImuConfig = { rateHz: 104, accRangeG: 16, gyrRangeDps: 2000 };

/** Rates that have a code [Hz]. */
export const IMU_RATES_HZ: readonly number[] = Object.values(RATE_HZ).sort((a, b) => a - b);

/**
 * Config byte: rate code in bits 0 to 3, acc range code in bits 4 and 5, gyr range code in bits 6 and 7.
 * @throws where the rate or a range has no code
 */
export function encodeImuConfig(config: ImuConfig): number {
  const rate = Object.entries(RATE_HZ).find(([, hz]) => hz === config.rateHz);
  const acc = ACC_RANGE_G.indexOf(config.accRangeG);
  const gyr = GYR_RANGE_DPS.indexOf(config.gyrRangeDps);
  if (rate === undefined || acc < 0 || gyr < 0) {
    throw new RangeError(
      `A Gaitkeeper sensor can't be set to ${config.rateHz} Hz, ${config.accRangeG} g, ${config.gyrRangeDps} deg/s. ` +
        `Rates: ${IMU_RATES_HZ.join(', ')} Hz; ranges: ${ACC_RANGE_G.join(', ')} g and ${GYR_RANGE_DPS.join(', ')} deg/s.`,
    );
  }
  return Number(rate[0]) | (acc << 4) | (gyr << 6);
}

/** The opposite of {@link encodeImuConfig}; undefined where the rate code is not one of version 1. */
export function decodeImuConfig(code: number): ImuConfig | undefined {
  const rateHz = RATE_HZ[code & 0x0f];
  if (rateHz === undefined) return undefined;
  return { rateHz, accRangeG: ACC_RANGE_G[(code >> 4) & 3]!, gyrRangeDps: GYR_RANGE_DPS[(code >> 6) & 3]! };
}

/** Weights of a count, and the most counts either way that lie within the full scale. */
export interface CountScales {
  /** [m/s²] a count */
  readonly accMps2: number;
  /** [rad/s] a count */
  readonly gyrRadps: number;
  readonly accFullScale: number;
  readonly gyrFullScale: number;
}

/** Scales of a config. Where int16 reaches past the nominal full scale (the gyroscope), that full scale is the limit. */
export function countScales(config: ImuConfig): CountScales {
  const accMg = ACC_MG_PER_COUNT[ACC_RANGE_G.indexOf(config.accRangeG)]!;
  const gyrMdps = GYR_MDPS_PER_COUNT[GYR_RANGE_DPS.indexOf(config.gyrRangeDps)]!;
  return {
    accMps2: accMg * 1e-3 * STANDARD_GRAVITY_MPS2,
    gyrRadps: radFromDeg(gyrMdps * 1e-3),
    accFullScale: Math.min(32767, Math.floor((config.accRangeG * 1000) / accMg)),
    gyrFullScale: Math.min(32767, Math.floor((config.gyrRangeDps * 1000) / gyrMdps)),
  };
}

/** What stands in a packet's header. Counters and time are wrapped by the encoder: give them as they grow. */
export interface ImuHeader {
  /** Packet counter (u16 on the wire). Of a resent packet: counts the resent ones. */
  readonly seq: number;
  /** Index of the first sample since boot (u32 on the wire). */
  readonly sampleIndex: number;
  /** Device clock at the first sample [us] (u32 on the wire, wraps every 71.6 minutes). */
  readonly deviceUs: number;
  /** The device's own idea of the time between samples [us]; 2 us steps on the wire. Default: 1e6 / rate. */
  readonly periodUs?: number;
  readonly config: ImuConfig;
  /** Bits of `FLAG`. */
  readonly flags?: number;
  /** Boots of the device so far (modulo 16 on the wire). */
  readonly bootCount?: number;
  /** Sent again out of the ring buffer. */
  readonly resent?: boolean;
}

/**
 * One IMU packet of raw counts: 16-byte header, then `count` times acc x y z, gyr x y z (int16, little-endian).
 * @param counts 6 int16 a sample
 * @throws where there are no samples, or more than one packet can hold
 */
export function encodeRawImuPacket(
  header: ImuHeader,
  counts: Int16Array,
  count = counts.length / 6,
): Uint8Array<ArrayBuffer> {
  if (!Number.isInteger(count) || count < 1 || count > maxSamples || counts.length < count * 6) {
    throw new RangeError(`An IMU packet holds 1 to ${maxSamples} whole samples of 6 counts, not ${count}.`);
  }
  const bytes = new Uint8Array(headerBytes + count * sampleBytes);
  const view = new DataView(bytes.buffer);
  const type = header.resent === true ? PACKET_TYPE.imu_resent : PACKET_TYPE.imu;
  view.setUint8(offset.ver_type, (PROTOCOL_VERSION << 4) | type);
  view.setUint8(offset.count, count);
  view.setUint16(offset.seq, header.seq % 0x10000, true);
  view.setUint32(offset.sample_index, header.sampleIndex % 0x100000000, true);
  view.setUint32(offset.device_us, Math.round(header.deviceUs) % 0x100000000, true);
  view.setUint16(offset.period_2us, Math.round((header.periodUs ?? 1e6 / header.config.rateHz) / 2), true);
  view.setUint8(offset.config, encodeImuConfig(header.config));
  view.setUint8(offset.flags, ((header.flags ?? 0) & 0x0f) | (((header.bootCount ?? 0) & 0x0f) << 4));
  for (let i = 0; i < count * 6; i++) view.setInt16(headerBytes + 2 * i, counts[i]!, true);
  return bytes;
}

/**
 * One IMU packet of physical values: rounded to counts, cut off at the full scale as the sensor itself does.
 * @param accMps2 x0 y0 z0 x1 ... [m/s²]
 * @param gyrRadps same layout [rad/s]
 * @param from index of the first sample to take out of the arrays
 * @throws as {@link encodeRawImuPacket}, and where a value is missing or not a number
 */
export function encodeImuPacket(
  header: ImuHeader,
  accMps2: ArrayLike<number>,
  gyrRadps: ArrayLike<number>,
  from = 0,
  count = accMps2.length / 3 - from,
): Uint8Array<ArrayBuffer> {
  const scale = countScales(header.config);
  const counts = new Int16Array(Math.max(0, count) * 6);
  for (let i = 0; i < count; i++) {
    for (let axis = 0; axis < 3; axis++) {
      counts[6 * i + axis] = toCounts(accMps2[3 * (from + i) + axis], scale.accMps2, scale.accFullScale);
      counts[6 * i + 3 + axis] = toCounts(gyrRadps[3 * (from + i) + axis], scale.gyrRadps, scale.gyrFullScale);
    }
  }
  return encodeRawImuPacket(header, counts, count);
}

function toCounts(value: number | undefined, perCount: number, limit: number): number {
  if (value === undefined || Number.isNaN(value)) {
    throw new RangeError(`A sample to be encoded holds ${value ?? 'nothing'} where a number is expected.`);
  }
  return Math.max(-limit, Math.min(limit, Math.round(value / perCount)));
}
