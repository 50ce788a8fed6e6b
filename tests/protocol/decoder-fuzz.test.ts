import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SENSOR_MODELS } from '../../src/protocol/models/index.ts';
import type { DecodedPacket, SensorModel } from '../../src/protocol/sensor-model.ts';
import { fromHex } from '../firmware-protocol/golden-vectors.ts';
import { vectorsOf } from './model-vectors.ts';

const BATCHES = 1000;
const CASES_A_BATCH = 100;

/** Small generator of a batch's cases from fast-check's seed: a hundred times cheaper than one arbitrary a case. */
function randomOf(seed: number): (below: number) => number {
  let state = seed | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** Bytes that come near to good ones: turned bits, cut, lengthened, spliced; or noise behind a good beginning, or noise. */
function nextCase(random: (below: number) => number, seeds: readonly Uint8Array[]): Uint8Array {
  const seed = seeds[random(seeds.length)]!;
  const other = seeds[random(seeds.length)]!;
  const kind = random(8);
  if (kind === 0) return noise(random, random(260));
  if (kind === 1) return seed.slice(0, random(seed.length + 1));
  if (kind === 2) return join(seed, noise(random, 1 + random(40)));
  if (kind === 3) return join(seed.slice(0, random(seed.length + 1)), other.slice(random(other.length + 1)));
  if (kind === 4) return join(seed.slice(0, random(20)), noise(random, random(240)));
  const bytes = seed.slice();
  for (let turns = random(6); turns > 0 && bytes.length > 0; turns--) bytes[random(bytes.length)] = random(256);
  return bytes;
}

function noise(random: (below: number) => number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) bytes[i] = random(256);
  return bytes;
}

function join(a: Uint8Array, b: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(a.length + b.length);
  bytes.set(a);
  bytes.set(b, a.length);
  return bytes;
}

function checkPacket(model: SensorModel, packet: DecodedPacket): string | undefined {
  const { count, accMps2, gyrRadps } = packet;
  if (!Number.isInteger(count) || count < 1) return `count ${count}`;
  if (accMps2.length < 3 * count || gyrRadps.length < 3 * count) return 'arrays shorter than the count';
  for (let i = 0; i < 3 * count; i++) {
    if (!Number.isFinite(accMps2[i]) || !Number.isFinite(gyrRadps[i])) return 'a value is not finite';
    // An imported recording may hold anything; a sensor can't measure far beyond its range.
    if (model.clock === 'walk') continue;
    if (Math.abs(accMps2[i]!) > 2.2 * packet.accRangeMps2) return `acc ${accMps2[i]!} of ${packet.accRangeMps2}`;
    if (Math.abs(gyrRadps[i]!) > 1.2 * packet.gyrRangeRadps) return `gyr ${gyrRadps[i]!} of ${packet.gyrRangeRadps}`;
  }
  if (!(packet.periodS > 0 && packet.periodS < Infinity)) return `period ${packet.periodS}`;
  if (packet.deviceTimeS !== undefined && !(packet.deviceTimeS > -10 && packet.deviceTimeS < 2e10)) {
    return `device time ${packet.deviceTimeS}`;
  }
  if (packet.seq !== undefined && packet.seq >= packet.seqModulo!) return `seq ${packet.seq}`;
  if (packet.sampleIndex !== undefined && packet.sampleIndex >= packet.sampleIndexModulo!) return 'sample index';
  return undefined;
}

describe.each(SENSOR_MODELS.map((model) => [model.id, model] as const))('fuzzed decoder of %s', (id, model) => {
  const seeds = vectorsOf(id).flatMap((vector) => vector.notifications.map(fromHex));

  it(`S10: reads or rejects each of ${BATCHES * CASES_A_BATCH} notifications and never throws`, () => {
    let received = 0;
    let accepted = 0;
    let rejected = 0;
    const reasons = new Set<string>();
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const random = randomOf(seed);
        const decoder = model.createDecoder();
        for (let i = 0; i < CASES_A_BATCH; i++) {
          const bytes = nextCase(random, seeds);
          received++;
          const result = decoder.decode(bytes);
          if (!result.ok) {
            rejected++;
            reasons.add(result.reason);
            continue;
          }
          accepted++;
          const wrong = result.packet === undefined ? undefined : checkPacket(model, result.packet);
          if (wrong !== undefined) throw new Error(`case ${i}: ${wrong}; ${Buffer.from(bytes).toString('hex')}`);
        }
      }),
      { numRuns: BATCHES },
    );
    expect(received).toBe(BATCHES * CASES_A_BATCH);
    expect(accepted + rejected).toBe(received);
    expect(accepted, 'the fuzz never came near to a good packet').toBeGreaterThan(received / 100);
    expect(rejected, 'the fuzz never left the good packets').toBeGreaterThan(received / 100);
    // Reasons are counted by their text: a number in one would make a counter of each.
    expect(reasons.size).toBeLessThanOrEqual(12);
  });
});
