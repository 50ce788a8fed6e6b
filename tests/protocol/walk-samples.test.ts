import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { radFromDeg } from '../../src/domain/units.ts';
import {
  encodeWalkSamples,
  MAX_WALK_SAMPLES,
  readWalkSamples,
  walkSamples,
} from '../../src/protocol/models/walk-samples.ts';

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const rows = fc
  .array(fc.tuple(finite, finite, finite, finite, finite, finite, finite), { minLength: 1, maxLength: 50 })
  .map((all) => ({
    timesS: all.map((row) => row[0]),
    accMps2: all.flatMap((row) => row.slice(1, 4)),
    gyr: all.flatMap((row) => row.slice(4)),
  }));

describe('imported rows as a notification', () => {
  it('come back to the last bit, in their own unit', () => {
    fc.assert(
      fc.property(rows, fc.constantFrom('deg/s' as const, 'rad/s' as const), (given, gyrUnit) => {
        const back = readWalkSamples(encodeWalkSamples({ ...given, gyrUnit }));
        expect(back?.gyrUnit).toBe(gyrUnit);
        // Object.is tells -0 from 0.
        for (const name of ['timesS', 'accMps2', 'gyr'] as const) {
          expect(given[name].every((value, i) => Object.is(value, back?.[name][i]))).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('are decoded to rad/s, with the full scales where they are known', () => {
    const one = { timesS: [0.5], accMps2: [1, 2, 3], gyr: [10, -20, 30], gyrUnit: 'deg/s' as const };
    const scales = { periodS: 0.005, accRangeMps2: 156.9, gyrRangeRadps: 34.9 };
    const result = walkSamples.createDecoder().decode(encodeWalkSamples({ ...one, ...scales }));
    if (!result.ok || result.packet === undefined) throw new Error('not accepted');
    expect(result.packet).toMatchObject({ count: 1, ...scales });
    expect(Array.from(result.packet.gyrRadps.subarray(0, 3))).toEqual([10, -20, 30].map(radFromDeg));
    const unknown = walkSamples.createDecoder().decode(encodeWalkSamples(one));
    expect(unknown).toMatchObject({ packet: { accRangeMps2: Infinity, gyrRangeRadps: Infinity } });
  });

  it('at a time beyond any walk are refused: an analysis that goes through its minutes would never end', () => {
    for (const timeS of [1.7e9, -1e7, 1e300]) {
      const rows = {
        gyrUnit: 'rad/s' as const,
        timesS: [1, timeS],
        accMps2: [0, 0, 0, 0, 0, 0],
        gyr: [0, 0, 0, 0, 0, 0],
      };
      const result = walkSamples.createDecoder().decode(encodeWalkSamples(rows));
      expect(result).toEqual({ ok: false, reason: 'a time beyond any walk' });
    }
  });

  it('can be cut into several', () => {
    const all = {
      gyrUnit: 'rad/s' as const,
      timesS: Float64Array.from({ length: 10 }, (_, i) => i / 100),
      accMps2: Float64Array.from({ length: 30 }, (_, i) => i),
      gyr: Float64Array.from({ length: 30 }, (_, i) => -i),
    };
    const second = readWalkSamples(encodeWalkSamples(all, 6, 4));
    expect(Array.from(second?.timesS ?? [])).toEqual([0.06, 0.07, 0.08, 0.09]);
    expect(second?.accMps2[0]).toBe(18);
  });

  it('say which row is wrong', () => {
    const good = { gyrUnit: 'rad/s' as const, timesS: [0, 1], accMps2: [0, 0, 0, 0, 0, 0], gyr: [0, 0, 0, 0, 0, 0] };
    expect(() => encodeWalkSamples({ ...good, accMps2: [0, 0, 0, 0, NaN, 0] })).toThrow(/Row 1 .* NaN/);
    expect(() => encodeWalkSamples({ ...good, gyr: [0, 0, 0] })).toThrow(/Row 1 .* nothing/);
    expect(() => encodeWalkSamples({ ...good, timesS: [] })).toThrow(/1 to 8192 rows, not 0/);
    expect(() => encodeWalkSamples({ ...good, timesS: new Array<number>(MAX_WALK_SAMPLES + 1) })).toThrow(/not 8193/);
    expect(readWalkSamples(new Uint8Array(40))).toBeUndefined();
  });
});
