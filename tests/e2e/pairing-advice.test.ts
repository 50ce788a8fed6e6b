import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReadyList } from '../../src/api/contract.ts';
import { axeFindings, launch, open, pageFolder, skipBrowser, why } from './browser.ts';
import { FakeApi } from './fake-api.ts';

type Check = ReadyList['checks'][number];

const check = (kind: Check['kind'], data: Check['data'], more: Partial<Check> = {}): Check => ({
  code: 'calibration',
  sensor_id: null,
  ok: false,
  optional: true,
  text: 'English of the service.',
  kind,
  data,
  ...more,
});

describe.skipIf(skipBrowser)(`what the pairing page says before a walk${why}`, () => {
  let browser: Browser;
  let folder: string;
  beforeAll(async () => {
    [browser, folder] = await Promise.all([launch(), pageFolder()]);
  });
  afterAll(async () => browser.close());

  it('says what speaks against a walk in both languages, and holds it up for want of space alone', async () => {
    const api = new FakeApi(folder);
    api.addVirtual(true);
    api.checks = [
      check('slipped', { name: 'Left' }, { sensor_id: 'virtual-0' }),
      check('calibration_old', { name: 'Right', days: 3 }, { sensor_id: 'virtual-1' }),
      check('not_calibrated', { name: 'Pelvis' }, { sensor_id: 'virtual-2' }),
    ];
    const url = await api.listen();
    const { page, context } = await open(browser, `${url}/walk`, { reducedMotion: 'reduce' });
    page.setDefaultTimeout(6000);
    await page.getByText('Left: it moved on its strap since the fit was checked. Check it again.').waitFor();
    await page
      .getByText('Right: the fit was checked 3 days ago, most likely in another fit. Check it again.')
      .waitFor();
    // What the panel beside it asks for anyway is not said twice.
    expect(await page.getByText('Pelvis: the fit is not checked yet').count()).toBe(0);
    await page.getByRole('heading', { name: '3 sensors ready. You can walk.' }).waitFor();
    // The button that was busy has its colours again.
    await expect.poll(() => axeFindings(page), { timeout: 5000 }).toEqual([]);
    await context.close();

    api.checks = [check('space_low', { free: 12 }, { code: 'storage', optional: false })];
    const full = await open(browser, `${url}/walk`);
    full.page.setDefaultTimeout(6000);
    await full.page.getByText('Only 12 MB free; a long walk wants 200 MB. Make room first.').first().waitFor();
    expect(await full.page.getByRole('heading', { name: /You can walk/ }).count()).toBe(0);
    expect(await full.page.getByRole('button', { name: 'Start walk' }).isDisabled()).toBe(true);
    await full.context.close();

    const japanese = await open(browser, `${url}/walk`, { locale: 'ja-JP' });
    japanese.page.setDefaultTimeout(6000);
    await japanese.page.getByText('空きは 12 MB だけです').first().waitFor();
    await japanese.context.close();
    await api.close();
  });

  it('without Bluetooth no sensor is looked for in vain, and the virtual walker is what is offered', async () => {
    const api = new FakeApi(folder);
    api.addVirtual(false);
    api.radioTrouble = 'This computer has no Bluetooth.';
    const url = await api.listen();
    const { page, context } = await open(browser, `${url}/walk`, { size: 'phone' });
    page.setDefaultTimeout(6000);
    await page.getByRole('heading', { name: 'No sensor heard. Try the virtual walker.' }).waitFor();
    await page
      .getByText(/This computer has no Bluetooth/)
      .first()
      .waitFor();
    expect(await page.getByRole('heading', { name: 'In range' }).count()).toBe(0);
    api.radioTrouble = null;
    await page.reload();
    await page.getByRole('heading', { name: 'In range' }).waitFor();
    await context.close();
    await api.close();
  });

  it('who walks off after standing still, and presses nothing, is told that nothing is recorded, and begins then', async () => {
    const api = new FakeApi(folder);
    api.addVirtual(true);
    const url = await api.listen();
    const { page, context } = await open(browser, `${url}/walk`, { size: 'phone' });
    page.setDefaultTimeout(15_000);
    await page.getByRole('button', { name: 'Start the check' }).click();
    await page.getByText('Steady. Both soles flat.').waitFor();
    api.walking = true;
    await page.getByText('All in order').waitFor();
    await page.getByText('Nothing is recorded yet.').waitFor();
    await page.getByRole('button', { name: 'Start walk' }).click();
    await page.getByRole('button', { name: 'Mark pain' }).waitFor();
    expect(api.walk).not.toBeNull();
    await context.close();
    await api.close();
  });

  it('a sensor in range that was bought says what it is, how far it was tried and what holds it back; a tap makes its card jump', async () => {
    const api = new FakeApi(folder);
    api.addVirtual(false);
    api.sensors = api.sensors.map((sensor, i) => ({
      ...sensor,
      virtual: false,
      battery_pct: null,
      firmware: null,
      clock: null,
      ...(i === 0
        ? {
            model: 'movesense',
            kind: 'Movesense',
            limit: 'It counts no samples.',
            tested: 'Tested with public captures, not with hardware.',
            taps: null,
          }
        : {}),
    }));
    const url = await api.listen();
    const { page, context } = await open(browser, `${url}/walk`);
    const bought = page.getByRole('listitem').filter({ hasText: 'Movesense' });
    await bought.waitFor();
    expect(await bought.innerText()).toMatch(
      /Movesense · Tested with public captures, not with hardware\.\s+It counts no samples/,
    );
    expect(await page.getByText('Jumped just now').count()).toBe(0);
    api.sensors = api.sensors.map((sensor, i) => (i === 1 ? { ...sensor, taps: 1 } : sensor));
    const own = page.getByRole('listitem').filter({ hasText: 'Virtual right shoe' });
    await own.getByText('Jumped just now').waitFor();
    expect(await page.getByText('Jumped just now').count()).toBe(1);
    await context.close();
    await api.close();
  });
});
