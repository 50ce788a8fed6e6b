import { createServer } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { chromium, type BrowserContext } from 'playwright-core';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../src/api/app.ts';
import { openWalkStore } from '../../src/store/open-store.ts';
import type { SqliteWalkStore } from '../../src/store/sqlite-store.ts';
import { FakeHub } from '../api/fake-hub.ts';
import { TOKEN } from '../api/service.ts';
import { chromiumPath, pageFolder, skipBrowser, why } from './browser.ts';

/** What a page may find out by its attempts. */
interface Loot {
  [attempt: string]: string;
}

/** What the hostile page tries against an address; it runs within the page. */
const ATTACK = async (target: string): Promise<Loot> => {
  const loot: Loot = {};
  const attempt = async (name: string, call: () => Promise<string>): Promise<void> => {
    try {
      loot[name] = await call();
    } catch {
      loot[name] = '';
    }
  };
  const read = async (address: string, options: RequestInit): Promise<string> => {
    const answer = await fetch(`${target}${address}`, options);
    return answer.ok ? await answer.text() : '';
  };
  const json = { method: 'POST', body: '{"what":"all","confirm":"erase"}' };
  await attempt('fetch walks', () => read('/api/v1/walks', { credentials: 'include' }));
  await attempt('fetch health', () => read('/api/v1/health', { credentials: 'include' }));
  await attempt('fetch page', () => read('/', { credentials: 'include' }));
  await attempt('fetch export', () => read('/api/v1/export', { credentials: 'include' }));
  await attempt('erase as JSON', () =>
    read('/api/v1/erase', { ...json, credentials: 'include', headers: { 'content-type': 'application/json' } }),
  );
  await attempt('erase as text, no preflight', () =>
    read('/api/v1/erase', { ...json, credentials: 'include', headers: { 'content-type': 'text/plain' } }),
  );
  await attempt('erase blindly', async () => {
    const answer = await fetch(`${target}/api/v1/erase`, { ...json, mode: 'no-cors', credentials: 'include' });
    return answer.ok ? await answer.text() : '';
  });
  await attempt('beacon', async () => {
    navigator.sendBeacon(`${target}/api/v1/erase`, new Blob([json.body], { type: 'text/plain' }));
    return '';
  });
  await attempt('image', () => {
    const image = new Image();
    return new Promise((resolve) => {
      image.onload = () => resolve(`${image.width}`);
      image.onerror = () => resolve('');
      image.src = `${target}/api/v1/walks`;
    });
  });
  await attempt('script', () => {
    const script = document.createElement('script');
    return new Promise((resolve) => {
      script.onload = () => resolve('loaded');
      script.onerror = () => resolve('');
      script.src = `${target}/openapi.json`;
      document.head.append(script);
    });
  });
  for (const [name, address] of [
    ['socket ingest', '/api/v1/ingest'],
    ['socket live', '/api/v1/live'],
  ] as const)
    await attempt(name, () => {
      const socket = new WebSocket(`${target.replace('http', 'ws')}${address}`);
      return new Promise((resolve) => {
        socket.onopen = () => resolve('opened');
        socket.onerror = () => resolve('');
        socket.onmessage = (message) => resolve(String(message.data));
      });
    });
  await attempt('events', () => {
    const events = new EventSource(`${target}/api/v1/live`, { withCredentials: true });
    return new Promise((resolve) => {
      events.onopen = () => resolve('opened');
      events.onerror = () => {
        events.close();
        resolve('');
      };
    });
  });
  await attempt('frame', () => {
    const frame = document.createElement('iframe');
    return new Promise((resolve) => {
      frame.onload = () => {
        try {
          resolve(frame.contentDocument?.body.textContent ?? '');
        } catch {
          resolve('');
        }
      };
      frame.src = `${target}/docs`;
      document.body.append(frame);
    });
  });
  return loot;
};

describe.skipIf(skipBrowser)(`S3: a hostile page in the owner's browser${why}`, () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'gaitkeeper-evil-'));
  let context: BrowserContext;
  let store: SqliteWalkStore;
  let port: number;
  const ends: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
  let evilPort: number;

  /** All rows but the time that a token was last used. */
  const rows = async (): Promise<string> => {
    const lines: string[] = [];
    for await (const line of store.exportAll()) lines.push(line);
    const tokens = store.tokens.list().map(({ id, name, role, revoked }) => ({ id, name, role, revoked }));
    return JSON.stringify([lines, tokens, store.audit.list().items]);
  };

  beforeAll(async () => {
    store = openWalkStore(folder, { reserveBytes: 0 });
    ends.push(() => store.close());
    const walk = store.walks.create({ startedAtMs: 1, title: 'Mine alone', slots: [] });
    store.walks.finish(walk.id, { endedAtMs: 2, summary: null });
    const made = await createApp({
      version: '0.0.0-test',
      store,
      hub: new FakeHub(),
      serviceToken: TOKEN,
      rules: { tls: false, hosts: new Set(['localhost', '127.0.0.1', '::1']) },
      pageUrl: () => '',
      dataFolder: folder,
      log: pino({ level: 'silent' }),
      pageFolder: await pageFolder(),
    });
    const { app } = made;
    ends.push(() => app.close());
    await app.listen({ port: 0, host: '127.0.0.1' });
    port = (app.server.address() as AddressInfo).port;
    const evil = createServer((_request, response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>win a prize</title><body>'),
    );
    await new Promise<void>((resolve) => evil.listen(0, '127.0.0.1', resolve));
    ends.push(
      () => evil.close(),
      () => evil.closeAllConnections(),
    );
    evilPort = (evil.address() as AddressInfo).port;
    if (chromiumPath === undefined) throw new Error('Expected Chromium. On Debian: sudo apt-get install chromium');
    const browser = await chromium.launch({
      executablePath: chromiumPath,
      args: ['--no-sandbox', '--headless', '--host-resolver-rules=MAP evil.test 127.0.0.1'],
    });
    ends.push(() => browser.close());
    context = await browser.newContext();
    // The owner is signed in, in the very same browser.
    const page = await context.newPage();
    await page.goto(`http://127.0.0.1:${port}/docs`);
    const status = await page.evaluate(
      async (code) =>
        (
          await fetch('/api/v1/session', {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ code }),
          })
        ).status,
      made.context.access.codes.create().code,
    );
    expect(status).toBe(200);
    expect(await page.evaluate(async () => (await fetch('/api/v1/walks')).text())).toContain('Mine alone');
    await page.close();
  }, 60_000);

  afterAll(async () => {
    for (const end of ends.reverse()) await end();
  });

  for (const [name, from] of [
    ['a foreign site', () => `http://evil.test:${evilPort}/`],
    ['another service of this machine', () => `http://127.0.0.1:${evilPort}/`],
    ['another name of this machine', () => `http://localhost:${evilPort}/`],
  ] as const)
    it(`${name} reads nothing and changes nothing`, { timeout: 25_000 }, async () => {
      const before = await rows();
      const page = await context.newPage();
      await page.goto(from());
      for (const host of ['127.0.0.1', 'localhost']) {
        const loot = await page.evaluate(ATTACK, `http://${host}:${port}`);
        expect(Object.keys(loot).length).toBe(14);
        expect(Object.entries(loot).filter(([, found]) => found !== '')).toEqual([]);
      }
      await page.close();
      expect(await rows()).toBe(before);
    });

  it('a form that is sent changes nothing', { timeout: 25_000 }, async () => {
    const before = await rows();
    const page = await context.newPage();
    for (const type of ['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data']) {
      await page.goto(`http://evil.test:${evilPort}/`);
      await page.evaluate(
        ([action, enctype]) => {
          const form = document.createElement('form');
          form.method = 'post';
          form.action = action!;
          form.enctype = enctype!;
          const field = document.createElement('input');
          field.name = '{"what":"all","confirm":"erase","x":"';
          field.value = '"}';
          form.append(field);
          document.body.append(form);
          form.submit();
        },
        [`http://127.0.0.1:${port}/api/v1/erase`, type],
      );
      await page.waitForURL(/erase/);
      expect(await page.textContent('body')).toMatch(/"status":40[13]|"status":415/);
    }
    await page.close();
    expect(await rows()).toBe(before);
  });

  it('DNS rebinding: the same origin in the eyes of the browser, and still nothing', { timeout: 25_000 }, async () => {
    const before = await rows();
    const page = await context.newPage();
    // The name points to this machine now, with the port of the service: to the browser its own pages.
    const answer = await page.goto(`http://evil.test:${port}/`);
    expect(answer?.status()).toBe(421);
    const loot = await page.evaluate(ATTACK, `http://evil.test:${port}`);
    // What it can read at all is the refusal, and that says nothing of this machine.
    const refusal = await page.evaluate(async () => (await fetch('/api/v1/walks')).text());
    expect(refusal).toContain('"status":421');
    expect(refusal).not.toMatch(/127\.0\.0\.1|localhost/);
    const { frame: _refusal, ...rest } = loot;
    expect(Object.entries(rest).filter(([, found]) => found !== '')).toEqual([]);
    await page.close();
    expect(await rows()).toBe(before);
  });
});
