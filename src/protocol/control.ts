import { decodeImuConfig, encodeImuConfig, type ImuConfig } from './imu-packet.ts';
import { LAYOUT, LIMIT, OPCODE } from './wire-v1.ts';

/** What a host can ask of a Gaitkeeper sensor once a session is open. */
export type ControlCommand =
  | { readonly op: 'start' }
  | { readonly op: 'stop' }
  /** `samples`: samples a packet, 1 to 19; 0: as many as the link carries. */
  | { readonly op: 'configure'; readonly config: ImuConfig; readonly samples: number }
  | { readonly op: 'identify'; readonly seconds: number }
  /** `token`: the host's own u32, repeated in the answer. */
  | { readonly op: 'time_ping'; readonly token: number }
  | { readonly op: 'resend'; readonly fromIndex: number; readonly count: number }
  | { readonly op: 'status' };

/** HMAC-SHA256 under the sensor's key: the shell brings it (node:crypto), this layer stays pure. */
export type Hmac = (message: Uint8Array) => Uint8Array;

/** Both nonces of a session, 8 bytes each. */
export interface SessionNonces {
  readonly host: Uint8Array;
  readonly device: Uint8Array;
}

const { nonce_bytes: nonceBytes, mac_bytes: macBytes } = LIMIT;
const writeAt = LAYOUT.control_write.at;
const headBytes = LAYOUT.control_write.bytes;

function macOf(hmac: Hmac, label: 'GKC1' | 'GKH1', nonces: SessionNonces, body: Uint8Array): Uint8Array {
  if (nonces.host.length !== nonceBytes || nonces.device.length !== nonceBytes) {
    throw new RangeError(`A session's nonces are ${nonceBytes} bytes long.`);
  }
  const message = new Uint8Array(4 + 2 * nonceBytes + body.length);
  for (let i = 0; i < 4; i++) message[i] = label.charCodeAt(i);
  message.set(nonces.host, 4);
  message.set(nonces.device, 4 + nonceBytes);
  message.set(body, 4 + 2 * nonceBytes);
  return hmac(message).subarray(0, macBytes);
}

/** Compares without telling by its duration where two MACs differ. */
function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  let difference = a.length ^ b.length;
  for (let i = 0; i < a.length; i++) difference |= a[i]! ^ (b[i] ?? 0);
  return difference === 0;
}

/** The write that opens a session. `hostNonce`: 8 random bytes, new each time. */
export function encodeHello(counter: number, hostNonce: Uint8Array): Uint8Array<ArrayBuffer> {
  const { bytes: length, at } = LAYOUT.hello_write;
  if (hostNonce.length !== nonceBytes) throw new RangeError(`A nonce is ${nonceBytes} bytes long.`);
  const bytes = new Uint8Array(length);
  bytes[at.opcode] = OPCODE.hello;
  new DataView(bytes.buffer).setUint16(at.counter, counter, true);
  bytes.set(hostNonce, at.host_nonce);
  return bytes;
}

/** The nonce in a hello write; undefined where the bytes are something else. For a sensor's side in simulation. */
export function decodeHello(bytes: Uint8Array): { counter: number; hostNonce: Uint8Array } | undefined {
  const { bytes: length, at } = LAYOUT.hello_write;
  if (bytes.length !== length || bytes[at.opcode] !== OPCODE.hello) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { counter: view.getUint16(at.counter, true), hostNonce: bytes.slice(at.host_nonce) };
}

/** The MAC by which a sensor shows, in its answer to hello, that it holds the key. */
export const helloMac = (hmac: Hmac, nonces: SessionNonces): Uint8Array =>
  macOf(hmac, 'GKH1', nonces, new Uint8Array(0));

/** Whether the answer to hello came from a device that holds the key. */
export const helloMacHolds = (hmac: Hmac, nonces: SessionNonces, mac: Uint8Array): boolean =>
  sameBytes(helloMac(hmac, nonces), mac);

/**
 * A control write with its MAC.
 * @param counter above the last one of this session, 1 to 65535
 * @throws where the counter or an argument doesn't fit
 */
export function encodeControl(
  command: ControlCommand,
  counter: number,
  nonces: SessionNonces,
  hmac: Hmac,
): Uint8Array<ArrayBuffer> {
  if (!Number.isInteger(counter) || counter < 1 || counter > 0xffff) {
    throw new RangeError(`A control counter is 1 to 65535, not ${counter}: open a new session with hello.`);
  }
  const args = argumentsOf(command);
  const bytes = new Uint8Array(headBytes + args.length + macBytes);
  bytes[writeAt.opcode] = OPCODE[command.op];
  new DataView(bytes.buffer).setUint16(writeAt.counter, counter, true);
  bytes.set(args, headBytes);
  const body = bytes.subarray(0, headBytes + args.length);
  bytes.set(macOf(hmac, 'GKC1', nonces, body), body.length);
  return bytes;
}

function whole(value: number, most: number, what: string): number {
  if (!Number.isInteger(value) || value < 0 || value > most) {
    throw new RangeError(`${what} must be a whole number from 0 to ${most}, not ${value}.`);
  }
  return value;
}

function argumentsOf(command: ControlCommand): Uint8Array {
  switch (command.op) {
    case 'configure': {
      const { bytes: length, at } = LAYOUT.configure_args;
      const args = new Uint8Array(length);
      args[at.config] = encodeImuConfig(command.config);
      args[at.samples] = whole(command.samples, LIMIT.max_samples_sent, 'Samples a packet');
      return args;
    }
    case 'identify':
      return Uint8Array.of(whole(command.seconds, 0xff, 'Seconds to blink'));
    case 'time_ping': {
      const args = new Uint8Array(LAYOUT.time_ping_args.bytes);
      new DataView(args.buffer).setUint32(0, whole(command.token, 0xffffffff, 'The token'), true);
      return args;
    }
    case 'resend': {
      const { bytes: length, at } = LAYOUT.resend_args;
      const args = new Uint8Array(length);
      const view = new DataView(args.buffer);
      view.setUint32(at.from_index, whole(command.fromIndex, 0xffffffff, 'The first sample'), true);
      view.setUint32(at.count, whole(command.count, 0xffffffff, 'The count of samples'), true);
      return args;
    }
    default:
      return new Uint8Array(0);
  }
}

/** Why a sensor refuses a write before it acts on it; the names are those of `STATUS`. */
export type ControlRefusal = 'unknown_opcode' | 'bad_length' | 'bad_argument' | 'bad_mac' | 'stale_counter';

/**
 * Reads a control write as the sensor does, in the firmware's order of checks. For a sensor's side in simulation.
 * @param lastCounter highest counter accepted in this session so far
 */
export function decodeControl(
  bytes: Uint8Array,
  lastCounter: number,
  nonces: SessionNonces,
  hmac: Hmac,
): { ok: true; command: ControlCommand; counter: number } | { ok: false; refusal: ControlRefusal; counter: number } {
  if (bytes.length < headBytes) return { ok: false, refusal: 'bad_length', counter: 0 };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const counter = view.getUint16(writeAt.counter, true);
  const refuse = (refusal: ControlRefusal) => ({ ok: false as const, refusal, counter });
  const opcode = bytes[writeAt.opcode];
  const argumentBytes = ARGUMENT_BYTES.get(opcode);
  if (argumentBytes === undefined) return refuse('unknown_opcode');
  const bodyBytes = headBytes + argumentBytes;
  if (bytes.length !== bodyBytes + macBytes) return refuse('bad_length');
  const mac = macOf(hmac, 'GKC1', nonces, bytes.subarray(0, bodyBytes));
  if (!sameBytes(mac, bytes.subarray(bodyBytes))) return refuse('bad_mac');
  if (counter <= lastCounter) return refuse('stale_counter');
  const command = commandOf(opcode, view);
  return command === undefined ? refuse('bad_argument') : { ok: true, command, counter };
}

const ARGUMENT_BYTES = new Map<number | undefined, number>([
  [OPCODE.start, 0],
  [OPCODE.stop, 0],
  [OPCODE.configure, LAYOUT.configure_args.bytes],
  [OPCODE.identify, LAYOUT.identify_args.bytes],
  [OPCODE.time_ping, LAYOUT.time_ping_args.bytes],
  [OPCODE.resend, LAYOUT.resend_args.bytes],
  [OPCODE.status, 0],
]);

function commandOf(opcode: number | undefined, view: DataView): ControlCommand | undefined {
  switch (opcode) {
    case OPCODE.start:
      return { op: 'start' };
    case OPCODE.stop:
      return { op: 'stop' };
    case OPCODE.configure: {
      const config = decodeImuConfig(view.getUint8(headBytes + LAYOUT.configure_args.at.config));
      const samples = view.getUint8(headBytes + LAYOUT.configure_args.at.samples);
      return config === undefined || samples > LIMIT.max_samples_sent
        ? undefined
        : { op: 'configure', config, samples };
    }
    case OPCODE.identify:
      return { op: 'identify', seconds: view.getUint8(headBytes) };
    case OPCODE.time_ping:
      return { op: 'time_ping', token: view.getUint32(headBytes, true) };
    case OPCODE.resend: {
      const fromIndex = view.getUint32(headBytes + LAYOUT.resend_args.at.from_index, true);
      const count = view.getUint32(headBytes + LAYOUT.resend_args.at.count, true);
      return count === 0 ? undefined : { op: 'resend', fromIndex, count };
    }
    default:
      return { op: 'status' };
  }
}
