/**
 * What the live page costs in a browser: script a frame, long tasks, heap over two simulated hours, bytes, first paint.
 * Needs Chromium and a built page (`npm run build`). Run: `npx tsx bench/dashboard.ts [--minutes 120] [--speed 90]`.
 * The walk shown is made up (tests/e2e/fake-api.ts); figures depend on the machine, ratios and flatness do not.
 */
import { readFileSync } from 'node:fs';
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

/** Runs in the page before its own script: times what the page does on each message and each display frame. */
const WATCH = `(() => {
  const frames = [];
  let inFrame = 0;
  globalThis.__cost = { frames, long: [] };
  const timed = (work) => function (...args) {
    const from = performance.now();
    try { return work.apply(this, args); } finally { inFrame += performance.now() - from; }
  };
  const raf = globalThis.requestAnimationFrame;
  globalThis.requestAnimationFrame = (work) => raf.call(globalThis, timed(work));
  const listen = EventSource.prototype.addEventListener;
  EventSource.prototype.addEventListener = function (name, work, ...rest) { return listen.call(this, name, timed(work), ...rest); };
  const interval = globalThis.setInterval;
  globalThis.setInterval = (work, ...rest) => interval(timed(work), ...rest);
  const tick = () => { frames.push(inFrame); inFrame = 0; raf.call(globalThis, tick); };
  raf.call(globalThis, tick);
  new PerformanceObserver((list) => { for (const e of list.getEntries()) globalThis.__cost.long.push(e.duration); }).observe({ type: 'longtask', buffered: true });
})()`;

const share = (sorted: readonly number[], part: number): number =>
  sorted[Math.floor(part * (sorted.length - 1))] ?? NaN;

const folder = await pageFolder();
const browser = await launch();
const api = new FakeApi(folder);
api.addVirtual(true);
api.begin(60);
const url = await api.listen();
const { page, context } = await open(browser, 'about:blank', { size: 'laptop' });
await page.addInitScript(WATCH);
await page.goto(`${url}/walk/live`);
await page.getByRole('button', { name: 'Mark pain' }).waitFor();
await page.waitForTimeout(1500);

const paint = Number(await page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime"));
const scripts = (await page.evaluate(() => performance.getEntriesByType('resource').map((r) => r.name)))
  .map((name) => path.basename(new URL(name).pathname))
  .filter((name) => name.endsWith('.js'));
const firstLoad = scripts.reduce((sum, n) => sum + gzipSync(readFileSync(path.join(folder, 'assets', n))).length, 0);

interface Cost {
  readonly frames: number[];
  readonly long: number[];
}
const cost = (): Promise<Cost> => page.evaluate(() => (globalThis as unknown as { __cost: Cost }).__cost);
const reset = () =>
  page.evaluate(() => {
    const c = (globalThis as unknown as { __cost: Cost }).__cost;
    c.frames.length = 0;
    c.long.length = 0;
  });

await reset();
await page.waitForTimeout(15_000);
const live = await cost();
const busy = live.frames.filter((ms) => ms > 0).sort((a, b) => a - b);

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
await reset();
api.speed = 1;
await page.waitForTimeout(10_000);
const late = await cost();
const lateBusy = late.frames.filter((ms) => ms > 0).sort((a, b) => a - b);

const line = (name: string, value: string) => process.stdout.write(`${name.padEnd(46)} ${value}\n`);
line('first load, script, gzipped', `${(firstLoad / 1000).toFixed(1)} kB in ${String(scripts.length)} files`);
line('first contentful paint', `${paint.toFixed(0)} ms`);
line(
  'script a frame at 30 updates a second, p50 / p95',
  `${share(busy, 0.5).toFixed(2)} / ${share(busy, 0.95).toFixed(2)} ms`,
);
line('the same after the long walk', `${share(lateBusy, 0.5).toFixed(2)} / ${share(lateBusy, 0.95).toFixed(2)} ms`);
line('tasks over 50 ms in 15 s', String(live.long.length));
for (const row of rows)
  line(
    `minute ${String(row.minute)}`,
    `heap ${row.heapMb.toFixed(2)} MB, ${String(row.nodes)} nodes, ${String(row.listeners)} listeners`,
  );
await browser.close();
await api.close();
