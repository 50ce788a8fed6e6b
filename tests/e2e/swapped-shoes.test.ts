import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { axeFindings, open, picture, skipBrowser, why } from './browser.ts';
import { browserAndService } from './serve.ts';

/** As the page does it: with its own session. */
const pair = (page: Page, id: string, site: string) =>
  page.evaluate(
    async ([id, site]) => {
      const answer = await fetch(`/api/v1/sensors/${encodeURIComponent(id!)}/pair`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ site }),
      });
      if (!answer.ok) throw new Error(await answer.text());
    },
    [id, site],
  );

const get = <T>(page: Page, what: string): Promise<T> =>
  page.evaluate(async (what) => (await (await fetch(`/api/v1${what}`)).json()) as T, what);

const walkId = async (page: Page) => (await get<{ walk: { id: string } }>(page, '/walks/current')).walk.id;

const stridesSoFar = async (page: Page) =>
  (await get<{ walk: { strides: number } }>(page, `/walks/${await walkId(page)}/summary`)).walk.strides;

async function pairedSites(page: Page): Promise<Record<string, string>> {
  const { sensors } = await get<{ sensors: { id: string; site: string | null }[] }>(page, '/sensors');
  return Object.fromEntries(sensors.flatMap(({ id, site }) => (site === null ? [] : [[site, id]])));
}

describe.skipIf(skipBrowser)(`shoes paired the wrong way round${why}`, () => {
  const at = browserAndService();

  it('are noticed in the walk and swapped with one tap; the walk goes on', { timeout: 120_000 }, async () => {
    const { page, context, errors } = await open(at.browser, at.link, { size: 'phone' });
    await page.getByRole('checkbox', { name: /Keep how I walk/ }).check();
    await page.getByRole('button', { name: 'Agree and go on' }).click();
    await page.getByRole('button', { name: 'Answer later' }).click();
    await page.getByRole('button', { name: 'Pair all' }).click();
    await page.getByRole('heading', { name: '3 sensors ready. You can walk.' }).waitFor();
    const before = await pairedSites(page);
    await pair(page, before['right_foot']!, 'left_foot');
    await pair(page, before['left_foot']!, 'right_foot');
    await page.getByRole('heading', { name: '3 sensors ready. You can walk.' }).waitFor();
    await page.getByRole('button', { name: 'Start the check' }).click();
    await page.getByRole('button', { name: 'Start recording, then walk' }).click();
    await page.getByRole('button', { name: 'Walk on' }).click();

    const swap = page.getByRole('button', { name: 'Swap left and right' });
    await swap.waitFor({ timeout: 60_000 });
    await picture(page, 'swap-offered');
    expect(await axeFindings(page)).toEqual([]);
    const stridesBefore = await stridesSoFar(page);
    await swap.click();
    await swap.waitFor({ state: 'detached' });
    expect(await pairedSites(page)).toEqual(before);
    await expect.poll(() => stridesSoFar(page), { timeout: 20_000 }).toBeGreaterThan(stridesBefore + 15);
    // Nothing more is to be told: the sides are right.
    expect(await swap.count()).toBe(0);
    await picture(page, 'swap-done');
    const { items } = await get<{ items: { kind: string }[] }>(page, `/walks/${await walkId(page)}/findings`);
    const findings = items.map((f) => f.kind);
    expect(findings).not.toContain('sensors_swapped');
    expect(errors).toEqual([]);
    await context.close();
  });
});
