import { RAD_PER_DEG, radFromDeg, STANDARD_GRAVITY_MPS2 } from '../../domain/units.ts';
import type { DecodeResult, PacketDecoder, SensorModel } from '../sensor-model.ts';
import { uuidOf } from '../standard-gatt.ts';

/** Payloads that hold acceleration and angular rate, and where (Movella DOT BLE Service Specification, rev. C). */
const LAYOUTS = [
  /** "Rate quantities" on the medium payload: time, acc, gyr. */
  { bytes: 28, accAt: 4, gyrAt: 16 },
  /** "Custom mode 5" on the long payload: time, quaternion, acc, gyr. */
  { bytes: 44, accAt: 20, gyrAt: 32 },
] as const;
/** The characteristics have fixed lengths: a shorter payload may be filled up with zeros to these. */
const FILLED_UP_TO: Readonly<Record<number, (typeof LAYOUTS)[number]>> = { 40: LAYOUTS[0], 63: LAYOUTS[1] };
const SHORT_PAYLOAD_BYTES = 20;

const ACC_RANGE_MPS2 = 16 * STANDARD_GRAVITY_MPS2;
const GYR_RANGE_RADPS = radFromDeg(2000);
const GYR_LIMIT_RADPS = 1.05 * GYR_RANGE_RADPS;
const ACC_LIMIT_MPS2 = 1.05 * ACC_RANGE_MPS2;
const RATE_HZ = 60;

const rejected = (reason: string): DecodeResult => ({ ok: false, reason });
const NO_RATE = rejected('this mode holds no angular rate');
const BAD_LENGTH = rejected('no payload has this length');
const NOT_EMPTY = rejected('more in the payload than its mode has');
const BAD_VALUE = rejected('a value is out of range');

function createDecoder(): PacketDecoder {
  const accMps2 = new Float64Array(3);
  const gyrRadps = new Float64Array(3);
  return {
    decode(bytes) {
      if (bytes.length === SHORT_PAYLOAD_BYTES) return NO_RATE;
      const layout = LAYOUTS.find((one) => one.bytes === bytes.length) ?? FILLED_UP_TO[bytes.length];
      if (layout === undefined) return BAD_LENGTH;
      for (let i = layout.bytes; i < bytes.length; i++) if (bytes[i] !== 0) return NOT_EMPTY;
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      for (let axis = 0; axis < 3; axis++) {
        const acc = view.getFloat32(layout.accAt + 4 * axis, true);
        const gyr = view.getFloat32(layout.gyrAt + 4 * axis, true) * RAD_PER_DEG;
        // Written so that NaN fails too.
        if (!(Math.abs(acc) <= ACC_LIMIT_MPS2 && Math.abs(gyr) <= GYR_LIMIT_RADPS)) return BAD_VALUE;
        accMps2[axis] = acc;
        gyrRadps[axis] = gyr;
      }
      return {
        ok: true,
        packet: {
          count: 1,
          deviceTimeS: view.getUint32(0, true) * 1e-6,
          deviceWrapS: 2 ** 32 * 1e-6,
          periodS: 1 / RATE_HZ,
          accMps2,
          gyrRadps,
          accRangeMps2: ACC_RANGE_MPS2,
          gyrRangeRadps: GYR_RANGE_RADPS,
        },
      };
    },
    reset() {
      // A payload stands for itself: nothing is kept between two.
    },
  };
}

const uuid = (short: string): string => uuidOf(`1517${short}-4947-11e9-8646-d663bd873d93`);
const measurement = { service: uuid('2000'), characteristic: uuid('2001'), withResponse: true };
const RATE_QUANTITIES = 0x15;

/** Movella (Xsens) DOT in its mode "rate quantities". */
export const movellaDot: SensorModel = {
  id: 'movella-dot',
  name: 'Movella DOT',
  clock: 'device_packet',
  nominalRateHz: RATE_HZ,
  qualityLimit: 'It sends 60 samples a second, which is coarse for the moment of heel strike, and counts none.',
  verified: 'Tested with public captures, not with hardware.',
  gatt: {
    advertised: [uuid('1000'), uuid('2000')],
    samples: [{ service: uuid('2000'), characteristic: uuid('2003') }],
    control: 'writes',
    start: [{ ...measurement, bytes: Uint8Array.of(1, 1, RATE_QUANTITIES) }],
    stop: [{ ...measurement, bytes: Uint8Array.of(1, 0, RATE_QUANTITIES) }],
    battery: {
      service: uuid('3000'),
      characteristic: uuid('3001'),
      notifies: true,
      decodePct: (bytes) => {
        const pct = bytes[0];
        return bytes.length >= 2 && pct !== undefined && pct <= 100 ? pct : undefined;
      },
    },
  },
  createDecoder,
};
