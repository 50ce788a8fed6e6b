import { createHmac, randomBytes } from 'node:crypto';
import { decodeControlAnswer, type ControlAnswer } from '../protocol/control-answer.ts';
import { encodeControl, encodeHello, helloMacHolds, type ControlCommand, type Hmac } from '../protocol/control.ts';
import { GATT, LIMIT, OPCODE } from '../protocol/wire-v1.ts';
import type { RadioLink } from './radio.ts';
import type { TimerHandle, Timers } from './timers.ts';

/** An answer is due within this time [ms]. */
const ANSWER_MS = 4000;

/** What a session can say of its sensor: it holds the key we know, has none, or holds another (then nothing is asked of it). */
export type LinkTrust = 'authenticated' | 'unprotected' | 'wrong_key';

/** The key of a sensor that was never provisioned: the link works, unprotected, and the product says so. */
export const NO_KEY: Uint8Array = new Uint8Array(LIMIT.key_bytes);

/** Our own control characteristic: hello, then commands with counter and MAC, one at a time. */
export class ControlSession {
  readonly #link: RadioLink;
  readonly #timers: Timers;
  readonly #hmac: Hmac;
  readonly #keyed: boolean;
  #counter = 0;
  #hostNonce: Uint8Array = new Uint8Array(LIMIT.nonce_bytes);
  #deviceNonce: Uint8Array = new Uint8Array(LIMIT.nonce_bytes);
  #last: Promise<unknown> = Promise.resolve();
  #waiting: { counter: number; take: (answer: ControlAnswer) => void } | undefined;

  /** @param key 16 bytes; {@link NO_KEY} where none is known */
  constructor(link: RadioLink, timers: Timers, key: Uint8Array) {
    this.#link = link;
    this.#timers = timers;
    this.#keyed = key.some((b) => b !== 0);
    this.#hmac = (message) => createHmac('sha256', key).update(message).digest();
  }

  /** Subscribes to answers and exchanges nonces. @returns whether the sensor holds the key */
  async open(): Promise<LinkTrust> {
    await this.#link.subscribe(GATT.service, GATT.control, (bytes) => this.#onAnswer(bytes));
    return this.#hello();
  }

  /** Sends a command and waits for its answer; commands go one after the other. */
  send(command: ControlCommand): Promise<ControlAnswer> {
    const run = async (): Promise<ControlAnswer> => {
      // The counter never wraps within a session: a new one begins instead.
      if (this.#counter >= 0xffff) await this.#hello();
      const counter = ++this.#counter;
      const nonces = { host: this.#hostNonce, device: this.#deviceNonce };
      const answer = await this.#exchange(encodeControl(command, counter, nonces, this.#hmac), counter);
      if (answer.opcode !== OPCODE[command.op])
        throw new Error(`The sensor answered another question than "${command.op}".`);
      return answer;
    };
    const result = this.#last.then(run, run);
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #hello(): Promise<LinkTrust> {
    this.#counter = 0;
    this.#hostNonce = randomBytes(LIMIT.nonce_bytes);
    const answer = await this.#exchange(encodeHello(0, this.#hostNonce), 0);
    if (answer.given?.op !== 'hello') throw new Error(`The sensor refused to open a session (${answer.status}).`);
    this.#deviceNonce = answer.given.deviceNonce;
    const nonces = { host: this.#hostNonce, device: this.#deviceNonce };
    if (helloMacHolds(this.#hmac, nonces, answer.given.mac)) return this.#keyed ? 'authenticated' : 'unprotected';
    return 'wrong_key';
  }

  #exchange(bytes: Uint8Array, counter: number): Promise<ControlAnswer> {
    return new Promise((resolve, reject) => {
      let handle: TimerHandle | undefined = undefined;
      const end = (finish: () => void): void => {
        handle?.cancel();
        this.#waiting = undefined;
        finish();
      };
      handle = this.#timers.after(ANSWER_MS, () =>
        end(() => reject(new Error('The sensor did not answer within 4 s.'))),
      );
      this.#waiting = { counter, take: (answer) => end(() => resolve(answer)) };
      this.#link.write(GATT.service, GATT.control, bytes, true).catch((error: unknown) => {
        end(() => reject(error instanceof Error ? error : new Error(String(error))));
      });
    });
  }

  #onAnswer(bytes: Uint8Array): void {
    const answer = decodeControlAnswer(bytes);
    if (answer !== undefined && answer.counter === this.#waiting?.counter) this.#waiting.take(answer);
  }
}
