/**
 * How much knowing the wearer's noise, the speed's effect or the ground could gain drift in roll-in, each known perfectly:
 * `npm run drift:limits [-- --null 600 --each 200 --seed 79000000]`. Prints those rows of docs/decisions/304 that need no change to the bank
 * (the note says which), on seeds of its own.
 */
import { parseArgs } from 'node:util';
import { DRIFT_METRICS, type DriftMetric } from '../src/drift/drift-metric.ts';
import { OnsetBank } from '../src/drift/onset-bank.ts';
import { makeWalk, minutesOf } from './drift-walks.ts';

const { values: args } = parseArgs({
  options: {
    null: { type: 'string', default: '600' },
    each: { type: 'string', default: '200' },
    seed: { type: 'string', default: '79000000' },
  },
});
const nulls = Number(args.null);
const each = Number(args.each);
const seed = Number(args.seed);
const ALTERNATIVE_SEEDS = 1_000_000;
const ROLL_IN = DRIFT_METRICS.eversion_excursion_deg;
/** Consecutive minutes of an alarm, and the first minute that counts: as the onset bank's. */
const ALARM_MINUTES = 3;
const FIRST_MINUTE = 15;

/** What is changed in the walks, and what the bank is told of them; `noise` is the wearer's noise against the usual. */
interface Case {
  readonly title: string;
  readonly walks: Record<string, unknown>;
  readonly metric: (noise: number) => DriftMetric;
}

/** Standard normal value of a seed (additive recurrences, Box and Muller), apart from the generator's own numbers. */
const normalOf = (n: number): number =>
  Math.sqrt(-2 * Math.log(1 - ((0.5 + n * 0.5698402909980532) % 1))) *
  Math.cos(2 * Math.PI * ((0.5 + n * 0.7548776662466927) % 1));

/** By minute: the least probability of the last three minutes, which an alarm's threshold is held against. */
function heldP(n: number, c: Case, alt?: Record<string, unknown>): { onset: number; held: [number, number][] } {
  const noiseScale = Number(c.walks['noiseScale'] ?? 1) * Math.exp(0.2 * normalOf(n));
  const walk = makeWalk(n, { ...c.walks, noiseVary: 0, noiseScale, ...(alt === undefined ? {} : { alt }) });
  const bank = new OnsetBank(c.metric(noiseScale));
  const states = minutesOf(walk, ROLL_IN.name).map((value) => bank.push(value));
  const counted = states.filter((s) => s.minute >= FIRST_MINUTE);
  const held = counted.slice(ALARM_MINUTES - 1).map((s, i): [number, number] => {
    const last = counted.slice(i, i + ALARM_MINUTES).map((x) => x.p);
    return [s.minute + 1, Math.min(...last)];
  });
  return { onset: walk.onset, held };
}

const ascending = (values: number[]) => values.sort((a, b) => a - b);

/** Unchanged walks' highest value, ascending; and at a threshold the part found of walks with a drift and the median delay. */
function measured(c: Case, amplitudeDeg: number) {
  const highest = ascending(
    Array.from({ length: nulls }, (_, i) => Math.max(0, ...heldP(seed + i, c).held.map(([, p]) => p))),
  );
  const alt = { what: 'roll', amp: amplitudeDeg, dur: 60, side: 'both' };
  const drifting = Array.from({ length: each }, (_, i) => heldP(seed + ALTERNATIVE_SEEDS + i, c, alt));
  const at = (threshold: number): string => {
    const delays = ascending(
      drifting.map(({ onset, held }) => (held.find(([, p]) => p >= threshold)?.[0] ?? Infinity) - onset),
    );
    const found = (100 * delays.filter(Number.isFinite).length) / each;
    const median = delays[each >> 1]!;
    return `${found.toFixed(1)} %, ${Number.isFinite(median) ? `${median.toFixed(0)} min` : '-'}`;
  };
  const falseAlarms = `${((100 * highest.filter((p) => p >= ROLL_IN.alarmP).length) / nulls).toFixed(1)} %`;
  return {
    atRate: (rate: number) => at(highest[Math.floor((1 - rate) * nulls)]!),
    asShipped: at(ROLL_IN.alarmP),
    falseAlarms,
  };
}

const usual = (): DriftMetric => ROLL_IN;
const own = (noise: number): DriftMetric => ({ ...ROLL_IN, s0: ROLL_IN.s0 * Math.min(1.6, Math.max(0.6, noise)) });
const RATES = [0.005, 0.01, 0.015];
const print = (cells: readonly string[]) => process.stdout.write(`| ${cells.join(' | ')} |\n`);

print(['1.5° over 60 min', ...RATES.map((r) => `found at ${100 * r} % false alarms`)]);
print(['---', ...RATES.map(() => '---')]);
for (const c of [
  { title: 'as it is', walks: {}, metric: usual },
  { title: "the wearer's noise known exactly", walks: {}, metric: own },
  { title: 'no effect of the ground left', walks: { grade: 0 }, metric: usual },
  { title: 'no effect of speed left', walks: { bRoll: 0, bRollSD: 0 }, metric: () => ({ ...ROLL_IN, speedSd: 0.05 }) },
] satisfies Case[]) {
  const m = measured(c, 1.5);
  print([c.title, ...RATES.map(m.atRate)]);
}
process.stdout.write('\n');
print(['wearer', 'false alarms, as it is', 'noise known', 'found, as it is', 'noise known']);
print(['---', '---', '---', '---', '---']);
for (const [title, noiseScale, amplitudeDeg] of [
  ['noise x 0.6, 1° over 60 min', 0.6, 1],
  ['noise x 1, 1.5° over 60 min', 1, 1.5],
  ['noise x 1.6, 1.5° over 60 min', 1.6, 1.5],
] as const) {
  const [is, known] = [usual, own].map((metric) => measured({ title, walks: { noiseScale }, metric }, amplitudeDeg));
  print([title, is!.falseAlarms, known!.falseAlarms, is!.asShipped, known!.asShipped]);
}
