import { describe, expect, it } from 'vitest';
import type { SensorNotification, SensorSlot } from '../../src/domain/notification.ts';
import { sensorModel } from '../../src/protocol/models/index.ts';
import { memorySource } from '../../src/recording/byte-source.ts';
import { openRecording } from '../../src/recording/open-recording.ts';
import { SensorTimeline } from '../../src/timeline/sensor-timeline.ts';
import type { TimelineCounts } from '../../src/timeline/timeline-output.ts';
import { all, mcapOf } from './recordings.ts';
import { COUNT, live, sentPacket } from './sent-packets.ts';

const SLOT: SensorSlot = { slot: 0, site: 'left_foot', model: 'gaitkeeper' };

/** 150 packets were lost with the link, and sent again among the live ones after it was back. */
function withBackfill(): SensorNotification[] {
  const after = live(250, 600);
  const again = Array.from({ length: 150 }, (_, i) =>
    sentPacket({ k: 100 + i, receivedS: after[20 + i]!.receivedS + 0.05, resent: true }),
  );
  return [...live(0, 100), ...after, ...again].sort((a, b) => a.receivedS - b.receivedS);
}

function countsOf(notifications: readonly SensorNotification[]): { counts: TimelineCounts; values: number[] } {
  const decoder = sensorModel('gaitkeeper').createDecoder();
  const timeline = new SensorTimeline({ site: 'left_foot', clock: 'device', nominalRateHz: 104 });
  const values: number[] = [];
  const take: Parameters<SensorTimeline['push']>[2] = (output) => {
    if (output.type === 'block')
      for (let i = 0; i < output.block.accMps2.length; i += 3) values.push(output.block.accMps2[i]!);
  };
  for (const { bytes, receivedS } of notifications) {
    const result = decoder.decode(bytes);
    if (result.ok && result.packet !== undefined) timeline.push(result.packet, receivedS, take);
  }
  timeline.flush(take);
  return { counts: timeline.counts, values };
}

describe('packets that were sent again after a lost link', () => {
  it('as they came, they are too late for the signal path, but no loss', () => {
    const { counts } = countsOf(withBackfill());
    expect(counts).toMatchObject({ lostSamples: 0, lateSamples: 150 * COUNT, gaps: 1, samples: 450 * COUNT });
  });

  it('a recording gives them where they belong: no gap is left, every sample is the true one', async () => {
    const file = memorySource('walk', await mcapOf(withBackfill(), {}, [SLOT]));
    const got = await all(await openRecording(file));
    expect(got).toHaveLength(600);
    for (let i = 1; i < got.length; i++) expect(got[i]!.receivedS).toBeGreaterThanOrEqual(got[i - 1]!.receivedS);
    const { counts, values } = countsOf(got);
    expect(counts).toMatchObject({ lostSamples: 0, lateSamples: 0, gaps: 0, duplicates: 0, samples: 600 * COUNT });
    expect(values).toEqual(countsOf(live(0, 600)).values);
    // Unless it is asked for as it came.
    const asCame = await all(await openRecording(file, 'as they came'));
    expect(asCame.map((n) => n.receivedS)).toEqual(withBackfill().map((n) => Math.round(n.receivedS * 1e9) / 1e9));
  });

  it('what was lost for good stays a gap beside what came again', async () => {
    const some = withBackfill().filter((n) => ((n.bytes[0] ?? 0) & 0x0f) === 1 || n.receivedS > 62);
    const { counts } = countsOf(await all(await openRecording(memorySource('walk', await mcapOf(some, {}, [SLOT])))));
    expect(counts.gaps).toBe(1);
    expect(counts.lostSamples).toBeGreaterThan(0);
    expect(counts.samples + counts.lostSamples).toBe(600 * COUNT);
  });

  it('a restart between the loss and the resend: they still go before it', async () => {
    const before = live(0, 100);
    const after = live(0, 200, 60, 2);
    const again = Array.from({ length: 30 }, (_, i) =>
      sentPacket({ k: 100 + i, receivedS: after[40 + i]!.receivedS + 0.01, resent: true, boot: 1 }),
    );
    const sent = [...before, ...after, ...again].sort((a, b) => a.receivedS - b.receivedS);
    const got = await all(await openRecording(memorySource('walk', await mcapOf(sent, {}, [SLOT]))));
    const { counts } = countsOf(got);
    expect(counts).toMatchObject({ reboots: 1, gaps: 1, samples: 330 * COUNT, rejected: 0, lostSamples: 0 });
  });

  it('copies of what had come are told as repeated', async () => {
    const sent = [...live(0, 300), sentPacket({ k: 50, receivedS: 60, resent: true })];
    const got = await all(await openRecording(memorySource('walk', await mcapOf(sent, {}, [SLOT]))));
    expect(countsOf(got).counts).toMatchObject({ duplicates: 1, samples: 300 * COUNT });
  });
});
