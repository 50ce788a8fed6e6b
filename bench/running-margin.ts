/**
 * How far running is from walking for the rule that tells them apart, on simulated people with the sensors' own errors:
 * `npm run running:margin [-- --seeds 3]`. Prints the tables of docs/decisions/106.
 */
import { parseArgs } from 'node:util';
import { wasRun } from '../src/domain/running.ts';
import { radFromDeg } from '../src/domain/units.ts';
import type { TruthStride } from '../src/simulator/truth.ts';
import { analyse, simulatedRuns, stridesOf } from '../tests/pipeline/foot/blocks.ts';
import { walkerLanding, walkRunWalk } from '../tests/walk-run-walk.ts';

const { values: args } = parseArgs({ options: { seeds: { type: 'string', default: '3' } } });
const seeds = Array.from({ length: Number(args.seeds) }, (_, i) => i + 1);
/** A stride is found where its contact is within this of the truth [s]. */
const FOUND_S = 0.13;

type Walk = Parameters<typeof simulatedRuns>[0];

/** Strides of a kind over all seeds: how many there are, how many of them were found, called a run, and the stance share that was read. */
function measured(walkOf: (seed: number) => Walk, wanted: (s: TruthStride) => boolean) {
  let all = 0;
  let found = 0;
  let called = 0;
  let findings = 0;
  const shares: number[] = [];
  for (const seed of seeds) {
    const { runs, truth } = simulatedRuns({ seed, faults: { sensors: 'realistic' }, ...walkOf(seed) });
    for (const run of runs) {
      const out = analyse(run);
      const strides = stridesOf(out);
      findings += out.filter((o) => o.type === 'finding').length;
      for (const t of truth.strides.filter((s) => s.side === run.side && wanted(s))) {
        all++;
        const stride = strides.find((s) => Math.abs(s.ic_s - t.ic_s) < FOUND_S);
        if (stride === undefined) continue;
        found++;
        if (wasRun(stride)) called++;
        if (stride.stance_time_s !== null) shares.push(stride.stance_time_s / stride.stride_time_s!);
      }
    }
  }
  shares.sort((a, b) => a - b);
  const at = (q: number) => (100 * shares[Math.round(q * (shares.length - 1))]!).toFixed(1);
  const pct = (n: number) => ((100 * n) / all).toFixed(1);
  return { all, found: pct(found), called: pct(called), findings, shares: `${at(0.5)} (${at(0.02)} to ${at(0.98)})` };
}

const landing = (deg: number | undefined) => (deg === undefined ? 'heel' : deg > 0 ? 'flat' : `ball, ${-deg}°`);

console.log('| run, m/s | lands on | stance, % | strides | found, % | called a run, % | stance read, % | notices |');
console.log('| --- | --- | --- | --- | --- | --- | --- | --- |');
for (const pitch of [undefined, -4, -10, -15])
  for (const speedMps of [1.8, 2.4, 3])
    for (const stanceShare of [0.35, 0.4, 0.45, 0.47, 0.49]) {
      const run = {
        speedMps,
        strideTimeS: speedMps < 2.2 ? 0.76 : 0.74,
        stanceShare,
        ...(pitch === undefined ? {} : { pitchIcRad: radFromDeg(pitch) }),
      };
      const m = measured(
        () => ({ seconds: 50, script: () => walkRunWalk(run, 60) }),
        (s) => s.running === true,
      );
      console.log(
        `| ${speedMps} | ${landing(pitch)} | ${(100 * stanceShare).toFixed(0)} | ${m.all} | ${m.found} | ${m.called} | ${m.shares} | ${m.findings} |`,
      );
    }

const PACES = [
  [0.6, 1.5, 0.17],
  [1.27, 1.07, 0.122],
  [2.1, 0.857, 0.07],
  [2.1, 0.8, 0.05],
  [2.1, 0.75, 0.03],
  [1.8, 0.75, 0.02],
  [2.6, 0.68, 0.02],
] as const;
console.log('\n| walk, m/s | lands on | stance, % | strides | found, % | called a run, % | stance read, % | notices |');
console.log('| --- | --- | --- | --- | --- | --- | --- | --- |');
for (const pitch of [undefined, 3, -4, -10])
  for (const [speedMps, strideTimeS, doubleSupport] of PACES) {
    const m = measured(
      (seed) => ({ seconds: 40, person: walkerLanding(seed, pitch, { speedMps, strideTimeS, doubleSupport }) }),
      (s) => s.first === undefined && s.last === undefined,
    );
    const stance = 50 + 100 * doubleSupport;
    console.log(
      `| ${speedMps} | ${landing(pitch)} | ${stance.toFixed(0)} | ${m.all} | ${m.found} | ${m.called} | ${m.shares} | ${m.findings} |`,
    );
  }
