import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { countScales } from '../../src/protocol/imu-packet.ts';
import { DEG_PER_RAD } from '../../src/domain/units.ts';
import { imuVectors, type ImuVector } from '../firmware-protocol/golden-vectors.ts';

/** What a notification must give: a packet (fields not named are not looked at), nothing yet, a rejection, or anything. */
export type Expected =
  | 'nothing'
  | 'any'
  | { readonly reject: string }
  | {
      readonly count: number;
      readonly periodS?: number;
      readonly deviceTimeS?: number;
      readonly seq?: number;
      readonly sampleIndex?: number;
      readonly timesS?: readonly number[];
      readonly accMps2: readonly number[];
      readonly gyrDps: readonly number[];
    };

/** Notifications in the order in which one decoder gets them, and what each must give. */
export interface ModelVector {
  readonly name: string;
  readonly source: string;
  readonly notifications: readonly string[];
  readonly expect: readonly Expected[];
  /** Relative to the value (absolute below 1), where the wire rounds; else 1e-9. */
  readonly tolerance?: number;
}

function ofImuVector(vector: ImuVector): ModelVector {
  const one = { name: vector.name, source: 'firmware-protocol/golden', notifications: [vector.hex] };
  if (vector.reject !== undefined) return { ...one, expect: [{ reject: vector.reject }] };
  const header = vector.header!;
  const scale = countScales(header);
  const axes = (from: number, unit: number) =>
    vector.counts!.flatMap((c, i) => (Math.floor((i % 6) / 3) === from ? [c * unit] : []));
  return {
    ...one,
    expect: [
      {
        count: vector.counts!.length / 6,
        periodS: header.periodUs * 1e-6,
        deviceTimeS: header.deviceUs * 1e-6,
        sampleIndex: header.sampleIndex,
        ...(header.resent ? {} : { seq: header.seq }),
        accMps2: axes(0, scale.accMps2),
        gyrDps: axes(1, scale.gyrRadps * DEG_PER_RAD),
      },
    ],
  };
}

/** The vectors of a model: tests/protocol/vectors/<id>.jsonl; our own protocol's are those of firmware-protocol. */
export function vectorsOf(modelId: string): readonly ModelVector[] {
  if (modelId === 'gaitkeeper') return imuVectors.map(ofImuVector);
  const file = path.join(import.meta.dirname, 'vectors', `${modelId}.jsonl`);
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as ModelVector);
}
