import { AttRefusal, uuidBytes, type AirCharacteristic, type AirService } from './air-device.ts';
import { attributeTable, DECLARATION, type Attribute } from './attribute-table.ts';

const OP = {
  error: 0x01,
  mtu: 0x02,
  find_information: 0x04,
  read_by_type: 0x08,
  read: 0x0a,
  read_blob: 0x0c,
  read_by_group: 0x10,
  write: 0x12,
  prepare_write: 0x16,
  execute_write: 0x18,
  notify: 0x1b,
  indicate: 0x1d,
  confirm: 0x1e,
  write_command: 0x52,
} as const;

const REFUSED = {
  invalid_handle: 0x01,
  read: 0x02,
  write: 0x03,
  invalid_pdu: 0x04,
  not_supported: 0x06,
  offset: 0x07,
  not_found: 0x0a,
} as const;

const SMALLEST_MTU = 23;

/** The server's side of the attribute protocol on one link: what a host asks, answered from a device's services. */
export class AttServer {
  readonly #table: readonly Attribute[];
  readonly #mostMtu: number;
  readonly #send: (pdu: Buffer) => void;
  readonly #subscribed = new Map<AirCharacteristic, number>();
  #prepared: { characteristic: AirCharacteristic; parts: Buffer[] } | undefined;
  #mtu = SMALLEST_MTU;

  /** @param mostMtu what the device answers to an MTU request, however small the host's own is */
  constructor(services: readonly AirService[], mostMtu: number, send: (pdu: Buffer) => void) {
    this.#table = attributeTable(services);
    this.#mostMtu = mostMtu;
    this.#send = send;
  }

  /** What is in force: the smaller of both sides' offers. */
  get mtu(): number {
    return this.#mtu;
  }

  /** Sends a value to the host if it subscribed; what is longer than the link carries is cut, as the specification says. */
  notify(characteristicUuid: string, bytes: Uint8Array): boolean {
    for (const [characteristic, how] of this.#subscribed) {
      if (characteristic.uuid !== characteristicUuid || how === 0) continue;
      const value = bytes.subarray(0, this.#mtu - 3);
      const pdu = Buffer.alloc(3 + value.length);
      pdu[0] = (how & 1) !== 0 ? OP.notify : OP.indicate;
      pdu.writeUInt16LE(this.#valueHandle(characteristic), 1);
      pdu.set(value, 3);
      this.#send(pdu);
      return true;
    }
    return false;
  }

  /** Answers one request of the host. */
  take(pdu: Buffer): void {
    const op = pdu[0] ?? 0;
    if (op === OP.confirm) return;
    try {
      const answer = this.#answer(op, pdu);
      if (answer !== undefined) this.#send(answer);
    } catch (error) {
      // A command, unlike a request, is never answered.
      if (op === OP.write_command) return;
      const code = error instanceof AttRefusal ? error.code : REFUSED.invalid_pdu;
      const handle = pdu.length >= 3 ? pdu.readUInt16LE(1) : 0;
      this.#send(Buffer.from([OP.error, op, handle & 0xff, handle >> 8, code]));
    }
  }

  #answer(op: number, pdu: Buffer): Buffer | undefined {
    switch (op) {
      case OP.mtu:
        this.#mtu = Math.max(SMALLEST_MTU, Math.min(pdu.readUInt16LE(1), this.#mostMtu));
        return Buffer.from([op + 1, this.#mostMtu & 0xff, this.#mostMtu >> 8]);
      case OP.find_information:
        return this.#information(pdu.readUInt16LE(1), pdu.readUInt16LE(3));
      case OP.read_by_type:
        return this.#byType(pdu);
      case OP.read_by_group:
        return this.#byGroup(pdu);
      case OP.read:
        return this.#part(op + 1, this.#value(pdu.readUInt16LE(1)), 0);
      case OP.read_blob:
        return this.#part(op + 1, this.#value(pdu.readUInt16LE(1)), pdu.readUInt16LE(3));
      case OP.write:
        this.#write(pdu.readUInt16LE(1), pdu.subarray(3));
        return Buffer.from([op + 1]);
      case OP.write_command:
        this.#write(pdu.readUInt16LE(1), pdu.subarray(3));
        return undefined;
      case OP.prepare_write:
        this.#prepare(pdu.readUInt16LE(1), pdu.subarray(5));
        return Buffer.from([op + 1, ...pdu.subarray(1)]);
      case OP.execute_write: {
        const prepared = this.#prepared;
        this.#prepared = undefined;
        if (pdu[1] === 1) prepared?.characteristic.write?.(Buffer.concat(prepared.parts));
        return Buffer.from([op + 1]);
      }
      default:
        throw new AttRefusal(REFUSED.not_supported);
    }
  }

  #information(from: number, to: number): Buffer {
    const found = this.#between(from, to);
    const size = found[0] === undefined ? 0 : uuidBytes(found[0].type).length;
    const lines = found.map((a) => [a.handle & 0xff, a.handle >> 8, ...uuidBytes(a.type)]);
    return this.#list([OP.find_information + 1, size === 2 ? 1 : 2], lines, 2 + size);
  }

  #byType(pdu: Buffer): Buffer {
    const type = Buffer.from(pdu.subarray(5)).reverse().toString('hex');
    const lines = this.#between(pdu.readUInt16LE(1), pdu.readUInt16LE(3))
      .filter((a) => a.type === type)
      .map((a) => [a.handle & 0xff, a.handle >> 8, ...this.#value(a.handle).subarray(0, this.#mtu - 4)]);
    return this.#list([OP.read_by_type + 1, lines[0]?.length ?? 0], lines, lines[0]?.length ?? 0);
  }

  #byGroup(pdu: Buffer): Buffer {
    if (pdu.readUInt16LE(5).toString(16) !== DECLARATION.service) throw new AttRefusal(0x10);
    const lines = this.#between(pdu.readUInt16LE(1), pdu.readUInt16LE(3))
      .filter((a) => a.type === DECLARATION.service)
      .map((a) => [a.handle & 0xff, a.handle >> 8, a.endHandle & 0xff, a.endHandle >> 8, ...(a.says ?? [])]);
    return this.#list([OP.read_by_group + 1, lines[0]?.length ?? 0], lines, lines[0]?.length ?? 0);
  }

  /** Lines of equal length, as many as fit. */
  #list(head: readonly number[], lines: readonly number[][], size: number): Buffer {
    if (lines.length === 0) throw new AttRefusal(REFUSED.not_found);
    const bytes = [...head];
    for (const line of lines) {
      if (line.length !== size || bytes.length + size > this.#mtu) break;
      bytes.push(...line);
    }
    return Buffer.from(bytes);
  }

  #part(op: number, value: Uint8Array, offset: number): Buffer {
    if (offset > value.length) throw new AttRefusal(REFUSED.offset);
    return Buffer.from([op, ...value.subarray(offset, offset + this.#mtu - 1)]);
  }

  #value(handle: number): Uint8Array {
    const attribute = this.#attribute(handle);
    if (attribute.says !== undefined) return attribute.says;
    const { characteristic } = attribute;
    if (attribute.type === DECLARATION.configuration && characteristic !== undefined)
      return Uint8Array.of(this.#subscribed.get(characteristic) ?? 0, 0);
    if (characteristic?.read === undefined) throw new AttRefusal(REFUSED.read);
    return characteristic.read();
  }

  #write(handle: number, bytes: Buffer): void {
    const { type, characteristic } = this.#attribute(handle);
    if (type === DECLARATION.configuration && characteristic !== undefined) {
      this.#subscribed.set(characteristic, bytes[0] ?? 0);
      return;
    }
    if (characteristic?.write === undefined) throw new AttRefusal(REFUSED.write);
    characteristic.write(Uint8Array.from(bytes));
  }

  #prepare(handle: number, bytes: Buffer): void {
    const { characteristic } = this.#attribute(handle);
    if (characteristic?.write === undefined) throw new AttRefusal(REFUSED.write);
    if (this.#prepared?.characteristic !== characteristic) this.#prepared = { characteristic, parts: [] };
    this.#prepared.parts.push(Buffer.from(bytes));
  }

  #between(from: number, to: number): readonly Attribute[] {
    return this.#table.slice(Math.max(0, from - 1), to);
  }

  #attribute(handle: number): Attribute {
    const found = this.#table[handle - 1];
    if (found === undefined) throw new AttRefusal(REFUSED.invalid_handle);
    return found;
  }

  #valueHandle(characteristic: AirCharacteristic): number {
    return this.#table.find((a) => a.characteristic === characteristic)?.handle ?? 0;
  }
}
