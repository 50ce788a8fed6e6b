import { RAD_PER_DEG, radFromDeg, STANDARD_GRAVITY_MPS2 } from '../../domain/units.ts';
import type { DecodeResult, PacketDecoder, SensorModel } from '../sensor-model.ts';
import { FIRMWARE_REVISION, SERIAL_NUMBER, STANDARD_BATTERY, uuidOf } from '../standard-gatt.ts';

/** Movesense's GATT SensorData protocol: `[kind, reference, ...]`. The sensor's own numbers; floats are little-endian. */
const KIND = { answer: 1, data: 2, rest: 3 } as const;
const SUBSCRIBE = 1;
const UNSUBSCRIBE = 2;
const HEAD_BYTES = 6;
const SAMPLE_BYTES = 24;
/** The sensor sends 13 packets a second at every rate, so a packet holds rate / 13 samples: a power of two. */
const PACKETS_PER_S = 13;
const MAX_SAMPLES = 64;
const ACC_RANGES_MPS2 = [8, 16].map((g) => g * STANDARD_GRAVITY_MPS2);
const GYR_RANGE_RADPS = radFromDeg(2000);
/** Beyond any range the sensor has: bytes that read as this are not samples. */
const ACC_LIMIT_MPS2 = 16.5 * STANDARD_GRAVITY_MPS2;
const GYR_LIMIT_DPS = 2100;

const rejected = (reason: string): DecodeResult => ({ ok: false, reason });
const TOO_SHORT = rejected('shorter than a header');
const BAD_KIND = rejected('unknown message kind');
const BAD_REFERENCE = rejected('reference 0 is not in use');
const NO_BEGINNING = rejected('the rest of a packet whose beginning is missing');
const TOO_LONG = rejected('longer than any packet');
const BAD_VALUE = rejected('a value is out of range');
const NO_SAMPLES: DecodeResult = { ok: true, packet: undefined };

/** Samples in a packet of this length; 0 where it can't be a whole one. */
function samplesIn(length: number): number {
  const count = (length - HEAD_BYTES) / SAMPLE_BYTES;
  return Number.isInteger(count) && count > 0 && count <= MAX_SAMPLES && (count & (count - 1)) === 0 ? count : 0;
}

interface State {
  readonly held: Uint8Array;
  readonly lastLength: number;
  readonly splitLength: number;
  readonly accRange: number;
}

function createDecoder(): PacketDecoder {
  const accMps2 = new Float64Array(MAX_SAMPLES * 3);
  const gyrRadps = new Float64Array(MAX_SAMPLES * 3);
  const held = new Uint8Array(HEAD_BYTES + MAX_SAMPLES * SAMPLE_BYTES);
  const view = new DataView(held.buffer);
  let heldBytes = 0;
  let lastLength = 0;
  /** Length of a first part that looks whole and isn't (learned when its rest comes). */
  let splitLength = 0;
  let accRange = 0;

  /** IMU6 is blocked: all accelerations, then all angular rates. Interleaved readers are wrong. */
  function read(count: number): DecodeResult {
    let peak = 0;
    for (let i = 0; i < 3 * count; i++) {
      const acc = view.getFloat32(HEAD_BYTES + 4 * i, true);
      const gyr = view.getFloat32(HEAD_BYTES + 12 * count + 4 * i, true);
      // Written so that NaN fails too.
      if (!(Math.abs(acc) <= ACC_LIMIT_MPS2 && Math.abs(gyr) <= GYR_LIMIT_DPS)) return BAD_VALUE;
      peak = Math.max(peak, Math.abs(acc));
      accMps2[i] = acc;
      gyrRadps[i] = gyr * RAD_PER_DEG;
    }
    // The range in use is not told; it is the factory's 8 g until a value lies beyond.
    if (peak > ACC_RANGES_MPS2[0]!) accRange = 1;
    return {
      ok: true,
      packet: {
        count,
        deviceTimeS: view.getUint32(2, true) * 1e-3,
        deviceWrapS: 2 ** 32 * 1e-3,
        periodS: 1 / (PACKETS_PER_S * count),
        accMps2,
        gyrRadps,
        accRangeMps2: ACC_RANGES_MPS2[accRange]!,
        gyrRangeRadps: GYR_RANGE_RADPS,
      },
    };
  }

  /** Reads what is held if it is a whole packet, else waits for the rest. */
  function readWhole(): DecodeResult {
    const count = samplesIn(heldBytes);
    if (count === 0) return NO_SAMPLES;
    heldBytes = 0;
    return read(count);
  }

  return {
    decode(bytes) {
      if (bytes.length < 2) return TOO_SHORT;
      const kind = bytes[0];
      if (bytes[1] === 0) return BAD_REFERENCE;
      if (kind === KIND.answer) return NO_SAMPLES;
      if (kind === KIND.data) {
        heldBytes = 0;
        if (bytes.length < HEAD_BYTES + 4) return TOO_SHORT;
        if (bytes.length > held.length) return TOO_LONG;
        held.set(bytes);
        heldBytes = bytes.length;
        lastLength = bytes.length;
        return lastLength === splitLength ? NO_SAMPLES : readWhole();
      }
      if (kind !== KIND.rest) return BAD_KIND;
      if (heldBytes === 0) {
        splitLength = lastLength;
        return NO_BEGINNING;
      }
      if (heldBytes + bytes.length - 2 > held.length) {
        heldBytes = 0;
        return TOO_LONG;
      }
      held.set(bytes.subarray(2), heldBytes);
      heldBytes += bytes.length - 2;
      return readWhole();
    },
    reset() {
      heldBytes = 0;
      lastLength = 0;
      splitLength = 0;
      accRange = 0;
    },
    snapshot: (): State => ({ held: held.slice(0, heldBytes), lastLength, splitLength, accRange }),
    restore(state) {
      const from = state as State;
      held.set(from.held);
      heldBytes = from.held.length;
      ({ lastLength, splitLength, accRange } = from);
    },
  };
}

const SERVICE = uuidOf('34802252-7185-4d5d-b431-630e7050e8f0');
const write = { service: SERVICE, characteristic: uuidOf('34800001-7185-4d5d-b431-630e7050e8f0'), withResponse: true };
/** Our subscription; any number but 0. */
const REFERENCE = 99;
const PATH = '/Meas/IMU6/104';

/** Movesense with its GATT SensorData firmware: 104 Hz, one time a packet. */
export const movesense: SensorModel = {
  id: 'movesense',
  name: 'Movesense',
  clock: 'device_packet',
  nominalRateHz: 104,
  qualityLimit: 'It counts no samples and tells time in whole milliseconds: a lost packet is seen by its time only.',
  verified: 'Tested with public captures, not with hardware.',
  gatt: {
    advertised: ['fdf3', SERVICE],
    samples: [{ service: SERVICE, characteristic: uuidOf('34800002-7185-4d5d-b431-630e7050e8f0') }],
    control: 'writes',
    start: [{ ...write, bytes: Uint8Array.from([SUBSCRIBE, REFERENCE, ...asciiOf(PATH)]) }],
    stop: [{ ...write, bytes: Uint8Array.of(UNSUBSCRIBE, REFERENCE) }],
    battery: STANDARD_BATTERY,
    firmware: FIRMWARE_REVISION,
    serial: SERIAL_NUMBER,
  },
  createDecoder,
};

function asciiOf(text: string): number[] {
  return Array.from(text, (letter) => letter.charCodeAt(0));
}
