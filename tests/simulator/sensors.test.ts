import { describe, expect, it } from 'vitest';
import { sensorModel } from '../../src/protocol/models/index.ts';
import { STANDARD_GRAVITY_MPS2 } from '../../src/domain/units.ts';
import { NO_FAULTS, ROUGH_FAULTS } from '../../src/simulator/faults.ts';
import { simulateWalk } from '../../src/simulator/simulate-walk.ts';
import { VirtualWalk, type VirtualWalkOptions } from '../../src/simulator/virtual-walk.ts';

const DEG = 180 / Math.PI;
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const decoded = (options: VirtualWalkOptions & { seconds: number }) => {
  const walk = simulateWalk(options);
  const decoders = walk.slots.map((slot) => sensorModel(slot.model).createDecoder());
  return [...walk.notifications()].map((notification) => {
    const result = decoders[notification.slot]!.decode(notification.bytes);
    if (!result.ok || result.packet === undefined) throw new Error('a bad packet');
    const { accMps2, gyrRadps, ...rest } = result.packet;
    return { ...notification, ...rest, accMps2: accMps2.slice(), gyrRadps: gyrRadps.slice() };
  });
};

describe('the virtual sensors', () => {
  it('the same seed gives the same bytes, another seed others', () => {
    const bytes = (seed: number) =>
      [...simulateWalk({ scenario: 'mixed', seed, seconds: 20 }).notifications()].map(
        (n) => `${n.slot} ${n.receivedS} ${textOf(n.bytes)}`,
      );
    expect(bytes(7)).toEqual(bytes(7));
    expect(bytes(7)).not.toEqual(bytes(8));
  });

  it('it makes no difference how the time is divided up', () => {
    const options: VirtualWalkOptions = { scenario: 'stops', seed: 5, seconds: 25, faults: ROUGH_FAULTS };
    const whole = new VirtualWalk(options).nextUntil(25);
    const parts = new VirtualWalk(options);
    const pieces = [];
    for (let tS = 0.37; tS < 26; tS += 0.37) pieces.push(...parts.nextUntil(Math.min(tS, 25)));
    expect(pieces.map((n) => textOf(n.bytes))).toEqual(whole.map((n) => textOf(n.bytes)));
    expect(pieces.map((n) => n.receivedS)).toEqual(whole.map((n) => n.receivedS));
  });

  it('packets carry what samples() says, count for count', () => {
    const options = { scenario: 'healthy', seed: 2, seconds: 15, faults: { loss: 0 } } as const;
    const samples = simulateWalk(options).samples();
    let worst = 0;
    let compared = 0;
    for (const packet of decoded(options)) {
      const own = samples[packet.slot]!;
      for (let i = 0; i < packet.count; i++) {
        const k = packet.sampleIndex! + i;
        if (k >= own.count) continue;
        for (let axis = 0; axis < 3; axis++) {
          const acc = Math.abs(packet.accMps2[3 * i + axis]! - own.accMps2[3 * k + axis]!);
          const gyr = Math.abs(packet.gyrRadps[3 * i + axis]! - own.gyrRadps[3 * k + axis]!);
          worst = Math.max(worst, acc, gyr);
        }
        compared++;
      }
    }
    expect(worst).toBeLessThan(1e-9);
    expect(compared).toBeGreaterThan(4500);
  });

  it('the device clock runs off by what was drawn, and nothing arrives before it was measured', () => {
    const walk = new VirtualWalk({ scenario: 'standing', seed: 9, faults: { clockPpm: 100, loss: 0 } });
    const ppm = walk.slots.map((slot) => walk.makeSensor(slot.site as 'pelvis').clockPpm);
    const decoders = walk.slots.map((slot) => sensorModel(slot.model).createDecoder());
    const first: (readonly [number, number] | undefined)[] = [undefined, undefined, undefined];
    const skew = [0, 0, 0];
    for (let tS = 10; tS <= 300; tS += 10) {
      for (const n of walk.nextUntil(tS)) {
        const result = decoders[n.slot]!.decode(n.bytes);
        if (!result.ok || result.packet === undefined) throw new Error('a bad packet');
        const deviceS = result.packet.deviceTimeS!;
        const start = (first[n.slot] ??= [n.receivedS, deviceS]);
        skew[n.slot] = 1e6 * (((deviceS - start[1] + 2 * 4294.967296) % 4294.967296) / (n.receivedS - start[0]) - 1);
      }
    }
    ppm.forEach((expected, slot) => expect(Math.abs(skew[slot]! - expected)).toBeLessThan(60));
  });

  it('good sensors: bias, gain and noise lie where real ones do, and are gone when none are wanted', () => {
    for (let seed = 1; seed <= 6; seed++) {
      const [left] = simulateWalk({ scenario: 'standing', seed, seconds: 10 }).samples();
      const [ideal] = simulateWalk({ scenario: 'standing', seed, seconds: 10, faults: NO_FAULTS }).samples();
      const stats = (values: Float64Array, axis: number) => {
        const own = values.filter((_, i) => i % 3 === axis);
        const m = own.reduce((a, b) => a + b, 0) / own.length;
        return { m, sd: Math.sqrt(own.reduce((a, b) => a + (b - m) ** 2, 0) / own.length) };
      };
      const bias = [0, 1, 2].map((axis) => stats(left!.gyrRadps, axis).m * DEG);
      expect(Math.hypot(...bias)).toBeGreaterThan(0.9);
      expect(Math.hypot(...bias)).toBeLessThan(2.1);
      const sd = stats(left!.gyrRadps, 0).sd * DEG;
      expect(sd).toBeGreaterThan(0.06);
      expect(sd).toBeLessThan(0.25);
      const g = Math.hypot(...[0, 1, 2].map((axis) => stats(left!.accMps2, axis).m));
      expect(Math.abs(g - STANDARD_GRAVITY_MPS2)).toBeLessThan(1.3);
      expect(Math.hypot(...[0, 1, 2].map((axis) => stats(ideal!.accMps2, axis).m))).toBeCloseTo(
        STANDARD_GRAVITY_MPS2,
        2,
      );
      expect(Math.abs(stats(ideal!.gyrRadps, 1).m)).toBeLessThan(1e-9);
    }
  });

  it('a mounting is a rotation: aligned and random see the same sizes', () => {
    const walk = (mounting: 'aligned' | 'random') =>
      simulateWalk({ scenario: 'healthy', seed: 3, seconds: 8, faults: { ...NO_FAULTS, mounting } }).samples()[0]!;
    const a = walk('aligned');
    const b = walk('random');
    let turned = 0;
    for (let i = 0; i < a.count; i++) {
      const size = (w: typeof a) => Math.hypot(...w.idealGyrRadps.slice(3 * i, 3 * i + 3));
      expect(size(a)).toBeCloseTo(size(b), 9);
      turned = Math.max(turned, Math.abs(a.idealGyrRadps[3 * i]! - b.idealGyrRadps[3 * i]!));
    }
    expect(turned).toBeGreaterThan(0.5);
  });
});

describe('what can go wrong', () => {
  const base = { scenario: 'healthy', seed: 1, seconds: 30 } as const;

  it('losses are real losses: counters jump, nothing else', () => {
    const packets = decoded({ ...base, faults: { loss: 0.1 } }).filter((p) => p.slot === 0);
    const whole = decoded({ ...base, faults: { loss: 0 } }).filter((p) => p.slot === 0);
    expect(packets.length / whole.length).toBeGreaterThan(0.82);
    expect(packets.length / whole.length).toBeLessThan(0.96);
    const known = new Set(whole.map((p) => `${p.seq} ${p.sampleIndex}`));
    for (const packet of packets) expect(known.has(`${packet.seq} ${packet.sampleIndex}`)).toBe(true);
  });

  it('late and doubled packets come, each the same bytes', () => {
    const packets = decoded({ ...base, faults: { loss: 0, reorder: 0.1, duplicate: 0.1 } }).filter((p) => p.slot === 1);
    const seqs = packets.map((p) => p.sampleIndex!);
    expect(seqs.length - new Set(seqs).size).toBeGreaterThan(15);
    expect(seqs.filter((s, i) => i > 0 && s < seqs[i - 1]!).length).toBeGreaterThan(10);
  });

  it('a reboot begins all counters anew and counts one boot more', () => {
    const packets = decoded({ ...base, faults: { loss: 0, reboots: [{ site: 'left_foot', atS: 12 }] } }).filter(
      (p) => p.slot === 0,
    );
    const before = packets.filter((p) => p.receivedS < 12.2).at(-1)!;
    const after = packets.find((p) => p.receivedS > 12.2)!;
    expect(after.receivedS - before.receivedS).toBeGreaterThan(1.4);
    expect(after.sampleIndex).toBe(0);
    expect(after.bootCount).toBe((before.bootCount! + 1) % 16);
    expect(after.deviceTimeS).toBeLessThan(1);
  });

  it('a dead battery and a radio silence end the packets of that sensor only', () => {
    const packets = decoded({
      ...base,
      faults: {
        loss: 0,
        batteryDeaths: [{ site: 'pelvis', atS: 10 }],
        outages: [{ site: 'right_foot', fromS: 10, toS: 20 }],
      },
    });
    expect(packets.filter((p) => p.slot === 2 && p.receivedS > 10.3)).toEqual([]);
    expect(packets.filter((p) => p.slot === 1 && p.receivedS > 10.3 && p.receivedS < 20)).toEqual([]);
    expect(packets.filter((p) => p.slot === 1 && p.receivedS > 20.3).length).toBeGreaterThan(80);
    expect(packets.filter((p) => p.slot === 0 && p.receivedS > 10).length).toBeGreaterThan(200);
  });

  it('swapped sides: the slots are declared the wrong way round, the truth is not', () => {
    const swapped = simulateWalk({ ...base, faults: { swappedFeet: true } });
    const plain = simulateWalk(base);
    expect(swapped.slots.map((slot) => slot.site)).toEqual(['right_foot', 'left_foot', 'pelvis']);
    expect(swapped.truth).toEqual(plain.truth);
    expect([...swapped.notifications()].map((n) => textOf(n.bytes))).toEqual(
      [...plain.notifications()].map((n) => textOf(n.bytes)),
    );
  });

  it('with one shoe only, the truth is about that foot', () => {
    const walk = simulateWalk({ ...base, sites: ['right_foot'] });
    expect(walk.slots.map((slot) => slot.site)).toEqual(['right_foot']);
    expect(new Set([...walk.truth.events, ...walk.truth.strides].map((e) => e.side))).toEqual(new Set(['right']));
    expect(simulateWalk({ ...base, sites: ['pelvis'] }).truth.strides).toEqual(simulateWalk(base).truth.strides);
  });

  it('a slip turns the sensor by so much, and the gyroscope sees it happen', () => {
    const faults = {
      ...NO_FAULTS,
      mounting: 'aligned',
      slips: [{ site: 'pelvis', atS: 5, deg: 6, overS: 0.3 }],
    } as const;
    const slipped = simulateWalk({ scenario: 'standing', seed: 2, seconds: 10, faults }).samples()[2]!;
    const plain = simulateWalk({
      scenario: 'standing',
      seed: 2,
      seconds: 10,
      faults: { ...faults, slips: [] },
    }).samples()[2]!;
    let turned = 0;
    for (let i = 1; i < plain.count; i++) {
      turned +=
        (slipped.idealGyrRadps[3 * i]! - plain.idealGyrRadps[3 * i]!) * (plain.timesS[i]! - plain.timesS[i - 1]!) * DEG;
    }
    expect(turned).toBeCloseTo(6, 1);
    const end = plain.count - 1;
    const roll = (w: typeof plain) => Math.atan2(w.idealAccMps2[3 * end + 1]!, w.idealAccMps2[3 * end + 2]!) * DEG;
    expect(roll(slipped) - roll(plain)).toBeCloseTo(6, 1);
  });

  it('says what is wrong with impossible wishes', () => {
    expect(() => simulateWalk({ ...base, seconds: 0 })).toThrow('positive number of seconds');
    expect(() =>
      simulateWalk({ ...base, rateHz: 123 })
        .notifications()
        [Symbol.iterator]()
        .next(),
    ).toThrow('123 Hz');
  });
});
