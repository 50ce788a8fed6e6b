import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { freshFolder, pairVirtual, serve, type Served } from './running.ts';

const hook = pathToFileURL(path.join(import.meta.dirname, 'outbound-log.mjs')).href;

/** Pairs, walks some seconds, stops, reads the report: all that a day with the service does. */
async function walk(served: Served): Promise<void> {
  await pairVirtual(served);
  const { value } = await served.ask('POST', '/walks', {});
  await new Promise((resolve) => setTimeout(resolve, 2500));
  for (const [method, address] of [
    ['POST', `/walks/${value.id}/stop`],
    ['GET', `/walks/${value.id}/report`],
    ['GET', '/health'],
    ['POST', '/backups'],
  ] as const)
    expect((await served.ask(method, address)).status).toBeLessThan(300);
}

async function outboundOf(env: Record<string, string>): Promise<string[]> {
  const folder = freshFolder();
  const log = path.join(folder, 'outbound.log');
  const served = await serve(path.join(folder, 'data'), ['--virtual-speed', '5'], {
    ...env,
    NODE_OPTIONS: `--import ${hook}`,
    OUTBOUND_LOG: log,
  });
  await walk(served);
  served.child.kill('SIGTERM');
  await once(served.child, 'close');
  return existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [];
}

test('P6 at its defaults the service reaches out to nobody: no connection, no datagram, no name looked up', async () => {
  expect(await outboundOf({})).toEqual([]);
}, 60_000);

test('P6 the same test notices the copy to InfluxDB, which is the only thing that may reach out', async () => {
  const outbound = await outboundOf({ GAITKEEPER_INFLUX_URL: 'http://influx.invalid:8086' });
  expect(outbound.join('\n')).toMatch(/influx\.invalid/);
}, 60_000);
