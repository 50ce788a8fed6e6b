import { describe, expect, it } from 'vitest';
import type { ImuBlock } from '../../src/domain/samples.ts';
import { SensorTimeline } from '../../src/timeline/sensor-timeline.ts';
import { FakeSensor, seededRandom, type Sent } from './sensor-stream.ts';

function blocksOf(sent: readonly Sent[], lendBlocks: boolean): string[] {
  const timeline = new SensorTimeline({ site: 'pelvis', clock: 'device', nominalRateHz: 104, lendBlocks });
  // One pair of arrays for all packets, as a decoder has it.
  const acc = new Float64Array(300);
  const gyr = new Float64Array(300);
  const blocks: string[] = [];
  const read = (block: ImuBlock): void => {
    blocks.push(JSON.stringify({ ...block, accMps2: [...block.accMps2], gyrRadps: [...block.gyrRadps] }));
  };
  for (const { packet, receivedS } of sent) {
    acc.fill(NaN);
    gyr.fill(NaN);
    acc.set(packet.accMps2.subarray(0, 3 * packet.count));
    gyr.set(packet.gyrRadps.subarray(0, 3 * packet.count));
    timeline.push({ ...packet, accMps2: acc, gyrRadps: gyr }, receivedS, (out) => {
      if (out.type === 'block') read(out.block);
    });
  }
  timeline.flush((out) => {
    if (out.type === 'block') read(out.block);
  });
  return blocks;
}

describe('blocks that are lent', () => {
  it.each([1, 4, 9, 20])('hold what kept ones hold, %i samples a packet, packets lost, doubled and late', (size) => {
    const random = seededRandom(size);
    const sensor = new FakeSensor({ samplesPerPacket: size, jitterS: 0.05, seed: 3 });
    const sent: Sent[] = [];
    let held: Sent | undefined;
    for (let i = 0; i < 400; i++) {
      const next = sensor.send(i);
      const luck = random();
      if (luck < 0.03) continue;
      if (luck < 0.06) held = next;
      else sent.push(next);
      if (luck > 0.95) sent.push(next);
      if (luck > 0.5 && held !== undefined) {
        sent.push({ ...held, receivedS: next.receivedS });
        held = undefined;
      }
    }
    const kept = blocksOf(sent, false);
    expect(kept.length).toBeGreaterThan(50);
    expect(blocksOf(sent, true)).toEqual(kept);
  });
});
