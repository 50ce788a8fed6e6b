import { createHmac } from 'node:crypto';
import { encodeControlAnswer, encodeControlRefusal } from '../protocol/control-answer.ts';
import { decodeControl, decodeHello, helloMac, type ControlCommand, type Hmac } from '../protocol/control.ts';
import { OPCODE } from '../protocol/wire-v1.ts';

/** What a sensor does upon a command: the bytes of its answer. */
export type Act = (command: ControlCommand, counter: number, opcode: number) => Uint8Array;

/** The sensor's end of the control characteristic, in the firmware's order of checks: hello, then commands with counter and MAC. */
export class ControlServer {
  readonly #hmac: Hmac;
  readonly #newNonce: () => Uint8Array;
  #session: { host: Uint8Array; device: Uint8Array; counter: number } | undefined;

  /** @param key 16 bytes; zeros: never provisioned */
  constructor(key: Uint8Array, newNonce: () => Uint8Array) {
    this.#hmac = (message) => createHmac('sha256', key).update(message).digest();
    this.#newNonce = newNonce;
  }

  /** The link is gone, and its session with it. */
  end(): void {
    this.#session = undefined;
  }

  /** Answers a control write. */
  answer(bytes: Uint8Array, act: Act): Uint8Array {
    const hello = decodeHello(bytes);
    if (hello !== undefined) {
      const nonces = { host: hello.hostNonce, device: this.#newNonce() };
      this.#session = { ...nonces, counter: 0 };
      const given = { op: 'hello', deviceNonce: nonces.device, mac: helloMac(this.#hmac, nonces) } as const;
      return encodeControlAnswer(hello.counter, given);
    }
    const session = this.#session;
    const opcode = bytes[0] ?? 0;
    if (session === undefined || opcode === OPCODE.hello) {
      const counter = bytes.length >= 3 ? bytes[1]! | (bytes[2]! << 8) : 0;
      return encodeControlRefusal(opcode, counter, session === undefined ? 'no_hello' : 'bad_length');
    }
    const asked = decodeControl(bytes, session.counter, session, this.#hmac);
    if (!asked.ok) return encodeControlRefusal(opcode, asked.counter, asked.refusal);
    session.counter = asked.counter;
    return act(asked.command, asked.counter, opcode);
  }
}
