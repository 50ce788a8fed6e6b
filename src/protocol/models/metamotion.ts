import { radFromDeg, STANDARD_GRAVITY_MPS2 } from '../../domain/units.ts';
import type { DecodeResult, PacketDecoder, SensorModel } from '../sensor-model.ts';
import { FIRMWARE_REVISION, SERIAL_NUMBER, STANDARD_BATTERY, uuidOf } from '../standard-gatt.ts';

/** Modules and the registers that stream, of both chips (BMI160 and BMI270); single or packed is told by the length. */
const ACC = 0x03;
const GYR = 0x13;
const ACC_REGISTERS = [0x04, 0x05, 0x1c];
const GYR_REGISTERS = [0x04, 0x05, 0x07];
const SINGLE_BYTES = 8;
const PACKED_BYTES = 20;
/** Most unpaired samples kept of a stream. */
const MAX_WAITING = 12;
/**
 * The streams come in turn, so what waits is used up again and again. Where so many notifications always left something
 * waiting, the other stream has lost that much: it is dropped, else all later pairs would be that many samples apart.
 */
const NOTIFICATIONS_TO_MEND = 8;
/** The same stream came first so often in a row: it is the one that comes first. Where the other does, its partner was lost. */
const VOTES_TO_LEAD = 4;

/** Ranges the sensor was set to; they are not told in its packets. */
export interface MetaMotionRanges {
  readonly accRangeG: 2 | 4 | 8 | 16;
  readonly gyrRangeDps: 250 | 500 | 1000 | 2000;
}
const RANGES: MetaMotionRanges = { accRangeG: 16, gyrRangeDps: 2000 };
const RATE_HZ = 100;

const rejected = (reason: string): DecodeResult => ({ ok: false, reason });
const TOO_SHORT = rejected('shorter than a header');
const BAD_LENGTH = rejected('neither one sample nor three');
const NO_SAMPLES: DecodeResult = { ok: true, packet: undefined };

/** Samples of one stream that wait for those of the other. */
class Waiting {
  readonly values = new Float64Array(3 * MAX_WAITING);
  count = 0;

  add(view: DataView, scale: number): void {
    const incoming = (view.byteLength - 2) / 6;
    const tooMany = this.count + incoming - MAX_WAITING;
    if (tooMany > 0) this.drop(tooMany);
    for (let i = 0; i < 3 * incoming; i++) {
      this.values[3 * this.count + i] = view.getInt16(2 + 2 * i, true) * scale;
    }
    this.count += incoming;
  }

  drop(samples: number): void {
    this.values.copyWithin(0, 3 * samples, 3 * this.count);
    this.count -= samples;
  }

  snapshot(): Float64Array {
    return this.values.slice(0, 3 * this.count);
  }

  restore(values: Float64Array): void {
    this.values.set(values);
    this.count = values.length / 3;
  }

  moveTo(target: Float64Array, samples: number): void {
    target.set(this.values.subarray(0, 3 * samples));
    this.drop(samples);
  }
}

interface State {
  readonly acc: Float64Array;
  readonly gyr: Float64Array;
  readonly leastWaiting: number;
  readonly notifications: number;
  readonly leader: number;
  readonly votes: number;
}

/** A decoder for a sensor set to these ranges; {@link metaMotion} sets 16 g and 2000 deg/s. */
export function createMetaMotionDecoder(ranges: MetaMotionRanges): PacketDecoder {
  const accScale = (ranges.accRangeG / 32768) * STANDARD_GRAVITY_MPS2;
  // The maker's scale: 16.4 counts per deg/s at 2000 deg/s, and twice that for each half of the range.
  const gyrScale = radFromDeg(ranges.gyrRangeDps / 2000 / 16.4);
  const accMps2 = new Float64Array(3 * MAX_WAITING);
  const gyrRadps = new Float64Array(3 * MAX_WAITING);
  const acc = new Waiting();
  const gyr = new Waiting();
  let leastWaiting = MAX_WAITING;
  let notifications = 0;
  let leader = 0;
  let votes = 0;

  /** Whether a notification that finds nothing waiting has lost the partner that comes before it. */
  function partnerLost(module: number): boolean {
    if (acc.count + gyr.count > 0) return false;
    if (module === leader) votes = Math.min(votes + 1, VOTES_TO_LEAD);
    else if (votes >= VOTES_TO_LEAD) return true;
    else {
      leader = module;
      votes = 1;
    }
    return false;
  }

  /** After a notification was paired: drops what the other stream has lost its partners for. */
  function mend(): void {
    const longer = acc.count > gyr.count ? acc : gyr;
    leastWaiting = Math.min(leastWaiting, longer.count);
    notifications++;
    if (notifications < NOTIFICATIONS_TO_MEND) return;
    longer.drop(leastWaiting);
    leastWaiting = MAX_WAITING;
    notifications = 0;
  }

  return {
    decode(bytes) {
      if (bytes.length < 2) return TOO_SHORT;
      const isAcc = bytes[0] === ACC && ACC_REGISTERS.includes(bytes[1]!);
      const isGyr = bytes[0] === GYR && GYR_REGISTERS.includes(bytes[1]!);
      // Everything else the board tells (answers, other modules) holds no motion.
      if (!isAcc && !isGyr) return NO_SAMPLES;
      if (bytes.length !== SINGLE_BYTES && bytes.length !== PACKED_BYTES) return BAD_LENGTH;
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      if (partnerLost(bytes[0]!)) return NO_SAMPLES;
      if (isAcc) acc.add(view, accScale);
      else gyr.add(view, gyrScale);
      const count = Math.min(acc.count, gyr.count);
      acc.moveTo(accMps2, count);
      gyr.moveTo(gyrRadps, count);
      mend();
      if (count === 0) return NO_SAMPLES;
      return {
        ok: true,
        packet: {
          count,
          periodS: 1 / RATE_HZ,
          accMps2,
          gyrRadps,
          accRangeMps2: 32767 * accScale,
          gyrRangeRadps: radFromDeg(ranges.gyrRangeDps) * (32767 / 32800),
        },
      };
    },
    reset() {
      acc.count = 0;
      gyr.count = 0;
      leastWaiting = MAX_WAITING;
      notifications = 0;
      leader = 0;
      votes = 0;
    },
    snapshot: (): State => ({
      acc: acc.snapshot(),
      gyr: gyr.snapshot(),
      leastWaiting,
      notifications,
      leader,
      votes,
    }),
    restore(state) {
      const from = state as State;
      acc.restore(from.acc);
      gyr.restore(from.gyr);
      ({ leastWaiting, notifications, leader, votes } = from);
    },
  };
}

const SERVICE = uuidOf('326a9000-85cb-9195-d9dd-464cfbbae75a');
const command = {
  service: SERVICE,
  characteristic: uuidOf('326a9001-85cb-9195-d9dd-464cfbbae75a'),
  withResponse: true,
};
const writes = (...commands: readonly (readonly number[])[]) =>
  commands.map((bytes) => ({ ...command, bytes: Uint8Array.from(bytes) }));

/** MbientLab MetaMotionS (BMI270), streaming packed samples at 100 Hz. */
export const metaMotion: SensorModel = {
  id: 'metamotion',
  name: 'MbientLab MetaMotion',
  clock: 'arrival',
  nominalRateHz: RATE_HZ,
  qualityLimit:
    'It tells no time and counts nothing, and acceleration and rotation come apart: pairs may be a sample or more off.',
  verified: 'Tested with public captures, not with hardware.',
  gatt: {
    advertised: [SERVICE],
    samples: [{ service: SERVICE, characteristic: uuidOf('326a9006-85cb-9195-d9dd-464cfbbae75a') }],
    control: 'writes',
    // Rate 100 Hz and ranges (16 g, 2000 deg/s), subscribe packed, enable, power on.
    start: writes(
      [ACC, 0x03, 0xa8, 0x03],
      [GYR, 0x03, 0x28, 0x00],
      [ACC, 0x05, 0x01],
      [GYR, 0x05, 0x01],
      [ACC, 0x02, 0x01, 0x00],
      [GYR, 0x02, 0x01, 0x00],
      [ACC, 0x01, 0x01],
      [GYR, 0x01, 0x01],
    ),
    stop: writes(
      [ACC, 0x01, 0x00],
      [GYR, 0x01, 0x00],
      [ACC, 0x02, 0x00, 0x01],
      [GYR, 0x02, 0x00, 0x01],
      [ACC, 0x05, 0x00],
      [GYR, 0x05, 0x00],
    ),
    battery: STANDARD_BATTERY,
    firmware: FIRMWARE_REVISION,
    serial: SERIAL_NUMBER,
  },
  createDecoder: () => createMetaMotionDecoder(RANGES),
};
