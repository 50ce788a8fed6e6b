import { describe, expect, it } from 'vitest';
import { RecordingError } from '../../src/recording/recording.ts';
import type { SensorSlot } from '../../src/domain/notification.ts';
import { all, mcapOf, open, packets, SLOTS } from './recordings.ts';

const CHUNK = 6;
const META = { title: 'Harbour', started_at: '2026-11-05T09:00:00.000Z', pauses: [{ from_s: 2, to_s: 3 }] };

/** All bytes that are not in the middle of a chunk's packets, by the strict structure of an undamaged file. */
function* framework(file: Uint8Array): Generator<{ at: number; inChunk: boolean }> {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const CHUNK_HEAD = 9 + 40;
  for (let at = 0; at < 8; at++) yield { at, inChunk: false };
  for (let at = 8; at + 9 <= file.length - 8;) {
    const whole = 9 + Number(view.getBigUint64(at + 1, true));
    const inChunk = file[at] === CHUNK;
    for (let i = 0; i < (inChunk ? CHUNK_HEAD + 200 : whole); i++) yield { at: at + i, inChunk };
    at += whole;
  }
}

describe('one damaged byte of an MCAP recording', () => {
  it('costs at most its chunk, told in words but never as a file that was cut off, and never what is known of the walk', async () => {
    const sent = packets(4);
    const file = await mcapOf(sent, META);
    const whatIsRead = async (bytes: Uint8Array) => {
      const { slots, meta, warnings, notifications } = await open(bytes);
      const got: string[] = [];
      for await (const n of notifications) got.push(`${n.slot} ${n.receivedS} ${Buffer.from(n.bytes).toString('hex')}`);
      return { packets: got.join('\n'), walk: JSON.stringify({ slots, meta }), told: warnings.join('\n') };
    };
    const whole = await whatIsRead(file);
    let damaged = 0;
    for (const { at, inChunk } of framework(file))
      for (const mask of [1, 2, 0x80]) {
        const bad = file.slice();
        bad[at]! ^= mask;
        const read = await whatIsRead(bad);
        const where = `byte ${at} ^ ${mask}`;
        expect(read.walk, where).toBe(whole.walk);
        expect(read.told, where).not.toMatch(/cut off/);
        if (read.told === '' || !inChunk) expect(read.packets, where).toBe(whole.packets);
        damaged++;
      }
    expect(damaged).toBeGreaterThan(5000);
  });

  it('in what names the sensors costs no sensor: the first chunk tells it too', async () => {
    const sent = packets(8);
    const file = await mcapOf(sent, META);
    const channels = Buffer.from(file).indexOf('[[0,1],[1,2],[2,3]]');
    const bad = file.slice();
    bad[channels + '[[0,'.length] = '9'.charCodeAt(0);
    const recording = await open(bad);
    expect(recording).toMatchObject({ slots: SLOTS, meta: META });
    expect(await all(recording)).toHaveLength(sent.length);
  });

  it('in both places that name the walk, so that its pauses are lost: is told', async () => {
    const file = await mcapOf(packets(8), META);
    const bad = Buffer.from(file);
    for (let at = bad.indexOf('"pauses"'); at >= 0; at = bad.indexOf('"pauses"', at)) bad[at] = 0;
    const recording = await open(Uint8Array.from(bad));
    expect(recording.meta).toEqual({});
    await all(recording);
    expect(recording.warnings.join(' ')).toMatch(/start, title, tags, pauses.*damaged and missing/);
  });
});

describe('MCAP recordings that make no walk', () => {
  const [left, right, pelvis] = SLOTS as [SensorSlot, SensorSlot, SensorSlot];

  it.each<[string, readonly SensorSlot[], RegExp]>([
    ['two sensors of one place', [left, { ...right, site: 'left_foot' }], /two sensors for one place \(left_foot\)/],
    [
      'a sensor model of another version',
      [left, { ...pelvis, model: 'tomorrow\u0000' }],
      /model.*\(tomorrow\?, pelvis\)/,
    ],
    ['no sensors at all', [], /not of a walk/],
  ])('%s: refused in words', async (_what, slots, message) => {
    const opening = open(await mcapOf([], {}, slots));
    await expect(opening).rejects.toThrow(message);
    await expect(opening).rejects.toBeInstanceOf(RecordingError);
  });

  it('slots that are none: as if they were not there', async () => {
    const bad = Buffer.from(await mcapOf(packets(8), META));
    const first = `{"slot":0,"site":"left_foot","model":"gaitkeeper"`;
    for (let at = bad.indexOf(first); at >= 0; at = bad.indexOf(first, at))
      bad.write('null'.padEnd(bad.indexOf('}', at) + 1 - at), at);
    const recording = await open(Uint8Array.from(bad));
    expect(recording.slots.map(({ site }) => site)).toEqual(SLOTS.map(({ site }) => site));
    expect(recording.meta).toEqual({});
  });
});
