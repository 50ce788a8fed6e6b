import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeFindings, launch, open, overflows, pageFolder, picture, skipBrowser, why } from './browser.ts';
import { FakeApi } from './fake-api.ts';
import { addHistory } from './fake-history.ts';

interface StateCase {
  readonly name: string;
  readonly path: string;
  /** What the page asks for first, and cannot do without. */
  readonly route: string;
}

const CASES: readonly StateCase[] = [
  { name: 'walks', path: '/walks', route: 'GET /walks' },
  { name: 'trends', path: '/walks/trends', route: 'GET /walks' },
  { name: 'diary', path: '/walks/diary', route: 'GET /marks' },
  { name: 'report', path: '/walks/w0', route: 'GET /walks/w0' },
  { name: 'report-findings', path: '/walks/w0', route: 'GET /walks/w0/findings' },
  { name: 'compare', path: '/compare', route: 'GET /walks' },
  { name: 'plan', path: '/plan', route: 'GET /plan' },
  { name: 'settings-profiles', path: '/settings/profiles', route: 'GET /profiles' },
  { name: 'settings-access', path: '/settings/access', route: 'GET /tokens' },
];

describe.skipIf(skipBrowser)(`pages while they load and when the service fails${why}`, () => {
  let browser: Browser;
  let folder: string;
  beforeAll(async () => {
    [browser, folder] = await Promise.all([launch(), pageFolder()]);
  });
  afterAll(async () => browser.close());

  const look = async (prepare: (api: FakeApi) => void, path: string) => {
    const api = new FakeApi(folder);
    addHistory(api);
    prepare(api);
    const watched = await open(browser, (await api.listen()) + path, { size: 'phone' });
    const close = async () => {
      await watched.context.close();
      await api.close();
    };
    return { api, ...watched, close };
  };

  for (const { name, path, route } of CASES) {
    it(`${name}: loading holds its place under a heading; failing says so in words, and goes on when asked again`, async () => {
      const loading = await look((api) => api.slow.add(route), path);
      await loading.page.getByRole('heading', { level: 1 }).waitFor();
      await loading.page.waitForTimeout(400);
      await picture(loading.page, `state-${name}-loading`);
      expect(await axeFindings(loading.page)).toEqual([]);
      expect(loading.errors).toEqual([]);
      await loading.close();

      const failed = await look((api) => api.failing.add(route), path);
      await failed.page.getByRole('heading', { level: 1 }).waitFor();
      await failed.page.getByText('The disk does not answer.').first().waitFor();
      await picture(failed.page, `state-${name}-error`);
      expect(await axeFindings(failed.page)).toEqual([]);
      expect(await overflows(failed.page)).toBe(false);
      expect(failed.errors).toEqual([]);
      failed.api.failing.clear();
      await failed.page.reload();
      await failed.page.getByRole('heading', { level: 1 }).waitFor();
      await expect.poll(() => failed.page.getByText('The disk does not answer.').count()).toBe(0);
      await failed.close();
    });
  }
});
