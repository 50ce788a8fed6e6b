import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, open, pageFolder, picture, skipBrowser, why } from './browser.ts';
import { FakeApi } from './fake-api.ts';

const hasFocus = async (target: Locator): Promise<boolean> =>
  (await target.and(target.page().locator(':focus')).count()) > 0;

describe.skipIf(skipBrowser)(`journeys${why}`, () => {
  let browser: Browser;
  let folder: string;
  beforeAll(async () => {
    [browser, folder] = await Promise.all([launch(), pageFolder()]);
  });
  afterAll(async () => browser.close());

  it('signs in by the code in the address, which is gone from it afterwards', async () => {
    const api = new FakeApi(folder);
    api.signedIn = false;
    const url = await api.listen();
    const { page, context } = await open(browser, `${url}/#code=right`);
    await page.getByRole('heading', { level: 1, name: /sensor/i }).waitFor();
    expect(page.url()).toBe(`${url}/walk`);
    expect(api.requests).toContain('POST /session');
    await context.close();

    api.signedIn = false;
    const wrong = await open(browser, `${url}/#code=wrong`);
    await wrong.page.getByText('That code was not taken.').waitFor();
    await wrong.page.getByLabel('One-time code or link').fill(`${url}/#code=right`);
    await wrong.page.getByRole('button', { name: 'Sign in' }).click();
    await wrong.page.getByRole('heading', { level: 1, name: /sensor/i }).waitFor();
    await wrong.context.close();
    await api.close();
  });

  it('by keyboard alone: from first start over consent, pairing, check and walk to the report', async () => {
    const api = new FakeApi(folder);
    api.addVirtual(false);
    api.settings = { ...api.settings, consent: null, safety: null };
    api.walking = false;
    const url = await api.listen();
    const { page, context, errors } = await open(browser, url, { size: 'laptop' });
    const press = async (role: 'button' | 'checkbox' | 'link', name: RegExp, key = 'Enter') => {
      const target = page.getByRole(role, { name }).first();
      await target.waitFor();
      // Reached by Tab, not by a script's focus: what the keyboard can't reach doesn't exist for it.
      for (let i = 0; i < 120; i++) {
        if (await hasFocus(target)) break;
        await page.keyboard.press('Tab');
      }
      expect(await hasFocus(target), `Tab reaches ${String(name)}`).toBe(true);
      await page.keyboard.press(key);
    };

    await page.getByRole('heading', { name: /See what changes/ }).waitFor();
    expect(await page.getByRole('button', { name: 'Agree and go on' }).isDisabled()).toBe(true);
    await press('checkbox', /Keep how I walk/, 'Space');
    await press('checkbox', /Keep where and when it hurt/, 'Space');
    await press('button', /Agree and go on/);
    await press('button', /Answer later/);
    await press('button', /Pair all/);
    await page.getByRole('heading', { name: /3 sensors ready/ }).waitFor();
    await press('button', /Start the check/);
    await page.getByText('Steady. Both soles flat.').waitFor({ timeout: 12_000 });
    await press('button', /Start recording/);
    await page.getByText('All in order').waitFor({ timeout: 15_000 });
    await picture(page, 'journey-grade');
    await press('button', /Walk on/);
    await page.getByRole('button', { name: 'Mark pain' }).waitFor();
    await page.keyboard.press('p');
    await press('button', /4 of 10/);
    await press('button', /Hip/);
    await press('button', /Done/);
    await expect.poll(() => api.marks.map((m) => [m.strength, m.place])).toEqual([[4, 'hip']]);
    await press('button', /Pause/);
    await press('button', /End the walk/);
    await page.getByRole('heading', { level: 1, name: /recorded\. Change over time needs 30/ }).waitFor();
    await picture(page, 'journey-report', true);
    expect(errors).toEqual([]);
    await context.close();
    await api.close();
  });

  it('a walk that another device ends leads to its report here too', async () => {
    const api = new FakeApi(folder);
    api.addVirtual(true);
    api.begin(300);
    const url = await api.listen();
    const { page, context } = await open(browser, `${url}/walk/live`);
    await page.getByRole('button', { name: 'Mark pain' }).waitFor();
    await page.evaluate(() => fetch('/api/v1/walks/now/stop', { method: 'POST' }));
    await page.waitForURL('**/walks/now');
    await context.close();
    await api.close();
  });

  it('who agrees to nothing walks all the same, and is told that nothing is kept', async () => {
    const api = new FakeApi(folder);
    api.addVirtual(true);
    api.settings = { ...api.settings, consent: null };
    const url = await api.listen();
    const { page, context, errors } = await open(browser, `${url}/`, { size: 'phone' });
    await page.getByRole('button', { name: 'Go on, keep nothing' }).click();
    await expect.poll(() => api.settings.consent).toMatchObject({ keep_gait: false, keep_pain: false });
    await page.goto(`${url}/walk`);
    await page.getByText('Nothing is kept: this walk is shown while you walk and erased when it ends.').waitFor();
    api.begin(300);
    await page.goto(`${url}/walk/live`);
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('button', { name: 'End the walk' }).click();
    await page.waitForURL(/\/walk$/);
    expect(api.walk).toBeNull();
    expect(errors).toEqual([]);
    await context.close();
    await api.close();
  });
});
