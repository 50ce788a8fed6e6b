import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, open, pageFolder, skipBrowser, why } from './browser.ts';
import { FakeApi } from './fake-api.ts';

describe.skipIf(skipBrowser)(`what the page costs${why}`, () => {
  let browser: Browser;
  let folder: string;
  beforeAll(async () => {
    [browser, folder] = await Promise.all([launch(), pageFolder()]);
  });
  afterAll(async () => browser.close());

  const gzipped = (names: readonly string[]) =>
    names.reduce((sum, name) => sum + gzipSync(readFileSync(path.join(folder, 'assets', name))).length, 0);

  it('the first load of the live page is at most 120 kB of script, gzipped, without three.js', async () => {
    const api = new FakeApi(folder);
    api.addVirtual(true);
    api.begin(600);
    const { page, context } = await open(browser, `${await api.listen()}/walk/live`);
    await page.getByRole('button', { name: 'Mark pain' }).waitFor();
    await page.waitForTimeout(800);
    const loaded = (await page.evaluate(() => performance.getEntriesByType('resource').map((r) => r.name)))
      .map((name) => path.basename(new URL(name).pathname))
      .filter((name) => name.endsWith('.js'));
    expect(loaded.length).toBeGreaterThan(2);
    // By what the scripts hold: the hash in a name may have a "3d" of its own.
    const holdsThree = (name: string) =>
      readFileSync(path.join(folder, 'assets', name), 'utf8').includes('WebGLRenderer');
    expect(
      readdirSync(path.join(folder, 'assets'))
        .filter((name) => name.endsWith('.js'))
        .filter(holdsThree),
    ).not.toEqual([]);
    expect(loaded.filter(holdsThree)).toEqual([]);
    expect(gzipped(loaded)).toBeLessThan(120_000);
    await context.close();
    await api.close();
  });

  it('the first picture needs no script: what the document holds is painted while the scripts are still on their way', async () => {
    const api = new FakeApi(folder);
    const url = await api.listen();
    const { page, context } = await open(browser, 'about:blank');
    await page.route('**/*.js', () => new Promise(() => undefined));
    await page.goto(`${url}/walk/live`, { waitUntil: 'commit' });
    const painted = () => page.evaluate(() => performance.getEntriesByName('first-contentful-paint').length);
    await expect.poll(painted, { timeout: 10_000 }).toBe(1);
    expect(await page.locator('.boot').innerText()).toBe('Gaitkeeper');
    await context.close();
    await api.close();
  });

  it('the page stays filled from there on: no empty picture while it is asked who is signed in', async () => {
    const api = new FakeApi(folder);
    api.slow.add('GET /session');
    const url = await api.listen();
    const { page, context } = await open(browser, `${url}/walk/live`);
    await page.locator('main[aria-busy=true] .boot').waitFor();
    // Meanwhile the page's own script has come.
    const loaded = () =>
      page.evaluate(() => performance.getEntriesByType('resource').filter((r) => r.name.includes('live-page')).length);
    await expect.poll(loaded).toBeGreaterThan(0);
    await context.close();
    await api.close();
  });

  it('the styles of the first load are at most 12 kB gzipped', async () => {
    const api = new FakeApi(folder);
    api.addVirtual(true);
    api.begin(600);
    const { page, context } = await open(browser, `${await api.listen()}/walk/live`);
    await page.getByRole('button', { name: 'Mark pain' }).waitFor();
    const loaded = (await page.evaluate(() => performance.getEntriesByType('resource').map((r) => r.name)))
      .map((name) => path.basename(new URL(name).pathname))
      .filter((name) => name.endsWith('.css'));
    expect(loaded.length).toBeGreaterThan(1);
    expect(gzipped(loaded)).toBeLessThan(12_000);
    await context.close();
    await api.close();
  });

  it('styles are at most 20 kB gzipped in all, the font one file', () => {
    const names = readdirSync(path.join(folder, 'assets')).filter((name) => name.endsWith('.css'));
    expect(gzipped(names)).toBeLessThan(20_000);
    expect(readdirSync(path.join(folder, 'fonts')).filter((name) => name.endsWith('.woff2'))).toEqual([
      'atkinson-next.woff2',
    ]);
  });

  it('the page holds no inline script and no inline style', () => {
    const html = readFileSync(path.join(folder, 'index.html'), 'utf8');
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)[^>]*>/);
    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=/);
  });

  it('is installable: manifest with its icons, and a worker that opens the shell without the service', async () => {
    const api = new FakeApi(folder);
    const url = await api.listen();
    const { page, context } = await open(browser, `${url}/walks`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.evaluate('navigator.serviceWorker.ready.then(() => null)');
    const manifest = JSON.parse(readFileSync(path.join(folder, 'manifest.webmanifest'), 'utf8')) as {
      icons: { src: string }[];
    };
    for (const icon of manifest.icons)
      expect(readdirSync(path.join(folder, 'icons'))).toContain(path.basename(icon.src));
    await page.reload();
    await page.getByRole('heading', { level: 1 }).waitFor();
    api.away = true;
    api.cut();
    await page.reload();
    await page.getByText('The service does not answer').waitFor({ timeout: 8000 });
    await context.close();
    await api.close();
  });
});
