import { radFromDeg, STANDARD_GRAVITY_MPS2 } from '../../domain/units.ts';
import type { DecodeResult, PacketDecoder, SensorModel } from '../sensor-model.ts';
import { FIRMWARE_REVISION, SERIAL_NUMBER, STANDARD_BATTERY, uuidOf } from '../standard-gatt.ts';
import { MAX_DELTA_SAMPLES, unfoldDeltas } from './polar-delta.ts';
import { TimedVectors, type TimedVectorsState } from './timed-vectors.ts';

/** Polar Measurement Data: a frame is type u8, time of the LAST sample u64 [ns], frame type u8 (bit 7: delta), data. */
const ACC = 2;
const GYR = 5;
const HEAD_BYTES = 10;
const DELTA_BIT = 0x80;
/** An answer of the control point: F0, opcode, type, status, more, then settings. */
const ANSWER = 0xf0;
const START = 2;
const STOP = 3;
const FACTOR_SETTING = 5;
const SETTING_BYTES = [2, 2, 2, 4, 1, 4];

const RATE_HZ = 52;
const ACC_RANGE_G = 8;
const GYR_RANGE_DPS = 2000;
const ACC_RANGE_MPS2 = ACC_RANGE_G * STANDARD_GRAVITY_MPS2;
const GYR_RANGE_RADPS = radFromDeg(GYR_RANGE_DPS);
/** What a frame may be beyond its range and still be samples: the sensor's gain error. */
const MARGIN = 1.1;

const rejected = (reason: string): DecodeResult => ({ ok: false, reason });
const TOO_SHORT = rejected('shorter than a header');
const BAD_TYPE = rejected('neither acceleration nor rotation');
const BAD_FRAME = rejected('unknown frame type');
const BAD_LENGTH = rejected('length does not match the samples');
const BAD_VALUE = rejected('a value is out of range');
const BAD_TIME = rejected('time does not go on');
const NO_SAMPLES: DecodeResult = { ok: true, packet: undefined };

/** [unit of the frame] a count, by measurement: acceleration as [g] (delta type 0) or [mg] (type 1), rotation as [deg/s]. */
interface Factors {
  acc: number | undefined;
  gyr: number | undefined;
}

interface State {
  readonly acc: TimedVectorsState;
  readonly gyr: TimedVectorsState;
  readonly factors: Factors;
}

/** Takes the factor out of the answer to a start, where it holds one. */
function readFactor(bytes: Uint8Array, factors: Factors): void {
  if (bytes.length < 5 || bytes[1] !== START || bytes[3] !== 0) return;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 5; at + 2 <= bytes.length;) {
    const setting = bytes[at]!;
    const size = SETTING_BYTES[setting];
    const count = bytes[at + 1]!;
    if (size === undefined || at + 2 + size * count > bytes.length) return;
    if (setting === FACTOR_SETTING && count === 1) {
      const factor = view.getFloat32(at + 2, true);
      if (factor > 0 && factor <= 1000) factors[bytes[2] === ACC ? 'acc' : 'gyr'] = factor;
    }
    at += 2 + size * count;
  }
}

/** SI a count of a frame; undefined where its type is not one of the two the sensor uses. */
function scaleOf(type: number, frameType: number, factors: Factors): number | undefined {
  if (type === GYR) return frameType === DELTA_BIT ? radFromDeg(factors.gyr ?? GYR_RANGE_DPS / 32768) : undefined;
  const mps2PerMg = STANDARD_GRAVITY_MPS2 * 1e-3;
  if (frameType === DELTA_BIT) return (factors.acc ?? ACC_RANGE_G / 32768) * STANDARD_GRAVITY_MPS2;
  if (frameType === (DELTA_BIT | 1)) return (factors.acc ?? 1) * mps2PerMg;
  return frameType === 1 ? mps2PerMg : undefined;
}

function createDecoder(): PacketDecoder {
  const counts = new Float64Array(3 * MAX_DELTA_SAMPLES);
  const accMps2 = new Float64Array(3 * MAX_DELTA_SAMPLES);
  const gyrRadps = new Float64Array(3 * MAX_DELTA_SAMPLES);
  const acc = new TimedVectors(2 * MAX_DELTA_SAMPLES, 1 / RATE_HZ);
  const gyr = new TimedVectors(2 * MAX_DELTA_SAMPLES, 1 / RATE_HZ);
  const factors: Factors = { acc: undefined, gyr: undefined };

  function readCounts(bytes: Uint8Array): number {
    if ((bytes[9]! & DELTA_BIT) !== 0) return unfoldDeltas(bytes, HEAD_BYTES, counts);
    const samples = (bytes.length - HEAD_BYTES) / 6;
    if (!Number.isInteger(samples) || samples > MAX_DELTA_SAMPLES) return 0;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let i = 0; i < 3 * samples; i++) counts[i] = view.getInt16(HEAD_BYTES + 2 * i, true);
    return samples;
  }

  return {
    decode(bytes) {
      if (bytes[0] === ANSWER) {
        readFactor(bytes, factors);
        return NO_SAMPLES;
      }
      if (bytes.length < HEAD_BYTES) return TOO_SHORT;
      const type = bytes[0];
      if (type !== ACC && type !== GYR) return BAD_TYPE;
      const scale = scaleOf(type, bytes[9]!, factors);
      if (scale === undefined) return BAD_FRAME;
      const samples = readCounts(bytes);
      if (samples === 0) return BAD_LENGTH;
      const limit = (MARGIN * (type === ACC ? ACC_RANGE_MPS2 : GYR_RANGE_RADPS)) / scale;
      for (let i = 0; i < 3 * samples; i++) if (Math.abs(counts[i]!) > limit) return BAD_VALUE;
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const lastS = (view.getUint32(1, true) + view.getUint32(5, true) * 2 ** 32) * 1e-9;
      const stream = type === ACC ? acc : gyr;
      if (!stream.add(counts, samples, scale, lastS)) {
        acc.clear();
        gyr.clear();
        return BAD_TIME;
      }
      const first = gyr.skipBefore(acc.firstS);
      const count = acc.interpolateAt(gyr, accMps2);
      if (count === 0) return NO_SAMPLES;
      gyr.moveTo(gyrRadps, count);
      return {
        ok: true,
        packet: {
          count,
          deviceTimeS: first,
          periodS: gyr.periodS,
          accMps2,
          gyrRadps,
          accRangeMps2: ACC_RANGE_MPS2,
          gyrRangeRadps: GYR_RANGE_RADPS,
        },
      };
    },
    reset() {
      acc.clear();
      gyr.clear();
      factors.acc = undefined;
      factors.gyr = undefined;
    },
    snapshot: (): State => ({ acc: acc.snapshot(), gyr: gyr.snapshot(), factors: { ...factors } }),
    restore(state) {
      const from = state as State;
      acc.restore(from.acc);
      gyr.restore(from.gyr);
      Object.assign(factors, from.factors);
    },
  };
}

const uuid = (short: string): string => uuidOf(`fb005c8${short}-02e7-f387-1cad-8acd2d8df0c8`);
const controlPoint = { service: uuid('0'), characteristic: uuid('1'), withResponse: true };
/** Settings: rate, resolution (16 bits), range, channels (3). */
const startOf = (type: number, range: number) =>
  Uint8Array.of(START, type, 0, 1, RATE_HZ, 0, 1, 1, 16, 0, 2, 1, range & 0xff, range >> 8, 4, 1, 3);

/** Polar Verity Sense: acceleration and rotation in two streams. */
export const polarVerity: SensorModel = {
  id: 'polar-verity',
  name: 'Polar Verity Sense',
  clock: 'device_packet',
  nominalRateHz: RATE_HZ,
  qualityLimit:
    'It sends 52 samples a second up to 8 g: heel strikes are coarse and clipped. Acceleration is interpolated to the ' +
    'times of rotation, since the two are not sampled together.',
  verified: 'Tested with public captures, not with hardware.',
  gatt: {
    advertised: ['feee', uuid('0')],
    // The control point's indications come first: they hold the factor of the counts.
    samples: [
      { service: uuid('0'), characteristic: uuid('1') },
      { service: uuid('0'), characteristic: uuid('2') },
    ],
    control: 'writes',
    start: [
      { ...controlPoint, bytes: startOf(ACC, ACC_RANGE_G) },
      { ...controlPoint, bytes: startOf(GYR, GYR_RANGE_DPS) },
    ],
    stop: [
      { ...controlPoint, bytes: Uint8Array.of(STOP, ACC) },
      { ...controlPoint, bytes: Uint8Array.of(STOP, GYR) },
    ],
    battery: STANDARD_BATTERY,
    firmware: FIRMWARE_REVISION,
    serial: SERIAL_NUMBER,
  },
  createDecoder,
};
