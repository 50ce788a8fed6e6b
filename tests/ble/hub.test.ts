import { beforeEach, describe, expect, it } from 'vitest';
import { Backoff } from '../../src/ble/backoff.ts';
import type { Pairing } from '../../src/ble/sensor-hub.ts';
import { SimulatedRadio } from '../../src/ble/simulated-radio.ts';
import { VirtualWalker } from '../../src/ble/virtual-walker.ts';
import { GATT, OPCODE, STANDARD_GATT } from '../../src/protocol/wire-v1.ts';
import { missing, pairingOf, stageOf, type Stage } from './hub-stage.ts';
import { TamperedRadio } from './tampered-radio.ts';
import { ManualTimers } from './virtual-walker-timers.ts';

const LEFT = 'virtual-left-foot';
const RIGHT = 'virtual-right-foot';
const PELVIS = 'virtual-pelvis';
const KEY = Uint8Array.from({ length: 16 }, (_, i) => i + 1);
const ALL = [pairingOf(LEFT, 'left_foot'), pairingOf(RIGHT, 'right_foot'), pairingOf(PELVIS, 'pelvis')];

let timers: ManualTimers;
let walker: VirtualWalker;
let simulated: SimulatedRadio;
let radio: TamperedRadio;
let stage: Stage;

function setUp(paired: readonly Pairing[], options: { keys?: Record<string, Uint8Array>; random?: () => number } = {}) {
  timers = new ManualTimers();
  walker = new VirtualWalker({ seed: 3, timers, ...(options.keys === undefined ? {} : { keys: options.keys }) });
  simulated = new SimulatedRadio(walker, timers);
  radio = new TamperedRadio(simulated);
  stage = stageOf(radio, timers, paired, options.random);
}

async function streaming(paired: readonly Pairing[] = ALL): Promise<void> {
  setUp(paired);
  await timers.until(stage.hub.startStreaming());
  await timers.advance(4000);
}

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

beforeEach(() => setUp([]));

describe('the states of a sensor', () => {
  it('goes from seen over connecting and ready to streaming, and back to seen when nobody wants it', async () => {
    await timers.until(stage.hub.startScan());
    await timers.advance(500);
    expect(stage.sensor(LEFT).state).toBe('seen');
    await timers.until(stage.hub.stopScan());
    await timers.until(stage.hub.pair(LEFT, 'left_foot'));
    await timers.until(stage.hub.startStreaming());
    await timers.advance(3000);
    expect(stage.states.get(LEFT)).toEqual(['seen', 'connecting', 'ready', 'streaming']);
    await timers.until(stage.hub.stopStreaming());
    // The link stays a while for the check before a walk.
    expect(stage.sensor(LEFT).state).toBe('streaming');
    await timers.advance(11 * 60_000);
    expect(stage.sensor(LEFT).state).toBe('seen');
    expect(walker.peripherals[0]!.streaming).toBe(false);
  });

  it('changes its site with the other shoe: links, keys and pairings stay', async () => {
    await streaming([{ ...pairingOf(LEFT, 'left_foot'), key: KEY }, pairingOf(RIGHT, 'right_foot'), ALL[2]!]);
    const before = stage.states.get(PELVIS)!.length;
    await timers.until(
      stage.hub.moveTo(
        new Map([
          [LEFT, 'right_foot'],
          [RIGHT, 'left_foot'],
          [PELVIS, 'pelvis'],
          ['stranger', 'pelvis'],
        ]),
      ),
    );
    expect([LEFT, RIGHT, PELVIS].map((id) => stage.sensor(id).site)).toEqual(['right_foot', 'left_foot', 'pelvis']);
    expect(stage.saved.get(LEFT)).toMatchObject({ site: 'right_foot', key: KEY });
    expect(stage.saved.get(RIGHT)).toMatchObject({ site: 'left_foot' });
    expect(stage.saved.size).toBe(3);
    const heard = stage.heard.get(RIGHT)!.samples.size;
    await timers.advance(2000);
    expect(stage.heard.get(RIGHT)!.samples.size).toBeGreaterThan(heard + 100);
    expect(stage.sensor(RIGHT).state).toBe('streaming');
    expect(stage.states.get(PELVIS)).toHaveLength(before);
  });

  it('is silent after 2 s without a byte, and gets a new link after 8 s', async () => {
    await streaming();
    radio.tampering = { notify: (characteristic, bytes) => (characteristic === GATT.control ? [bytes] : []) };
    await timers.advance(3100);
    expect(stage.sensor(LEFT)).toMatchObject({ state: 'silent', trouble: expect.stringContaining('nothing comes') });
    radio.tampering = {};
    await timers.advance(1000);
    expect(stage.sensor(LEFT).state).toBe('streaming');
    radio.tampering = { notify: (characteristic, bytes) => (characteristic === GATT.control ? [bytes] : []) };
    await timers.advance(9100);
    expect(stage.states.get(LEFT)!.slice(-3)).toContain('lost');
    radio.tampering = {};
    await timers.advance(20_000);
    expect(stage.sensor(LEFT).state).toBe('streaming');
    const { samples } = stage.heard.get(LEFT)!;
    expect(missing(samples)).toEqual([]);
    // The sensor was not stopped for it: its samples go on without a pause.
    expect(samples.size).toBeGreaterThan((104 * (timers.nowMs() - 1000)) / 1000);
  });

  it('a start that is not answered is no silence: it ends by its own limit', async () => {
    setUp(ALL.slice(0, 1));
    let swallowed = 0;
    // The start command takes nearly its whole time.
    radio.tampering = { swallowWrite: (bytes) => bytes[0] === OPCODE.start && swallowed++ === 0 };
    await timers.until(stage.hub.startStreaming());
    await timers.advance(3500);
    expect(stage.sensor(LEFT).state).toBe('ready');
    await timers.advance(3000);
    expect(stage.states.get(LEFT)).toEqual(['connecting', 'ready', 'lost', 'reconnecting', 'ready', 'streaming']);
    expect(stage.sensor(LEFT).state).toBe('streaming');
  });

  it('a sensor that says no is refused in words, asked again after half a minute, and not sooner', async () => {
    setUp(ALL.slice(0, 1));
    walker.peripherals[0]!.chargePct = 3;
    await timers.until(stage.hub.startStreaming());
    await timers.advance(2000);
    expect(stage.sensor(LEFT)).toMatchObject({ state: 'refused', trouble: expect.stringContaining('battery low') });
    await timers.advance(25_000);
    expect(radio.connectedTo).toEqual([LEFT]);
    walker.peripherals[0]!.chargePct = 80;
    await timers.advance(8000);
    expect(stage.sensor(LEFT).state).toBe('streaming');
    expect(radio.connectedTo).toEqual([LEFT, LEFT]);
  });

  it('B8: all links end with the adapter and come again with it, within a few seconds', async () => {
    await streaming();
    simulated.setState('off');
    await timers.advance(60_000);
    expect(stage.hub.sensors().map((s) => s.state)).toEqual(['lost', 'lost', 'lost']);
    expect(stage.sensor(LEFT).trouble).toContain('Bluetooth is off');
    const tries = radio.connectedTo.length;
    simulated.setState('on');
    await timers.advance(4000);
    expect(stage.hub.sensors().map((s) => s.state)).toEqual(['streaming', 'streaming', 'streaming']);
    expect(radio.connectedTo.length).toBe(tries + 3);
  });

  it('tells what it measures: rate, loss, motion, charge and clock', async () => {
    await streaming();
    await timers.advance(10 * 60_000);
    const status = stage.sensor(LEFT);
    expect(Math.abs(status.rateHz! - 104)).toBeLessThan(10);
    expect(status.lossShare).toBe(0);
    expect(status.motionDps!).toBeLessThan(10);
    expect(status.clock!.errorMs).toBeLessThan(25);
    // The virtual sensor's crystal is off by some ppm, and its answers come after 24 ms at least.
    expect(Math.abs(status.clock!.driftPpm!)).toBeLessThan(120);
    walker.tap(LEFT);
    await timers.advance(400);
    expect(stage.sensor(LEFT).motionDps!).toBeGreaterThan(30);
  });

  it('a charge that falls during a link is seen, also after the link', async () => {
    await streaming();
    walker.peripherals[0]!.chargePct = 40;
    await timers.advance(6 * 60_000);
    expect(stage.sensor(LEFT).batteryPct).toBeLessThanOrEqual(40);
    simulated.loseLink(LEFT, 60_000);
    await timers.advance(2000);
    expect(stage.sensor(LEFT).batteryPct).toBeLessThanOrEqual(40);
  });

  it('tells charge, firmware and taps of a sensor that nobody is paired with, without ever connecting to it', async () => {
    await timers.until(stage.hub.startScan());
    await timers.advance(1000);
    const before = stage.sensor(LEFT);
    expect(before).toMatchObject({ paired: false, state: 'seen', firmware: '1.1', taps: 0 });
    expect(before.batteryPct).toBe(Math.round(walker.peripherals[0]!.chargePct));
    walker.tap(LEFT);
    await timers.advance(1000);
    expect(stage.hub.sensors().map((s) => [s.id, s.taps])).toEqual([
      [LEFT, 1],
      [PELVIS, 0],
      [RIGHT, 0],
    ]);
    expect(radio.connectedTo).toEqual([]);
  });
});

describe('tries to connect again', () => {
  it('wait 0.5 s, doubling to 30 s, each spread by a quarter', () => {
    const low = new Backoff(() => 0);
    const high = new Backoff(() => 0.9999);
    const middle = [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000];
    for (const expected of middle) {
      expect(low.nextMs()).toBeCloseTo(0.75 * expected, 5);
      expect(high.nextMs() / expected).toBeCloseTo(1.25, 3);
    }
    low.reset();
    expect(low.nextMs()).toBe(375);
  });

  it('grow apart while a sensor is away', async () => {
    await streaming(ALL.slice(0, 1));
    const at: number[] = [];
    radio.tampering = { connect: () => (at.push(timers.nowMs()), undefined) };
    const from = timers.nowMs();
    simulated.loseLink(LEFT, 200_000);
    await timers.advance(150_000);
    const waits = at.map((ms, i) => ms - (i === 0 ? from : at[i - 1]!));
    // A try itself takes 0.12 s.
    expect(waits.slice(0, 6).map((ms) => Math.round(ms / 100) / 10)).toEqual([0.5, 1.1, 2.1, 4.1, 8.1, 16.1]);
    expect(waits.slice(6).every((ms) => Math.abs(ms - 30_120) < 30)).toBe(true);
  });

  it.each([1000, 30_000, 300_000])('B2: a link lost for %d ms is back within 5 s of its return', async (lostMs) => {
    await streaming();
    simulated.loseLink(LEFT, lostMs);
    await timers.advance(lostMs);
    let waitedMs = 0;
    while (stage.sensor(LEFT).state !== 'streaming' && waitedMs < 20_000) {
      await timers.advance(100);
      waitedMs += 100;
    }
    expect(waitedMs).toBeLessThanOrEqual(5000);
    await timers.advance(120_000);
    const { samples, doubled } = stage.heard.get(LEFT)!;
    expect(missing(samples)).toEqual([]);
    expect(doubled).toBe(0);
  });

  it('one sensor that is gone does not hold up the others', async () => {
    await streaming();
    simulated.loseLink(PELVIS, 3_600_000);
    await timers.advance(10_000);
    simulated.loseLink(LEFT, 500);
    await timers.advance(4000);
    expect(stage.sensor(LEFT).state).toBe('streaming');
    expect(stage.sensor(PELVIS).state).toMatch(/lost|reconnecting/);
  });
});

describe('who is let in', () => {
  it('B9: nothing unpaired is connected to, kept in a flood, or handed on', async () => {
    setUp(ALL.slice(0, 1));
    await timers.until(stage.hub.startScan());
    await timers.until(stage.hub.startStreaming());
    await timers.advance(20_000);
    expect(stage.hub.sensors()).toHaveLength(3);
    expect(new Set(radio.connectedTo)).toEqual(new Set([LEFT]));
    expect([...stage.heard.keys()]).toEqual([LEFT]);
    expect(stage.saved.size).toBe(1);
  });

  it('a flood of advertisements leaves at most 64 cards, and a foreign name is cut and stays text', async () => {
    const flood = new TamperedRadio(simulated);
    let tell: Parameters<TamperedRadio['startScan']>[0] = () => undefined;
    flood.startScan = (onSeen) => {
      tell = onSeen;
      return Promise.resolve();
    };
    const crowd = stageOf(flood, timers);
    await timers.until(crowd.hub.startScan());
    for (let i = 0; i < 5000; i++)
      tell({ deviceId: `d${i}`, name: '<script>'.repeat(50), serviceUuids: [GATT.service], rssiDbm: -60 });
    for (let i = 0; i < 500; i++)
      tell({ deviceId: `tv${i}`, name: 'Gaitkeeper', serviceUuids: ['180f'], rssiDbm: -60 });
    expect(crowd.hub.sensors()).toHaveLength(64);
    expect(crowd.hub.sensors().every((s) => s.name.length <= 64)).toBe(true);
    // The same name without our service is nobody.
    expect(crowd.hub.sensors().some((s) => s.id.startsWith('tv'))).toBe(false);
    await timers.until(crowd.hub.close());
  });

  it('forgotten while its link is being made: it is let go, and nothing of it is handed on', async () => {
    setUp(ALL.slice(0, 1));
    await timers.until(stage.hub.startStreaming());
    await timers.advance(150);
    expect(stage.sensor(LEFT).state).toBe('connecting');
    await timers.until(stage.hub.forget(LEFT));
    await timers.advance(60_000);
    expect(stage.heard.size).toBe(0);
    expect(stage.sensor(LEFT)).toMatchObject({ paired: false, state: 'seen' });
    expect(walker.peripherals[0]!.streaming).toBe(false);
  });

  it('its serial number is remembered from the first link; another one under the same address is quarantined', async () => {
    await streaming(ALL.slice(0, 1));
    expect(stage.saved.get(LEFT)!.serial).toBe('VW-1');
    radio.tampering = { read: (c) => (c === STANDARD_GATT.serial_number ? text('EVIL-9') : undefined) };
    const before = stage.heard.get(LEFT)!.notifications;
    simulated.loseLink(LEFT, 1000);
    await timers.advance(10_000);
    expect(stage.sensor(LEFT)).toMatchObject({ state: 'quarantined', trouble: expect.stringContaining('EVIL-9') });
    expect(stage.heard.get(LEFT)!.notifications).toBe(before);
    // It stays so, whatever else happens, until it is paired again.
    await timers.until(stage.hub.stopStreaming());
    await timers.advance(11 * 60_000);
    await timers.until(stage.hub.startStreaming());
    simulated.setState('off');
    simulated.setState('on');
    await timers.advance(60_000);
    expect(stage.sensor(LEFT).state).toBe('quarantined');
    expect(stage.heard.get(LEFT)!.notifications).toBe(before);
    radio.tampering = {};
    await timers.until(stage.hub.pair(LEFT, 'left_foot'));
    await timers.advance(5000);
    // It is the true one again, whose number differs from the one that was paired last.
    expect(stage.saved.get(LEFT)!.serial).toBe('EVIL-9');
    expect(stage.sensor(LEFT).state).toBe('quarantined');
    await timers.until(stage.hub.pair(LEFT, 'left_foot'));
    await timers.advance(5000);
    expect(stage.sensor(LEFT).state).toBe('streaming');
    expect(stage.saved.get(LEFT)!.serial).toBe('VW-1');
  });

  it('one that no longer tells its serial number is not taken for the paired one', async () => {
    await streaming(ALL.slice(0, 1));
    radio.tampering = { read: (c) => (c === STANDARD_GATT.serial_number ? new Uint8Array(0) : undefined) };
    simulated.loseLink(LEFT, 1000);
    const before = stage.heard.get(LEFT)!.notifications;
    await timers.advance(30_000);
    expect(stage.sensor(LEFT).trouble).toContain('serial number');
    expect(stage.heard.get(LEFT)!.notifications).toBe(before);
    radio.tampering = {};
    await timers.advance(40_000);
    expect(stage.sensor(LEFT).state).toBe('streaming');
  });

  it('B9: a replayed stream is quarantined at its first packet', async () => {
    const tape: Uint8Array[] = [];
    setUp(ALL.slice(0, 1));
    radio.tampering = {
      notify: (c, bytes) => {
        if (c === GATT.imu) tape.push(bytes.slice());
        return [bytes];
      },
    };
    await timers.until(stage.hub.startStreaming());
    await timers.advance(20_000);
    const before = stage.heard.get(LEFT)!.samples.size;
    radio.tampering = { notify: (c, bytes) => (c === GATT.imu ? tape.splice(0, 1) : [bytes]) };
    await timers.advance(20_000);
    expect(stage.sensor(LEFT)).toMatchObject({ state: 'quarantined', trouble: expect.stringContaining('ran back') });
    expect(stage.heard.get(LEFT)!.samples.size).toBe(before);
    expect(stage.heard.get(LEFT)!.doubled).toBe(0);
  });

  it('B9: a counter that runs back after a new link is quarantined too; a true restart is not', async () => {
    await streaming(ALL.slice(0, 1));
    await timers.advance(20_000);
    simulated.rebootSensor(LEFT);
    await timers.advance(5000);
    expect(stage.sensor(LEFT).state).toBe('streaming');
    const back = (bytes: Uint8Array): Uint8Array => {
      const copy = bytes.slice();
      const view = new DataView(copy.buffer);
      view.setUint32(4, Math.max(0, view.getUint32(4, true) - 400), true);
      return copy;
    };
    await timers.advance(10_000);
    radio.tampering = { notify: (c, bytes) => [c === GATT.imu ? back(bytes) : bytes] };
    simulated.loseLink(LEFT, 500);
    await timers.advance(10_000);
    expect(stage.sensor(LEFT).state).toBe('quarantined');
  });

  it('a key that was given is asked for: authenticated, wrong key, or key missing', async () => {
    setUp([pairingOf(RIGHT, 'right_foot')], { keys: { right_foot: KEY } });
    await timers.until(stage.hub.startStreaming());
    await timers.advance(5000);
    expect(stage.sensor(RIGHT)).toMatchObject({ state: 'quarantined', trouble: expect.stringContaining('key') });
    await expect(timers.until(stage.hub.setKey(RIGHT, KEY, 'VW-9'))).rejects.toThrow('sensor VW-9');
    await timers.until(stage.hub.setKey(RIGHT, KEY, 'vw-2'));
    await timers.advance(5000);
    expect(stage.sensor(RIGHT)).toMatchObject({ state: 'streaming', trust: 'authenticated' });
    await timers.until(
      stage.hub.setKey(
        RIGHT,
        KEY.map((b) => b ^ 1),
      ),
    );
    await timers.advance(5000);
    expect(stage.sensor(RIGHT).state).toBe('quarantined');
    expect(stage.saved.get(RIGHT)!.key).toEqual(KEY.map((b) => b ^ 1));
  });

  it('B10: a sensor without a key is unprotected, and says so', async () => {
    await streaming(ALL.slice(0, 1));
    expect(stage.sensor(LEFT).trust).toBe('unprotected');
  });
});

describe('lost samples', () => {
  it('a busy sensor is asked again; what it no longer holds stays a gap and is asked for once', async () => {
    timers = new ManualTimers();
    walker = new VirtualWalker({ seed: 3, timers, ringSamples: 1000 });
    simulated = new SimulatedRadio(walker, timers);
    radio = new TamperedRadio(simulated);
    stage = stageOf(radio, timers, ALL.slice(0, 1));
    await timers.until(stage.hub.startStreaming());
    await timers.advance(4000);
    simulated.loseLink(LEFT, 30_000);
    await timers.advance(60_000);
    const { samples, doubled } = stage.heard.get(LEFT)!;
    const holes = missing(samples);
    expect(doubled).toBe(0);
    // 30 s are some 3150 samples, of which the ring holds the newest 1000.
    expect(holes.length).toBeGreaterThan(2000);
    expect(holes.length).toBeLessThan(2400);
    expect(holes.at(-1)! - holes[0]!).toBe(holes.length - 1);
    await timers.advance(60_000);
    expect(missing(samples)).toEqual(holes);
  });

  it('a request that is lost with the link is made again on the next one', async () => {
    await streaming(ALL.slice(0, 1));
    radio.tampering = { swallowWrite: (bytes) => bytes[0] === OPCODE.resend };
    simulated.loseLink(LEFT, 3000);
    await timers.advance(6000);
    simulated.loseLink(LEFT, 1000);
    await timers.advance(2000);
    radio.tampering = {};
    await timers.advance(20_000);
    const { samples, doubled } = stage.heard.get(LEFT)!;
    expect(missing(samples)).toEqual([]);
    expect(doubled).toBe(0);
  });

  it('a resend whose end never comes is not waited for for ever', async () => {
    await streaming(ALL.slice(0, 1));
    // The first answers on the backfill characteristic are all lost.
    radio.tampering = { notify: (c, bytes) => (c === GATT.backfill ? [] : [bytes]) };
    simulated.loseLink(LEFT, 3000);
    await timers.advance(8000);
    expect(missing(stage.heard.get(LEFT)!.samples).length).toBeGreaterThan(250);
    radio.tampering = {};
    await timers.advance(20_000);
    expect(missing(stage.heard.get(LEFT)!.samples)).toEqual([]);
  });
});

describe('200 cycles of connect, stream and lose', () => {
  it('leave timers and heap as they were, and no sample behind', async () => {
    await streaming();
    walker.setWalking(true);
    const ids = ALL.map((p) => p.id);
    const waiting: number[] = [];
    const heap: number[] = [];
    for (let cycle = 0; cycle < 200; cycle++) {
      simulated.loseLink(ids[cycle % 3]!, 300 + (cycle % 7) * 100);
      await timers.advance(2500);
      if (cycle % 50 === 49) {
        await timers.advance(3000);
        waiting.push(timers.waiting);
        heap.push(usedHeap());
      }
    }
    expect(stage.hub.sensors().map((s) => s.state)).toEqual(['streaming', 'streaming', 'streaming']);
    for (const id of ids) {
      const { samples, doubled } = stage.heard.get(id)!;
      expect(missing(samples), id).toEqual([]);
      expect(doubled, id).toBe(0);
    }
    expect(Math.max(...waiting) - Math.min(...waiting)).toBeLessThanOrEqual(2);
    await timers.until(stage.hub.close());
    await timers.advance(6000);
    expect(timers.waiting).toBe(0);
    // The test itself keeps some 100,000 samples as text; a leak of links would show as more than that.
    expect((heap.at(-1)! - heap[0]!) / 150).toBeLessThan(600e3);
  });
});

function usedHeap(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}
