import { createHmac, randomBytes } from 'node:crypto';
import { encodeControlAnswer, encodeControlRefusal } from '../protocol/control-answer.ts';
import { decodeControl, decodeHello, helloMac, type SessionNonces } from '../protocol/control.ts';
import { DEFAULT_IMU_CONFIG } from '../protocol/imu-packet.ts';
import { LIMIT } from '../protocol/wire-v1.ts';
import { NO_KEY } from './control-session.ts';

const hmac = (message: Uint8Array): Uint8Array => createHmac('sha256', NO_KEY).update(message).digest();

/**
 * What a recorded Gaitkeeper sensor answers to control writes: a session without a key, start and stop. All else is refused:
 * a recording can't blink, tell its clock or send anything again.
 */
export class ReplayControl {
  #session: (SessionNonces & { counter: number }) | undefined;

  /** @returns the answer's bytes */
  answer(bytes: Uint8Array): Uint8Array {
    const hello = decodeHello(bytes);
    if (hello !== undefined) {
      const nonces = { host: hello.hostNonce, device: new Uint8Array(randomBytes(LIMIT.nonce_bytes)) };
      this.#session = { ...nonces, counter: 0 };
      const given = { op: 'hello', deviceNonce: nonces.device, mac: helloMac(hmac, nonces) } as const;
      return encodeControlAnswer(hello.counter, given);
    }
    const opcode = bytes[0] ?? 0;
    if (this.#session === undefined) return encodeControlRefusal(opcode, 0, 'no_hello');
    const asked = decodeControl(bytes, this.#session.counter, this.#session, hmac);
    if (!asked.ok) return encodeControlRefusal(opcode, asked.counter, asked.refusal);
    this.#session.counter = asked.counter;
    if (asked.command.op === 'stop') return encodeControlAnswer(asked.counter, { op: 'stop' });
    if (asked.command.op !== 'start') return encodeControlRefusal(opcode, asked.counter, 'unknown_opcode');
    const given = { op: 'start', nextIndex: 0, config: DEFAULT_IMU_CONFIG, samples: 0 } as const;
    return encodeControlAnswer(asked.counter, given);
  }
}
