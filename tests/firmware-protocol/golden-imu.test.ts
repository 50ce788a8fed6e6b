import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeImuConfig, encodeRawImuPacket, countScales } from '../../src/protocol/imu-packet.ts';
import { gaitkeeper } from '../../src/protocol/models/gaitkeeper.ts';
import { compileHostProgram, cTitle, skipsC } from './c-code.ts';
import { fromHex, imuVectors, toHex, type ImuVector } from './golden-vectors.ts';

const good = imuVectors.filter((vector) => vector.header !== undefined);
const bad = imuVectors.filter((vector) => vector.reject !== undefined);

function parts(vector: ImuVector) {
  return { header: vector.header!, counts: Int16Array.from(vector.counts!) };
}

function seededRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** Bytes turned, cut off or added. */
function damage(bytes: Uint8Array, random: (below: number) => number): Uint8Array {
  const length = random(4) === 0 ? random(bytes.length + 20) : bytes.length;
  const damaged = new Uint8Array(length);
  damaged.set(bytes.subarray(0, length));
  for (let turns = random(3); turns > 0 && length > 0; turns--) damaged[random(Math.min(length, 20))] = random(256);
  return damaged;
}

describe('golden IMU packets, TypeScript', () => {
  it.each(good)('encodes $name', (vector) => {
    const { header, counts } = parts(vector);
    expect(toHex(encodeRawImuPacket({ ...header, config: header }, counts))).toBe(vector.hex);
  });

  it.each(good)('decodes $name', (vector) => {
    const { header, counts } = parts(vector);
    const result = gaitkeeper.createDecoder().decode(fromHex(vector.hex));
    if (!result.ok || result.packet === undefined) throw new Error('a good packet was not accepted');
    const packet = result.packet;
    expect(packet.count).toBe(counts.length / 6);
    expect(packet.seq).toBe(header.resent ? undefined : header.seq);
    expect(packet.resent).toBe(header.resent);
    expect(packet.sampleIndex).toBe(header.sampleIndex);
    expect(packet.bootCount).toBe(header.bootCount);
    expect(packet.deviceTimeS).toBeCloseTo(header.deviceUs / 1e6, 9);
    expect(packet.periodS).toBeCloseTo(header.periodUs / 1e6, 12);
    const scale = countScales(header);
    for (let i = 0; i < packet.count; i++) {
      for (let axis = 0; axis < 3; axis++) {
        expect(packet.accMps2[3 * i + axis]).toBe(counts[6 * i + axis]! * scale.accMps2);
        expect(packet.gyrRadps[3 * i + axis]).toBe(counts[6 * i + 3 + axis]! * scale.gyrRadps);
      }
    }
  });

  it.each(bad)('rejects $name', (vector) => {
    expect(gaitkeeper.createDecoder().decode(fromHex(vector.hex))).toEqual({ ok: false, reason: vector.reject });
  });

  it('reads a packet that lies anywhere in a larger buffer', () => {
    const bytes = fromHex(good[1]!.hex);
    const pool = new Uint8Array(bytes.length + 7).fill(0xee);
    pool.set(bytes, 3);
    const here = gaitkeeper.createDecoder().decode(pool.subarray(3, 3 + bytes.length));
    expect(here).toEqual(gaitkeeper.createDecoder().decode(bytes));
  });
});

describe.skipIf(skipsC)(cTitle('golden IMU packets, C with sanitizers'), () => {
  let tool: ReturnType<typeof compileHostProgram>;
  beforeAll(() => (tool = compileHostProgram('golden_tool')));
  afterAll(() => tool.remove());

  const ask = (questions: readonly string[]) =>
    execFileSync(tool.file, { input: `${questions.join('\n')}\n`, encoding: 'utf8' })
      .trimEnd()
      .split('\n');

  const fields = (vector: ImuVector) => {
    const { header, counts } = parts(vector);
    const head = [
      header.resent ? 2 : 1,
      header.seq,
      header.sampleIndex,
      header.deviceUs,
      header.periodUs / 2,
      encodeImuConfig(header),
      header.flags | (header.bootCount << 4),
    ];
    return [...head, counts.length / 6, ...counts].join(' ');
  };

  it('encodes every good packet', () => {
    expect(ask(good.map((vector) => `encode ${fields(vector)}`))).toEqual(good.map((vector) => vector.hex));
  });

  it('decodes every good packet', () => {
    expect(ask(good.map((vector) => `decode ${vector.hex}`))).toEqual(good.map((vector) => `good ${fields(vector)}`));
  });

  it('rejects every bad packet for the same reason', () => {
    expect(ask(bad.map((vector) => `decode ${vector.hex}`))).toEqual(bad.map((vector) => `reject ${vector.reject!}`));
  });

  it('judges four thousand damaged packets as TypeScript does', () => {
    const random = seededRandom(20261124);
    const damaged = Array.from({ length: 4000 }, () =>
      damage(fromHex(imuVectors[random(imuVectors.length)]!.hex), random),
    );
    const decoder = gaitkeeper.createDecoder();
    const ours = damaged.map((bytes) => {
      const result = decoder.decode(bytes);
      // The C side reads samples only: the two notes of a resend are other packets to it.
      if (result.ok && result.packet === undefined) return 'reject unknown packet type';
      if (!result.ok) return `reject ${result.reason}`;
      const { count, sampleIndex, bootCount } = result.packet;
      return `good ${count} ${sampleIndex!} ${bootCount!}`;
    });
    const theirs = ask(damaged.map((bytes) => `decode ${toHex(bytes)}`)).map((line) => {
      const words = line.split(' ');
      return words[0] === 'good' ? `good ${words[8]!} ${words[3]!} ${Number(words[7]) >> 4}` : line;
    });
    const notes = new Set(damaged.flatMap((bytes, i) => ([0x13, 0x14].includes(bytes[0]!) ? [i] : [])));
    expect(theirs.filter((_, i) => !notes.has(i))).toEqual(ours.filter((_, i) => !notes.has(i)));
    expect(ours.filter((line) => line.startsWith('good')).length).toBeGreaterThan(200);
  });

  it('encodes nothing that a reader would reject', () => {
    const unsendable = ['1 0 0 0 4808 243 0 0', '1 0 0 0 0 243 0 1 1 2 3 4 5 6', '1 0 0 0 4808 240 0 1 1 2 3 4 5 6'];
    expect(ask(unsendable.map((line) => `encode ${line}`)).join('')).toBe('');
  });
});
