import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { decodeBackfillNote, encodeBackfillNote, type BackfillNote } from '../../src/protocol/backfill.ts';
import {
  decodeControlAnswer,
  encodeControlAnswer,
  encodeControlRefusal,
  type ControlGiven,
} from '../../src/protocol/control-answer.ts';
import { decodeControl, decodeHello, encodeControl, encodeHello, helloMacHolds } from '../../src/protocol/control.ts';
import { gaitkeeper } from '../../src/protocol/models/gaitkeeper.ts';
import { controlVectors, fromHex, toHex, type ControlVector } from './golden-vectors.ts';

const ofKind = (...kinds: string[]) => controlVectors.filter((vector) => kinds.includes(vector.kind));
const hmacOf = (key: string) => (message: Uint8Array) =>
  Uint8Array.from(createHmac('sha256', fromHex(key)).update(message).digest());
const noncesOf = (vector: ControlVector) => ({ host: fromHex(vector.hostNonce), device: fromHex(vector.deviceNonce) });

/** Bytes of a vector stand as hex; those of a hello answer are turned into what the codec uses. */
function givenOf(vector: ControlVector): ControlGiven {
  const given = Object.entries(vector.given).map(([name, value]) =>
    name === 'deviceNonce' || name === 'mac' ? [name, fromHex(value as string)] : [name, value],
  );
  return Object.fromEntries(given) as ControlGiven;
}

describe('golden control writes', () => {
  it.each(ofKind('hello'))('$name', (vector) => {
    expect(toHex(encodeHello(vector.counter, fromHex(vector.hostNonce)))).toBe(vector.hex);
    expect(decodeHello(fromHex(vector.hex))).toEqual({
      counter: vector.counter,
      hostNonce: fromHex(vector.hostNonce),
    });
  });

  it.each(ofKind('write'))('encodes and reads $name', (vector) => {
    const hmac = hmacOf(vector.key);
    const nonces = noncesOf(vector);
    expect(toHex(encodeControl(vector.command, vector.counter, nonces, hmac))).toBe(vector.hex);
    expect(decodeControl(fromHex(vector.hex), 0, nonces, hmac)).toEqual({
      ok: true,
      command: vector.command,
      counter: vector.counter,
    });
  });

  it.each(ofKind('refused_write'))('refuses $name', (vector) => {
    const read = decodeControl(fromHex(vector.hex), vector.lastCounter, noncesOf(vector), hmacOf(vector.key));
    expect(read).toMatchObject({ ok: false, refusal: vector.refusal });
  });

  it('fits the smallest link: 20 bytes', () => {
    for (const vector of ofKind('hello', 'write', 'answer', 'note')) {
      expect(vector.hex.length / 2, vector.name).toBeLessThanOrEqual(20);
    }
  });

  it('says which counter is wrong', () => {
    const vector = ofKind('write')[0]!;
    for (const counter of [0, 65536, 1.5]) {
      expect(() => encodeControl({ op: 'stop' }, counter, noncesOf(vector), hmacOf(vector.key))).toThrow(/1 to 65535/);
    }
  });

  it('says which argument is wrong', () => {
    const vector = ofKind('write')[0]!;
    const send = (command: Parameters<typeof encodeControl>[0]) => () =>
      encodeControl(command, 1, noncesOf(vector), hmacOf(vector.key));
    expect(send({ op: 'identify', seconds: 256 })).toThrow(/Seconds to blink/);
    expect(send({ op: 'resend', fromIndex: -1, count: 1 })).toThrow(/first sample/);
    const config = { rateHz: 105, accRangeG: 16, gyrRangeDps: 2000 } as const;
    expect(send({ op: 'configure', config, samples: 0 })).toThrow(/105 Hz.*Rates: 25, 26/);
  });
});

describe('golden control answers', () => {
  it.each(ofKind('answer'))('$name', (vector) => {
    const given = givenOf(vector);
    expect(toHex(encodeControlAnswer(vector.counter, given))).toBe(vector.hex);
    const answer = decodeControlAnswer(fromHex(vector.hex));
    expect(answer).toMatchObject({ counter: vector.counter, status: 'ok' });
    expect(answer?.given).toEqual(given);
  });

  it.each(ofKind('refusal'))('refusal $name', (vector) => {
    const status = vector.status as Parameters<typeof encodeControlRefusal>[2];
    expect(toHex(encodeControlRefusal(vector.opcode, vector.counter, status))).toBe(vector.hex);
    expect(decodeControlAnswer(fromHex(vector.hex))).toEqual({
      opcode: vector.opcode,
      counter: vector.counter,
      status: vector.status,
      given: undefined,
    });
  });

  it.each(ofKind('no_answer'))('is no answer: $name', (vector) => {
    expect(decodeControlAnswer(fromHex(vector.hex))).toBeUndefined();
  });

  it('shows whether the device holds the key', () => {
    const write = ofKind('write')[0]!;
    const given = givenOf(ofKind('answer')[0]!);
    if (given.op !== 'hello') throw new Error('the first answer is not that to hello');
    expect(helloMacHolds(hmacOf(write.key), noncesOf(write), given.mac)).toBe(true);
    expect(helloMacHolds(hmacOf('00'.repeat(16)), noncesOf(write), given.mac)).toBe(false);
    expect(helloMacHolds(hmacOf(write.key), noncesOf(write), given.mac.subarray(0, 7))).toBe(false);
  });
});

describe('golden backfill notes', () => {
  it.each(ofKind('note'))('$name', (vector) => {
    expect(toHex(encodeBackfillNote(vector.note as unknown as BackfillNote))).toBe(vector.hex);
    expect(decodeBackfillNote(fromHex(vector.hex))).toEqual(vector.note);
    expect(gaitkeeper.createDecoder().decode(fromHex(vector.hex))).toEqual({ ok: true, packet: undefined });
  });

  it.each(ofKind('no_note'))('is no note: $name', (vector) => {
    expect(decodeBackfillNote(fromHex(vector.hex))).toBeUndefined();
    expect(gaitkeeper.createDecoder().decode(fromHex(vector.hex)).ok).toBe(false);
  });
});
