/**
 * What the live page costs in a browser: script a frame, long tasks, heap over two simulated hours, bytes, first paint.
 * Needs Chromium and a built page (`npm run build`). Run: `npx tsx bench/dashboard.ts [--minutes 120] [--speed 90]`.
 * The walk shown is made up (tests/e2e/fake-api.ts); figures depend on the machine, ratios and flatness do not.
 */
import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { launch, open, pageFolder } from '../tests/e2e/browser.ts';
import { FakeApi } from '../tests/e2e/fake-api.ts';

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '120' }, speed: { type: 'string', default: '90' } },
});
const minutes = Number(values.minutes);
const speed = Number(values.speed);

/** Runs in the page before its own script: keeps tasks over 50 ms. */
const WATCH = `globalThis.__long = [];
new PerformanceObserver((list) => { for (const e of list.getEntries()) globalThis.__long.push(e.duration); }).observe({ type: 'longtask' });`;

/** What the browser's own trace counts as script. */
const SCRIPT = new Set([
  'FireAnimationFrame',
  'TimerFire',
  'EventDispatch',
  'RunMicrotasks',
  'FunctionCall',
  'v8.callFunction',
]);
const WINDOW_US = 1e6 / 30;

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly ts: number;
  readonly dur?: number;
  readonly pid: number;
  readonly tid: number;
  /** Time of the thread itself [us]. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** Script in each thirtieth of a second of the page's main thread, by the thread's own time [ms]; nested events counted once. */
async function scriptPerFrame(seconds: number): Promise<number[]> {
  await browser.startTracing(page, { categories: ['devtools.timeline', 'v8'] });
  await page.waitForTimeout(1000 * seconds);
  const trace = JSON.parse((await browser.stopTracing()).toString('utf8')) as { traceEvents: TraceEvent[] };
  const script = trace.traceEvents.filter((e) => e.ph === 'X' && SCRIPT.has(e.name) && e.dur !== undefined);
  const threads = new Map<string, TraceEvent[]>();
  for (const event of script) {
    const key = `${String(event.pid)} ${String(event.tid)}`;
    const list = threads.get(key);
    if (list === undefined) threads.set(key, [event]);
    else list.push(event);
  }
  const main = [...threads.values()].sort((x, y) => y.length - x.length)[0] ?? [];
  main.sort((x, y) => x.ts - y.ts);
  const first = main[0]?.ts ?? 0;
  const windows = new Array<number>(Math.floor((1e6 * (seconds - 1)) / WINDOW_US)).fill(0);
  let doneUs = 0;
  for (const { ts, dur = 0, tdur = dur } of main) {
    if (ts < doneUs) continue;
    doneUs = ts + dur;
    const at = Math.floor((ts - first) / WINDOW_US);
    if (at < windows.length) windows[at] = (windows[at] ?? 0) + tdur / 1000;
  }
  return windows.sort((x, y) => x - y);
}

const share = (sorted: readonly number[], part: number): number =>
  sorted[Math.floor(part * (sorted.length - 1))] ?? NaN;

const folder = await pageFolder();
const browser = await launch();
const api = new FakeApi(folder);
api.addVirtual(true);
api.begin(60);
const url = await api.listen();

/** Tasks of the page's main thread, by the time of the thread itself [ms]: what else the machine does doesn't count. Longest first. */
function ownTasks(trace: Buffer): number[] {
  const { traceEvents } = JSON.parse(trace.toString('utf8')) as { traceEvents: TraceEvent[] };
  const main = new Set(
    traceEvents
      .filter((e) => e.name === 'thread_name' && e.args?.name === 'CrRendererMain')
      .map((e) => `${String(e.pid)} ${String(e.tid)}`),
  );
  return traceEvents
    .filter((e) => e.ph === 'X' && e.name.endsWith('RunTask') && main.has(`${String(e.pid)} ${String(e.tid)}`))
    .map((e) => (e.tdur ?? 0) / 1000)
    .sort((x, y) => y - x);
}

/** Opens the live page as a fresh visitor; the first time in a fresh browser is slower, as it is for people. */
async function opening(): Promise<{ paintMs: number; tasks: number[] }> {
  const visit = await open(browser, 'about:blank', { size: 'laptop' });
  await browser.startTracing(visit.page, { categories: ['toplevel', '__metadata'] });
  await visit.page.goto(`${url}/walk/live`);
  await visit.page.getByRole('button', { name: 'Mark pain' }).waitFor();
  await visit.page.waitForTimeout(1500);
  const tasks = ownTasks(await browser.stopTracing());
  const paintMs = Number(
    await visit.page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime"),
  );
  await visit.context.close();
  return { paintMs, tasks };
}
const openings: Awaited<ReturnType<typeof opening>>[] = [];
for (let i = 0; i < 5; i++) openings.push(await opening());

const { page, context } = await open(browser, 'about:blank', { size: 'laptop' });
await page.addInitScript(WATCH);
await page.goto(`${url}/walk/live`);
await page.getByRole('button', { name: 'Mark pain' }).waitFor();
await page.waitForTimeout(1500);
await page.evaluate('globalThis.__long.length = 0');
const scripts = (await page.evaluate(() => performance.getEntriesByType('resource').map((r) => r.name)))
  .map((name) => path.basename(new URL(name).pathname))
  .filter((name) => name.endsWith('.js'));
const firstLoad = scripts.reduce((sum, n) => sum + gzipSync(readFileSync(path.join(folder, 'assets', n))).length, 0);

const busy = await scriptPerFrame(15);
const long = Number(await page.evaluate('globalThis.__long.length'));

const cdp = await context.newCDPSession(page);
await cdp.send('Performance.enable');
const metrics = async () => {
  await cdp.send('HeapProfiler.collectGarbage');
  const all = Object.fromEntries((await cdp.send('Performance.getMetrics')).metrics.map((m) => [m.name, m.value]));
  return {
    heapMb: (all['JSHeapUsedSize'] ?? NaN) / 1e6,
    nodes: all['Nodes'] ?? NaN,
    listeners: all['JSEventListeners'] ?? NaN,
  };
};
api.speed = speed;
const until = async (minute: number) => {
  while (api.timeS < minute * 60) await page.waitForTimeout(500);
};
await until(10);
const rows = [{ minute: 10, ...(await metrics()) }];
for (let minute = 30; minute <= minutes; minute += 30) {
  await until(minute);
  rows.push({ minute, ...(await metrics()) });
}
api.speed = 1;
await page.waitForTimeout(1500);
const lateBusy = await scriptPerFrame(10);

const line = (name: string, value: string) => process.stdout.write(`${name.padEnd(64)} ${value}\n`);
line('load of the machine while it ran (2 cores)', loadavg()[0]?.toFixed(1) ?? '?');
line('first load, script, gzipped', `${(firstLoad / 1000).toFixed(1)} kB in ${String(scripts.length)} files`);
const paints = openings.map((o) => o.paintMs).sort((x, y) => x - y);
line(
  'first contentful paint of 5 openings, lowest / median / highest',
  `${[0, 2, 4].map((i) => (paints[i] ?? NaN).toFixed(0)).join(' / ')} ms`,
);
line(
  'longest task of each opening, time of its own',
  `${openings.map((o) => (o.tasks[0] ?? NaN).toFixed(0)).join(', ')} ms`,
);
line(
  'script a frame at 30 updates a second, p50 / p95',
  `${share(busy, 0.5).toFixed(2)} / ${share(busy, 0.95).toFixed(2)} ms`,
);
line('the same after the long walk', `${share(lateBusy, 0.5).toFixed(2)} / ${share(lateBusy, 0.95).toFixed(2)} ms`);
line('tasks over 50 ms by the clock, in 15 s of walking', String(long));
for (const row of rows)
  line(
    `minute ${String(row.minute)}`,
    `heap ${row.heapMb.toFixed(2)} MB, ${String(row.nodes)} nodes, ${String(row.listeners)} listeners`,
  );
await browser.close();
await api.close();
