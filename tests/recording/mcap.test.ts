import { McapIndexedReader, McapStreamReader, TempBuffer } from '@mcap/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RecordingError } from '../../src/recording/recording.ts';
import { all, mcapOf, open, packets, SLOTS } from './recordings.ts';

describe('MCAP recordings', () => {
  it('give back every notification as it came, the slots and what is known of the walk', async () => {
    const sent = packets(30);
    const recording = await open(await mcapOf(sent, { shoes: 'old ones', luggage_kg: 4 }));
    expect(recording).toMatchObject({ format: 'mcap', slots: SLOTS, meta: { shoes: 'old ones', luggage_kg: 4 } });
    const got = await all(recording);
    expect(got.map(({ slot, receivedS }) => ({ slot, receivedS }))).toEqual(
      sent.map(({ slot, receivedS }) => ({ slot, receivedS })),
    );
    expect(got.every(({ bytes }, i) => Buffer.from(bytes).equals(Buffer.from(sent[i]!.bytes)))).toBe(true);
    expect(recording.warnings).toEqual([]);
    expect(recording.readBytes).toBe(recording.sizeBytes);
  });

  it('are good MCAP files for other readers: indexed, one channel a sensor and one about the walk', async () => {
    const sent = packets(10);
    const buffer = new TempBuffer();
    await buffer.write(await mcapOf(sent));
    const reader = await McapIndexedReader.Initialize({ readable: buffer });
    expect([...reader.channelsById.values()].map((c) => c.topic).sort()).toEqual([
      '/imu/left_foot',
      '/imu/pelvis',
      '/imu/right_foot',
      '/walk',
    ]);
    expect(Number(reader.statistics?.messageCount)).toBe(sent.length + 1);
    let messages = 0;
    for await (const message of reader.readMessages({ topics: ['/imu/pelvis'] }))
      messages += message.data.length > 0 ? 1 : 0;
    expect(messages).toBe(sent.length / 3);
  });

  it('can hold a walk in which nothing came', async () => {
    const recording = await open(await mcapOf([]));
    expect(recording.slots).toEqual(SLOTS);
    expect(await all(recording)).toEqual([]);
    expect(recording.warnings).toEqual([]);
  });

  it('refuse a notification of a slot that was not declared', async () => {
    await expect(mcapOf([{ slot: 9, receivedS: 1, bytes: Uint8Array.of(1) }])).rejects.toThrow(/Slot 9/);
  });
});

describe('MCAP recordings that were cut off or damaged', () => {
  it('cut off anywhere: everything up to there is read, and the end is said to be missing', async () => {
    const sent = packets(30);
    const file = await mcapOf(sent);
    // Of a whole file, what a strict reader makes of the same bytes bounds what there was to read.
    for (let share = 0.05; share < 0.99; share += 0.047) {
      const cut = file.subarray(0, Math.floor(share * file.length));
      const recording = await open(cut);
      const got = await all(recording);
      expect(got).toEqual(sent.slice(0, got.length));
      expect(got.length).toBeGreaterThanOrEqual(strictCount(cut));
      expect(got.length).toBeGreaterThan(share * sent.length * 0.85 - 10);
      if (got.length < sent.length) expect(recording.warnings.join()).toMatch(/cut off after \d+\.\d s/);
    }
  });

  it('one flipped bit costs some seconds at most, and the user is told when', async () => {
    const sent = packets(60);
    const file = await mcapOf(sent);
    const bad = file.slice();
    bad[Math.floor(file.length / 2)]! ^= 0x10;
    const recording = await open(bad);
    const got = await all(recording);
    expect(got.length).toBeGreaterThan(sent.length * 0.85);
    expect(got.length).toBeLessThan(sent.length);
    expect(recording.warnings).toHaveLength(1);
    const [, from, to] = /about (\d+\.\d) to (\d+\.\d) s/.exec(recording.warnings[0]!) ?? [];
    const kept = new Set(got.map((n) => n.receivedS));
    const missing = sent.filter((n) => !kept.has(n.receivedS)).map((n) => n.receivedS);
    expect(Math.min(...missing)).toBeGreaterThanOrEqual(Number(from) - 0.06);
    expect(Math.max(...missing)).toBeLessThanOrEqual(Number(to) + 0.06);
  });

  it('a destroyed beginning of the data leaves the rest readable', async () => {
    const sent = packets(60);
    const file = await mcapOf(sent);
    const first = indexOfChunk(file, 0);
    const bad = file.slice();
    bad.fill(0xaa, first + 9, first + 500);
    const recording = await open(bad);
    const got = await all(recording);
    expect(recording.slots).toEqual(SLOTS);
    expect(got.length).toBeGreaterThan(sent.length * 0.8);
    expect(recording.warnings.length).toBeGreaterThan(0);
  });

  it('a record length that leads nowhere is passed over to the next chunk', async () => {
    const sent = packets(60);
    const file = await mcapOf(sent);
    for (const length of [0xff, 0x03]) {
      const bad = file.slice();
      const second = indexOfChunk(file, 1);
      bad[second + 4] = length;
      const recording = await open(bad);
      const got = await all(recording);
      expect(got.length).toBeGreaterThan(sent.length * 0.8);
      expect(got.length).toBeLessThan(sent.length);
      expect(recording.warnings.join()).toMatch(/damaged/);
    }
  });

  it('a damaged byte that looks like the end of the data hides neither what follows nor that the file was cut off', async () => {
    const sent = packets(20);
    const file = await mcapOf(sent);
    const DATA_END = 15;
    for (const at of [8, indexOfChunk(file, 0), indexOfChunk(file, 1)]) {
      const bad = file.slice();
      bad[at] = DATA_END;
      const whole = await open(bad);
      expect(await all(whole)).toHaveLength(sent.length);
      expect(whole.warnings.join(), 'nothing else was damaged').not.toMatch(/cut off/);
      const cut = await open(bad.subarray(0, Math.floor(file.length * 0.93)));
      expect((await all(cut)).length).toBeLessThan(sent.length);
      expect(cut.warnings.join()).toMatch(/cut off/);
    }
  });

  it('a fuzzed file gives a subset of what was sent or a sentence, never anything else', async () => {
    const sent = packets(20);
    const file = await mcapOf(sent);
    const known = new Set(sent.map(({ bytes }) => Buffer.from(bytes).toString('latin1')));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: 8, max: file.length - 1 }), fc.integer({ min: 1, max: 255 })), {
          minLength: 1,
          maxLength: 12,
        }),
        fc.integer({ min: 9, max: file.length }),
        async (flips, length) => {
          const bad = file.slice();
          for (const [at, mask] of flips) bad[at]! ^= mask;
          try {
            const recording = await open(bad.subarray(0, length));
            const got = await all(recording);
            if (got.length < sent.length) expect(recording.warnings, 'of what is missing').not.toEqual([]);
            for (const { bytes } of got) {
              // A chunk that was cut off has no sum over it: only there a flipped bit can pass.
              const strange = !known.has(Buffer.from(bytes).toString('latin1'));
              if (strange) expect(recording.warnings.join()).toMatch(/cut off/);
            }
          } catch (error) {
            expect(error).toBeInstanceOf(RecordingError);
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it('another kind of MCAP is refused with what was found in it', async () => {
    const { McapWriter } = await import('@mcap/core');
    const buffer = new TempBuffer();
    const writer = new McapWriter({ writable: buffer });
    await writer.start();
    const channelId = await writer.registerChannel({
      schemaId: 0,
      topic: '/camera',
      messageEncoding: 'json',
      metadata: new Map(),
    });
    await writer.addMessage({ channelId, sequence: 0, logTime: 0n, publishTime: 0n, data: new Uint8Array(3) });
    await writer.end();
    await expect(open(buffer.get())).rejects.toThrow(/not of a walk.*\/camera/);
  });
});

/** Offset of the n-th chunk record, by the strict structure of an undamaged file. */
function indexOfChunk(file: Uint8Array, n: number): number {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  let seen = 0;
  for (let at = 8; at < file.length; at += 9 + Number(view.getBigUint64(at + 1, true))) {
    if (file[at] === 6 && seen++ === n) return at;
  }
  throw new Error('no such chunk');
}

function strictCount(bytes: Uint8Array): number {
  const reader = new McapStreamReader();
  let count = 0;
  try {
    reader.append(bytes);
    for (let record = reader.nextRecord(); record !== undefined; record = reader.nextRecord())
      if (record.type === 'Message') count++;
  } catch {
    // As far as it came.
  }
  return Math.max(0, count - 1);
}
