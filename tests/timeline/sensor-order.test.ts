import { describe, expect, it } from 'vitest';
import { deviceTimeline, FakeSensor, listen, range, type Sent } from './sensor-stream.ts';

const sensor = (): FakeSensor => new FakeSensor({ jitterS: 0.005 });
const sentBy = (fake: FakeSensor, packets: number): Sent[] => range(packets).map((k) => fake.send(k));
const move = (sent: Sent[], from: number, laterS: number): Sent[] => {
  const late = { ...sent[from]!, receivedS: sent[from]!.receivedS + laterS };
  return [...sent.filter((_, k) => k !== from), late].sort((a, b) => a.receivedS - b.receivedS);
};

describe('lost, doubled and reordered packets', () => {
  it('all is well: every sample once, in order, no gap', () => {
    const { n, gaps, counts } = listen(sentBy(sensor(), 300));
    expect(n).toEqual(range(6000));
    expect(gaps).toEqual([]);
    expect(counts).toMatchObject({
      received: 300,
      accepted: 300,
      rejected: 0,
      lostSamples: 0,
      lostPackets: 0,
      samples: 6000,
    });
  });

  it('a lost packet is a gap of exactly its samples, at its place in time', () => {
    const fake = sensor();
    const sent = sentBy(fake, 300).filter((_, k) => k !== 100);
    const { n, gaps, counts, blocks } = listen(sent);
    expect(n).toEqual(range(6000).filter((i) => i < 2000 || i >= 2020));
    expect(gaps).toHaveLength(1);
    expect(gaps[0]).toMatchObject({ cause: 'loss', lostSamples: 20, site: 'left_foot' });
    expect(gaps[0]!.toS - gaps[0]!.fromS).toBeCloseTo(20 / 104, 4);
    expect(gaps[0]!.fromS).toBeCloseTo(fake.timeS(2000), 1);
    expect(blocks.filter((b) => b.afterGap).map((b) => b.startS)).toEqual([blocks[0]!.startS, gaps[0]!.toS]);
    expect(counts).toMatchObject({ lostSamples: 20, lostPackets: 1, gaps: 1 });
  });

  it('a doubled packet is told and used once', () => {
    const sent = sentBy(sensor(), 200);
    const doubled = [...sent.slice(0, 50), sent[49]!, sent[30]!, ...sent.slice(50)];
    const { n, counts } = listen(doubled);
    expect(n).toEqual(range(4000));
    expect(counts).toMatchObject({ received: 202, accepted: 202, duplicates: 2, lostSamples: 0, lostPackets: 0 });
  });

  it('a packet that comes a little late is put in its place', () => {
    const { n, counts, gaps } = listen(move(sentBy(sensor(), 200), 80, 0.4));
    expect(n).toEqual(range(4000));
    expect(gaps).toEqual([]);
    expect(counts).toMatchObject({ reordered: 1, lostSamples: 0, lostPackets: 0 });
  });

  it('a packet that comes long after is no loss any more, but not in the signal path either', () => {
    const { n, counts, gaps } = listen(move(sentBy(sensor(), 200), 80, 5));
    expect(n).toEqual(range(4000).filter((i) => i < 1600 || i >= 1620));
    expect(gaps).toHaveLength(1);
    expect(counts).toMatchObject({ reordered: 1, lostSamples: 0, lateSamples: 20, lostPackets: 0, duplicates: 0 });
  });

  it('what is sent again after a lost link is told from what is repeated', () => {
    const fake = sensor();
    const sent = sentBy(fake, 400);
    const lost = range(50).map((i) => i + 100);
    const live = sent.filter((_, k) => !lost.includes(k));
    const resent = (k: number, receivedS: number): Sent => {
      const { seq: _seq, ...packet } = fake.packet(k);
      return { packet: { ...packet, resent: true }, receivedS };
    };
    const atS = sent[160]!.receivedS;
    const all = [
      ...live,
      ...lost.map((k, i) => resent(k, atS + 0.01 * i)),
      resent(20, atS + 1),
      resent(120, atS + 1.1),
    ];
    const { counts, gaps, n } = listen(all.sort((a, b) => a.receivedS - b.receivedS));
    expect(counts).toMatchObject({ lostSamples: 0, lateSamples: 1000, lostPackets: 50, duplicates: 2, rejected: 0 });
    expect(gaps).toHaveLength(1);
    expect(n).toHaveLength(7000);
  });

  it('what is sent again at once fills the hole in time', () => {
    const fake = sensor();
    const sent = sentBy(fake, 400);
    const { seq: _seq, ...packet } = fake.packet(100);
    const again = { packet: { ...packet, resent: true }, receivedS: sent[101]!.receivedS + 0.15 };
    const all = [...sent.filter((_, k) => k !== 100), again].sort((a, b) => a.receivedS - b.receivedS);
    const { n, gaps, counts } = listen(all);
    expect(n).toEqual(range(8000));
    expect(gaps).toEqual([]);
    expect(counts).toMatchObject({ lostSamples: 0, lateSamples: 0, lostPackets: 1 });
  });

  it('counters that wrap are no loss', () => {
    const fake = new FakeSensor({
      firstIndex: 2 ** 32 - 1000,
      firstSeq: 2 ** 16 - 20,
      deviceStartS: 4294.9,
      jitterS: 0.005,
    });
    const { n, gaps, counts } = listen(sentBy(fake, 200));
    expect(n).toEqual(range(4000));
    expect(gaps).toEqual([]);
    expect(counts).toMatchObject({ lostSamples: 0, lostPackets: 0, rejected: 0 });
  });

  it('a device clock that wraps while the link is down for half an hour', () => {
    const fake = new FakeSensor({ deviceStartS: 4000, jitterS: 0.005 });
    const sent = range(12_000).map((k) => fake.send(k));
    const { counts, gaps } = listen(sent.filter((_, k) => k < 600 || k >= 10_000));
    expect(counts).toMatchObject({ lostSamples: 20 * 9400, rejected: 0, gaps: 1, lostPackets: 9400 });
    expect(gaps[0]!.toS - gaps[0]!.fromS).toBeCloseTo((20 * 9400) / 104, 1);
  });

  it('a packet from an impossible future is refused', () => {
    const fake = sensor();
    const sent = sentBy(fake, 200);
    const wild = { packet: fake.packet(1_000_000), receivedS: sent[100]!.receivedS + 0.01 };
    const { n, counts } = listen([...sent.slice(0, 101), wild, ...sent.slice(101)]);
    expect(n).toEqual(range(4000));
    expect(counts).toMatchObject({ rejected: 1, rejectedBy: { 'counter ran ahead of time': 1 } });
  });

  it('absurd packets are refused and counted', () => {
    const timeline = deviceTimeline();
    const packet = sensor().packet(0);
    timeline.push({ ...packet, periodS: 0 }, 1, () => undefined);
    timeline.push({ ...packet, periodS: NaN }, 1, () => undefined);
    timeline.push({ ...packet, count: 0 }, 1, () => undefined);
    timeline.push(packet, NaN, () => undefined);
    timeline.rejected('too short');
    expect(timeline.counts).toMatchObject({ received: 5, accepted: 0, rejected: 5 });
    expect(Object.values(timeline.counts.rejectedBy).reduce((a, b) => a + b)).toBe(5);
  });
});

describe('sensors that restart', () => {
  const restart = (bootCount: boolean, atS = 60, deviceStartS = 0): { sent: Sent[]; second: FakeSensor } => {
    const first = new FakeSensor({ jitterS: 0.01, ...(bootCount ? { bootCount: 1 } : { bootCount: undefined }) });
    const second = new FakeSensor({
      jitterS: 0.01,
      startS: atS,
      deviceStartS,
      ...(bootCount ? { bootCount: 2 } : { bootCount: undefined }),
    });
    return { sent: [...sentBy(first, 260), ...sentBy(second, 260)], second };
  };

  it('B3: a new boot is a new beginning with a gap, never time that runs backwards', () => {
    const { sent, second } = restart(true);
    const { n, timesS, gaps, counts } = listen(sent);
    expect(counts).toMatchObject({ reboots: 1, gaps: 1, rejected: 0, lostSamples: 0, samples: 10_400 });
    expect(gaps[0]).toMatchObject({ cause: 'reboot' });
    expect(gaps[0]!.lostSamples).toBeUndefined();
    expect(n.slice(5200)).toEqual(range(5200));
    for (let i = 1; i < timesS.length; i++) expect(timesS[i]!).toBeGreaterThan(timesS[i - 1]!);
    expect(Math.abs(timesS.at(-1)! - second.timeS(5199))).toBeLessThan(0.01);
  });

  it('is recognised without a boot counter, from two packets that go on from each other', () => {
    const { sent } = restart(false);
    const { n, counts, gaps } = listen(sent);
    expect(counts).toMatchObject({ reboots: 1, rejected: 1, rejectedBy: { 'counter ran backwards': 1 } });
    expect(gaps).toHaveLength(1);
    expect(n.slice(5200)).toEqual(range(5200).slice(20));
  });

  it('a packet of the former boot that comes late is refused', () => {
    const { sent } = restart(true);
    const late = { ...sent[250]!, receivedS: sent[265]!.receivedS + 0.001 };
    const { counts } = listen([...sent.slice(0, 266), late, ...sent.slice(266)]);
    expect(counts).toMatchObject({ reboots: 1, rejectedBy: { 'sent before the restart': 1 } });
  });

  it('B9: a replayed stream is not taken for a restart', () => {
    const fake = new FakeSensor({ jitterS: 0.01, bootCount: undefined });
    const sent = sentBy(fake, 300);
    const endS = sent.at(-1)!.receivedS;
    const replayed = range(100).map((i) => ({ packet: fake.packet(100 + i), receivedS: endS + 0.2 * (i + 1) }));
    const { n, counts } = listen([...sent, ...replayed]);
    expect(n).toEqual(range(6000));
    expect(counts).toMatchObject({ reboots: 0, duplicates: 100 });
  });

  it('a new rate is a new beginning', () => {
    const slow = new FakeSensor({ rateHz: 104 });
    const fast = new FakeSensor({ rateHz: 208, startS: 60, deviceStartS: 59, firstIndex: 6200 });
    const { counts, gaps, blocks } = listen([...sentBy(slow, 260), ...sentBy(fast, 260)]);
    expect(gaps).toHaveLength(1);
    expect(gaps[0]).toMatchObject({ cause: 'clock' });
    expect(counts.samples).toBe(10_400);
    expect([...new Set(blocks.map((b) => Math.round(b.rateHz)))]).toEqual([104, 208]);
  });
});
