import { describe, expect, it } from 'vitest';
import { DEG_PER_RAD, RAD_PER_DEG, STANDARD_GRAVITY_MPS2 } from '../../src/domain/units.ts';
import { createMetaMotionDecoder, metaMotion } from '../../src/protocol/models/metamotion.ts';
import type { PacketDecoder } from '../../src/protocol/sensor-model.ts';
import { fromHex } from '../firmware-protocol/golden-vectors.ts';

/** Three samples of a stream in one notification; x tells which they are. */
function packed(module: number, first: number): Uint8Array {
  const bytes = new Uint8Array(20);
  const view = new DataView(bytes.buffer);
  bytes.set([module, 5]);
  for (let i = 0; i < 3; i++) view.setInt16(2 + 6 * i, first + i, true);
  return bytes;
}

/** How many samples the pairs given for a notification are apart. */
function apartIn(decoder: PacketDecoder, bytes: Uint8Array): number[] {
  const result = decoder.decode(bytes);
  if (!result.ok || result.packet === undefined) return [];
  const { count, accMps2, gyrRadps } = result.packet;
  return Array.from({ length: count }, (_, i) => {
    const acc = (accMps2[3 * i]! / STANDARD_GRAVITY_MPS2) * 2048;
    const gyr = gyrRadps[3 * i]! * DEG_PER_RAD * 16.4;
    return Math.round(acc - gyr);
  });
}

describe('the two streams of a MetaMotion', () => {
  it.each([
    { lost: 'rotation', module: 0x13, atMost: 3 * 8 },
    { lost: 'acceleration', module: 0x03, atMost: 0 },
  ])('come together again after a lost $lost packet', ({ module, atMost }) => {
    const decoder = metaMotion.createDecoder();
    const apart: number[] = [];
    for (let k = 0; k < 40; k++) {
      for (const stream of [0x03, 0x13]) {
        if (k === 10 && stream === module) continue;
        apart.push(...apartIn(decoder, packed(stream, 3 * k)));
      }
    }
    expect(apart.slice(0, 30).every((samples) => samples === 0)).toBe(true);
    const wrong = apart.filter((samples) => samples !== 0);
    expect(wrong.length).toBeLessThanOrEqual(atMost);
    expect(apart.slice(-60).every((samples) => samples === 0)).toBe(true);
  });

  it('are not taken for lost where they come in bursts', () => {
    const decoder = metaMotion.createDecoder();
    const apart: number[] = [];
    for (let k = 0; k < 60; k += 3) {
      for (const stream of [0x03, 0x13]) {
        for (let i = 0; i < 3; i++) apart.push(...apartIn(decoder, packed(stream, 3 * (k + i))));
      }
    }
    expect(apart).toHaveLength(180);
    expect(apart.every((samples) => samples === 0)).toBe(true);
  });

  it("have the scales of the maker's own test bytes", () => {
    const decoder = createMetaMotionDecoder({ accRangeG: 8, gyrRangeDps: 500 });
    decoder.decode(fromHex('13053e43ff7f0080'));
    const result = decoder.decode(fromHex('030562b7530de9fd16d04d0e57028affa1050a01'));
    if (!result.ok || result.packet === undefined) throw new Error('no samples');
    const accG = Array.from(result.packet.accMps2.subarray(0, 3), (mps2) => mps2 / STANDARD_GRAVITY_MPS2);
    const gyrDps = Array.from(result.packet.gyrRadps.subarray(0, 3), (radps) => radps / RAD_PER_DEG);
    [-4.539, 0.833, -0.131].forEach((g, i) => expect(accG[i]).toBeCloseTo(g, 3));
    [262.409, 499.497, -499.512].forEach((dps, i) => expect(gyrDps[i]).toBeCloseTo(dps, 3));
  });
});
