import type { ImuBlock } from '../../../src/domain/samples.ts';
import type { Side } from '../../../src/domain/sites.ts';
import type { FootOutput } from '../../../src/pipeline/foot/foot-output.ts';
import { FootPipeline } from '../../../src/pipeline/foot/foot-pipeline.ts';
import type { FootParams } from '../../../src/pipeline/foot/foot-params.ts';
import { NO_FAULTS, type Faults } from '../../../src/simulator/faults.ts';
import type { Person } from '../../../src/simulator/person.ts';
import type { Command, ScenarioName } from '../../../src/simulator/scenario.ts';
import { simulateWalk } from '../../../src/simulator/simulate-walk.ts';
import type { Truth } from '../../../src/simulator/truth.ts';

/** One shoe's samples on a uniform grid. */
export interface Run {
  readonly side: Side;
  readonly startS: number;
  readonly rateHz: number;
  readonly acc: Float64Array;
  readonly gyr: Float64Array;
}

/** Both shoes of a simulated walk without radio: samples as the sensors counted them. */
export function simulatedRuns(options: {
  scenario?: ScenarioName;
  seed?: number;
  seconds?: number;
  rateHz?: number;
  faults?: Partial<Faults>;
  person?: Partial<Person>;
  script?: () => Iterator<Command, never>;
}): { runs: Run[]; truth: Truth } {
  const walk = simulateWalk({
    scenario: options.scenario ?? 'healthy',
    seed: options.seed ?? 1,
    seconds: options.seconds ?? 30,
    sites: ['left_foot', 'right_foot'],
    ...(options.rateHz === undefined ? {} : { rateHz: options.rateHz }),
    ...(options.person === undefined ? {} : { person: options.person }),
    ...(options.script === undefined ? {} : { script: options.script }),
    faults: { ...NO_FAULTS, ...options.faults },
  });
  const runs = walk.samples().map((s) => ({
    side: s.site === 'left_foot' ? ('left' as const) : ('right' as const),
    startS: s.timesS[0]!,
    rateHz: (s.count - 1) / (s.timesS[s.count - 1]! - s.timesS[0]!),
    acc: s.accMps2,
    gyr: s.gyrRadps,
  }));
  return { runs, truth: walk.truth };
}

/** Samples from..to (not included) as one block. */
export function blockOf(run: Run, from: number, to: number, afterGap = from === 0): ImuBlock {
  return {
    site: run.side === 'left' ? 'left_foot' : 'right_foot',
    startS: run.startS + from / run.rateHz,
    afterGap,
    rateHz: run.rateHz,
    accMps2: run.acc.slice(3 * from, 3 * to),
    gyrRadps: run.gyr.slice(3 * from, 3 * to),
  };
}

export const sampleCount = (run: Run): number => run.acc.length / 3;

/** All output of a run given in blocks of a size. */
export function analyse(run: Run, size = 64, params: Partial<FootParams> = {}): FootOutput[] {
  const out: FootOutput[] = [];
  const foot = new FootPipeline({ side: run.side, params });
  const emit = (o: FootOutput) => out.push(o);
  for (let i = 0; i < sampleCount(run); i += size)
    foot.push(blockOf(run, i, Math.min(i + size, sampleCount(run))), emit);
  foot.flush(emit);
  return out;
}

export const stridesOf = (out: readonly FootOutput[]) => out.filter((o) => o.type === 'stride');
export const eventsOf = (out: readonly FootOutput[]) => out.filter((o) => o.type === 'event');

/** True strides of one foot that must have values: neither the first of a bout nor turning. */
export const straightOf = (truth: Truth, side: Side): Truth['strides'] =>
  truth.strides.filter((t) => t.side === side && t.first !== true && t.turning !== true);

/** The stride that was found for a true one, by its contact. */
export const strideAt = (found: ReturnType<typeof stridesOf>, icS: number, withinS = 0.1) =>
  found.find((s) => Math.abs(s.ic_s - icS) < withinS);

/** Both kinds of samples turned by one rotation (row-major 3x3) and scaled. */
export function remounted(run: Run, r: readonly number[], accScale = 1): Run {
  const turn = (v: Float64Array, scale: number): Float64Array => {
    const out = new Float64Array(v.length);
    for (let i = 0; i < v.length; i += 3)
      for (let k = 0; k < 3; k++)
        out[i + k] = scale * (r[3 * k]! * v[i]! + r[3 * k + 1]! * v[i + 1]! + r[3 * k + 2]! * v[i + 2]!);
    return out;
  };
  return { ...run, acc: turn(run.acc, accScale), gyr: turn(run.gyr, 1) };
}

interface TimedContact {
  readonly kind: string;
  readonly time_s: number;
}

/** How many of the wanted contacts were found to within a time [s]. */
export const hitsOf = (wanted: readonly TimedContact[], found: readonly TimedContact[], withinS: number): number =>
  wanted.filter((w) => found.some((f) => f.kind === w.kind && Math.abs(f.time_s - w.time_s) < withinS)).length;

/** How many of the found contacts are none: no true one of either kind lies near. */
export const nonesOf = (found: readonly TimedContact[], truth: readonly TimedContact[]): number =>
  found.filter((f) => !truth.some((t) => Math.abs(f.time_s - t.time_s) < 0.15)).length;
