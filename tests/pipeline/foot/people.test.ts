import { describe, expect, it } from 'vitest';
import type { FootOutput } from '../../../src/pipeline/foot/foot-output.ts';
import type { Truth } from '../../../src/simulator/truth.ts';
import { mean } from '../../statistics.ts';
import { analyse, eventsOf, simulatedRuns, straightOf, strideAt, stridesOf, type Run } from './blocks.ts';

const sd = (a: readonly number[]) => Math.sqrt(mean(a.map((v) => (v - mean(a)) ** 2)) * (a.length / (a.length - 1)));

interface Pair {
  readonly lengthM: number;
  readonly excursionDeg: number;
  readonly trueExcursionDeg: number;
  readonly icS: number;
}

function pairsOf(run: Run, out: FootOutput[], truth: Truth): { pairs: Pair[]; wanted: number } {
  const wanted = straightOf(truth, run.side);
  const found = stridesOf(out);
  const pairs = wanted.flatMap((t) => {
    const s = strideAt(found, t.ic_s);
    if (s?.stride_length_m == null || s.eversion_excursion_deg === null) return [];
    return [
      {
        lengthM: s.stride_length_m - t.stride_length_m,
        excursionDeg: s.eversion_excursion_deg - t.eversion_excursion_deg,
        trueExcursionDeg: t.eversion_excursion_deg,
        icS: t.ic_s,
      },
    ];
  });
  return { pairs, wanted: wanted.length };
}

describe('simulated people with oblique pitch axes and realistic sensors', () => {
  it('roll-in and stride length stay within what the issue allows', () => {
    const biases: number[] = [];
    const scatters: number[] = [];
    const lengths: number[] = [];
    for (let seed = 1; seed <= 20; seed++) {
      const { runs, truth } = simulatedRuns({ seed, seconds: 45, faults: { sensors: 'realistic' } });
      for (const run of runs) {
        const { pairs, wanted } = pairsOf(run, analyse(run), truth);
        expect(pairs.length / wanted).toBeGreaterThan(0.95);
        biases.push(mean(pairs.map((p) => p.excursionDeg)));
        scatters.push(sd(pairs.map((p) => p.excursionDeg)));
        lengths.push(mean(pairs.map((p) => Math.abs(p.lengthM))));
      }
    }
    expect(Math.abs(mean(biases))).toBeLessThan(0.6);
    expect(sd(biases)).toBeLessThan(1.8);
    expect(mean(scatters)).toBeLessThan(0.2);
    expect(mean(lengths)).toBeLessThan(0.016);
  });

  it('a roll-in that grows within the walk is followed within 0.3 deg', () => {
    for (const seed of [1, 2, 3]) {
      const { runs, truth } = simulatedRuns({ scenario: 'fatigue', seed, seconds: 200 });
      for (const run of runs) {
        const { pairs } = pairsOf(run, analyse(run), truth);
        const level = (from: number, to: number, of: (p: Pair) => number) =>
          mean(pairs.filter((p) => p.icS >= from && p.icS < to).map(of));
        const trueChange = level(180, 200, (p) => p.trueExcursionDeg) - level(20, 80, (p) => p.trueExcursionDeg);
        const error = level(180, 200, (p) => p.excursionDeg) - level(20, 80, (p) => p.excursionDeg);
        expect(trueChange).toBeGreaterThan(0.5);
        expect(Math.abs(error)).toBeLessThan(0.3);
      }
    }
  });

  it('stairs have lengths too', () => {
    const { runs, truth } = simulatedRuns({
      scenario: 'stairs',
      seed: 2,
      seconds: 60,
      faults: { sensors: 'realistic' },
    });
    for (const run of runs) {
      const out = analyse(run);
      const { pairs, wanted } = pairsOf(run, out, truth);
      expect(pairs.length / wanted).toBeGreaterThan(0.95);
      expect(mean(pairs.map((p) => Math.abs(p.lengthM)))).toBeLessThan(0.02);
      expect(out.filter((o) => o.type === 'finding')).toEqual([]);
    }
  });

  it.each(['slow', 'fast', 'slope', 'camber', 'stops', 'limping'] as const)(
    '%s: every contact, none too many',
    (scenario) => {
      const { runs, truth } = simulatedRuns({ scenario, seed: 2, seconds: 40 });
      for (const run of runs) {
        const found = eventsOf(analyse(run));
        for (const kind of ['ic', 'fc'] as const) {
          const mine = found.filter((e) => e.kind === kind).map((e) => e.time_s);
          const all = truth.events.filter((e) => e.side === run.side && e.kind === kind);
          const near = (list: readonly number[], t: number, s: number) => list.some((v) => Math.abs(v - t) < s);
          const last = truth.duration_s - 0.3;
          for (const e of all)
            if (e.optional !== true && e.time_s < last)
              expect(near(mine, e.time_s, 0.05), `${kind} ${e.time_s}`).toBe(true);
          const times = all.map((e) => e.time_s);
          for (const t of mine) expect(near(times, t, 0.15), `${kind} at ${t}`).toBe(true);
        }
      }
    },
  );

  it.each(['standing', 'sitting', 'fidgeting', 'car', 'bicycle'] as const)('%s is no walking', (scenario) => {
    for (const seed of [1, 2]) {
      const { runs } = simulatedRuns({ scenario, seed, seconds: 120, faults: { sensors: 'realistic' } });
      for (const run of runs) expect(eventsOf(analyse(run))).toEqual([]);
    }
  });

  it('shoes that were swapped vote against their labels, both', () => {
    for (const swappedFeet of [false, true]) {
      const { runs } = simulatedRuns({ seed: 5, seconds: 30, faults: { swappedFeet } });
      for (const run of runs) {
        const votes = analyse(run).flatMap((o) => (o.type === 'side_vote' ? o.weight : []));
        expect(votes.length).toBeGreaterThan(10);
        const vote = mean(votes);
        if (swappedFeet) expect(vote).toBeLessThan(-0.25);
        else expect(vote).toBeGreaterThan(0.25);
      }
    }
  });

  it('a first step is told a fifth of a second after the foot has come down', () => {
    const { runs } = simulatedRuns({ scenario: 'stops', seed: 1, seconds: 60, faults: { sensors: 'realistic' } });
    for (const run of runs) {
      const late = eventsOf(analyse(run)).flatMap((e) => (e.kind === 'ic' ? e.known_at_s - e.time_s : []));
      expect(late.length).toBeGreaterThan(20);
      expect(Math.max(...late)).toBeLessThan(0.22);
    }
  });

  it('a sensor that slips by 15 degrees is told', () => {
    const { runs } = simulatedRuns({
      seed: 2,
      seconds: 60,
      faults: { slips: [{ site: 'left_foot', atS: 30, deg: 15, overS: 0.3 }] },
    });
    for (const run of runs) {
      const findings = analyse(run).filter((o) => o.type === 'finding');
      expect(findings.map((f) => f.kind)).toEqual(run.side === 'left' ? ['sensor_slipped'] : []);
      for (const f of findings) expect(Math.abs(f.at_s - 30)).toBeLessThan(10);
    }
  });
});
