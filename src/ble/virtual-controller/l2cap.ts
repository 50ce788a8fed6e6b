import { PACKET } from './hci-packets.ts';

/** The channel of the attribute protocol. */
export const ATT_CHANNEL = 4;
/** The channel on which a device asks for another timing. */
export const SIGNALLING_CHANNEL = 5;

const FIRST_TO_HOST = 2;
const CONTINUED = 1;

/** Cuts a frame for the host into packets of at most `mostBytes`. */
export function fragments(handle: number, channel: number, payload: Uint8Array, mostBytes: number): Buffer[] {
  const frame = Buffer.alloc(4 + payload.length);
  frame.writeUInt16LE(payload.length, 0);
  frame.writeUInt16LE(channel, 2);
  frame.set(payload, 4);
  const packets: Buffer[] = [];
  for (let from = 0; from < frame.length; from += mostBytes) {
    const part = frame.subarray(from, from + mostBytes);
    const packet = Buffer.alloc(5 + part.length);
    packet[0] = PACKET.acl;
    packet.writeUInt16LE(handle | ((from === 0 ? FIRST_TO_HOST : CONTINUED) << 12), 1);
    packet.writeUInt16LE(part.length, 3);
    part.copy(packet, 5);
    packets.push(packet);
  }
  return packets;
}

/** Puts the host's packets of one link together again. */
export class FrameBuilder {
  #bytes: Buffer = Buffer.alloc(0);

  /** @returns a whole frame, once it is; undefined before */
  add(packet: Buffer): { readonly channel: number; readonly payload: Buffer } | undefined {
    const continued = ((packet.readUInt16LE(1) >> 12) & 3) === CONTINUED;
    // Some hosts send the first packet longer than its length says.
    const data = packet.subarray(5, 5 + packet.readUInt16LE(3));
    this.#bytes = continued ? Buffer.concat([this.#bytes, data]) : Buffer.from(data);
    if (this.#bytes.length < 4) return undefined;
    const length = this.#bytes.readUInt16LE(0);
    if (this.#bytes.length < 4 + length) return undefined;
    return { channel: this.#bytes.readUInt16LE(2), payload: this.#bytes.subarray(4, 4 + length) };
  }
}
