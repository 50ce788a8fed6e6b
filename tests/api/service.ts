import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { createApp, type AppOptions } from '../../src/api/app.ts';
import type { ServiceClock } from '../../src/api/clock.ts';
import { openWalkStore } from '../../src/store/open-store.ts';
import { FakeHub } from './fake-hub.ts';

export const TOKEN = 'test-token-of-the-service-0123456789abcdef';
export const BEARER = { authorization: `Bearer ${TOKEN}` };

/** A clock that stands still until a test moves it; intervals are called by hand. */
export class HandClock implements ServiceClock {
  wall = Date.parse('2026-11-24T09:00:00Z');
  s = 1000;
  readonly #timers = new Set<{ every: number; due: number; call: () => void }>();

  wallMs(): number {
    return this.wall;
  }
  monotonicS(): number {
    return this.s;
  }
  every(intervalMs: number, call: () => void): () => void {
    const timer = { every: intervalMs, due: this.s * 1000 + intervalMs, call };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }
  /** Moves both clocks and calls what is due, in order. */
  advance(seconds: number): void {
    const until = this.s * 1000 + seconds * 1000;
    for (;;) {
      const next = [...this.#timers].filter((t) => t.due <= until).sort((a, b) => a.due - b.due)[0];
      if (next === undefined) break;
      this.wall += next.due - this.s * 1000;
      this.s = next.due / 1000;
      next.due += next.every;
      next.call();
    }
    this.wall += until - this.s * 1000;
    this.s = until / 1000;
  }
}

export interface Service {
  app: Awaited<ReturnType<typeof createApp>>['app'];
  context: Awaited<ReturnType<typeof createApp>>['context'];
  routes: Awaited<ReturnType<typeof createApp>>['routes'];
  hub: FakeHub;
  folder: string;
  logs: string[];
  close: () => Promise<void>;
}

/** A service on a fresh data folder; closed and removed with the test. `folder` goes on with an old one. */
export async function startService(
  options: Partial<AppOptions> & { folder?: string; keep?: boolean } = {},
): Promise<Service> {
  const folder = options.folder ?? mkdtempSync(path.join(tmpdir(), 'gaitkeeper-api-'));
  const store = openWalkStore(folder, { reserveBytes: 0 });
  const hub = (options.hub as FakeHub | undefined) ?? new FakeHub();
  const logs: string[] = [];
  const log = pino({ level: 'debug' }, { write: (line) => logs.push(line) });
  const { app, context, routes } = await createApp({
    version: '0.0.0-test',
    store,
    hub,
    serviceToken: TOKEN,
    rules: { tls: false, hosts: new Set(['localhost', '127.0.0.1', '::1']) },
    pageUrl: () => 'http://127.0.0.1:8080',
    dataFolder: folder,
    log,
    requestsPerMinute: 1e6,
    ...options,
  });
  let closed = false;
  const close = async (): Promise<void> => {
    if (closed) return;
    closed = true;
    await app.close();
    store.close();
  };
  onTestFinished(async () => {
    await close();
    if (options.keep !== true) rmSync(folder, { recursive: true, force: true });
  });
  return { app, context, routes, hub, folder, logs, close };
}

/** Listens on a free port. @returns its address */
export async function listen(service: Service): Promise<{ url: string; port: number }> {
  await service.app.listen({ port: 0, host: '127.0.0.1' });
  const address = service.app.server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { url: `http://127.0.0.1:${address.port}`, port: address.port };
}
