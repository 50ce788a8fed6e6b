import { decodeImuConfig, encodeImuConfig, type ImuConfig } from './imu-packet.ts';
import { LAYOUT, LIMIT, OPCODE, STATUS, STATUS_BIT } from './wire-v1.ts';

/** How a control write was answered. `other`: a status this version doesn't know. */
export type ControlStatus = keyof typeof STATUS | 'other';

/** What a command gave, where its status is ok. Times are the device's clock since boot. */
export type ControlGiven =
  | { readonly op: 'hello'; readonly deviceNonce: Uint8Array; readonly mac: Uint8Array }
  | { readonly op: 'start'; readonly nextIndex: number; readonly config: ImuConfig; readonly samples: number }
  | { readonly op: 'stop' }
  | { readonly op: 'configure'; readonly config: ImuConfig; readonly samples: number }
  | { readonly op: 'identify' }
  /** `deviceUs`: since boot, unwrapped [us] */
  | { readonly op: 'time_ping'; readonly token: number; readonly deviceUs: number }
  | { readonly op: 'resend'; readonly fromIndex: number; readonly count: number }
  | {
      readonly op: 'status';
      readonly batteryMv: number;
      readonly batteryPct: number;
      readonly streaming: boolean;
      readonly sensorFailed: boolean;
      readonly charging: boolean;
      readonly resending: boolean;
      readonly oldestIndex: number;
      readonly nextIndex: number;
      readonly config: ImuConfig;
      readonly samples: number;
      readonly bootCount: number;
    };

/** An answer of the control characteristic. `given` is undefined where the write was refused. */
export interface ControlAnswer {
  readonly opcode: number;
  readonly counter: number;
  readonly status: ControlStatus;
  readonly given: ControlGiven | undefined;
}

const { bytes: headBytes, at: headAt } = LAYOUT.control_answer;
const STATUS_NAMES = new Map(Object.entries(STATUS).map(([name, value]) => [value as number, name as ControlStatus]));
const OP_NAMES = new Map(
  Object.entries(OPCODE)
    .filter(([name]) => !name.endsWith('_first'))
    .map(([name, value]) => [value as number, name as ControlGiven['op']]),
);
const GIVEN_BYTES: Record<ControlGiven['op'], number> = {
  hello: LAYOUT.hello_given.bytes,
  start: LAYOUT.start_given.bytes,
  stop: 0,
  configure: LAYOUT.configure_args.bytes,
  identify: 0,
  time_ping: LAYOUT.time_ping_given.bytes,
  resend: LAYOUT.resend_args.bytes,
  status: LAYOUT.status_given.bytes,
};

/** An answer read from a notification of the control characteristic; undefined where the bytes are none. */
export function decodeControlAnswer(bytes: Uint8Array): ControlAnswer | undefined {
  if (bytes.length < headBytes) return undefined;
  const first = bytes[headAt.opcode]!;
  const op = OP_NAMES.get(first & ~LIMIT.answer_bit);
  if ((first & LIMIT.answer_bit) === 0) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const status = STATUS_NAMES.get(bytes[headAt.status]!) ?? 'other';
  const answer = { opcode: first & ~LIMIT.answer_bit, counter: view.getUint16(headAt.counter, true), status };
  if (status !== 'ok') return bytes.length === headBytes ? { ...answer, given: undefined } : undefined;
  if (op === undefined || bytes.length !== headBytes + GIVEN_BYTES[op]) return undefined;
  const given = givenOf(op, new DataView(bytes.buffer, bytes.byteOffset + headBytes, bytes.length - headBytes), bytes);
  return given === undefined ? undefined : { ...answer, given };
}

function givenOf(op: ControlGiven['op'], view: DataView, bytes: Uint8Array): ControlGiven | undefined {
  switch (op) {
    case 'hello': {
      const { at } = LAYOUT.hello_given;
      const macFrom = headBytes + at.mac;
      return { op, deviceNonce: bytes.slice(headBytes + at.device_nonce, macFrom), mac: bytes.slice(macFrom) };
    }
    case 'start': {
      const { at } = LAYOUT.start_given;
      const config = decodeImuConfig(view.getUint8(at.config));
      if (config === undefined) return undefined;
      return { op, nextIndex: view.getUint32(at.next_index, true), config, samples: view.getUint8(at.samples) };
    }
    case 'configure': {
      const { at } = LAYOUT.configure_args;
      const config = decodeImuConfig(view.getUint8(at.config));
      return config === undefined ? undefined : { op, config, samples: view.getUint8(at.samples) };
    }
    case 'time_ping': {
      const { at } = LAYOUT.time_ping_given;
      const deviceUs = view.getUint32(at.device_us, true) + view.getUint16(at.device_wraps, true) * 2 ** 32;
      return { op, token: view.getUint32(at.token, true), deviceUs };
    }
    case 'resend': {
      const { at } = LAYOUT.resend_args;
      return { op, fromIndex: view.getUint32(at.from_index, true), count: view.getUint32(at.count, true) };
    }
    case 'status':
      return statusGiven(view);
    default:
      return { op };
  }
}

function statusGiven(view: DataView): ControlGiven | undefined {
  const { at } = LAYOUT.status_given;
  const config = decodeImuConfig(view.getUint8(at.config));
  if (config === undefined) return undefined;
  const state = view.getUint8(at.state);
  return {
    op: 'status',
    batteryMv: view.getUint16(at.battery_mv, true),
    batteryPct: view.getUint8(at.battery_pct),
    streaming: (state & STATUS_BIT.streaming) !== 0,
    sensorFailed: (state & STATUS_BIT.sensor_failed) !== 0,
    charging: (state & STATUS_BIT.charging) !== 0,
    resending: (state & STATUS_BIT.resending) !== 0,
    oldestIndex: view.getUint32(at.oldest_index, true),
    nextIndex: view.getUint32(at.next_index, true),
    config,
    samples: view.getUint8(at.samples),
    bootCount: view.getUint8(at.boot_count),
  };
}

/** An answer with what was given. For a sensor's side in simulation. */
export function encodeControlAnswer(counter: number, given: ControlGiven): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(headBytes + GIVEN_BYTES[given.op]);
  writeHead(bytes, OPCODE[given.op], counter, 'ok');
  const view = new DataView(bytes.buffer, headBytes);
  switch (given.op) {
    case 'hello': {
      const { at } = LAYOUT.hello_given;
      bytes.set(given.deviceNonce, headBytes + at.device_nonce);
      bytes.set(given.mac, headBytes + at.mac);
      break;
    }
    case 'start': {
      const { at } = LAYOUT.start_given;
      view.setUint32(at.next_index, given.nextIndex % 2 ** 32, true);
      view.setUint8(at.config, encodeImuConfig(given.config));
      view.setUint8(at.samples, given.samples);
      break;
    }
    case 'configure': {
      const { at } = LAYOUT.configure_args;
      view.setUint8(at.config, encodeImuConfig(given.config));
      view.setUint8(at.samples, given.samples);
      break;
    }
    case 'time_ping': {
      const { at } = LAYOUT.time_ping_given;
      view.setUint32(at.token, given.token, true);
      view.setUint32(at.device_us, given.deviceUs % 2 ** 32, true);
      view.setUint16(at.device_wraps, Math.floor(given.deviceUs / 2 ** 32), true);
      break;
    }
    case 'resend': {
      const { at } = LAYOUT.resend_args;
      view.setUint32(at.from_index, given.fromIndex % 2 ** 32, true);
      view.setUint32(at.count, given.count, true);
      break;
    }
    case 'status': {
      const { at } = LAYOUT.status_given;
      const bit = (set: boolean, value: number) => (set ? value : 0);
      view.setUint16(at.battery_mv, given.batteryMv, true);
      view.setUint8(at.battery_pct, given.batteryPct);
      view.setUint8(
        at.state,
        bit(given.streaming, STATUS_BIT.streaming) |
          bit(given.sensorFailed, STATUS_BIT.sensor_failed) |
          bit(given.charging, STATUS_BIT.charging) |
          bit(given.resending, STATUS_BIT.resending),
      );
      view.setUint32(at.oldest_index, given.oldestIndex % 2 ** 32, true);
      view.setUint32(at.next_index, given.nextIndex % 2 ** 32, true);
      view.setUint8(at.config, encodeImuConfig(given.config));
      view.setUint8(at.samples, given.samples);
      view.setUint8(at.boot_count, given.bootCount & 0x0f);
      break;
    }
    default:
      break;
  }
  return bytes;
}

/** A refusal. For a sensor's side in simulation. */
export function encodeControlRefusal(
  opcode: number,
  counter: number,
  status: Exclude<ControlStatus, 'ok' | 'other'>,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(headBytes);
  writeHead(bytes, opcode, counter, status);
  return bytes;
}

function writeHead(bytes: Uint8Array<ArrayBuffer>, opcode: number, counter: number, status: keyof typeof STATUS): void {
  const view = new DataView(bytes.buffer);
  view.setUint8(headAt.opcode, (opcode | LIMIT.answer_bit) & 0xff);
  view.setUint8(headAt.status, STATUS[status]);
  view.setUint16(headAt.counter, counter, true);
}
