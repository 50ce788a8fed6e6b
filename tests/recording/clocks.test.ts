import { McapWriter, TempBuffer } from '@mcap/core';
import { describe, expect, it } from 'vitest';
import { sensorChannel } from '../../src/recording/mcap-writer.ts';
import { readWalkSamples } from '../../src/protocol/models/walk-samples.ts';
import { all, open, openText, packets, SLOTS } from './recordings.ts';

const HEADER = 'time_s,sensor,acc_x_mps2,acc_y_mps2,acc_z_mps2,gyr_x_dps,gyr_y_dps,gyr_z_dps';
const EPOCH_S = Date.parse('2026-11-05T09:00:00Z') / 1000;

const timesOf = async (recording: Awaited<ReturnType<typeof openText>>): Promise<number[]> =>
  (await all(recording)).flatMap(({ bytes }) => [...readWalkSamples(bytes)!.timesS]).sort((a, b) => a - b);
const row = (time: string | number, values = '1,2,3,4,5,6'): string => `${time},left_foot,${values}`;

describe('clocks of CSV recordings', () => {
  it('that count from 1970, as phones do, become the walk’s clock, and tell its day', async () => {
    const rows = Array.from({ length: 500 }, (_, i) => row(Math.round((EPOCH_S + i / 100) * 1000)));
    const recording = await openText([HEADER.replace('time_s', 'time_ms'), ...rows].join('\n'));
    expect(recording.meta).toEqual({ started_at: '2026-11-05T09:00:00.000Z' });
    const times = await timesOf(recording);
    expect(times).toHaveLength(500);
    for (const [i, timeS] of times.entries()) expect(timeS).toBeCloseTo(i / 100, 5);
    expect(recording.warnings.join()).toMatch(/begin at \d+ s; the walk's clock begins at 0/);
  });

  it('that begin before the walk are moved; one of the walk’s own is kept to the digit', async () => {
    const times = await timesOf(await openText([HEADER, ...[-1.5, -1.25, 0, 0.5].map((t) => row(t))].join('\n')));
    expect(times).toEqual([0, 0.25, 1.5, 2]);
    const own = await openText([HEADER, row('12.3456789012345'), row('12.4')].join('\n'));
    expect(await timesOf(own)).toEqual([12.3456789012345, 12.4]);
    expect(own).toMatchObject({ meta: {}, warnings: [] });
  });

  it('a garbled time among good ones, the first too, does not make a walk of years', async () => {
    const rows = Array.from({ length: 300 }, (_, i) => row(i / 100));
    rows[0] = row(1e15);
    rows[70] = row(-4e12);
    rows[299] = row('9e300');
    const recording = await openText([HEADER, ...rows].join('\n'));
    const times = await timesOf(recording);
    expect(times).toHaveLength(297);
    expect(times.at(-1)).toBe(2.98);
    expect(recording.warnings).toEqual([
      '3 rows were left out: a time that is days away from the others (lines 2, 72, 301).',
    ]);
  });

  it('values that no sensor can give are missing samples, and told; quoted numbers are numbers', async () => {
    const rows = [row(0), row(0.01, '1e308,2,3,4,5,6'), row(0.02, '1,2,3,4,-2e5,6'), row(0.03)];
    rows.push('"0.04","left_foot","1.5","2","3","4","5","6"');
    const recording = await openText([HEADER, ...rows].join('\n'));
    expect(await timesOf(recording)).toEqual([0, 0.03, 0.04]);
    expect(recording.warnings).toEqual(['2 rows were left out: a value that no sensor can give (lines 3, 4).']);
  });
});

describe('clocks of MCAP recordings of other writers', () => {
  /** As our sensors' channels are, but by a program that stamps messages with the time of day. */
  const foreign = async (atS: (receivedS: number, i: number) => number): Promise<Uint8Array> => {
    const buffer = new TempBuffer();
    const writer = new McapWriter({ writable: buffer, chunkSize: 4096 });
    await writer.start({ profile: '', library: 'other' });
    const ids = new Map<number, number>();
    for (const slot of SLOTS) ids.set(slot.slot, await writer.registerChannel(sensorChannel(slot)));
    for (const [i, { slot, receivedS, bytes }] of packets(6).entries()) {
      const logTime = BigInt(Math.round(atS(receivedS, i) * 1e9));
      await writer.addMessage({ channelId: ids.get(slot)!, sequence: i, logTime, publishTime: logTime, data: bytes });
    }
    await writer.end();
    return Uint8Array.from(buffer.get());
  };

  it('that count from 1970 become the walk’s clock, and tell its day', async () => {
    const sent = packets(6);
    const recording = await open(await foreign((receivedS) => EPOCH_S + receivedS));
    const got = await all(recording);
    expect(got).toHaveLength(sent.length);
    for (const [i, { receivedS }] of got.entries())
      expect(receivedS).toBeCloseTo(sent[i]!.receivedS - sent[0]!.receivedS, 5);
    expect(recording.meta['started_at']).toMatch(/^2026-11-05T09:00:00/);
    expect(recording.warnings).toEqual([]);
  });

  it('that count from 1970 and are not in the order of time lose nothing: the earliest is the walk’s start', async () => {
    const sent = packets(6);
    const recording = await open(await foreign((_, i) => EPOCH_S + sent[sent.length - 1 - i]!.receivedS));
    const got = (await all(recording)).map(({ receivedS }) => receivedS);
    expect(got).toHaveLength(sent.length);
    expect(Math.min(...got)).toBe(0);
    expect(recording.warnings).toEqual([]);
  });

  it('a packet whose time is days away is left out, and told', async () => {
    const sent = packets(6);
    const recording = await open(await foreign((receivedS, i) => (i === 20 ? EPOCH_S : receivedS)));
    expect((await all(recording)).map((n) => n.receivedS)).toEqual(
      sent.filter((_, i) => i !== 20).map((n) => n.receivedS),
    );
    expect(recording.warnings.join()).toMatch(/1 packet was left out.*days away/);
  });
});
