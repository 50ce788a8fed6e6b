import { describe, expect, it } from 'vitest';
import type { Side } from '../../../src/domain/sites.ts';
import type { Activity } from '../../../src/simulator/footfall.ts';
import type { Command, ScenarioName } from '../../../src/simulator/scenario.ts';
import type { Truth } from '../../../src/simulator/truth.ts';
import { analyse, eventsOf, hitsOf, nonesOf, simulatedRuns, type Run } from './blocks.ts';

/** A run of samples that begins later. */
function begunAt(run: Run, fromS: number): Run {
  const skipped = Math.round(fromS * run.rateHz);
  return {
    ...run,
    startS: run.startS + skipped / run.rateHz,
    acc: run.acc.slice(3 * skipped),
    gyr: run.gyr.slice(3 * skipped),
  };
}

const wantedOf = (truth: Truth, side: Side, fromS: number, untilS: number) =>
  truth.events.filter((e) => e.side === side && e.optional !== true && e.time_s > fromS && e.time_s < untilS);

const SECONDS = 32;
/** What lies within a stride and a half of the beginning needn't be found [s]. */
const UNSEEN_S = 1.6;

describe('sensors that are switched on in mid-walk, with no stand to begin from', () => {
  it.each(['healthy', 'pronator', 'slow', 'fast', 'limping', 'turns'] as const satisfies readonly ScenarioName[])(
    'contacts are found from the second stride on, and told within 4 s: %s',
    (scenario) => {
      let hits = 0;
      let wanted = 0;
      let none = 0;
      for (const seed of [1, 2, 3]) {
        const { runs, truth } = simulatedRuns({ scenario, seed, seconds: SECONDS, faults: { sensors: 'realistic' } });
        for (const run of runs) {
          for (let fromS = 9; fromS < 11; fromS += 0.37) {
            const events = eventsOf(analyse(begunAt(run, fromS)));
            expect(events[0]!.known_at_s - fromS, `${run.side} ${seed} ${fromS}`).toBeLessThan(4);
            const due = wantedOf(truth, run.side, fromS + UNSEEN_S, SECONDS - 1);
            wanted += due.length;
            hits += hitsOf(due, events, 0.06);
            const own = truth.events.filter((e) => e.side === run.side);
            none += nonesOf(events, own);
          }
        }
      }
      expect(wanted).toBeGreaterThan(500);
      expect(hits / wanted).toBeGreaterThan(0.99);
      expect(none / wanted, 'contacts that are none').toBeLessThan(0.01);
    },
  );

  function* after(activity: Activity, seconds: number): Generator<Command, never> {
    yield { kind: 'rest', activity, seconds };
    for (;;) yield { kind: 'step', speed: 1, turnRad: 0, riseM: 0 };
  }

  it.each(['bicycle', 'car', 'fidgeting'] as const)('a minute before, %s, adds no steps and hides few', (activity) => {
    let hits = 0;
    let wanted = 0;
    let before = 0;
    for (const seed of [1, 2, 3, 4]) {
      const { runs, truth } = simulatedRuns({
        seed,
        seconds: 90,
        script: () => after(activity, 60),
        faults: { sensors: 'realistic' },
      });
      for (const run of runs) {
        const events = eventsOf(analyse(run));
        const due = wantedOf(truth, run.side, 60, 89);
        wanted += due.length;
        hits += hitsOf(due, events, 0.06);
        // Getting off is one movement of the foot.
        const early = events.filter((e) => e.time_s < 60).length;
        expect(early, `${run.side} ${seed}`).toBeLessThanOrEqual(2);
        before += early;
      }
    }
    expect(wanted).toBeGreaterThan(350);
    // After a ride the first steps of some feet are still taken the wrong way round.
    expect(hits / wanted).toBeGreaterThan(activity === 'bicycle' ? 0.97 : 0.999);
    expect(before / wanted).toBeLessThan(0.06);
  });
});
