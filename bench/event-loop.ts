/**
 * `npx tsx bench/event-loop.ts`: how long the service's event loop is held up by lists, reports and exports of a two-hour walk
 * while another walk is being recorded (goal L3: at most 100 ms). Prints; writes nothing. The delays are those that the service
 * itself measures; they hold what else the machine was doing.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const folder = mkdtempSync(path.join(tmpdir(), 'gaitkeeper-event-loop-'));
const cli = ['--import', 'tsx', path.join(root, 'src/cli/main.ts')];
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const simulation = spawn(
  process.execPath,
  [...cli, 'simulate', '--scenario', 'fatigue', '--seed', '3', '--seconds', '7200', '--out', path.join(folder, 'walk')],
  { stdio: 'ignore' },
);
await once(simulation, 'close');

const data = path.join(folder, 'data');
const service = spawn(process.execPath, [...cli, 'serve', '--port', '0', '--data', data], {
  stdio: ['ignore', 'pipe', 'ignore'],
});
let said = '';
service.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
while (!said.includes('#code=')) await wait(50);
const base = `${/http:\S+(?=\/#code)/.exec(said)![0]}/api/v1`;
const authorization = `Bearer ${readFileSync(path.join(data, 'token'), 'utf8').trim()}`;

async function call(method: string, address: string, body?: BodyInit, type = 'application/json'): Promise<Uint8Array> {
  const headers = { authorization, ...(body === undefined ? {} : { 'content-type': type }) };
  const response = await fetch(base + address, { method, headers, ...(body === undefined ? {} : { body }) });
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (!response.ok) throw new Error(`${method} ${address}: ${response.status} ${Buffer.from(bytes).toString()}`);
  return bytes;
}
const json = async <T>(method: string, address: string, body?: unknown): Promise<T> =>
  JSON.parse(
    Buffer.from(await call(method, address, body === undefined ? undefined : JSON.stringify(body))).toString(),
  ) as T;

/** Longest delay since the last time it was asked [ms]. */
async function longestDelayMs(): Promise<number> {
  const text = await (await fetch(new URL('/metrics', base), { headers: { authorization } })).text();
  return 1000 * Number(/^gaitkeeper_nodejs_eventloop_lag_max_seconds (\S+)/m.exec(text)![1]);
}

interface Walks {
  items: { id: string; state: string }[];
}
try {
  await call('POST', '/walks/import', readFileSync(path.join(folder, 'walk/walk.mcap')), 'application/octet-stream');
  let walk: Walks['items'][number] | undefined;
  while (walk?.state !== 'finished') {
    await wait(500);
    [walk] = (await json<Walks>('GET', '/walks?limit=1')).items;
  }
  const { id } = walk;
  await call('POST', '/sensors/scan');
  await wait(1500);
  for (const site of ['left_foot', 'right_foot', 'pelvis'])
    await json('POST', `/sensors/virtual-${site.replace('_', '-')}/pair`, { site });
  await json('PATCH', '/virtual-walker', { walking: true });
  await json('POST', '/walks', {});
  await wait(3000);
  console.log('request                                  bytes      took     longest delay of the event loop');
  for (const address of [
    '/walks?limit=100',
    `/walks/${id}/summary`,
    `/walks/${id}/strides?limit=1000`,
    `/walks/${id}/strides.csv`,
    `/walks/${id}/timeline`,
    `/walks/${id}/curves/summary`,
    `/walks/${id}/report`,
    `/walks/${id}/report.pdf`,
    `/compare?a=${id}&b=${id}`,
    '/trends',
    '/plan',
    `/walks/${id}/recording.mcap`,
    `/walks/${id}/walk.csv`,
    '/export',
  ]) {
    await longestDelayMs();
    const startMs = performance.now();
    const { length } = await call('GET', address);
    const tookMs = performance.now() - startMs;
    const delayMs = await longestDelayMs();
    console.log(
      `${address.replaceAll(id, 'ID').padEnd(36)} ${String(length).padStart(11)} ${tookMs.toFixed(0).padStart(7)} ms ${delayMs.toFixed(0).padStart(7)} ms`,
    );
  }
} finally {
  service.kill('SIGTERM');
  await once(service, 'close');
  rmSync(folder, { recursive: true, force: true });
}
