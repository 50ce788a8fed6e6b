import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeFindings, launch, open, overflows, pageFolder, picture, skipBrowser, why } from './browser.ts';
import { FakeApi } from './fake-api.ts';
import { addHistory } from './fake-history.ts';

const walking = (api: FakeApi) => {
  api.addVirtual(true);
  api.begin(78 * 60);
};
const PAGES: readonly (readonly [name: string, path: string, prepare: (api: FakeApi) => void])[] = [
  ['pair', '/walk', (api) => api.addVirtual(true)],
  ['live', '/walk/live', walking],
  ['report', '/walks/w0', addHistory],
  ['walks', '/walks', addHistory],
  ['trends', '/walks/trends', addHistory],
  ['diary', '/walks/diary', addHistory],
  ['compare', '/compare', addHistory],
  ['plan', '/plan', () => undefined],
  ['settings-data', '/settings/data', () => undefined],
  ['settings-access', '/settings/access', () => undefined],
];

describe.skipIf(skipBrowser)(`narrow, low and in the reader's own colours${why}`, () => {
  let browser: Browser;
  let folder: string;
  beforeAll(async () => {
    [browser, folder] = await Promise.all([launch(), pageFolder()]);
  });
  afterAll(async () => browser.close());

  for (const [name, path, prepare] of PAGES) {
    it(`${name}: no sideways scroll at 280 and 320 px (a laptop at 400 %) nor on a phone held sideways; readable in forced colours`, async () => {
      const api = new FakeApi(folder);
      prepare(api);
      const { page, context, errors } = await open(browser, (await api.listen()) + path, { size: 'phone' });
      await page.getByRole('heading', { level: 1 }).first().waitFor({ state: 'attached' });
      for (const [width, height] of [
        [280, 653],
        [320, 640],
        [844, 390],
      ] as const) {
        await page.setViewportSize({ width, height });
        await page.waitForTimeout(350);
        if (width === 320) await picture(page, `narrow-${name}`, name !== 'live');
        expect(await overflows(page), `${String(width)} px`).toBe(false);
      }
      await page.setViewportSize({ width: 390, height: 844 });
      await page.emulateMedia({ forcedColors: 'active' });
      await page.waitForTimeout(200);
      await picture(page, `forced-${name}`);
      expect(await axeFindings(page)).toEqual([]);
      expect(errors).toEqual([]);
      await context.close();
      await api.close();
    });
  }
});
