import { radFromDeg } from '../src/domain/units.ts';
import { drawPerson, withFeet, type Person } from '../src/simulator/person.ts';
import { Random } from '../src/simulator/random.ts';
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

/** Who walks at a pace, landing at this pitch with both feet: below 0 on the ball; undefined: as people do. */
export const walkerLanding = (seed: number, pitchDeg: number | undefined, pace: Partial<Person>): Partial<Person> =>
  pitchDeg === undefined
    ? pace
    : withFeet({ ...drawPerson(new Random(`walk:${seed}`)), ...pace }, () => ({ pitchIcRad: radFromDeg(pitchDeg) }));
