import type { StrideRecord } from '../src/domain/records.ts';
import type { Command, Running } from '../src/simulator/scenario.ts';

export const RUN: Running = { speedMps: 3, strideTimeS: 120 / 168, stanceShare: 0.35 };

const walked = { kind: 'step', speed: 1, turnRad: 0, riseM: 0 } as const;

/** Stands, walks 40 steps, runs so many, and walks on. */
export function* walkRunWalk(run: Running, steps: number): Generator<Command, never> {
  yield { kind: 'rest', activity: 'standing', seconds: 4 };
  for (let i = 0; i < 40; i++) yield walked;
  for (let i = 0; i < steps; i++) yield { ...walked, run };
  for (;;) yield walked;
}

/** Whether the pipeline took a stride for a run. */
export const isCalledRun = (s: StrideRecord): boolean => s.reasons['stride_length_m'] === 'running';
