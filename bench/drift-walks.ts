import { existsSync } from 'node:fs';
import path from 'node:path';
import type { DriftMetricName, MinuteValue } from '../src/drift/drift-metric.ts';

const generator = path.resolve(import.meta.dirname, '../../shared/tools/drift-walks/gen.mjs');
if (!existsSync(generator)) {
  process.stderr.write(
    'The generator of drift walks is not beside this project (../shared/tools/drift-walks); nothing was run.\n',
  );
  process.exit(1);
}

/** A generated walk: eight values a minute, and what is true of it [min]. */
export interface GeneratedWalk {
  readonly X: Float32Array;
  /** NaN in a walk without a change. */
  readonly onset: number;
  readonly slipT: number;
}

/** Makes the walk of a seed; the same seed and options give the same walk. */
export const { makeWalk } = (await import(generator)) as {
  makeWalk: (seed: number, options: Record<string, unknown>) => GeneratedWalk;
};

/** The minute values of one metric of a generated walk. */
export function minutesOf(walk: GeneratedWalk, name: DriftMetricName): MinuteValue[] {
  const values: MinuteValue[] = [];
  for (let minute = 0; minute < walk.X.length / 8; minute++) {
    const [rl, rr, dl, dr, stance, spread, speed, strides] = walk.X.subarray(
      8 * minute,
      8 * minute + 8,
    ) as unknown as number[];
    if (strides! < 15) continue;
    const pair = (l: number, r: number) => ({ mean: (l + r) / 2, difference: l - r });
    const of = {
      eversion_excursion_deg: pair(rl!, rr!),
      pelvic_drop_excursion_deg: pair(dl!, dr!),
      stance_difference_ms: { mean: stance!, difference: undefined },
      ln_stride_time_sd: { mean: spread!, difference: undefined },
    }[name];
    if (Number.isFinite(of.mean)) values.push({ minute, strides: strides!, speedMps: speed!, ...of });
  }
  return values;
}
