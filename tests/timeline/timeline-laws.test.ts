import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeWalkSamples, walkSamples } from '../../src/protocol/models/walk-samples.ts';
import { SensorTimeline } from '../../src/timeline/sensor-timeline.ts';
import { deviceTimeline, FakeSensor, hear, listen, newHeard, seededRandom, type Sent } from './sensor-stream.ts';

const isRising = (values: readonly number[]): boolean => values.every((v, i) => i === 0 || v > values[i - 1]!);

/** What a bad radio makes of a sensor's packets: losses alone and in bursts, doubles, packets up to eight places late. */
interface Trouble {
  readonly seed: number;
  readonly packets: number;
  readonly samplesPerPacket: number;
  readonly loss: number;
  readonly burst: number;
  readonly double: number;
  readonly reorder: number;
  readonly ppm: number;
}

const trouble = fc.record<Trouble>({
  seed: fc.integer({ min: 1, max: 1e9 }),
  packets: fc.integer({ min: 40, max: 160 }),
  samplesPerPacket: fc.constantFrom(1, 4, 9, 20),
  loss: fc.constantFrom(0, 0.01, 0.05, 0.2),
  burst: fc.constantFrom(0, 0.02),
  double: fc.constantFrom(0, 0.05, 0.3),
  reorder: fc.constantFrom(0, 0.05, 0.3),
  ppm: fc.integer({ min: -100, max: 100 }),
});

function sentThrough(t: Trouble): { sent: Sent[]; arrived: Set<number> } {
  const random = seededRandom(t.seed);
  const sensor = new FakeSensor({
    ppm: t.ppm,
    jitterS: 0.05,
    seed: t.seed,
    samplesPerPacket: t.samplesPerPacket,
    firstIndex: 2 ** 32 - 300,
    firstSeq: 2 ** 16 - 30,
  });
  const sent: (Sent & { readonly place: number })[] = [];
  const arrived = new Set<number>();
  let burstLeft = 0;
  for (let k = 0; k < t.packets; k++) {
    const packet = sensor.send(k);
    if (random() < t.burst) burstLeft = 1 + Math.floor(random() * 25);
    const lost = burstLeft-- > 0 || random() < t.loss;
    if (lost) continue;
    arrived.add(k);
    // Places in the order of arrival, not times: a window of eight is eight packets, however large.
    const late = random() < t.reorder ? Math.floor(random() * 8) : 0;
    sent.push({ ...packet, place: k + late + 0.5 * (late > 0 ? 1 : 0) });
    if (random() < t.double) sent.push({ ...packet, place: k + Math.floor(random() * 8) + 0.25 });
  }
  sent.sort((a, b) => a.place - b.place);
  let lastS = 0;
  const inOrder = sent.map(({ packet, receivedS }) => {
    lastS = Math.max(lastS + 1e-5, receivedS);
    return { packet, receivedS: lastS };
  });
  return { sent: inOrder, arrived };
}

describe('laws of every timeline', () => {
  it('B1: no sample twice, none out of order, every missing one counted, whatever the radio does', () => {
    fc.assert(
      fc.property(trouble, (t) => {
        const { sent, arrived } = sentThrough(t);
        fc.pre(arrived.size > 0);
        const { n, timesS, counts, gaps } = listen(sent);
        expect(isRising(n)).toBe(true);
        expect(isRising(timesS)).toBe(true);
        const first = Math.min(...arrived);
        const last = Math.max(...arrived);
        const lostPackets = last - first + 1 - arrived.size;
        expect(counts.lostSamples).toBe(lostPackets * t.samplesPerPacket);
        expect(counts.lostPackets).toBe(lostPackets);
        expect(counts.samples + counts.lateSamples).toBe(arrived.size * t.samplesPerPacket);
        expect(counts.samples).toBe(n.length);
        expect(counts.accepted + counts.rejected).toBe(counts.received);
        expect(counts.received).toBe(sent.length);
        expect(counts.duplicates).toBe(sent.length - arrived.size);
        expect(gaps.reduce((sum, gap) => sum + (gap.lostSamples ?? 0), 0)).toBe(
          counts.lostSamples + counts.lateSamples,
        );
      }),
      { numRuns: 200 },
    );
  });

  it('a packet up to eight places late is in the signal path once the link was seen to do that', () => {
    fc.assert(
      fc.property(trouble, (t) => {
        const { sent, arrived } = sentThrough({ ...t, loss: 0, burst: 0, samplesPerPacket: 4, packets: 160 });
        const { counts } = listen(sent);
        expect(counts.lateSamples).toBeLessThanOrEqual(0.02 * 4 * arrived.size);
      }),
      { numRuns: 50 },
    );
  });

  it('a snapshot taken at any packet goes on as if nothing had happened, also through structuredClone', () => {
    fc.assert(
      fc.property(trouble, fc.double({ min: 0, max: 1, noNaN: true }), (t, share) => {
        const { sent } = sentThrough(t);
        const whole = listen(sent);
        const at = Math.floor(share * sent.length);
        const first = deviceTimeline();
        const heard = newHeard(first);
        for (const { packet, receivedS } of sent.slice(0, at)) first.push(packet, receivedS, (o) => hear(heard, o));
        const second = deviceTimeline();
        second.restore(structuredClone(first.snapshot()));
        // What the first one does from here on must not reach the second.
        first.flush(() => undefined);
        for (const { packet, receivedS } of sent.slice(at)) second.push(packet, receivedS, (o) => hear(heard, o));
        second.flush((o) => hear(heard, o));
        expect(heard.outputs).toEqual(whole.outputs);
        expect(second.counts).toEqual(whole.counts);
      }),
      { numRuns: 80 },
    );
  });

  it('the same packets give the same blocks bit for bit; inputs stay untouched', () => {
    fc.assert(
      fc.property(trouble, (t) => {
        const { sent } = sentThrough(t);
        const before = structuredClone(sent);
        const once = listen(sent);
        const again = listen(sent);
        expect(again.outputs).toEqual(once.outputs);
        expect(sent).toEqual(before);
      }),
      { numRuns: 50 },
    );
  });

  it('what was given is never changed afterwards', () => {
    const { sent } = sentThrough({ ...quiet, reorder: 0.3, loss: 0.05 });
    const timeline = deviceTimeline();
    const given: { acc: Float64Array; copy: Float64Array }[] = [];
    const take = (o: Parameters<Parameters<SensorTimeline['push']>[2]>[0]): void => {
      if (o.type === 'block') given.push({ acc: o.block.accMps2, copy: o.block.accMps2.slice() });
    };
    for (const { packet, receivedS } of sent) {
      timeline.push(packet, receivedS, take);
      // A decoder uses its arrays again.
      packet.accMps2.fill(NaN);
    }
    timeline.flush(take);
    expect(given.length).toBeGreaterThan(20);
    for (const { acc, copy } of given) expect(acc).toEqual(copy);
    for (const { copy } of given) expect(copy.every((value) => Number.isFinite(value))).toBe(true);
  });

  it('the state of a live sensor stays small', () => {
    const timeline = deviceTimeline();
    const sensor = new FakeSensor({ jitterS: 0.02 });
    for (let k = 0; k < 5000; k++) {
      const { packet, receivedS } = sensor.send(k);
      if (k % 20 !== 0) timeline.push(packet, receivedS, () => undefined);
    }
    expect(JSON.stringify(timeline.snapshot()).length).toBeLessThan(12_000);
  });
});

const quiet: Trouble = {
  seed: 4,
  packets: 100,
  samplesPerPacket: 9,
  loss: 0,
  burst: 0,
  double: 0,
  reorder: 0,
  ppm: 20,
};

describe('laws of imported rows', () => {
  const rowsTrouble = fc.record({
    seed: fc.integer({ min: 1, max: 1e9 }),
    rows: fc.integer({ min: 2, max: 1200 }),
    rateHz: fc.constantFrom(50, 100, 102.4, 200, 204.8, 400),
    missing: fc.constantFrom(0, 0.01, 0.1),
    jitter: fc.constantFrom(0, 0.02, 0.3),
    double: fc.constantFrom(0, 0.02),
    swap: fc.constantFrom(0, 0.02),
    hole: fc.constantFrom(0, 0.15, 0.5, 3),
  });

  type RowsTrouble = typeof rowsTrouble extends fc.Arbitrary<infer T> ? T : never;

  function rowsOf(t: RowsTrouble): number[][] {
    const random = seededRandom(t.seed);
    const rows: number[][] = [];
    for (let i = 0; i < t.rows; i++) {
      const timeS = i / t.rateHz + (i > t.rows / 2 ? t.hole : 0) + ((random() - 0.5) * t.jitter) / t.rateHz;
      const row = [timeS, Math.sin(timeS), random(), 9.8, random(), Math.cos(timeS), random()];
      if (random() >= t.missing) rows.push(row);
      if (random() < t.double) rows.push([...row]);
    }
    for (let i = 1; i < rows.length; i++) if (random() < t.swap) [rows[i - 1], rows[i]] = [rows[i]!, rows[i - 1]!];
    return rows;
  }

  const feed = (rows: number[][], timeline: SensorTimeline, heard: ReturnType<typeof newHeard>): void => {
    if (rows.length === 0) return;
    const decoder = walkSamples.createDecoder();
    const bytes = encodeWalkSamples({
      gyrUnit: 'rad/s',
      timesS: rows.map((row) => row[0]!),
      accMps2: rows.flatMap((row) => row.slice(1, 4)),
      gyr: rows.flatMap((row) => row.slice(4, 7)),
    });
    const result = decoder.decode(bytes);
    if (!result.ok || result.packet === undefined) throw new Error('rows of the test are not good');
    timeline.push(result.packet, rows.at(-1)![0]!, (output) => hear(heard, output));
  };
  const newTimeline = (): SensorTimeline => new SensorTimeline({ site: 'pelvis', clock: 'walk', nominalRateHz: 100 });
  const hearAll = (rows: number[][]): ReturnType<typeof newHeard> => {
    const timeline = newTimeline();
    const heard = newHeard(timeline);
    feed(rows, timeline, heard);
    timeline.flush((output) => hear(heard, output));
    heard.counts = timeline.counts;
    return heard;
  };

  it('any splitting into notifications gives the same; time never runs backwards; nothing but numbers comes out', () => {
    fc.assert(
      fc.property(rowsTrouble, fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1 }), (t, cuts) => {
        const rows = rowsOf(t);
        fc.pre(rows.length > 0);
        const whole = hearAll(rows);
        const timeline = newTimeline();
        const heard = newHeard(timeline);
        for (let at = 0, i = 0; at < rows.length; i++) {
          const size = cuts[i % cuts.length]!;
          feed(rows.slice(at, at + size), timeline, heard);
          at += size;
        }
        timeline.flush((output) => hear(heard, output));
        expect(heard.outputs).toEqual(whole.outputs);
        expect(isRising(whole.timesS)).toBe(true);
        for (const block of whole.blocks)
          expect([...block.accMps2, ...block.gyrRadps, block.startS, block.rateHz].every(Number.isFinite)).toBe(true);
        expect(whole.counts.samples).toBe(whole.timesS.length);
      }),
      { numRuns: 80 },
    );
  });

  it('a snapshot taken anywhere goes on as if nothing had happened', () => {
    fc.assert(
      fc.property(rowsTrouble, fc.double({ min: 0, max: 1, noNaN: true }), (t, share) => {
        const rows = rowsOf(t);
        fc.pre(rows.length > 1);
        const at = Math.max(1, Math.floor(share * rows.length));
        const first = newTimeline();
        const heard = newHeard(first);
        feed(rows.slice(0, at), first, heard);
        const second = newTimeline();
        second.restore(structuredClone(first.snapshot()));
        first.flush(() => undefined);
        feed(rows.slice(at), second, heard);
        second.flush((output) => hear(heard, output));
        expect(heard.outputs).toEqual(hearAll(rows).outputs);
      }),
      { numRuns: 80 },
    );
  });

  it('B1: without jitter every missing row is counted and no row is doubled', () => {
    fc.assert(
      fc.property(rowsTrouble, (t) => {
        const rows = rowsOf({ ...t, jitter: 0, hole: 0, rows: 1000 });
        const { counts } = hearAll(rows);
        const places = new Set(rows.map((row) => Math.round(row[0]! * t.rateHz)));
        const first = Math.min(...places);
        const last = Math.max(...places);
        expect(counts.samples).toBe(places.size);
        expect(counts.lostSamples).toBe(last - first + 1 - places.size);
        expect(counts.duplicates).toBe(rows.length - places.size);
        expect(counts.resampled).toBe(0);
      }),
      { numRuns: 100 },
    );
  });
});
