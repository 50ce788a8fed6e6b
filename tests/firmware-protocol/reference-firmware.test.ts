import { createHmac } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { decodeBackfillNote } from '../../src/protocol/backfill.ts';
import { decodeControlAnswer, type ControlGiven } from '../../src/protocol/control-answer.ts';
import { encodeControl, encodeHello, helloMacHolds, type ControlCommand } from '../../src/protocol/control.ts';
import { gaitkeeper } from '../../src/protocol/models/gaitkeeper.ts';
import { FLAG } from '../../src/protocol/wire-v1.ts';
import { compileHostProgram, cTitle, skipsC } from './c-code.ts';
import { controlVectors, fromHex } from './golden-vectors.ts';
import { VirtualPeripheral, type PeripheralAct, type PeripheralSample } from './virtual-peripheral.ts';

const KEY = Uint8Array.from({ length: 16 }, (_, i) => i);
const HOST_NONCE = fromHex('a1b2c3d4e5f60718');
const DEVICE_NONCE = fromHex('1029384756abcdef');
const NONCES = { host: HOST_NONCE, device: DEVICE_NONCE };
const PERIOD_US = 9615;
const hmac = (message: Uint8Array) => Uint8Array.from(createHmac('sha256', KEY).update(message).digest());

/** Sample number i since boot: every value tells its index. */
const sampleOf = (i: number): PeripheralSample => ({
  takenUs: 1_000_000 + i * PERIOD_US,
  counts: [i & 0x7fff, -(i & 0x7fff), (3 * i) & 0x7fff, (i >> 8) & 0x7fff, -1 - (i & 0x7f), 32767],
});
const samplesOf = (from: number, count: number) => Array.from({ length: count }, (_, i) => sampleOf(from + i));

interface Received {
  readonly index: number;
  readonly deviceUs: number;
  readonly accX: number;
  readonly resent: boolean;
  readonly seq: number | undefined;
}

/** Samples in notifications, one by one, read by the product's own decoder. */
function received(acts: readonly PeripheralAct[], kind: 'I' | 'F'): Received[] {
  const decoder = gaitkeeper.createDecoder();
  return acts
    .filter((act) => act.kind === kind)
    .flatMap((act) => {
      const result = decoder.decode(act.bytes);
      if (!result.ok) throw new Error(`the firmware sent what the product rejects: ${result.reason}`);
      const packet = result.packet;
      if (packet === undefined) return [];
      return Array.from({ length: packet.count }, (_, i) => ({
        index: (packet.sampleIndex! + i) % 2 ** 32,
        deviceUs: Math.round(packet.deviceTimeS! * 1e6 + i * packet.periodS * 1e6),
        accX: Math.round(packet.accMps2[3 * i]! / (0.488e-3 * 9.80665)),
        resent: packet.resent === true,
        seq: packet.seq,
      }));
    });
}

describe.skipIf(skipsC)(cTitle('the reference firmware in C'), () => {
  let program: ReturnType<typeof compileHostProgram>;
  let device: VirtualPeripheral;
  let counter = 0;
  let nowUs = 0;

  beforeAll(() => (program = compileHostProgram('virtual_peripheral')));
  afterAll(() => program.remove());
  beforeEach(() => {
    device = new VirtualPeripheral(program.file);
    counter = 0;
    nowUs = 0;
  });
  afterEach(async () => expect(await device.close()).toBe(0));

  const answerIn = (acts: readonly PeripheralAct[]) => {
    const answer = decodeControlAnswer(acts.find((act) => act.kind === 'A')!.bytes);
    if (answer === undefined) throw new Error('the firmware gave an answer that the product does not know');
    return answer;
  };

  const say = async (command: ControlCommand) => {
    const acts = await device.control(nowUs, encodeControl(command, ++counter, NONCES, hmac));
    return { acts, ...answerIn(acts) };
  };

  const given = async <Op extends ControlGiven['op']>(command: ControlCommand & { op: Op }) => {
    const answer = await say(command);
    expect(answer.status).toBe('ok');
    return answer.given as ControlGiven & { op: Op };
  };

  const hello = async (mtu = 247) => {
    await device.connect(mtu);
    await device.nonce(DEVICE_NONCE);
    counter = 0;
    return answerIn(await device.control(nowUs, encodeHello(0, HOST_NONCE)));
  };

  /** Polls until the resend is over; gives all it sent. */
  const pollThrough = async () => {
    const acts: PeripheralAct[] = [];
    for (let i = 0; i < 2000; i++) {
      const now = await device.poll(nowUs);
      expect(now.filter((act) => act.kind === 'F').length).toBeLessThanOrEqual(1);
      acts.push(...now);
      if (now.some((act) => decodeBackfillNote(act.bytes)?.type === 'resend_done')) return acts;
    }
    throw new Error('the resend did not end');
  };

  const streaming = async (options: Parameters<VirtualPeripheral['powerOn']>[0] = {}, mtu = 247) => {
    await device.powerOn({ key: KEY, ...options });
    await hello(mtu);
    return given({ op: 'start' });
  };

  it('opens a session and shows that it holds the key', async () => {
    await device.powerOn({ key: KEY });
    const answer = await hello();
    if (answer.given?.op !== 'hello') throw new Error('no answer to hello');
    expect(answer.given.deviceNonce).toEqual(DEVICE_NONCE);
    expect(helloMacHolds(hmac, NONCES, answer.given.mac)).toBe(true);
  });

  it('takes and refuses the golden writes as the TypeScript side does', async () => {
    for (const vector of controlVectors.filter((one) => one.kind === 'write')) {
      await device.powerOn({ key: KEY });
      await hello();
      const answer = answerIn(await device.control(0, fromHex(vector.hex)));
      expect({ name: vector.name, status: answer.status }).toEqual({ name: vector.name, status: 'ok' });
      expect(answer.counter).toBe(vector.counter);
    }
    for (const vector of controlVectors.filter((one) => one.kind === 'refused_write')) {
      await device.powerOn({ key: KEY });
      await hello();
      // The counter of the session is brought to where the vector has it.
      if (vector.lastCounter > 0) {
        await device.control(0, encodeControl({ op: 'status' }, vector.lastCounter, NONCES, hmac));
      }
      const answer = answerIn(await device.control(0, fromHex(vector.hex)));
      expect({ name: vector.name, status: answer.status }).toEqual({ name: vector.name, status: vector.refusal });
    }
  });

  it('obeys nobody without a session, with another key, or by a replayed write', async () => {
    await device.powerOn({ key: KEY });
    await device.connect();
    const start = encodeControl({ op: 'start' }, 1, NONCES, hmac);
    expect(answerIn(await device.control(0, start)).status).toBe('no_hello');
    await hello();
    const other = (message: Uint8Array) =>
      Uint8Array.from(createHmac('sha256', new Uint8Array(16)).update(message).digest());
    const forged = await device.control(0, encodeControl({ op: 'start' }, 1, NONCES, other));
    expect(answerIn(forged).status).toBe('bad_mac');
    expect(forged.some((act) => act.kind === 'M')).toBe(false);
    expect(answerIn(await device.control(0, start)).status).toBe('ok');
    expect(answerIn(await device.control(0, start)).status).toBe('stale_counter');
    // A new link and a new nonce: the recorded write is worthless.
    await device.disconnect(0);
    await device.connect();
    await device.nonce(fromHex('0000000000000001'));
    await device.control(0, encodeHello(0, HOST_NONCE));
    expect(answerIn(await device.control(0, start)).status).toBe('bad_mac');
  });

  it('sends every sample once, in order, with its own time', async () => {
    const start = await streaming();
    expect(start).toEqual({
      op: 'start',
      nextIndex: 0,
      config: { rateHz: 104, accRangeG: 16, gyrRangeDps: 2000 },
      samples: 19,
    });
    const acts = await device.samples(samplesOf(0, 1900));
    const got = received(acts, 'I');
    expect(got.map((one) => one.index)).toEqual(Array.from({ length: 1900 }, (_, i) => i));
    expect(got.map((one) => one.accX)).toEqual(Array.from({ length: 1900 }, (_, i) => i & 0x7fff));
    // A period is told in steps of 2 us, so the last sample of a packet may be 18 us off.
    for (const one of got) expect(Math.abs(one.deviceUs - (1_000_000 + one.index * PERIOD_US))).toBeLessThanOrEqual(18);
    expect(new Set(got.map((one) => one.seq)).size).toBe(100);
    const flags = acts.filter((act) => act.kind === 'I').map((act) => act.bytes[15]! & 0x0f);
    expect(flags[0]).toBe(FLAG.first_after_start);
    expect(flags.slice(1).every((flag) => flag === 0)).toBe(true);
  });

  it('measures its own sample period', async () => {
    await streaming();
    const slow = Array.from({ length: 380 }, (_, i) => ({ ...sampleOf(i), takenUs: 5_000 + i * 9800 }));
    const acts = await device.samples(slow);
    const last = gaitkeeper.createDecoder().decode(acts.filter((act) => act.kind === 'I').at(-1)!.bytes);
    if (!last.ok || last.packet === undefined) throw new Error('no packet');
    expect(last.packet.periodS).toBeCloseTo(9800e-6, 9);
  });

  it('tells what the IMU itself lost', async () => {
    await streaming();
    await device.samples(samplesOf(0, 25));
    const rest = await device.overrun(7);
    expect(received(rest, 'I').map((one) => one.index)).toEqual([19, 20, 21, 22, 23, 24]);
    const after = await device.samples(samplesOf(32, 19));
    expect(received(after, 'I')[0]?.index).toBe(32);
    expect(after.find((act) => act.kind === 'I')!.bytes[15]! & FLAG.fifo_overrun).toBe(FLAG.fifo_overrun);
    // The hole never existed: a resend over it gives what there is.
    const answer = await given({ op: 'resend', fromIndex: 20, count: 20 });
    expect(answer).toEqual({ op: 'resend', fromIndex: 20, count: 20 });
    const again = received(await pollThrough(), 'F');
    expect(again.map((one) => one.index)).toEqual([20, 21, 22, 23, 24, 32, 33, 34, 35, 36, 37, 38, 39]);
  });

  it('fills in what a lost link missed, each sample once and never beside the live stream', async () => {
    await streaming();
    const live = received(await device.samples(samplesOf(0, 190)), 'I');
    await device.disconnect(2_000_000);
    expect(await device.samples(samplesOf(190, 200))).toEqual([]);
    nowUs = 4_000_000;
    await hello(185);
    await given({ op: 'start' });
    live.push(...received(await device.samples(samplesOf(390, 100)), 'I'));
    const lost = live.findIndex((one, i) => i > 0 && one.index !== live[i - 1]!.index + 1);
    const fromIndex = live[lost - 1]!.index + 1;
    const count = live[lost]!.index - fromIndex;
    await given({ op: 'resend', fromIndex, count });
    // A live packet went out just now, so the first poll leaves the air alone.
    await device.samples(samplesOf(490, 14));
    expect(await device.poll(nowUs)).toEqual([]);
    const acts = await pollThrough();
    const again = received(acts, 'F');
    expect(again.every((one) => one.resent && one.seq === undefined)).toBe(true);
    expect(again.map((one) => one.index)).toEqual(Array.from({ length: count }, (_, i) => fromIndex + i));
    for (const one of again) {
      expect(one.accX).toBe(one.index & 0x7fff);
      expect(Math.abs(one.deviceUs - (1_000_000 + one.index * PERIOD_US))).toBeLessThanOrEqual(36);
    }
    expect(decodeBackfillNote(acts.filter((act) => act.kind === 'F').at(-1)!.bytes)).toMatchObject({
      firstIndex: fromIndex,
      count,
    });
    for (const act of acts) expect(act.bytes.length).toBeLessThanOrEqual(185 - 3);
  });

  it.each([
    { memory: 'RAM', blocks: 8, blocksPerErase: 1, held: 8 },
    { memory: 'flash', blocks: 64, blocksPerErase: 16, held: 48 },
  ])('says what is gone when $memory has been overwritten', async ({ blocks, blocksPerErase, held }) => {
    await streaming({ blocks, blocksPerErase });
    const taken = 19 * (10 * blocks + 1);
    for (let from = 0; from < taken; from += 1900) {
      await device.samples(samplesOf(from, Math.min(1900, taken - from)));
    }
    const status = await given({ op: 'status' });
    expect(status.nextIndex).toBe(taken);
    expect(taken - status.oldestIndex).toBeGreaterThanOrEqual(19 * held);
    const answer = await given({ op: 'resend', fromIndex: 0, count: taken });
    expect(answer).toEqual({ op: 'resend', fromIndex: status.oldestIndex, count: taken - status.oldestIndex });
    const acts = await pollThrough();
    const notes = acts.filter((act) => act.kind === 'F').map((act) => decodeBackfillNote(act.bytes));
    const counterOfResend = counter;
    expect(notes[0]).toEqual({
      type: 'gone',
      counter: counterOfResend,
      firstIndex: status.oldestIndex,
      count: taken - status.oldestIndex,
    });
    const again = received(acts, 'F').map((one) => one.index);
    expect(again).toEqual(Array.from({ length: taken - status.oldestIndex }, (_, i) => status.oldestIndex + i));
    expect((await given({ op: 'resend', fromIndex: 0, count: 5 })).count).toBe(0);
    const onlyNotes = (await pollThrough()).map((act) => decodeBackfillNote(act.bytes)?.type);
    expect(onlyNotes).toEqual(['gone', 'resend_done']);
  });

  it('holds back while the radio is busy, and loses nothing that was to be sent again', async () => {
    await streaming();
    await device.samples(samplesOf(0, 95));
    await device.radioBusy(true);
    expect(await device.samples(samplesOf(95, 95))).toEqual([]);
    await device.radioBusy(false);
    await given({ op: 'resend', fromIndex: 95, count: 95 });
    const acts = [...(await device.poll(0))];
    await device.radioBusy(true);
    for (let i = 0; i < 5; i++) expect(await device.poll(0)).toEqual([]);
    await device.radioBusy(false);
    acts.push(...(await pollThrough()));
    expect(received(acts, 'F').map((one) => one.index)).toEqual(Array.from({ length: 95 }, (_, i) => 95 + i));
    // The counter of packets tells that five were not sent.
    const next = received(await device.samples(samplesOf(190, 19)), 'I');
    expect(next[0]?.seq).toBe(10);
  });

  it('counts and sends again across the wrap of its sample index', async () => {
    await streaming();
    const before = 2 ** 32 - 100;
    await device.overrun(before);
    const acts = await device.samples(samplesOf(0, 190));
    const indices = Array.from({ length: 190 }, (_, i) => (before + i) % 2 ** 32);
    expect(received(acts, 'I').map((one) => one.index)).toEqual(indices);
    expect((await given({ op: 'status' })).oldestIndex).toBe(before);
    await given({ op: 'resend', fromIndex: before + 90, count: 30 });
    const again = received(await pollThrough(), 'F').map((one) => one.index);
    expect(again).toEqual(indices.slice(90, 120));
  });

  it.each([1, 2, 3, 4, 5, 6])('after a rough walk (seed %i) every sample taken has come once', async (seed) => {
    let state = seed * 7919;
    const random = (below: number) => (state = (Math.imul(state, 1103515245) + 12345) >>> 0) % below;
    await streaming({ blocks: 512, blocksPerErase: 16 });
    const taken = new Set<number>();
    const got = new Map<number, number>();
    const take = (acts: readonly PeripheralAct[], kind: 'I' | 'F') => {
      for (const one of received(acts, kind)) {
        expect(one.accX).toBe(one.index & 0x7fff);
        got.set(one.index, (got.get(one.index) ?? 0) + 1);
      }
    };
    let next = 0;
    let linked = true;
    for (let part = 0; part < 150; part++) {
      const count = 1 + random(40);
      for (let i = 0; i < count; i++) taken.add(next + i);
      take(await device.samples(samplesOf(next, count)), 'I');
      next += count;
      const event = random(12);
      if (event === 0) {
        const lost = 1 + random(20);
        take(await device.overrun(lost), 'I');
        next += lost;
      } else if (event === 1) await device.radioBusy(true);
      else if (event === 2 && linked) {
        await device.disconnect(nowUs);
        linked = false;
      }
      if (event > 8) await device.radioBusy(false);
      if (event > 9 && !linked) {
        await hello([247, 185, 100][random(3)]);
        await given({ op: 'start' });
        linked = true;
      }
    }
    await device.radioBusy(false);
    if (!linked) await hello();
    take(await device.control(nowUs, encodeControl({ op: 'stop' }, ++counter, NONCES, hmac)), 'I');
    // What is missing is asked for in ranges, as the hub does: from one index that came to the next.
    for (let from = 0; from < next; from++) {
      if (got.has(from)) continue;
      let to = from;
      while (to < next && !got.has(to)) to++;
      await given({ op: 'resend', fromIndex: from, count: to - from });
      take(await pollThrough(), 'F');
      from = to;
    }
    expect([...got.keys()].sort((a, b) => a - b)).toEqual([...taken]);
    expect([...got.values()].every((times) => times === 1)).toBe(true);
  });

  it('answers a second resend with busy, and a lost link ends the first', async () => {
    await streaming();
    await device.samples(samplesOf(0, 190));
    await given({ op: 'resend', fromIndex: 0, count: 190 });
    expect((await say({ op: 'resend', fromIndex: 0, count: 19 })).status).toBe('busy');
    await device.disconnect(0);
    await hello();
    expect(await device.poll(0)).toEqual([]);
    expect((await say({ op: 'resend', fromIndex: 0, count: 19 })).status).toBe('ok');
  });

  it('sends what the link can carry and refuses to stream where it carries nothing', async () => {
    await streaming({}, 100);
    const acts = await device.samples(samplesOf(0, 60));
    expect(acts.map((act) => act.bytes.length)).toEqual(Array.from({ length: 10 }, () => 16 + 6 * 12));
    await device.disconnect(0);
    await hello(30);
    expect((await say({ op: 'start' })).status).toBe('mtu_too_small');
  });

  it('takes a new configuration in mid-stream and marks where it begins', async () => {
    await streaming();
    await device.samples(samplesOf(0, 30));
    const config = { rateHz: 208, accRangeG: 8, gyrRangeDps: 1000 } as const;
    const answer = await say({ op: 'configure', config, samples: 9 });
    expect(answer.given).toEqual({ op: 'configure', config, samples: 9 });
    expect(answer.acts.map((act) => act.kind)).toEqual(['I', 'G', 'A']);
    const acts = await device.samples(samplesOf(30, 18));
    const packets = acts.filter((act) => act.kind === 'I').map((act) => act.bytes);
    expect(packets.map((bytes) => bytes[15]! & FLAG.first_after_start)).toEqual([FLAG.first_after_start, 0]);
    expect(received(acts, 'I').map((one) => one.index)).toEqual(Array.from({ length: 18 }, (_, i) => 30 + i));
  });

  it('says what is wrong with the sensor itself', async () => {
    await device.powerOn({ key: KEY, bootCount: 21 });
    await hello();
    await device.imuFails(true);
    expect((await say({ op: 'start' })).status).toBe('sensor_failed');
    await device.imuFails(false);
    await device.battery(3290, 2, false);
    expect((await say({ op: 'start' })).status).toBe('battery_low');
    await device.battery(3290, 2, true);
    expect((await say({ op: 'start' })).status).toBe('ok');
    await device.battery(3610, 9, false);
    const status = await given({ op: 'status' });
    expect(status).toMatchObject({
      batteryMv: 3610,
      batteryPct: 9,
      streaming: true,
      sensorFailed: false,
      bootCount: 5,
    });
    const acts = await device.samples(samplesOf(0, 19));
    expect(acts[0]!.bytes[15]).toBe((5 << 4) | FLAG.battery_low | FLAG.first_after_start);
  });

  it('blinks for as long as it was told', async () => {
    await device.powerOn({ key: KEY });
    await hello();
    const on = (acts: readonly PeripheralAct[]) => acts.filter((act) => act.kind === 'L').map((act) => act.bytes[0]);
    nowUs = 50_000_000;
    expect(on((await say({ op: 'identify', seconds: 10 })).acts)).toEqual([1]);
    expect(on(await device.poll(nowUs + 9_999_999))).toEqual([]);
    expect(on(await device.poll(nowUs + 10_000_000))).toEqual([0]);
    expect(on(await device.poll(nowUs + 11_000_000))).toEqual([]);
  });

  it('tells its clock, also after it has wrapped', async () => {
    await device.powerOn({ key: KEY });
    await hello();
    nowUs = 5 * 2 ** 32 + 77;
    expect(await given({ op: 'time_ping', token: 0xfeedface })).toEqual({
      op: 'time_ping',
      token: 0xfeedface,
      deviceUs: nowUs,
    });
  });

  it('stops by itself after half an hour without a link', async () => {
    await streaming();
    await device.disconnect(10_000_000);
    expect(await device.poll(10_000_000 + 30 * 60e6)).toEqual([]);
    const acts = await device.poll(10_000_001 + 30 * 60e6);
    expect(acts.map((act) => [act.kind, act.bytes[0]])).toEqual([['M', 0]]);
  });

  it('survives any write', async () => {
    await streaming();
    let state = 12345;
    const next = (below: number) => (state = (Math.imul(state, 1103515245) + 12345) >>> 0) % below;
    for (let i = 0; i < 500; i++) {
      const bytes = Uint8Array.from({ length: next(64) }, () => next(256));
      if (bytes.length > 0) bytes[0] = next(10);
      const answers = (await device.control(0, bytes)).filter((act) => act.kind === 'A');
      expect(answers).toHaveLength(1);
      expect(decodeControlAnswer(answers[0]!.bytes)).toBeDefined();
    }
  });
});
