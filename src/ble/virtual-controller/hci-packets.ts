/** First byte of a packet between host and controller. */
export const PACKET = { command: 1, acl: 2, event: 4 } as const;

/** Commands a host sends for Bluetooth low energy (opcode: group and number). */
export const COMMAND = {
  disconnect: 0x0406,
  set_event_mask: 0x0c01,
  reset: 0x0c03,
  read_le_host_support: 0x0c6c,
  write_le_host_support: 0x0c6d,
  read_local_version: 0x1001,
  read_buffer_size: 0x1005,
  read_address: 0x1009,
  read_rssi: 0x1405,
  le_set_event_mask: 0x2001,
  le_read_buffer_size: 0x2002,
  le_read_features: 0x2003,
  le_set_scan_parameters: 0x200b,
  le_set_scan_enable: 0x200c,
  le_create_connection: 0x200d,
  le_cancel_connection: 0x200e,
  le_update_connection: 0x2013,
} as const;

/** Why a command failed or a link ended. */
export const HCI_STATUS = {
  ok: 0x00,
  unknown_command: 0x01,
  unknown_connection: 0x02,
  supervision_timeout: 0x08,
  disallowed: 0x0c,
  peer_ended: 0x13,
  host_ended: 0x16,
} as const;

const EVENT = {
  disconnected: 0x05,
  command_complete: 0x0e,
  command_status: 0x0f,
  packets_done: 0x13,
  le: 0x3e,
} as const;
const LE_EVENT = { connected: 0x01, advertising: 0x02, updated: 0x03 } as const;

/** What an advertising report tells: an advertisement that can be connected to, or the answer to a scan request. */
export const REPORT = { advertisement: 0, scan_response: 4 } as const;

const event = (code: number, ...parameters: number[]): Buffer =>
  Buffer.from([PACKET.event, code, parameters.length, ...parameters]);
const u16 = (value: number): [number, number] => [value & 0xff, (value >> 8) & 0xff];

/** Bytes of an address as they go over the air: last part first. */
export const addressBytes = (address: string): number[] =>
  address
    .split(':')
    .reverse()
    .map((part) => parseInt(part, 16));

/** The opposite of {@link addressBytes}. */
export const addressText = (bytes: Uint8Array): string =>
  [...bytes]
    .reverse()
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join(':');

/** A command is done. `given` follows its status. */
export const commandComplete = (opcode: number, status: number, ...given: number[]): Buffer =>
  event(EVENT.command_complete, 1, ...u16(opcode), status, ...given);

/** A command has begun, or was refused. */
export const commandStatus = (opcode: number, status: number): Buffer =>
  event(EVENT.command_status, status, 1, ...u16(opcode));

/** Packets of the host have left the controller's buffer. */
export const packetsDone = (handle: number, count: number): Buffer =>
  event(EVENT.packets_done, 1, ...u16(handle), ...u16(count));

/** A link has ended. */
export const disconnected = (handle: number, reason: number): Buffer =>
  event(EVENT.disconnected, HCI_STATUS.ok, ...u16(handle), reason);

/** A device was heard. */
export function advertisingReport(
  type: number,
  device: { readonly address: string; readonly addressType: 'public' | 'random'; readonly rssiDbm: number },
  data: Uint8Array,
): Buffer {
  const kind = device.addressType === 'random' ? 1 : 0;
  const rssi = device.rssiDbm & 0xff;
  return event(
    EVENT.le,
    LE_EVENT.advertising,
    1,
    type,
    kind,
    ...addressBytes(device.address),
    data.length,
    ...data,
    rssi,
  );
}

/** Timing of a link, in the units of the specification (1.25 ms, 10 ms). */
export interface ConnectionTiming {
  readonly interval: number;
  readonly latency: number;
  readonly timeout: number;
}

/** A link was made, or its making was given up (status not ok; the rest is zeros then). */
export function connected(
  status: number,
  handle: number,
  device: { readonly address: string; readonly addressType: 'public' | 'random' } | undefined,
  timing: ConnectionTiming,
): Buffer {
  const address = device === undefined ? [0, 0, 0, 0, 0, 0] : addressBytes(device.address);
  const kind = device?.addressType === 'random' ? 1 : 0;
  const numbers = [...u16(timing.interval), ...u16(timing.latency), ...u16(timing.timeout)];
  return event(EVENT.le, LE_EVENT.connected, status, ...u16(handle), 0, kind, ...address, ...numbers, 0);
}

/** A link's timing was changed. */
export const connectionUpdated = (handle: number, timing: ConnectionTiming): Buffer =>
  event(
    EVENT.le,
    LE_EVENT.updated,
    HCI_STATUS.ok,
    ...u16(handle),
    ...u16(timing.interval),
    ...u16(timing.latency),
    ...u16(timing.timeout),
  );
