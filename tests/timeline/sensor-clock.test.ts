import { describe, expect, it } from 'vitest';
import { SensorTimeline } from '../../src/timeline/sensor-timeline.ts';
import { FakeSensor, largestJumpS, listen, range, type SensorOptions } from './sensor-stream.ts';

/** Errors of the samples' times against the truth [s], of the samples after `fromS`. */
function errors(options: SensorOptions, seconds: number, fromS = 0): { worst: number; last: number; mean: number } {
  const sensor = new FakeSensor(options);
  const packets = Math.floor((seconds * 104) / 20);
  const { n, timesS } = listen(range(packets).map((k) => sensor.send(k)));
  let worst = 0;
  let sum = 0;
  let count = 0;
  n.forEach((sample, i) => {
    if (timesS[i]! < fromS) return;
    const error = timesS[i]! - sensor.timeS(sample);
    worst = Math.max(worst, Math.abs(error));
    sum += error;
    count++;
  });
  return { worst, mean: sum / count, last: timesS.at(-1)! - sensor.timeS(n.at(-1)!) };
}

describe("a sensor's clock on the walk's clock", () => {
  it('B5: left and right stay within 10 ms over two hours at +-100 ppm and 50 ms of jitter', () => {
    const [left, right] = ([100, -100] as const).map((ppm, i) => {
      const sensor = new FakeSensor({ ppm, jitterS: 0.05, seed: 11 + i, startS: 0.7 + 0.31 * i });
      const { n, timesS } = listen(range(Math.floor((7200 * 104) / 20)).map((k) => sensor.send(k)));
      // A step on the walk's clock, as this sensor's timeline places it.
      return range(119).map((minute) => {
        const atS = 60 * (minute + 1);
        const i = timesS.findIndex((t) => t >= atS);
        return timesS[i]! - sensor.timeS(n[i]!);
      });
    });
    const apart = left!.map((error, i) => Math.abs(error - right![i]!));
    expect(Math.max(...apart)).toBeLessThan(0.01);
    expect(apart.at(-1)).toBeLessThan(0.003);
  }, 60_000);

  it('the least delay is all that is left of delays', () => {
    const { worst, mean } = errors({ ppm: 40, jitterS: 0.03, delayS: 0.004 }, 900, 60);
    expect(Math.abs(mean - 0.004)).toBeLessThan(0.002);
    expect(worst).toBeLessThan(0.009);
  });

  it('is good from the first sample on: the beginning waits until several packets are there', () => {
    const { worst } = errors({ ppm: -60, jitterS: 0.05, seed: 5 }, 20);
    expect(worst).toBeLessThan(0.02);
  });

  it('samples that follow each other never jump in time, whatever the delays do', () => {
    const sensor = new FakeSensor({ ppm: 90, jitterS: 0.2, seed: 3 });
    const { blocks } = listen(range(3000).map((k) => sensor.send(k)));
    expect(blocks.filter((block) => block.afterGap)).toHaveLength(1);
    expect(largestJumpS(blocks)).toBeLessThan(0.0011);
    blocks.slice(1).forEach((block, i) => expect(block.startS).toBeGreaterThan(blocks[i]!.startS));
    expect(new Set(blocks.map((block) => block.rateHz)).size).toBe(1);
  });

  it('tells rate and clock error', () => {
    const sensor = new FakeSensor({ ppm: 80, jitterS: 0.02, rateHz: 104 });
    const { counts } = listen(range(4000).map((k) => sensor.send(k)));
    expect(counts.clockSkewPpm).toBeGreaterThan(76);
    expect(counts.clockSkewPpm).toBeLessThan(84);
    expect(counts.rateHz).toBeCloseTo(104 * (1 + 80e-6), 3);
  });

  it('a radio that stalls for seconds leaves no mark on the time line', () => {
    const sensor = new FakeSensor({ jitterS: 0.01, ppm: 30 });
    const sent = range(2000).map((k) => {
      const { packet, receivedS } = sensor.send(k);
      // Held back, then all at once.
      const stalled = receivedS > 200 && receivedS < 204 ? 204 + k * 1e-5 : receivedS;
      return { packet, receivedS: stalled };
    });
    const { n, timesS, gaps } = listen(sent);
    expect(gaps).toEqual([]);
    const worst = Math.max(
      ...n.slice(2000).map((sample, i) => Math.abs(timesS[i + 2000]! - sensor.timeS(sample) - 0.004)),
    );
    expect(worst).toBeLessThan(0.005);
  });

  it.each([8, 170])(
    'a link that falls behind for ten seconds and catches up leaves no mark either (from %i s)',
    (fromS) => {
      const sensor = new FakeSensor({ jitterS: 0.01, ppm: 30 });
      let freeS = 0;
      let longestS = 0;
      const sent = range(2000).map((k) => {
        const { packet, receivedS } = sensor.send(k);
        // In bad air a packet takes longer than the sensor takes to fill the next one; afterwards they drain.
        const arrivedS = Math.max(receivedS, freeS);
        freeS = arrivedS + (receivedS > fromS && receivedS < fromS + 5 ? 0.35 : 0.1);
        longestS = Math.max(longestS, arrivedS - receivedS);
        return { packet, receivedS: arrivedS };
      });
      expect(longestS).toBeGreaterThan(2);
      const { n, timesS, gaps } = listen(sent);
      expect(gaps).toEqual([]);
      const errors = n.slice(400).map((sample, i) => Math.abs(timesS[i + 400]! - sensor.timeS(sample) - 0.004));
      expect(Math.max(...errors)).toBeLessThan(0.01);
    },
  );

  it('a sensor whose clock stood still for a while is placed anew, once it is sure that it is no delay', () => {
    const sensor = new FakeSensor({ jitterS: 0.01 });
    const sent = range(1000).map((k) => {
      const { packet, receivedS } = sensor.send(k);
      return { packet, receivedS: receivedS > 60 ? receivedS + 2 : receivedS };
    });
    const { n, timesS, gaps } = listen(sent);
    expect(gaps.map((gap) => gap.cause)).toEqual(['clock']);
    expect(gaps[0]!.fromS).toBeLessThan(60 + 30);
    expect(timesS.at(-1)! - sensor.timeS(n.at(-1)!) - 2).toBeCloseTo(0, 2);
  });

  it("B6: a computer that slept for ten minutes doesn't bend the time between samples", () => {
    const sensor = new FakeSensor({ jitterS: 0.01 });
    // The walk's clock stood still while the sensor went on and nothing came.
    const sent = range(5000)
      .map((k) => ({ k, ...sensor.send(k) }))
      .filter(({ k }) => k < 1000 || k >= 1000 + 3120)
      .map(({ k, packet, receivedS }) => ({ packet, receivedS: k < 1000 ? receivedS : receivedS - 599 }));
    const { n, timesS, counts } = listen(sent);
    for (let i = 1; i < timesS.length; i++) expect(timesS[i]!).toBeGreaterThan(timesS[i - 1]!);
    // Within each part a second is a second.
    const after = n.findIndex((sample) => sample > 90_000);
    expect(timesS[after + 1040]! - timesS[after]!).toBeCloseTo(10, 2);
    expect(counts.gaps).toBe(1);
    expect(counts.samples).toBe(20 * sent.length - 20 * counts.rejected);
  });

  it('a model without device time keeps to the time of arrival', () => {
    const sensor = new FakeSensor({ jitterS: 0.02, rateHz: 101.3, samplesPerPacket: 4 });
    const sent = range(6000).map((k) => {
      const { packet, receivedS } = sensor.send(k);
      const { count, accMps2, gyrRadps, accRangeMps2, gyrRangeRadps } = packet;
      return { packet: { count, periodS: 0.01, accMps2, gyrRadps, accRangeMps2, gyrRangeRadps }, receivedS };
    });
    const { n, timesS, counts } = listen(sent, arrivalTimeline());
    expect(counts.samples).toBe(24_000);
    expect(counts.gaps).toBe(0);
    expect(counts.rateHz).toBeCloseTo(101.3, 1);
    expect(counts.clockSkewPpm).toBeUndefined();
    n.slice(6000).forEach((sample, i) =>
      expect(Math.abs(timesS[i + 6000]! - sensor.timeS(sample))).toBeLessThan(0.015),
    );
  });

  it('a model with a device time a packet but no counter finds the samples that are missing', () => {
    const sensor = new FakeSensor({ jitterS: 0.01, samplesPerPacket: 8, rateHz: 104 });
    const lost = new Set([500, 501, 900]);
    const sent = range(2000)
      .map((k) => sensor.send(k))
      .filter((_, k) => !lost.has(k))
      .map(({ packet, receivedS }) => {
        const { count, accMps2, gyrRadps, accRangeMps2, gyrRangeRadps, periodS } = packet;
        // Whole milliseconds, as Movesense sends them.
        const deviceTimeS = Math.floor(packet.deviceTimeS! * 1000) / 1000;
        const device = { deviceTimeS, deviceWrapS: 2 ** 32 * 1e-3 };
        return { packet: { count, accMps2, gyrRadps, accRangeMps2, gyrRangeRadps, periodS, ...device }, receivedS };
      });
    const { n, timesS, counts } = listen(sent, packetTimeline());
    expect(counts).toMatchObject({ lostSamples: 24, lostPackets: 3, gaps: 2, samples: 8 * 1997 });
    n.forEach((sample, i) => expect(Math.abs(timesS[i]! - sensor.timeS(sample))).toBeLessThan(0.02));
  });
});

function arrivalTimeline() {
  return new SensorTimeline({ site: 'left_foot', clock: 'arrival', nominalRateHz: 100 });
}

function packetTimeline() {
  return new SensorTimeline({ site: 'left_foot', clock: 'device_packet', nominalRateHz: 104 });
}
