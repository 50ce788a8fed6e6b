import { describe, expect, it } from 'vitest';
import type { EventRecord } from '../../../src/domain/records.ts';
import type { FootOutput } from '../../../src/pipeline/foot/foot-output.ts';
import type { Command } from '../../../src/simulator/scenario.ts';
import type { Truth } from '../../../src/simulator/truth.ts';
import { analyse, eventsOf, remounted, simulatedRuns, stridesOf, type Run } from './blocks.ts';
import { afterHandling, followedBy } from './handling.ts';

const SEEDS = [1, 2, 3, 4];
/** Toes where the side was, and half upside down. */
const OTHER_MOUNT = [0.36, 0.48, -0.8, -0.8, 0.6, 0, 0.48, 0.64, 0.6];

/** Stands, walks, and stands again. */
function* thereAndStand(): Generator<Command, never> {
  yield { kind: 'rest', activity: 'standing', seconds: 4 };
  for (let i = 0; i < 40; i++) yield { kind: 'step', speed: 1, turnRad: 0, riseM: 0 };
  for (;;) yield { kind: 'rest', activity: 'standing', seconds: 10 };
}

const slips = (out: readonly FootOutput[]) => out.filter((o) => o.type === 'finding' && o.kind === 'sensor_slipped');

const ownOf = (truth: Truth, run: Run) => truth.events.filter((e) => e.side === run.side);

/** Contacts found out of so many within 50 ms. */
function hitsOf(out: readonly FootOutput[], truth: Truth, run: Run, laterS: number): { hits: number; due: number } {
  const due = ownOf(truth, run).filter((e) => e.optional !== true);
  const near = (e: EventRecord, w: { kind: string; time_s: number }) =>
    e.kind === w.kind && Math.abs(e.time_s - laterS - w.time_s) < 0.05;
  return { hits: due.filter((w) => eventsOf(out).some((e) => near(e, w))).length, due: due.length };
}

describe('a shoe that was in the hand', () => {
  it('before the first steps: the walk is what it would have been', () => {
    let none = 0;
    for (const seed of SEEDS) {
      const { runs, truth } = simulatedRuns({ seed, seconds: 30, faults: { sensors: 'realistic' } });
      for (const run of runs) {
        const firstS = ownOf(truth, run)[0]!.time_s - 0.1;
        const plain = analyse(run);
        const out = analyse(afterHandling(run, { seed, seconds: 25, stillS: 0.5 }));
        const events = eventsOf(out).filter((e) => e.time_s > firstS);
        none += eventsOf(out).length - events.length;
        expect(events.length).toBe(eventsOf(plain).length);
        events.forEach((e, i) => {
          expect(Math.abs(e.time_s - eventsOf(plain)[i]!.time_s)).toBeLessThan(0.01);
        });
        const strides = stridesOf(out).filter((s) => s.ic_s > firstS);
        expect(strides.length).toBe(stridesOf(plain).length);
        strides.forEach((s, i) => {
          const plainDeg = stridesOf(plain)[i]!.eversion_excursion_deg;
          expect(Math.abs(s.eversion_excursion_deg! - plainDeg!)).toBeLessThan(0.4);
        });
      }
    }
    // A hand that carries a shoe from one rest to another is hard to tell from a step: a contact in 25 s on average.
    expect(none / (2 * SEEDS.length)).toBeLessThan(2);
  });

  it.each([
    ['as it sat before: the walk goes on with what was known', false],
    ['otherwise: that is told, and all is learnt anew', true],
  ])('in mid-walk, and is worn again, the sensor %s', (_, otherwise) => {
    const sum = { hits: 0, due: 0, none: 0 };
    for (const seed of SEEDS) {
      const { runs, truth } = simulatedRuns({
        seed,
        seconds: 34,
        script: thereAndStand,
        faults: { sensors: 'realistic' },
      });
      for (const run of runs) {
        const again = otherwise ? remounted(run, OTHER_MOUNT) : run;
        const { run: whole, laterS } = followedBy(run, afterHandling(again, { seed, seconds: 20, stillS: 0.5 }));
        const out = analyse(whole);
        const { hits, due } = hitsOf(out, truth, run, laterS);
        sum.hits += hits;
        sum.due += due;
        sum.none += eventsOf(out).length - 2 * ownOf(truth, run).length;
        expect(slips(out).length > 0, `${run.side} ${seed}`).toBe(otherwise);
      }
    }
    expect(sum.due).toBeGreaterThan(200);
    expect(sum.hits / sum.due).toBeGreaterThan(0.98);
    // Who has walked is believed each push-off, until the shoe first rests as no standing foot does.
    expect(sum.none / (2 * SEEDS.length)).toBeLessThan(10);
  });
});
