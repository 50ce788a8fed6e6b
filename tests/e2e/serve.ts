import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { launch, pageFolder } from './browser.ts';

const root = path.resolve(import.meta.dirname, '../..');

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Starts the service as a newcomer does; gives the printed link. */
async function serve(data: string): Promise<{ child: ChildProcess; link: string }> {
  const port = await freePort();
  const child = spawn(
    process.execPath,
    [
      '--import',
      'tsx',
      path.join(root, 'src/cli/main.ts'),
      'serve',
      '--port',
      String(port),
      '--data',
      data,
      '--virtual-speed',
      '4',
    ],
    { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let said = '';
  const link = await new Promise<string>((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      said += chunk.toString();
      const found = /http:\/\/\S+#code=\S+/.exec(said);
      if (found !== null) resolve(found[0]);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('exit', (code) => reject(new Error(`The service ended with ${String(code)}: ${said}`)));
  });
  return { child, link };
}

/** Asks the service to end, and waits until it has. */
async function endOf(child: ChildProcess | undefined): Promise<void> {
  if (child === undefined) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}

/** A browser, and the link that the service printed: there while the tests of a `describe` run. */
export function browserAndService(): { readonly browser: Browser; readonly link: string } {
  const at = {} as { browser: Browser; link: string };
  let child: ChildProcess | undefined;
  const data = mkdtempSync(path.join(os.tmpdir(), 'gaitkeeper-e2e-'));
  beforeAll(async () => {
    await pageFolder();
    at.browser = await launch();
    ({ child, link: at.link } = await serve(data));
  });
  afterAll(async () => {
    await at.browser.close();
    await endOf(child);
    rmSync(data, { recursive: true, force: true });
  });
  return at;
}
