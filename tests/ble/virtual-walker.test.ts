import { beforeEach, describe, expect, it } from 'vitest';
import { ControlSession, NO_KEY } from '../../src/ble/control-session.ts';
import type { Advertisement, RadioLink } from '../../src/ble/radio.ts';
import { SampleRing } from '../../src/ble/sample-ring.ts';
import { SimulatedRadio } from '../../src/ble/simulated-radio.ts';
import { VirtualWalker } from '../../src/ble/virtual-walker.ts';
import { decodeBackfillNote } from '../../src/protocol/backfill.ts';
import { gaitkeeper } from '../../src/protocol/models/gaitkeeper.ts';
import { GATT, STANDARD_GATT } from '../../src/protocol/wire-v1.ts';
import { ManualTimers } from './virtual-walker-timers.ts';

const LEFT = 'virtual-left-foot';
const KEY = Uint8Array.from({ length: 16 }, (_, i) => i + 1);

let timers: ManualTimers;
let walker: VirtualWalker;
let radio: SimulatedRadio;
beforeEach(() => {
  timers = new ManualTimers();
  walker = new VirtualWalker({ seed: 1, timers, keys: { right_foot: KEY } });
  radio = new SimulatedRadio(walker, timers);
});

interface Stream {
  readonly link: RadioLink;
  readonly session: ControlSession;
  /** acc and gyr of each sample by its index, joined to a text; and how often each came */
  readonly samples: Map<number, string>;
  doubled: number;
  readonly notes: string[];
}

/** Connects, opens a session, subscribes and starts. */
async function stream(samples = new Map<number, string>(), deviceId = LEFT, start = true): Promise<Stream> {
  const link = await timers.until(radio.connect(deviceId));
  const session = new ControlSession(link, timers, NO_KEY);
  await timers.until(session.open());
  const result: Stream = { link, session, samples, doubled: 0, notes: [] };
  const decoder = gaitkeeper.createDecoder();
  const take = (bytes: Uint8Array): void => {
    const note = decodeBackfillNote(bytes);
    if (note !== undefined) {
      result.notes.push(`${note.type} ${note.firstIndex} ${note.count}`);
      return;
    }
    const decoded = decoder.decode(bytes);
    if (!decoded.ok || decoded.packet === undefined) throw new Error('a bad packet');
    const { accMps2, gyrRadps, count, sampleIndex } = decoded.packet;
    for (let i = 0; i < count; i++) {
      const index = sampleIndex! + i;
      if (samples.has(index)) result.doubled++;
      samples.set(index, [...accMps2.slice(3 * i, 3 * i + 3), ...gyrRadps.slice(3 * i, 3 * i + 3)].join(' '));
    }
  };
  await timers.until(link.subscribe(GATT.service, GATT.imu, take));
  await timers.until(link.subscribe(GATT.service, GATT.backfill, take));
  if (start) expect((await timers.until(session.send({ op: 'start' }))).status).toBe('ok');
  return result;
}
const missing = (samples: Map<number, string>): number[] =>
  Array.from({ length: Math.max(...samples.keys()) }, (_, i) => i).filter((i) => !samples.has(i));

describe('the simulated radio', () => {
  it('lets three sensors be heard, again and again, and no more once it stops or one is connected', async () => {
    const heard: Advertisement[] = [];
    await radio.startScan((advertisement) => heard.push(advertisement));
    await timers.advance(2000);
    const ids = () => [...new Set(heard.map((a) => a.deviceId))].sort();
    expect(ids()).toEqual(['virtual-left-foot', 'virtual-pelvis', 'virtual-right-foot']);
    expect(heard.length).toBeGreaterThan(10);
    expect(heard.every((a) => a.serviceUuids.includes(GATT.service) && a.rssiDbm! < -30)).toBe(true);
    await timers.until(radio.connect(LEFT));
    heard.length = 0;
    await timers.advance(2000);
    expect(ids()).toEqual(['virtual-pelvis', 'virtual-right-foot']);
    await radio.stopScan();
    heard.length = 0;
    await timers.advance(2000);
    expect(heard).toEqual([]);
  });

  it('reads charge and device information, refuses what is not there', async () => {
    const link = await timers.until(radio.connect(LEFT));
    const read = (service: string, characteristic: string) => timers.until(link.read(service, characteristic));
    const [pct] = await read(STANDARD_GATT.battery_service, STANDARD_GATT.battery_level);
    expect(pct).toBeGreaterThan(60);
    expect(pct).toBeLessThanOrEqual(100);
    const serial = await read(STANDARD_GATT.device_information, STANDARD_GATT.serial_number);
    expect(new TextDecoder().decode(serial)).toBe('VW-1');
    await expect(read('1234', '5678')).rejects.toThrow('nothing to read');
    await expect(timers.until(link.subscribe(GATT.service, '2a19', () => undefined))).rejects.toThrow(
      'no notifications',
    );
  });

  it('connects to nothing that is unknown, linked already, out of range or off', async () => {
    await expect(timers.until(radio.connect('someone-else'))).rejects.toThrow('out of range');
    await timers.until(radio.connect(LEFT));
    await expect(timers.until(radio.connect(LEFT))).rejects.toThrow('another link');
    radio.loseLink(LEFT, 5000);
    await expect(timers.until(radio.connect(LEFT))).rejects.toThrow('out of range');
    await timers.advance(5000);
    await timers.until(radio.connect(LEFT));
    radio.setState('off');
    await expect(timers.until(radio.connect('virtual-pelvis'))).rejects.toThrow('switched off');
    await expect(radio.startScan(() => undefined)).rejects.toThrow('switched off');
  });

  it('tells the loss of a link once, with its reason, and fails the calls that were under way', async () => {
    const { link } = await stream();
    const reasons: string[] = [];
    link.onLost((reason) => reasons.push(reason));
    const late = link.read(STANDARD_GATT.battery_service, STANDARD_GATT.battery_level);
    late.catch(() => undefined);
    radio.loseLink(LEFT);
    radio.loseLink(LEFT);
    await expect(timers.until(late)).rejects.toThrow('link is gone');
    expect(reasons).toEqual(['the sensor went out of range']);
    link.onLost((reason) => reasons.push(`late: ${reason}`));
    expect(reasons.at(-1)).toBe('late: the sensor went out of range');
  });

  it('all links go with the adapter, whose state is told', async () => {
    const { link } = await stream();
    const told: string[] = [];
    link.onLost((reason) => told.push(reason));
    radio.onState((state) => told.push(state));
    radio.setState('off');
    radio.setState('on');
    expect(told).toEqual(['the radio was switched off', 'off', 'on']);
  });

  it('leaves no timer behind when it is closed', async () => {
    await radio.startScan(() => undefined);
    await stream();
    await radio.close();
    await timers.advance(6000);
    expect(timers.waiting).toBe(0);
  });
});

describe('a virtual sensor on its link', () => {
  it('streams 104 samples a second without a hole, in some 12 packets', async () => {
    const { samples, doubled } = await stream();
    const before = samples.size;
    await timers.advance(10_000);
    expect(Math.abs(samples.size - before - 1040)).toBeLessThan(12);
    expect(missing(samples)).toEqual([]);
    expect(doubled).toBe(0);
  });

  it('stops when told, and goes on with the next index when told to start again', async () => {
    const { samples, session } = await stream();
    await timers.advance(1000);
    await timers.until(session.send({ op: 'stop' }));
    await timers.advance(100);
    const stopped = samples.size;
    await timers.advance(5000);
    expect(samples.size).toBe(stopped);
    await timers.until(session.send({ op: 'start' }));
    await timers.advance(1000);
    expect(samples.size).toBeGreaterThan(stopped + 80);
    expect(missing(samples)).toEqual([]);
  });

  it.each([1000, 30_000])(
    'a link lost for %d ms: what was missed comes again, the same samples, none twice',
    async (lostMs) => {
      const samples = new Map<number, string>();
      await stream(samples);
      await timers.advance(4000);
      radio.loseLink(LEFT, lostMs);
      await timers.advance(lostMs + 100);
      const again = await stream(samples);
      await timers.advance(500);
      const holes = missing(samples);
      expect(holes.length).toBeGreaterThan(0.1 * lostMs);
      const wanted = { op: 'resend', fromIndex: holes[0]!, count: holes.length } as const;
      expect((await timers.until(again.session.send(wanted))).status).toBe('ok');
      expect((await timers.until(again.session.send(wanted))).status).toBe('busy');
      await timers.advance(15_000);
      expect(again.notes).toEqual([`resend_done ${holes[0]} ${holes.length}`]);
      expect(missing(samples)).toEqual([]);
      expect(again.doubled).toBe(0);

      // The same walker, never interrupted, gave the same samples.
      const other = new ManualTimers();
      const twin = new VirtualWalker({ seed: 1, timers: other, keys: { right_foot: KEY } });
      timers = other;
      radio = new SimulatedRadio(twin, other);
      const whole = await stream();
      await other.advance(10_000);
      for (const [index, text] of samples) if (index < whole.samples.size) expect(text).toBe(whole.samples.get(index));
    },
  );

  it('says what is gone when more is asked for than it holds', async () => {
    radio = new SimulatedRadio(new VirtualWalker({ seed: 1, timers, ringSamples: 450 }), timers);
    const { session, notes, samples } = await stream();
    await timers.advance(9000);
    samples.clear();
    const { given } = await timers.until(session.send({ op: 'resend', fromIndex: 0, count: 600 }));
    if (given?.op !== 'resend') throw new Error('not granted');
    expect(given.fromIndex).toBeGreaterThan(400);
    expect(given.fromIndex + given.count).toBe(600);
    await timers.advance(1000);
    expect(notes[0]).toMatch(/^gone \d+ 4[45]\d$/);
    expect(notes.at(-1)).toMatch(/^resend_done /);
    const oldest = Number(notes[0]!.split(' ')[1]);
    for (let index = oldest; index < 600; index++) expect(samples.has(index)).toBe(true);
    expect(samples.has(oldest - 20)).toBe(false);
  });

  it('restarts with a new boot count, number 0 first and an empty buffer', async () => {
    const first = await stream();
    await timers.advance(1000);
    radio.rebootSensor(LEFT);
    await timers.advance(500);
    const { session, notes, samples } = await stream();
    await timers.advance(3000);
    expect(first.samples.size).toBeGreaterThan(50);
    // A new boot: its first sample is number 0 again, and there is nothing before it.
    expect(samples.has(0)).toBe(true);
    await timers.until(session.send({ op: 'resend', fromIndex: 0, count: 10 }));
    await timers.advance(1000);
    expect(notes).toEqual(['resend_done 0 10']);
  });

  it('shows whether it holds a key: unprotected, authenticated, or another key than ours', async () => {
    const trust = async (deviceId: string, key: Uint8Array) => {
      const link = await timers.until(radio.connect(deviceId));
      const result = await timers.until(new ControlSession(link, timers, key).open());
      await link.disconnect();
      return result;
    };
    expect(await trust(LEFT, NO_KEY)).toBe('unprotected');
    expect(await trust('virtual-right-foot', KEY)).toBe('authenticated');
    expect(await trust('virtual-right-foot', NO_KEY)).toBe('wrong_key');
  });

  it('refuses writes without a session, with a wrong MAC or an old counter', async () => {
    const link = await timers.until(radio.connect(LEFT));
    const answers: number[] = [];
    await timers.until(link.subscribe(GATT.service, GATT.control, (bytes) => answers.push(bytes[1]!)));
    const start = Uint8Array.of(2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    await timers.until(link.write(GATT.service, GATT.control, start, true));
    await timers.advance(100);
    expect(answers).toEqual([6]); // no_hello
    const session = new ControlSession(link, timers, KEY);
    await timers.until(session.open());
    // Our key is not the sensor's: it takes no command from us.
    expect((await timers.until(session.send({ op: 'start' }))).status).toBe('bad_mac');
  });

  it('blinks as long as asked, tells its clock and its state', async () => {
    const { session } = await stream();
    const peripheral = walker.peripherals[0]!;
    await timers.until(session.send({ op: 'identify', seconds: 3 }));
    expect(peripheral.isIdentifying(walker.nowS)).toBe(true);
    await timers.advance(3000);
    expect(peripheral.isIdentifying(walker.nowS)).toBe(false);
    const ping = async () => {
      const { given } = await timers.until(session.send({ op: 'time_ping', token: 7 }));
      if (given?.op !== 'time_ping') throw new Error('no clock told');
      return given.deviceUs;
    };
    const early = await ping();
    const nowS = walker.nowS;
    await timers.advance(10_000);
    const late = await ping();
    expect((late - early) / 1e6 / (walker.nowS - nowS)).toBeCloseTo(1, 3);
    const { given } = await timers.until(session.send({ op: 'status' }));
    expect(given).toMatchObject({ op: 'status', streaming: true, resending: false, oldestIndex: 0 });
  });

  it('an empty battery ends link and advertising', async () => {
    const { link } = await stream();
    const reasons: string[] = [];
    link.onLost((reason) => reasons.push(reason));
    walker.peripherals[0]!.chargePct = 0.00001;
    await timers.advance(2000);
    expect(reasons).toEqual(['its battery is empty']);
    const heard: string[] = [];
    await radio.startScan((a) => heard.push(a.deviceId));
    await timers.advance(1000);
    expect(heard).not.toContain(LEFT);
  });
});

describe('the virtual walker', () => {
  const motion = (samples: Map<number, string>, last: number): number => {
    const recent = [...samples].filter(([index]) => index >= samples.size - last);
    const squares = recent.map(([, text]) =>
      text
        .split(' ')
        .slice(3)
        .reduce((sum, v) => sum + Number(v) ** 2, 0),
    );
    return (Math.sqrt(squares.reduce((a, b) => a + b, 0) / recent.length) * 180) / Math.PI;
  };

  it('stands until it is told to walk, walks, and stands again', async () => {
    const { samples } = await stream();
    await timers.advance(8000);
    expect(motion(samples, 300)).toBeLessThan(4);
    expect(walker.truth().events).toEqual([]);
    walker.setWalking(true);
    await timers.advance(20_000);
    expect(motion(samples, 500)).toBeGreaterThan(60);
    walker.setWalking(false);
    await timers.advance(10_000);
    expect(motion(samples, 300)).toBeLessThan(4);
    expect(walker.truth().strides.length).toBeGreaterThan(10);
  });

  it('waits while nobody listens: a day later it is there at once, having taken no step', async () => {
    walker.setWalking(true);
    await timers.advance(24 * 3600 * 1000);
    const { samples } = await stream();
    await timers.advance(20_000);
    expect(motion(samples, 500)).toBeGreaterThan(60);
    expect(walker.truth().events[0]!.time_s).toBeGreaterThan(24 * 3600);
  });

  it('a tap makes one sensor jump, and is no step', async () => {
    const { samples } = await stream();
    await timers.advance(2000);
    expect(walker.tap(LEFT)).toBe(true);
    expect(walker.tap('someone-else')).toBe(false);
    await timers.advance(500);
    expect(motion(samples, 60)).toBeGreaterThan(30);
    expect(walker.truth().events).toEqual([]);
  });

  it('goes over to another scenario while it lives', async () => {
    walker.setWalking(true);
    await stream();
    await timers.advance(20_000);
    walker.setScenario('slow');
    await timers.advance(30_000);
    const strides = walker.truth().strides.filter((s) => s.first === undefined);
    const early = strides.filter((s) => s.ic_s < 20);
    const late = strides.filter((s) => s.ic_s > 35);
    const speed = (list: typeof strides) =>
      list.reduce((sum, s) => sum + s.stride_length_m / (s.next_ic_s - s.ic_s), 0) / list.length;
    expect(speed(late)).toBeLessThan(0.75 * speed(early));
    expect(walker.scenario).toBe('slow');
    expect(() => walker.setScenario('flying')).toThrow('There is no scenario "flying"');
  });

  it('a walk in another scenario with other ground goes on without a jump of the sensors', async () => {
    walker.setWalking(true);
    const { samples } = await stream();
    for (const scenario of ['slope', 'sitting', 'healthy', 'bicycle', 'camber'] as const) {
      walker.setScenario(scenario);
      await timers.advance(15_000);
    }
    let most = 0;
    for (const text of samples.values()) {
      const values = text.split(' ').map(Number);
      expect(values.every(Number.isFinite)).toBe(true);
      most = Math.max(most, Math.hypot(values[3]!, values[4]!, values[5]!));
    }
    expect((most * 180) / Math.PI).toBeLessThan(900);
  });
});

describe('the ring buffer', () => {
  const block = (firstIndex: number, count: number) => ({
    firstIndex,
    count,
    deviceUs: 0,
    counts: new Int16Array(6 * count),
  });

  it('holds the newest, finds any of them, and begins anew after a restart', () => {
    const ring = new SampleRing(100);
    for (let i = 0; i < 300; i += 10) ring.add(block(i, 10));
    expect([ring.oldestIndex, ring.nextIndex]).toEqual([200, 300]);
    expect(ring.find(199)).toBeUndefined();
    expect(ring.find(205)?.firstIndex).toBe(200);
    expect(ring.find(299)?.firstIndex).toBe(290);
    expect(ring.find(300)).toBeUndefined();
    ring.add(block(0, 10));
    expect([ring.oldestIndex, ring.nextIndex]).toEqual([0, 10]);
  });

  it('stays exact over many turns', () => {
    const ring = new SampleRing(1000);
    for (let i = 0; i < 100_000; i += 9) ring.add(block(i, 9));
    for (let i = ring.oldestIndex; i < ring.nextIndex; i += 7) {
      const found = ring.find(i)!;
      expect(i - found.firstIndex).toBeGreaterThanOrEqual(0);
      expect(i - found.firstIndex).toBeLessThan(9);
    }
    expect(ring.nextIndex - ring.oldestIndex).toBeLessThanOrEqual(1000);
  });
});
