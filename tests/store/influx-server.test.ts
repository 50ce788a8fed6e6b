import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { InfluxMirror } from '../../src/store/influx-mirror.ts';
import { SLOTS, STARTED_AT_MS, storeIn, stride, temporaryFolder, walkSecond } from './walk-data.ts';

const present = spawnSync('influxd', ['version']).status === 0;
if (!present && process.env['CI'] === 'true')
  throw new Error('influxd is missing, and with CI=true nothing is skipped. On Debian: apt-get install influxdb');

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

let running: ChildProcess | undefined;
afterAll(() => running?.kill('SIGKILL'));

/** A real influxd in a folder of its own. */
class Influxd {
  readonly url: string;
  readonly #config: string;

  private constructor(url: string, config: string) {
    this.url = url;
    this.#config = config;
  }

  static async in(folder: string): Promise<Influxd> {
    const [http, rpc] = [await freePort(), await freePort()];
    const section = (name: string): string => {
      const own = path.join(folder, name);
      mkdirSync(own, { recursive: true });
      return JSON.stringify(own);
    };
    const config = path.join(folder, 'influxdb.conf');
    writeFileSync(
      config,
      `reporting-disabled = true
bind-address = "127.0.0.1:${rpc}"
[meta]
dir = ${section('meta')}
[data]
dir = ${section('data')}
wal-dir = ${section('wal')}
[monitor]
store-enabled = false
[http]
bind-address = "127.0.0.1:${http}"
log-enabled = false
`,
    );
    return new Influxd(`http://127.0.0.1:${http}`, config);
  }

  async start(): Promise<void> {
    running = spawn('influxd', ['run', '-config', this.#config], { stdio: 'ignore' });
    for (let i = 0; i < 300; i++) {
      const answer = await fetch(`${this.url}/ping`).catch(() => undefined);
      if (answer?.status === 204) return;
      await sleep(100);
    }
    throw new Error('influxd did not start within 30 s.');
  }

  async stop(signal: NodeJS.Signals): Promise<void> {
    const process_ = running;
    running = undefined;
    process_?.kill(signal);
    if (process_ !== undefined && process_.exitCode === null) await once(process_, 'close');
  }

  /** The only row's value of a query. */
  async value(query: string): Promise<number> {
    const answer = await fetch(`${this.url}/query?${new URLSearchParams({ db: 'gait', q: query }).toString()}`);
    const body = (await answer.json()) as { results: { series?: { values: number[][] }[] }[] };
    return body.results[0]?.series?.[0]?.values[0]?.[1] ?? 0;
  }
}

describe.skipIf(!present)(
  `the mirror to a real influxd${present ? '' : ' (skipped: influxd is not installed; on Debian: apt-get install influxdb)'}`,
  () => {
    it('L7: points equal strides after influxd was stopped, and killed, in mid-walk; erased walks go', async () => {
      const influxd = await Influxd.in(temporaryFolder());
      await influxd.start();
      const store = storeIn(temporaryFolder());
      const tags = { shoes: `new, "soft"\nline=2 \\`, luggage_kg: 3 };
      const { id } = store.walks.create({ startedAtMs: STARTED_AT_MS, slots: SLOTS, tags });
      const mirror = new InfluxMirror(store.mirrorOutbox('influx'), {
        url: influxd.url,
        database: 'gait',
        pause: (ms, signal) => sleep(ms / 20, undefined, { signal }).catch(() => undefined),
      });
      mirror.start();
      let second = 0;
      const walkOn = async (seconds: number): Promise<void> => {
        for (let i = 0; i < seconds; i++) {
          expect(store.append(id, walkSecond(second++)).stored).toBe(true);
          mirror.wake();
          if (i % 20 === 0) await sleep(10);
        }
      };
      const caughtUp = async (): Promise<void> => {
        for (let i = 0; i < 2000; i++) {
          if (mirror.status().state === 'up_to_date' && mirror.status().backlog === 0) return;
          await sleep(10);
        }
        throw new Error(`The mirror did not catch up: ${JSON.stringify(mirror.status())}`);
      };
      const strides = (): Promise<number> => influxd.value('SELECT count(stride_time_s) FROM stride');
      await walkOn(300);
      await caughtUp();
      expect(await strides()).toBe(600);
      for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
        void walkOn(100);
        await influxd.stop(signal);
        await walkOn(300);
        expect(mirror.status().backlog).toBeGreaterThan(0);
        await influxd.start();
        await walkOn(50);
        await caughtUp();
        expect(await strides()).toBe(2 * second);
        expect(await influxd.value('SELECT count(ic_s) FROM step')).toBe(2 * second);
      }
      expect(store.entries.count(id, 'stride')).toBe(2 * second);
      expect(await influxd.value('SELECT sum(stride_length_m) FROM stride')).toBeCloseTo(
        Array.from({ length: second }, (_, s) => 2 * 1.31 + (2 * s + 0.52) / 1e4).reduce((a, b) => a + b),
        6,
      );
      const odd = stride('left', 1e5, { speed_mps: NaN });
      store.append(id, { notifications: [], records: [odd] });
      await caughtUp();
      expect(await strides()).toBe(2 * second + 1);
      await store.eraseWalk(id);
      mirror.wake();
      for (let i = 0; (await strides()) > 0 && i < 200; i++) await sleep(50);
      expect(await strides()).toBe(0);
      await mirror.stop();
      await influxd.stop('SIGTERM');
    }, 90_000);
  },
);
