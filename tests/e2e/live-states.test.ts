import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { axeFindings, launch, open, pageFolder, picture, skipBrowser, why, type WatchedPage } from './browser.ts';
import { DRIFT_FINDING, FakeApi } from './fake-api.ts';

describe.skipIf(skipBrowser)(`the live page in every state${why}`, () => {
  let browser: Browser;
  let folder: string;
  let api: FakeApi;
  let watched: WatchedPage;
  let page: Page;

  beforeAll(async () => {
    [browser, folder] = await Promise.all([launch(), pageFolder()]);
  });
  afterAll(async () => browser.close());
  beforeEach(() => {
    api = new FakeApi(folder);
  });
  afterEach(async () => {
    await watched.context.close();
    await api.close();
  });

  const watch = async (minute: number, prepare?: () => void) => {
    api.addVirtual(true);
    api.begin(minute * 60);
    prepare?.();
    watched = await open(browser, `${await api.listen()}/walk/live`, { size: 'phone' });
    page = watched.page;
    await page.getByRole('button', { name: 'Mark pain' }).waitFor();
  };
  const rollIn = () => page.getByRole('region', { name: 'Shoe roll-in, seen from behind' });

  it('loading: says that it waits for the first data', async () => {
    await watch(40, () => (api.stalled = true));
    await page.getByText('Waiting for the first data').waitFor();
    await picture(page, 'state-loading');
  });

  it('empty: without a pelvis sensor there are no degrees of the pelvis, but a word on how to get them', async () => {
    await watch(40, () => (api.sensors = api.sensors.filter((s) => s.site !== 'pelvis')));
    await page.getByText('Add a pelvis sensor to see how your hips move.').waitFor();
    await picture(page, 'state-empty');
  });

  it('live: numbers against the own start', async () => {
    await watch(44);
    await page.getByText('Walking like your start').waitFor();
    expect(await rollIn().innerText()).toMatch(/8\.\d°/);
    await picture(page, 'state-live');
  });

  it('stale: two seconds after the last data every number says that it is old', async () => {
    await watch(44);
    await page.getByText('Walking like your start').waitFor();
    api.stalled = true;
    // The page says the age itself: the first that it says is two seconds.
    await rollIn().getByText('2 s old').first().waitFor();
    await picture(page, 'state-stale');
    expect(await axeFindings(page)).toEqual([]);
    api.stalled = false;
    await rollIn().getByText('as at start').first().waitFor();
  });

  it('degraded: a weak link is named with what to do', async () => {
    await watch(44, () => (api.overrides = { right_foot: { loss: 0.11 } }));
    await page.getByText('Right shoe: weak link').waitFor();
    await picture(page, 'state-degraded');
  });

  it('error: a lost shoe shows no number, and the other goes on', async () => {
    await watch(44, () => (api.overrides = { right_foot: { state: 'lost', heardMsAgo: 23_000 } }));
    await page.getByText('Right shoe is silent').waitFor();
    await page
      .getByText(/^2\d s$/)
      .first()
      .waitFor();
    await rollIn().getByText('no signal').waitFor();
    expect(await rollIn().innerText()).toMatch(/8\.\d°/);
    await picture(page, 'state-error');
    expect(await axeFindings(page)).toEqual([]);
  });

  it('line lost: says so, holds marks, and goes on without a lost or doubled stride', async () => {
    await watch(44);
    await page.getByText('Walking like your start').waitFor();
    // Whatever the page was sent is counted where it arrives: ids of strides, in order.
    api.away = true;
    api.cut();
    await page.getByText('This page lost the service').waitFor();
    await page.getByRole('button', { name: 'Mark pain' }).click();
    await page.getByRole('button', { name: '3 of 10' }).click();
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByText('1 mark waits here').waitFor();
    await picture(page, 'state-line-lost');
    expect(api.marks).toHaveLength(0);
    const sent = api.lastSentId();
    api.away = false;
    await page.getByText('This page lost the service').waitFor({ state: 'detached', timeout: 15_000 });
    await expect.poll(() => api.marks.map((m) => m.strength), { timeout: 8000 }).toEqual([3]);
    expect(api.resumedAfter.at(-1)).toBe(sent);
  });

  it.each([
    [
      'that refuses its store altogether',
      `Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } })`,
    ],
    [
      'whose store is full',
      `Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }`,
    ],
  ])(
    'a browser %s shows the page all the same, and no mark is lost',
    async (_what, refusing) => {
      await watch(44);
      await page.addInitScript(refusing);
      await page.reload();
      await page.getByText('Walking like your start').waitFor();
      api.away = true;
      await page.getByRole('button', { name: 'Mark pain' }).click();
      await page.getByRole('button', { name: '3 of 10' }).click();
      await page.getByRole('button', { name: 'Done' }).click();
      await page.getByText('1 mark waits here').waitFor();
      api.away = false;
      await expect.poll(() => api.marks.map((m) => m.strength), { timeout: 15_000 }).toEqual([3]);
      expect(watched.errors).toEqual([]);
    },
    90_000,
  );

  it('a finding: one calm notice, gone after OK, once a metric', async () => {
    await watch(78);
    await page.waitForTimeout(600);
    api.find({ ...DRIFT_FINDING, at_s: 78 * 60 });
    await page.getByRole('status').getByText('Your shoes roll in more than at your start').waitFor();
    await picture(page, 'state-drift');
    await page.getByRole('button', { name: 'OK' }).click();
    api.find({ ...DRIFT_FINDING, at_s: 78 * 60 + 5 });
    await page.waitForTimeout(1200);
    expect(await page.getByText('Your shoes roll in more than at your start').count()).toBe(0);
  });

  it('swapped shoes that were found before the page looked on are offered to be mended, unless the wearer said no', async () => {
    const found = { side: null, text: 'The shoes seem to be swapped.', confidence: 0.99 };
    await watch(3, () => {
      api.find({ ...found, kind: 'sensor_slipped', at_s: 15 });
      api.find({ ...found, kind: 'sensors_swapped', at_s: 20 });
    });
    const swap = page.getByRole('button', { name: 'Swap left and right' });
    await swap.waitFor();
    // With a reload it comes again; once it was denied, coming back to the page does not ask again.
    await page.reload();
    await swap.waitFor();
    await page.getByRole('button', { name: 'OK' }).click();
    await swap.waitFor({ state: 'detached' });
    await page.evaluate(() => {
      history.pushState(null, '', '/walk');
      dispatchEvent(new PopStateEvent('popstate'));
    });
    await page.getByRole('link', { name: 'To the live page' }).click();
    await page.getByRole('button', { name: 'Mark pain' }).waitFor();
    await page.waitForTimeout(600);
    expect(await swap.count()).toBe(0);
  });

  it('pain of 7 or more asks to sit down; a mark can be undone', async () => {
    await watch(60);
    await page.getByRole('button', { name: 'Mark pain' }).click();
    await page.getByRole('button', { name: '8 of 10' }).click();
    await page.getByRole('button', { name: 'Back, right' }).click();
    await expect.poll(() => api.marks.map((m) => [m.strength, m.place])).toEqual([[8, 'back_right']]);
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByText('Pain of 7 or more').waitFor();
    await picture(page, 'state-pain');
    await page.keyboard.press('p');
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => api.marks.length).toBe(1);
  });

  it('paused: nothing is learned until Go on, the screen may sleep, and what counts on is not announced', async () => {
    await watch(44, () => (api.walking = true));
    await page.getByText('Walking like your start').waitFor();
    await page.keyboard.press('b');
    const goOn = page.getByRole('button', { name: 'Go on' });
    await goOn.waitFor();
    expect(api.walk?.paused_since_s).toBeGreaterThan(44 * 60);
    await expect.poll(() => goOn.evaluate((node) => node === document.activeElement)).toBe(true);
    await page.getByText('Paused. Learning is paused too').waitFor();
    expect(await page.locator('.notice .ticking').getAttribute('aria-live')).toBe('off');
    await page.waitForTimeout(400);
    await picture(page, 'state-paused');
    expect(await axeFindings(page)).toEqual([]);
    api.pausedSteps = 34;
    await page.getByText('34 steps do not count. Walking again? Tap Go on.').waitFor();
    // Pain can be marked in a pause as well.
    await page.keyboard.press('p');
    await page.getByRole('button', { name: 'Done' }).click();
    expect(api.marks).toHaveLength(1);
    await goOn.click();
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    expect(api.walk?.paused_since_s).toBeNull();
    expect(api.pauses).toHaveLength(1);
  });

  it('running: said plainly, and no value of the walking before it stays', async () => {
    await watch(44, () => {
      api.walking = true;
      api.runningSinceS = 43 * 60 + 30;
    });
    await page.getByText('You are running').waitFor();
    await page.getByText('they wait until you walk again').waitFor();
    await page.locator('.numbers').getByText('166').waitFor();
    await page.locator('.numbers').getByText('waits: running').waitFor();
    for (const side of ['.left-words', '.right-words'])
      expect(await page.locator(`.feet ${side} .roll`).innerText()).toMatch(/–\s+waits: running/);
    await picture(page, 'state-running');
    expect(await axeFindings(page)).toEqual([]);
    api.runningSinceS = null;
    await page.getByText('Walking like your start').waitFor();
    expect(await page.locator('.feet .left-words .roll').innerText()).toMatch(/\d\.\d°/);
  });

  it('end: held for a second, or by Pause and End; a shorter press only pauses', async () => {
    await watch(44);
    const pause = page.getByRole('button', { name: 'Pause' });
    const box = (await pause.boundingBox())!;
    const press = async (ms: number) => {
      await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
      await page.mouse.down();
      await page.waitForTimeout(ms);
      await page.mouse.up();
    };
    await press(300);
    await page.getByRole('button', { name: 'End the walk' }).waitFor();
    expect(api.walk).not.toBeNull();
    await page.getByRole('button', { name: 'Go on' }).click();
    await pause.waitFor();
    await press(1300);
    await page.waitForURL(/\/walks\/now$/);
    expect(api.walk).toBeNull();
  });

  it('the shoe in three dimensions comes only when asked for, and fades with old data', async () => {
    await watch(44);
    const before = await page.evaluate(
      () => performance.getEntriesByType('resource').filter((r) => r.name.includes('shoe-3d')).length,
    );
    expect(before).toBe(0);
    await page.getByRole('button', { name: /Show the shoe in 3D/ }).click();
    await page.locator('.scene canvas').waitFor();
    await page.waitForTimeout(500);
    await page.locator('.scene canvas').scrollIntoViewIfNeeded();
    await picture(page, 'state-3d');
    const opacity = () => page.locator('.scene').evaluate((scene) => Number(getComputedStyle(scene).opacity));
    expect(await opacity()).toBe(1);
    api.stalled = true;
    await rollIn().getByText('2 s old').first().waitFor();
    await expect.poll(opacity).toBeLessThan(0.5);
    await picture(page, 'state-3d-stale');
    api.stalled = false;
    await rollIn().getByText('as at start').first().waitFor();
    await expect.poll(opacity).toBe(1);
    expect(watched.errors).toEqual([]);
  });

  it('less motion: with reduced motion wanted, nothing moves between two looks', async () => {
    api.addVirtual(true);
    api.begin(44 * 60);
    watched = await open(browser, `${await api.listen()}/walk/live`, { size: 'laptop', reducedMotion: 'reduce' });
    page = watched.page;
    await page.getByText('Walking like your start').waitFor();
    await page.waitForTimeout(1200);
    const drawn = () => page.locator('.drawing svg g g').first().getAttribute('transform');
    const first = await drawn();
    await page.waitForTimeout(300);
    expect(await drawn()).toBe(first);
  });
});
