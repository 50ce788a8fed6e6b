/** One characteristic of a device on the virtual air. UUIDs are lower case without dashes, short ones as 4 digits. */
export interface AirCharacteristic {
  readonly uuid: string;
  readonly notifies?: boolean;
  readonly indicates?: boolean;
  /** Its value; absent: it can't be read. @throws AttRefusal */
  readonly read?: () => Uint8Array;
  /** Takes a write, with or without response; absent: it can't be written. @throws AttRefusal */
  readonly write?: (bytes: Uint8Array) => void;
}

/** A service with its characteristics. */
export interface AirService {
  readonly uuid: string;
  readonly characteristics: readonly AirCharacteristic[];
}

/** A device's end of a link. */
export interface AirPeer {
  /** What both sides agreed on; 23 before that. */
  readonly mtu: number;
  /** Sends a value to whoever subscribed. @returns false where nobody did, or the link's queue is full */
  notify(characteristicUuid: string, bytes: Uint8Array): boolean;
  /** Asks the host for another timing, in the units of the specification. */
  askForTiming(interval: number, latency: number, timeout: number): void;
  /** Ends the link from the device's side. */
  end(): void;
}

/** A device on the virtual air: what it advertises and what it answers. */
export interface AirDevice {
  /** `c0:ff:ee:00:00:01` */
  readonly address: string;
  readonly addressType: 'public' | 'random';
  readonly rssiDbm: number;
  /** false: out of range or out of power; it isn't heard then and can't be connected to. */
  readonly present: boolean;
  /** Advertising data, at most 31 bytes; so is the answer to a scan request. */
  readonly advertisement: Uint8Array;
  readonly scanResponse?: Uint8Array;
  /** Largest MTU it agrees to. */
  readonly mtu: number;
  readonly services: readonly AirService[];
  linked(peer: AirPeer): void;
  unlinked(): void;
}

/** A device refuses a read or a write. */
export class AttRefusal extends Error {
  readonly code: number;

  /** @param code of the attribute protocol: 0x02 read, 0x03 write not permitted, 0x0d length, 0x80 and above the device's own */
  constructor(code: number) {
    super(`attribute error 0x${code.toString(16)}`);
    this.code = code;
  }
}

/** Bytes of a UUID as they go over the air: last byte first. */
export const uuidBytes = (uuid: string): Uint8Array => Uint8Array.from(Buffer.from(uuid, 'hex').reverse());

/** Advertising data that names a service, and perhaps the device. @throws RangeError above 31 bytes */
export function advertisingData(parts: {
  readonly serviceUuid?: string;
  readonly name?: string;
  /** Manufacturer-specific data, company number included. */
  readonly manufacturer?: Uint8Array;
}): Uint8Array {
  const bytes: number[] = [2, 0x01, 0x06];
  const { serviceUuid, name, manufacturer } = parts;
  if (serviceUuid !== undefined) {
    const uuid = uuidBytes(serviceUuid);
    bytes.push(uuid.length + 1, uuid.length === 2 ? 0x03 : 0x07, ...uuid);
  }
  if (manufacturer !== undefined) bytes.push(manufacturer.length + 1, 0xff, ...manufacturer);
  if (name !== undefined) {
    const text = new TextEncoder().encode(name);
    bytes.push(text.length + 1, 0x09, ...text);
  }
  if (bytes.length > 31) throw new RangeError(`Advertising data holds 31 bytes, not ${bytes.length}.`);
  return Uint8Array.from(bytes);
}
