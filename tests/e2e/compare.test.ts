import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeFindings, launch, open, overflows, pageFolder, picture, skipBrowser, why } from './browser.ts';
import { FakeApi } from './fake-api.ts';
import { finishedWalk, timelineOf } from './fake-gait.ts';

describe.skipIf(skipBrowser)(`two walks that can't be compared${why}`, () => {
  let browser: Browser;
  let folder: string;
  beforeAll(async () => {
    [browser, folder] = await Promise.all([launch(), pageFolder()]);
  });
  afterAll(async () => browser.close());

  /** @param fasterMps how much faster B is walked than A */
  const compare = async (durationS: number, fasterMps: number) => {
    const api = new FakeApi(folder);
    api.walks.push(finishedWalk('b', '2026-11-23T09:12:00Z', durationS));
    api.walks.push(finishedWalk('a', '2026-11-20T09:12:00Z', durationS));
    const watched = await open(browser, `${await api.listen()}/settings/data`, { size: 'phone' });
    const { page } = watched;
    await page.route('**/walks/b/timeline*', async (route) => {
      const timeline = timelineOf(durationS, Number(new URL(route.request().url()).searchParams.get('bin_s')), null);
      for (const side of ['left', 'right'] as const) {
        const speed = timeline.fields['walking_speed_mps']![side];
        speed.forEach((v, i) => (speed[i] = v === null ? null : v + fasterMps));
      }
      await route.fulfill({ json: timeline });
    });
    await page.goto(`${new URL(page.url()).origin}/compare`);
    const close = async () => {
      expect(await axeFindings(page)).toEqual([]);
      expect(await overflows(page)).toBe(false);
      expect(watched.errors).toEqual([]);
      await watched.context.close();
      await api.close();
    };
    return { page, close };
  };

  it('walks of twenty minutes: no change is drawn, and why is said; what needs no minutes is compared', async () => {
    const { page, close } = await compare(20 * 60, 0);
    await page.getByRole('heading', { name: 'no shared minutes' }).waitFor();
    await page.getByText('Every walk of both sets needs at least 30 minutes.').waitFor();
    await page.getByText('Matched: the first 20 minutes').waitFor();
    await picture(page, 'state-compare-short');
    await close();
  });

  it('paces that do not overlap: says that, blames no minutes and claims no likeness', async () => {
    const { page, close } = await compare(50 * 60, 1);
    await page.getByText('The paces of the two sets do not overlap').waitFor();
    await picture(page, 'state-compare-paces');
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toMatch(/nothing to compare/);
    expect(await page.getByText('no shared minutes').count()).toBe(0);
    await close();
  });
});
