import { describe, expect, it } from 'vitest';
import type { FootOutput } from '../../../src/pipeline/foot/foot-output.ts';
import type { Command } from '../../../src/simulator/scenario.ts';
import type { Truth } from '../../../src/simulator/truth.ts';
import { analyse, eventsOf, hitsOf, remounted, simulatedRuns, stridesOf, type Run } from './blocks.ts';
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
        const worn = otherwise ? remounted(run, OTHER_MOUNT) : run;
        const { run: whole, laterS } = followedBy(run, afterHandling(worn, { seed, seconds: 20, stillS: 0.5 }));
        const out = analyse(whole);
        const due = ownOf(truth, run).filter((e) => e.optional !== true);
        const again = eventsOf(out).map((e) => ({ ...e, time_s: e.time_s - laterS }));
        sum.hits += hitsOf(due, again, 0.05);
        sum.due += due.length;
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
