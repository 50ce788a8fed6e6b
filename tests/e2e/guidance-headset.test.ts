import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, pageFolder, skipBrowser, why } from './browser.ts';
import { FakeApi } from './fake-api.ts';

/** Stands for the phone: keeps the page's button handlers where a test can press them. */
const PHONE = `
  globalThis.buttons = {};
  Object.defineProperty(navigator, 'mediaSession', { value: {
    metadata: null, playbackState: 'none',
    setActionHandler(name, handler) { if (handler === null) delete globalThis.buttons[name]; else globalThis.buttons[name] = handler; },
  } });
  globalThis.played = [];
  HTMLMediaElement.prototype.play = function () { globalThis.played.push([this.src.slice(0, 5), this.loop, this.muted]); return Promise.resolve(); };
`;
interface Phone {
  buttons: Record<string, (() => void) | undefined>;
  played: [string, boolean, boolean][];
}

describe.skipIf(skipBrowser)(`a headset's button on the live page${why}`, () => {
  let browser: Browser;
  let folder: string;
  beforeAll(async () => {
    [browser, folder] = await Promise.all([launch(), pageFolder()]);
  });
  afterAll(async () => browser.close());

  async function liveWith(headset: boolean) {
    const api = new FakeApi(folder);
    api.addVirtual(true);
    api.begin(40 * 60);
    const context = await browser.newContext({ locale: 'en-GB' });
    await context.addInitScript(PHONE);
    await context.addInitScript(
      `localStorage.setItem('gaitkeeper.preferences', JSON.stringify({ headset: ${String(headset)} }))`,
    );
    const page = await context.newPage();
    await page.goto(`${await api.listen()}/walk/live`);
    await page.getByRole('button', { name: 'Mark pain' }).waitFor();
    return { api, page, close: async () => Promise.all([context.close(), api.close()]) };
  }

  it('one press marks pain, a double press marks it once; leaving the page gives the button back', async () => {
    const { api, page, close } = await liveWith(true);
    await page.waitForFunction(() => (globalThis as unknown as Phone).buttons['pause'] !== undefined);
    // Silence that goes on: what plays has the buttons.
    expect(await page.evaluate(() => (globalThis as unknown as Phone).played[0])).toEqual(['blob:', true, false]);
    await page.evaluate(() => {
      const { buttons } = globalThis as unknown as Phone;
      buttons['pause']?.();
      buttons['play']?.();
    });
    await page.getByRole('dialog').waitFor();
    await expect.poll(() => api.marks.length).toBe(1);
    await page.evaluate(() => {
      history.pushState({}, '', '/walks');
      dispatchEvent(new PopStateEvent('popstate'));
    });
    await page.waitForFunction(() => Object.keys((globalThis as unknown as Phone).buttons).length === 0);
    expect(api.marks.length).toBe(1);
    await close();
  });

  it('nobody gets it unasked: music plays on', async () => {
    const { page, close } = await liveWith(false);
    expect(await page.evaluate(() => (globalThis as unknown as Phone).played)).toEqual([]);
    expect(await page.evaluate(() => Object.keys((globalThis as unknown as Phone).buttons))).toEqual([]);
    await close();
  });
});
