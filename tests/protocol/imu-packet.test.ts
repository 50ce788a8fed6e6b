import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { radFromDeg } from '../../src/domain/units.ts';
import {
  countScales,
  decodeImuConfig,
  DEFAULT_IMU_CONFIG,
  encodeImuConfig,
  encodeImuPacket,
  encodeRawImuPacket,
  IMU_RATES_HZ,
  type ImuConfig,
} from '../../src/protocol/imu-packet.ts';
import { gaitkeeper } from '../../src/protocol/models/gaitkeeper.ts';
import type { DecodedPacket } from '../../src/protocol/sensor-model.ts';
import { ACC_RANGE_G, FLAG, GYR_RANGE_DPS, LIMIT } from '../../src/protocol/wire-v1.ts';

const header = { seq: 0, sampleIndex: 0, deviceUs: 0, config: DEFAULT_IMU_CONFIG };
const config = fc.record({
  rateHz: fc.constantFrom(...IMU_RATES_HZ),
  accRangeG: fc.constantFrom(...ACC_RANGE_G),
  gyrRangeDps: fc.constantFrom(...GYR_RANGE_DPS),
});

function decode(bytes: Uint8Array): DecodedPacket {
  const result = gaitkeeper.createDecoder().decode(bytes);
  if (!result.ok || result.packet === undefined) throw new Error('what was encoded is not accepted');
  return result.packet;
}

describe('an IMU packet of physical values', () => {
  it('gives each value back to half a count', () => {
    fc.assert(
      fc.property(
        config,
        fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 6, maxLength: 114 }),
        (c, values) => {
          const samples = Math.floor(values.length / 6);
          const scale = countScales(c);
          const acc = values.slice(0, 3 * samples).map((v) => v * 0.99 * c.accRangeG * 9.80665);
          const gyr = values.slice(3 * samples, 6 * samples).map((v) => v * 0.99 * radFromDeg(c.gyrRangeDps));
          const packet = decode(encodeImuPacket({ ...header, config: c }, acc, gyr));
          expect(packet.count).toBe(samples);
          for (let i = 0; i < 3 * samples; i++) {
            expect(Math.abs(packet.accMps2[i]! - acc[i]!)).toBeLessThanOrEqual(0.5001 * scale.accMps2);
            expect(Math.abs(packet.gyrRadps[i]! - gyr[i]!)).toBeLessThanOrEqual(0.5001 * scale.gyrRadps);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it.each(GYR_RANGE_DPS.flatMap((gyrRangeDps) => ACC_RANGE_G.map((accRangeG) => ({ accRangeG, gyrRangeDps }))))(
    'is cut off at the full scale of $accRangeG g and $gyrRangeDps deg/s, where the reader sees it clipped',
    (ranges) => {
      const c: ImuConfig = { rateHz: 104, ...ranges };
      const packet = decode(encodeImuPacket({ ...header, config: c }, [1e4, -1e4, Infinity], [1e3, -1e3, -Infinity]));
      expect(Array.from(packet.accMps2.subarray(0, 3), Math.abs)).toEqual([1, 1, 1].map(() => packet.accRangeMps2));
      expect(Array.from(packet.gyrRadps.subarray(0, 3), Math.abs)).toEqual([1, 1, 1].map(() => packet.gyrRangeRadps));
      for (const share of [
        packet.accRangeMps2 / (c.accRangeG * 9.80665),
        packet.gyrRangeRadps / radFromDeg(c.gyrRangeDps),
      ]) {
        expect(share).toBeGreaterThan(0.999);
        expect(share).toBeLessThanOrEqual(1);
      }
    },
  );

  it('takes a part of longer arrays', () => {
    const acc = Float64Array.from({ length: 30 }, (_, i) => i);
    const gyr = Float64Array.from({ length: 30 }, (_, i) => i / 10);
    expect(encodeImuPacket(header, acc, gyr, 4, 3)).toEqual(
      encodeImuPacket(header, acc.slice(12, 21), gyr.slice(12, 21)),
    );
  });

  it('refuses values that are none, and packets that no reader accepts', () => {
    expect(() => encodeImuPacket(header, [NaN, 0, 0], [0, 0, 0])).toThrow(/NaN where a number is expected/);
    expect(() => encodeImuPacket(header, [0, 0, 0], [0, 0])).toThrow(/nothing where a number is expected/);
    expect(() => encodeImuPacket(header, [], [])).toThrow(/1 to 41 whole samples/);
    const many = LIMIT.max_samples_read + 1;
    expect(() => encodeRawImuPacket(header, new Int16Array(6 * many))).toThrow(/not 42/);
    expect(() => encodeRawImuPacket(header, new Int16Array(7))).toThrow(/whole samples/);
    expect(() => encodeRawImuPacket(header, new Int16Array(6), 2)).toThrow(/whole samples/);
  });
});

describe('the header', () => {
  it('wraps what has grown past its field, and keeps the rest', () => {
    fc.assert(
      fc.property(
        fc.record({
          seq: fc.nat(1e6),
          sampleIndex: fc.nat({ max: 2 ** 40 }),
          deviceUs: fc.nat({ max: 2 ** 45 }),
          flags: fc.constantFrom(0, FLAG.first_after_start, FLAG.fifo_overrun | FLAG.battery_low),
          bootCount: fc.nat(300),
          resent: fc.boolean(),
          config,
        }),
        (given) => {
          const bytes = encodeRawImuPacket(given, new Int16Array(6));
          const packet = decode(bytes);
          expect(packet.seq).toBe(given.resent ? undefined : given.seq % 65536);
          expect(packet.sampleIndex).toBe(given.sampleIndex % 2 ** 32);
          expect(packet.deviceTimeS).toBe((given.deviceUs % 2 ** 32) * 1e-6);
          expect(packet.bootCount).toBe(given.bootCount % 16);
          expect(bytes[15]! & 0x0f).toBe(given.flags);
          expect(Math.abs(packet.periodS - 1 / given.config.rateHz)).toBeLessThanOrEqual(1e-6);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('carries every configuration there is and no other', () => {
    fc.assert(
      fc.property(config, (c) => {
        expect(decodeImuConfig(encodeImuConfig(c))).toEqual(c);
      }),
    );
    expect(() => encodeImuConfig({ ...DEFAULT_IMU_CONFIG, rateHz: 1000 })).toThrow(/1000 Hz.*Rates: 25, 26, 50/);
    expect(decodeImuConfig(0xf0)).toBeUndefined();
  });
});
