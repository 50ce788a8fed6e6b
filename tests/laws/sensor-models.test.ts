import { describe, expect, it } from 'vitest';
import { radFromDeg } from '../../src/domain/units.ts';
import { SENSOR_MODELS, sensorModel } from '../../src/protocol/models/index.ts';
import type { DecodedPacket, DecodeResult, PacketDecoder, SensorModel } from '../../src/protocol/sensor-model.ts';
import { fromHex } from '../firmware-protocol/golden-vectors.ts';
import { vectorsOf, type Expected } from '../protocol/model-vectors.ts';

/** Results own nothing: the arrays are the decoder's. Taken down before the next call. */
function takeDown(result: DecodeResult): unknown {
  if (!result.ok || result.packet === undefined) return result;
  const { accMps2, gyrRadps, timesS, ...rest } = result.packet;
  const values = 3 * result.packet.count;
  return {
    ...rest,
    acc: Array.from(accMps2.subarray(0, values)),
    gyr: Array.from(gyrRadps.subarray(0, values)),
    times: timesS === undefined ? undefined : Array.from(timesS.subarray(0, result.packet.count)),
  };
}

const runAll = (decoder: PacketDecoder, notifications: readonly string[]) =>
  notifications.map((hex) => takeDown(decoder.decode(fromHex(hex))));

function expectClose(found: number, wanted: number, relative: number, what: string): void {
  const tolerance = relative * Math.max(1, Math.abs(wanted));
  expect(Math.abs(found - wanted), `${what}: ${found} instead of ${wanted}`).toBeLessThanOrEqual(tolerance);
}

function expectPacket(
  packet: DecodedPacket,
  wanted: Exclude<Expected, string | { reject: string }>,
  relative: number,
): void {
  expect(packet.count).toBe(wanted.count);
  for (const name of ['periodS', 'deviceTimeS', 'seq', 'sampleIndex'] as const) {
    const value = wanted[name];
    if (value !== undefined) expectClose(packet[name] ?? NaN, value, relative, name);
  }
  wanted.timesS?.forEach((timeS, i) => expect(packet.timesS?.[i]).toBe(timeS));
  expect(wanted.accMps2).toHaveLength(3 * packet.count);
  expect(wanted.gyrDps).toHaveLength(3 * packet.count);
  wanted.accMps2.forEach((acc, i) => expectClose(packet.accMps2[i]!, acc, relative, `acc ${i}`));
  wanted.gyrDps.forEach((dps, i) => expectClose(packet.gyrRadps[i]!, radFromDeg(dps), relative, `gyr ${i}`));
}

function expectResult(result: DecodeResult, wanted: Expected, relative: number): void {
  if (wanted === 'any') expect(result.ok).toBe(true);
  else if (wanted === 'nothing') expect(result).toEqual({ ok: true, packet: undefined });
  else if ('reject' in wanted) expect(result).toEqual({ ok: false, reason: wanted.reject });
  else if (!result.ok) expect.fail(`rejected: ${result.reason}`);
  else if (result.packet === undefined) expect.fail('held nothing');
  else expectPacket(result.packet, wanted, relative);
}

describe.each(SENSOR_MODELS.map((model) => [model.id, model] as const))('sensor model %s', (id, model) => {
  const vectors = vectorsOf(id);
  const outcomes = vectors.flatMap((vector) => vector.expect);

  it('has vectors that are read and vectors that are rejected', () => {
    const file = `tests/protocol/vectors/${id}.jsonl`;
    const good = outcomes.filter((one) => typeof one === 'object' && 'count' in one);
    const bad = outcomes.filter((one) => typeof one === 'object' && 'reject' in one);
    expect(good.length, `${file} needs packets that are read`).toBeGreaterThan(0);
    expect(bad.length, `${file} needs bytes that are rejected`).toBeGreaterThan(0);
  });

  it.each(vectors)('reads as it should: $name', (vector) => {
    const decoder = model.createDecoder();
    expect(vector.expect).toHaveLength(vector.notifications.length);
    const relative = vector.tolerance ?? 1e-9;
    vector.notifications.forEach((hex, i) => expectResult(decoder.decode(fromHex(hex)), vector.expect[i]!, relative));
  });

  it('reads the same wherever the bytes lie, and leaves them as they are', () => {
    for (const vector of vectors) {
      const here = model.createDecoder();
      const there = model.createDecoder();
      for (const hex of vector.notifications) {
        const bytes = fromHex(hex);
        const pool = new Uint8Array(bytes.length + 12).fill(0x55);
        pool.set(bytes, 5);
        const window = pool.subarray(5, 5 + bytes.length);
        expect(takeDown(there.decode(window))).toEqual(takeDown(here.decode(bytes)));
        expect(window).toEqual(fromHex(hex));
      }
    }
  });

  it('after reset is as new', () => {
    const used = model.createDecoder();
    for (const vector of vectors) {
      used.reset();
      expect(runAll(used, vector.notifications), vector.name).toEqual(
        runAll(model.createDecoder(), vector.notifications),
      );
    }
  });

  it('taken over between any two notifications, goes on as if nothing had been', () => {
    for (const vector of vectors) {
      const whole = runAll(model.createDecoder(), vector.notifications);
      for (let cut = 0; cut <= vector.notifications.length; cut++) {
        const first = model.createDecoder();
        runAll(first, vector.notifications.slice(0, cut));
        const second = model.createDecoder();
        // The one that takes over has seen other things before.
        runAll(second, vectors[0]!.notifications);
        second.reset();
        const state: unknown = structuredClone(first.snapshot?.());
        if (state !== undefined) second.restore?.(state);
        const rest = runAll(second, vector.notifications.slice(cut));
        expect(rest, `${vector.name}, cut at ${cut}`).toEqual(whole.slice(cut));
      }
    }
  });

  it('keeps two sensors apart', () => {
    const a = model.createDecoder();
    for (const vector of vectors) {
      a.reset();
      const b = model.createDecoder();
      const apart = runAll(model.createDecoder(), vector.notifications);
      const mixed = vector.notifications.map((hex) => {
        const first = takeDown(a.decode(fromHex(hex)));
        b.decode(fromHex(vectors[0]!.notifications[0]!));
        return first;
      });
      expect(mixed, vector.name).toEqual(apart);
    }
  });

  it('tells the time that its clock promises', () => {
    for (const vector of vectors) {
      const decoder = model.createDecoder();
      for (const hex of vector.notifications) {
        const result = decoder.decode(fromHex(hex));
        if (result.ok && result.packet !== undefined) expectClockOf(model, result.packet);
      }
    }
  });

  it('says what a user and the radio must know', () => {
    expect(id).toMatch(/^[a-z][a-z0-9-]*$/);
    expect(sensorModel(id)).toBe(model);
    expect(model.nominalRateHz).toBeGreaterThan(0);
    if (model.clock === 'arrival' || model.clock === 'device_packet') expect(model.qualityLimit).toMatch(/\.$/);
    if (model.gatt === undefined) return;
    const { gatt } = model;
    const paths = [...gatt.samples, ...gatt.start, ...gatt.stop, ...(gatt.battery ? [gatt.battery] : [])];
    const uuids = [...gatt.advertised, ...paths.flatMap((p) => [p.service, p.characteristic])];
    for (const uuid of uuids) expect(uuid).toMatch(/^([0-9a-f]{4}|[0-9a-f]{32})$/);
    expect(gatt.advertised.length).toBeGreaterThan(0);
    expect(gatt.samples.length).toBeGreaterThan(0);
    for (const write of [...gatt.start, ...gatt.stop]) {
      expect(write.bytes.length).toBeGreaterThan(0);
      expect(write.bytes.length).toBeLessThanOrEqual(20);
    }
    if (gatt.control === 'gaitkeeper') expect(gatt.start).toEqual([]);
    else expect(model.verified).toMatch(/hardware/);
    expect(gatt.battery?.decodePct(Uint8Array.of(73, 0)) ?? gatt.battery?.decodePct(Uint8Array.of(73)) ?? 73).toBe(73);
    expect(gatt.battery?.decodePct(Uint8Array.of(101, 0))).toBeUndefined();
    expect(gatt.battery?.decodePct(new Uint8Array(0))).toBeUndefined();
  });
});

function expectClockOf(model: SensorModel, packet: DecodedPacket): void {
  const counts = packet.sampleIndex !== undefined;
  const deviceTime = packet.deviceTimeS !== undefined;
  const ownTimes = packet.timesS !== undefined;
  const told = { counts, deviceTime, ownTimes };
  if (model.clock === 'device') expect(told).toEqual({ counts: true, deviceTime: true, ownTimes: false });
  if (model.clock === 'device_packet') expect(told).toEqual({ counts: false, deviceTime: true, ownTimes: false });
  if (model.clock === 'arrival') expect(told).toEqual({ counts: false, deviceTime: false, ownTimes: false });
  if (model.clock === 'walk') expect(told).toEqual({ counts: false, deviceTime: false, ownTimes: true });
}

describe('the list of sensor models', () => {
  it('has no id twice', () => {
    expect(new Set(SENSOR_MODELS.map((model) => model.id)).size).toBe(SENSOR_MODELS.length);
  });

  it('recognises no advertisement as two models', () => {
    const advertised = SENSOR_MODELS.flatMap((model) => model.gatt?.advertised ?? []);
    expect(new Set(advertised).size).toBe(advertised.length);
  });

  it('names the known ones where one is not known', () => {
    expect(() => sensorModel('shoe-o-matic')).toThrow(
      /"shoe-o-matic" is not a known sensor model. Known: gaitkeeper, /,
    );
  });
});
