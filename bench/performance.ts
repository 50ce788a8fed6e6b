/**
 * `npm run bench`: CPU time of the pipeline as ratios within one run, medians of interleaved rounds, scaled to a 2.6 GHz core
 * by a reference kernel of the same run. Writes docs/performance.md; `-- --print` only prints.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { constants, PerformanceObserver } from 'node:perf_hooks';
import { serialize } from 'node:v8';
import type { SensorNotification } from '../src/domain/notification.ts';
import type { StrideRecord } from '../src/domain/records.ts';
import { median } from '../src/math/median.ts';
import { openRecording } from '../src/recording/open-recording.ts';
import { WalkSession } from '../src/walk/walk-session.ts';
import { benchWalk, blocksOf, runWalk } from './performance/walks.ts';
import { filterTask, runDrift, stagesOf, stateParts } from './performance/stages.ts';
import { cpuSeconds, interleaved, machineSpeed } from './performance/rounds.ts';
import { mcapOf } from './performance/mcap-of.ts';
import { bySecond, byPacket, costOfMany } from './performance/many-walkers.ts';

const ROUNDS = 7;
/** Peers' stored figures on the 2.6 GHz core (measured beside, not shipped and not run here). */
const GAITMAP_SAMPLES_PER_S = 30_000;
const VQF_CPP_SAMPLES_PER_S = 4.0e6;
/**
 * Stock C++ VQF b66ff21 (g++ 12 -O3 -march=native, 6D update, rest and motion bias), run beside on the same walk's left foot on
 * 24 November 2026: 5.0 M updates a second while the reference kernel did 155 M products. Scaled to 2.6 GHz as everything here.
 */
const VQF_CPP_BESIDE_PER_S = (5.0e6 / 155e6) * 9.4e7;

interface Row {
  what: string;
  value: string;
  must: string;
  aim: string;
}
const rows: Row[] = [];
const add = (what: string, value: string, must: string, aim: string): void => {
  rows.push({ what, value, must, aim });
  process.stderr.write(`${what}: ${value}\n`);
};

const walk = benchWalk(600);
const feet = benchWalk(600, ['left_foot', 'right_foot']);
const filter = filterTask(blocksOf(walk, 'left_foot'));

const seconds = interleaved(ROUNDS, {
  walk: () => void runWalk(walk),
  shoes: () => void runWalk(feet),
  filter: filter.run,
  ...stagesOf(walk),
});
const perSample = (1e6 * seconds['walk']!) / walk.samples;
add('whole pipeline, packets to records, three sensors', `${perSample.toFixed(2)} us per sample`, '1.0 us', '0.6 us');
const feetRate = feet.samples / seconds['shoes']!;
add(
  "against gaitmap's classic pipeline (stored: 30,000 foot samples per CPU second)",
  `${(feetRate / GAITMAP_SAMPLES_PER_S).toFixed(0)} x (${(feetRate / 1e6).toFixed(2)} M per CPU second)`,
  '30 x',
  '60 x',
);
const filterRate = filter.samples / seconds['filter']!;
add(
  'orientation filter in blocks of 16 against stock C++ VQF, as run beside it on one machine on 24 November 2026',
  `${(filterRate / VQF_CPP_BESIDE_PER_S).toFixed(2)} x`,
  '1.0 x',
  '1.3 x',
);
add(
  'the same against the C++ figure stored in the guide (4.0 M per second)',
  `${(filterRate / VQF_CPP_SAMPLES_PER_S).toFixed(2)} x (${(filterRate / 1e6).toFixed(1)} M per CPU second)`,
  '',
  '',
);
const us = (name: string): number => (1e6 * seconds[name]!) / walk.samples;
const alone = us('timeline') + us('feet') + us('pelvis') + us('evenness');
add(
  'of the whole, each stage alone: decode, timeline, feet, pelvis, evenness; the rest (joins, summary, drift)',
  `${[us('decode'), us('timeline') - us('decode'), us('feet'), us('pelvis'), us('evenness'), perSample - alone]
    .map((v) => v.toFixed(2))
    .join(', ')} us per sample`,
  '',
  '',
);

await twoHours();
manyWalkers();
await garbage();
report();

async function twoHours(): Promise<void> {
  const long = benchWalk(7200);
  const strides: StrideRecord[] = [];
  const folder = await mkdtemp(path.join(tmpdir(), 'bench-'));
  try {
    const file = path.join(folder, 'walk.mcap');
    await writeFile(file, await mcapOf(long));
    const runs: number[] = [];
    for (let round = 0; round < 3; round++) {
      const speed = machineSpeed();
      const before = process.cpuUsage();
      const recording = await openRecording(file);
      const session = new WalkSession({ slots: recording.slots });
      let records = 0;
      const keep = round === 0;
      for await (const batch of recording.batches)
        for (const notification of batch) {
          const out = session.push(notification);
          records += out.length;
          if (keep) for (const record of out) if (record.type === 'stride') strides.push(record);
        }
      records += session.finish().length;
      if (records < 1000) throw new Error('the walk was not analysed');
      const { user, system } = process.cpuUsage(before);
      runs.push((user + system) * 1e-6 * speed);
    }
    add('two hours, three sensors at 104 Hz, from MCAP', `${median(runs).toFixed(2)} s CPU`, '2.5 s', '1.3 s');
  } finally {
    await rm(folder, { recursive: true });
  }
  flatness(long);
  drift(strides);
}

/** The drift panel over two hours of strides. */
function drift(strides: readonly StrideRecord[]): void {
  const seconds = interleaved(3, { drift: () => void runDrift(strides) })['drift']!;
  add('drift panel, per stride', `${((1e6 * seconds) / strides.length).toFixed(1)} us`, '20 us', '');
  const kept = runDrift(strides).snapshot();
  add(
    'what the drift panel keeps of two hours: as JSON, as v8.serialize',
    `${(JSON.stringify(kept).length / 1000).toFixed(0)} kB, ${(serialize(kept).length / 1000).toFixed(0)} kB`,
    '10 kB',
    '',
  );
}

/** Cost a sample in the first and the last ten minutes of two hours. */
function flatness(long: ReturnType<typeof benchWalk>): void {
  const ratios: number[] = [];
  for (let round = 0; round < 3; round++) {
    const session = new WalkSession({ slots: long.slots });
    let at = 0;
    const until = (endS: number): void => {
      while (at < long.notifications.length && long.notifications[at]!.receivedS < endS)
        session.push(long.notifications[at++]!);
    };
    until(120);
    const first = cpuSeconds(() => until(720));
    until(6600);
    ratios.push(cpuSeconds(() => until(7200)) / first);
    if (round > 0) continue;
    const { drift: _, ...parts } = stateParts(session);
    const total = Object.values(parts).reduce((sum, v) => sum + v, 0);
    const largest = Object.entries(parts).sort((a, b) => b[1] - a[1]);
    const listed = largest.slice(0, 5).map(([name, bytes]) => `${name} ${(bytes / 1000).toFixed(0)}`);
    add(
      'state of a live walker after two hours, drift apart',
      `${(total / 1000).toFixed(0)} kB (${listed.join(', ')})`,
      '150 kB',
      '64 kB',
    );
  }
  add(
    'cost per sample, last ten minutes of two hours against the first',
    `${median(ratios).toFixed(2)} x`,
    '1.5 x',
    '1 x',
  );
}

/** Many walkers in one process, each packet (or second) after that of another walker, against one walker after the other. */
function manyWalkers(): void {
  const short = benchWalk(30);
  const ratio = (walkers: number, turns: readonly (readonly SensorNotification[])[]): string =>
    `${costOfMany(short, walkers, turns).toFixed(2)} x`;
  add(
    'cost per sample with 100 walkers in turn against one after the other',
    ratio(100, byPacket(short)),
    '1.5 x',
    '1 x',
  );
  add('the same with 1,000 walkers', ratio(1000, byPacket(short)), '1.5 x', '1 x');
  add('... a second of packets of each, as the store writes them', ratio(1000, bySecond(short)), '', '');
}

/** What `npx tsx bench/dashboard.ts` printed of the page, as docs/performance-page.md keeps it. */
function pageSection(): string {
  const file = path.join(path.resolve(import.meta.dirname, '..'), 'docs/performance-page.md');
  return readFileSync(file, 'utf8').replace('# What the live page costs', '## What the live page costs');
}

async function garbage(): Promise<void> {
  const pauses: number[] = [];
  let major = 0;
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      pauses.push(entry.duration);
      if ((entry as unknown as { detail: { kind: number } }).detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR)
        major++;
    }
  });
  observer.observe({ entryTypes: ['gc'] });
  const before = process.memoryUsage().heapUsed;
  runWalk(walk);
  const grown = process.memoryUsage().heapUsed - before;
  await new Promise((resolve) => setTimeout(resolve, 50));
  observer.disconnect();
  pauses.sort((a, b) => a - b);
  const worst = pauses.at(-1) ?? 0;
  const usual = pauses[pauses.length >> 1] ?? 0;
  add(
    'garbage collection in ten minutes of walking',
    `${pauses.length} pauses (${major} major), median ${usual.toFixed(1)} ms, longest ${worst.toFixed(1)} ms; heap ${grown >= 0 ? '+' : '−'}${Math.abs(grown / 1e6).toFixed(1)} MB`,
    '5 ms',
    '',
  );
}

function report(): void {
  const text = `# Performance

Printed by \`npm run bench\`. CPU time, medians of interleaved rounds; microseconds and seconds are scaled to a 2.6 GHz core by a
reference kernel of the same run. Peers are shown by their stored figures; they are not run here. Pauses are by the clock on
the wall, so they hold what else the machine was doing. Stages are measured one by one, each with warm caches: the rest is only
what is left of the whole.

Figures in microseconds printed before 25 November 2026 were twice as high for the same speed: the kernel was taken to run 47
million times a second on a 2.6 GHz core, which is the figure of another kernel. This one runs 94 million times a second there
(its cycles were counted), and 124 million by the only peer run on both machines, C++ VQF (5.0 M a second here, 4.0 M there);
the stricter of both is used.

With 1,000 walkers in one process their states together are many times the cache, and a packet of another walker finds none of its
own there. Each packet therefore first reads all that it needs, at once, and one array holds all numbers of a sensor's time line, one
a shoe's pitch axis, one row a stride's values; decoders, parameters and scratch are shared by all walkers
(docs/decisions/002-many-walkers.md has what was measured, tried and left). The ratio swings with the machine (neighbours that fill its cache
slow one walker too), so in each of three rounds over 30 s of walking both kinds take turns in 20 slices. Live, holding packets back would cost the one walker whom a service records latency, so it is not done. What falls
short of the aims of time and state: feet and pelvis are half of the time, the rings of some five (shoes) and ten seconds (pelvis)
half of the state, a table of 128 to 256 strides a fifth.

V8 used to compile the orientation filter to half its speed for the life of a process, on a busy machine half of the time:
the filter's beginning ran once in its hot loop, a second filter threw the optimised loop away, and where V8 had entered that
loop half-way before it went on entering it half-way. The beginning is now apart from the loop: none of ten processes was slow
since, ten of twenty were before.

| | measured | must | aim |
| --- | --- | --- | --- |
${rows.map((r) => `| ${r.what} | ${r.value} | ${r.must} | ${r.aim} |`).join('\n')}

${pageSection()}`;
  process.stdout.write(text);
  if (!process.argv.includes('--print')) {
    const file = path.join(path.resolve(import.meta.dirname, '..'), 'docs/performance.md');
    writeFileSync(file, text);
  }
}
