import { radFromDeg, STANDARD_GRAVITY_MPS2 } from '../../domain/units.ts';
import type { DecodeResult, PacketDecoder, SensorModel } from '../sensor-model.ts';
import { uuidOf } from '../standard-gatt.ts';

/** A frame: 55 61, then acc, gyr, angle as 9 int16; or 55 71, a register's answer. No time, no counter, no checksum. */
const FRAME_BYTES = 20;
const FRAME_START = 0x55;
const MOTION = 0x61;
const REGISTERS = 0x71;
const MAX_FRAMES = 32;

const ACC_RANGE_MPS2 = 16 * STANDARD_GRAVITY_MPS2;
const GYR_RANGE_RADPS = radFromDeg(2000);
const ACC_PER_COUNT = ACC_RANGE_MPS2 / 32768;
const GYR_PER_COUNT = GYR_RANGE_RADPS / 32768;
const RATE_HZ = 100;

const EMPTY: DecodeResult = { ok: false, reason: 'no bytes' };
const NO_FRAME: DecodeResult = { ok: false, reason: 'no frame begins here' };
const TOO_LONG: DecodeResult = { ok: false, reason: 'longer than any notification' };
const NO_SAMPLES: DecodeResult = { ok: true, packet: undefined };

function createDecoder(): PacketDecoder {
  const accMps2 = new Float64Array(MAX_FRAMES * 3);
  const gyrRadps = new Float64Array(MAX_FRAMES * 3);
  /** A frame's beginning from the last notification, then the new bytes. */
  const stream = new Uint8Array(FRAME_BYTES * MAX_FRAMES);
  const view = new DataView(stream.buffer);
  let kept = 0;

  const startsAt = (at: number, end: number): boolean =>
    stream[at] === FRAME_START && (at + 1 === end || stream[at + 1] === MOTION || stream[at + 1] === REGISTERS);

  function readMotion(at: number, sample: number): void {
    for (let axis = 0; axis < 3; axis++) {
      accMps2[3 * sample + axis] = view.getInt16(at + 2 + 2 * axis, true) * ACC_PER_COUNT;
      gyrRadps[3 * sample + axis] = view.getInt16(at + 8 + 2 * axis, true) * GYR_PER_COUNT;
    }
  }

  return {
    decode(bytes) {
      if (bytes.length === 0) return EMPTY;
      if (kept + bytes.length > stream.length) {
        kept = 0;
        return TOO_LONG;
      }
      stream.set(bytes, kept);
      const end = kept + bytes.length;
      let count = 0;
      let frames = 0;
      let at = 0;
      while (at < end) {
        if (!startsAt(at, end)) {
          at++;
          continue;
        }
        if (at + FRAME_BYTES > end) break;
        if (stream[at + 1] === MOTION) readMotion(at, count++);
        frames++;
        at += FRAME_BYTES;
      }
      kept = end - at;
      stream.copyWithin(0, at, end);
      if (count === 0) return frames > 0 || kept > 0 ? NO_SAMPLES : NO_FRAME;
      return {
        ok: true,
        packet: {
          count,
          periodS: 1 / RATE_HZ,
          accMps2,
          gyrRadps,
          accRangeMps2: ACC_RANGE_MPS2,
          gyrRangeRadps: GYR_RANGE_RADPS,
        },
      };
    },
    reset() {
      kept = 0;
    },
    snapshot: (): Uint8Array => stream.slice(0, kept),
    restore(state) {
      const beginning = state as Uint8Array;
      stream.set(beginning);
      kept = beginning.length;
    },
  };
}

/** The vendor's base ends in 9a34fb, not in the Bluetooth SIG's 9b34fb. */
const uuid = (short: string): string => uuidOf(`0000${short}-0000-1000-8000-00805f9a34fb`);
const command = { service: uuid('ffe5'), characteristic: uuid('ffe9'), withResponse: false };
const UNLOCK = Uint8Array.of(0xff, 0xaa, 0x69, 0x88, 0xb5);
const RATE_100_HZ = Uint8Array.of(0xff, 0xaa, 0x03, 0x09, 0x00);

/** WitMotion WT901BLE and WT9011DCL. It streams as soon as it is connected; nothing is saved in its flash. */
export const witmotion: SensorModel = {
  id: 'witmotion',
  name: 'WitMotion WT901BLE / WT9011DCL',
  clock: 'arrival',
  nominalRateHz: RATE_HZ,
  qualityLimit: 'It tells no time and counts nothing: times come from arrival, and a lost sample is not noticed.',
  verified: 'Tested with public captures, not with hardware.',
  gatt: {
    advertised: [uuid('ffe5')],
    samples: [{ service: uuid('ffe5'), characteristic: uuid('ffe4') }],
    control: 'writes',
    start: [
      { ...command, bytes: UNLOCK },
      { ...command, bytes: RATE_100_HZ },
    ],
    stop: [],
  },
  createDecoder,
};
