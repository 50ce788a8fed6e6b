import qrcode from 'qrcode';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sensorsCommand } from '../../src/cli/commands/sensors.ts';
import { ask } from '../api/walking.ts';
import { runCommand } from '../cli/run-command.ts';
import { axeFindings, launch, open, overflows, picture, skipBrowser, why } from './browser.ts';
import { photographed } from './label-photo.ts';
import { serviceOnAir } from './service-on-air.ts';

const KEY = '00112233445566778899aabbccddeeff';
const CODE = `gaitkeeper-sensor:VW-1:${KEY}`;

const WORDS = {
  'en-GB': {
    place: 'Left shoe',
    setAside: /it holds a key that you have not given yet.* give the code of its label/,
    field: 'Its code',
    scan: 'Scan with a photo',
    none: /^No code found in this photo\. Once more: closer/,
    other: 'The code in this photo is not a sensor’s.',
    unreadable: 'This file can’t be opened as a picture.',
    unloaded: /^The reader of codes could not be loaded\. Reload the page/,
    found: 'The code is read. Now keep it.',
    keep: 'Keep the code',
    refused: 'This is the code of sensor VW-2, but the paired one is VW-1.',
    proved: 'proved by its key',
  },
  'ja-JP': {
    place: '左の靴',
    setAside: /まだ登録していない鍵.*ラベルのコードを入力してください/,
    field: 'センサーのコード',
    scan: '写真から読み取る',
    none: /^この写真にはコードが見つかりません。/,
    other: 'この写真のコードは、センサーのものではありません。',
    unreadable: 'このファイルは画像として開けません。',
    unloaded: /^読み取り機能を読み込めませんでした。/,
    found: 'コードを読み取りました。続けて保存してください。',
    keep: 'コードを保存',
    refused: 'これは別のセンサーのコードです。',
    proved: '鍵で確認済み',
  },
};

describe.skipIf(skipBrowser)(`a sensor's key from a photo of its label${why}`, () => {
  let browser: Browser;
  let photos: Record<'label' | 'other' | 'none' | 'unreadable', { name: string; mimeType: string; buffer: Buffer }>;
  let label: string;
  beforeAll(async () => {
    browser = await launch();
    label = (await runCommand(sensorsCommand, 'label', CODE, '--svg', '-')).out;
    const jpeg = (buffer: Buffer) => ({ name: 'photo.jpg', mimeType: 'image/jpeg', buffer });
    photos = {
      label: jpeg(await photographed(browser, label)),
      other: jpeg(await photographed(browser, await qrcode.toString('WIFI:S:home;P:secret;;', { type: 'svg' }))),
      none: jpeg(await photographed(browser, '')),
      unreadable: jpeg(Buffer.from('no picture at all')),
    };
  });
  afterAll(async () => browser.close());

  it.each(['en-GB', 'ja-JP'] as const)(
    'is read in the page, by keyboard, on a phone; a photo that has none says so: %s',
    { timeout: 90_000 },
    async (locale) => {
      const words = WORDS[locale];
      const on = await serviceOnAir({ speed: 1, keys: { left_foot: Buffer.from(KEY, 'hex') } });
      await ask(on.service, 'PUT', '/settings/consent', { body: { keep_gait: true, keep_pain: true } });
      const { page, context, errors, foreign } = await open(browser, on.link, {
        size: 'phone',
        locale,
        serviceWorkers: 'block',
      });
      page.setDefaultTimeout(15_000);
      const heard = page.getByRole('listitem').filter({ hasText: 'Virtual left shoe' });
      await heard.getByRole('combobox').selectOption('left_foot');

      // It proves a key that nobody told: the card says what to do, and has the field for it.
      const card = page.getByRole('article', { name: words.place });
      await card.getByText(words.setAside).waitFor();
      const field = card.getByLabel(words.field, { exact: true });
      const status = card.getByRole('status');
      const choose = async (photo: (typeof photos)['label']): Promise<void> => {
        const asked = page.waitForEvent('filechooser');
        await card.getByRole('button', { name: words.scan }).press('Enter');
        await (await asked).setFiles(photo);
      };

      // Nothing goes out with a photo; the reader itself is fetched when the first one comes, once.
      const requests: string[] = [];
      page.on('request', (r) => {
        if (!r.url().startsWith('blob:')) requests.push(`${r.method()} ${r.url()}`);
      });
      await field.fill('gaitkeeper-sensor:half');
      await page.route('**/qr-reader*.js', (route) => route.abort());
      await choose(photos.label);
      await expect.poll(() => status.innerText(), { timeout: 15_000 }).toMatch(words.unloaded);
      await page.unroute('**/qr-reader*.js');
      await page.reload();
      await card.getByText(words.setAside).waitFor();
      requests.length = 0;
      await field.fill('gaitkeeper-sensor:half');
      for (const kind of ['none', 'other', 'unreadable', 'none'] as const) {
        await choose(photos[kind]);
        await expect.poll(() => status.innerText(), { timeout: 15_000 }).toMatch(words[kind]);
        expect(await field.inputValue()).toBe('gaitkeeper-sensor:half');
        expect(await page.locator('body').innerText()).not.toContain('secret');
      }
      await picture(page, `code-scan-none-${locale}`, true);
      await choose(photos.label);
      await expect.poll(() => status.innerText(), { timeout: 15_000 }).toBe(words.found);
      expect(await field.inputValue()).toBe(CODE);
      expect(requests.filter((r) => !r.startsWith('GET '))).toEqual([]);
      expect(requests.filter((r) => r.includes('qr-reader'))).toHaveLength(1);
      expect(requests.join()).not.toContain(KEY);
      expect(await overflows(page)).toBe(false);
      // The button that could not be pressed has its colours again.
      await expect.poll(() => axeFindings(page), { timeout: 10_000 }).toEqual([]);
      await card.scrollIntoViewIfNeeded();
      await picture(page, `code-scan-found-${locale}`, true);

      // What is changed by hand is no longer what the photo said.
      await field.press('End');
      await field.press('Backspace');
      expect(await status.innerText()).toBe('');
      expect(await card.getByRole('button', { name: words.keep }).isDisabled()).toBe(true);

      // The code of another sensor is refused where it is seen, however far the page is scrolled.
      await field.fill(`gaitkeeper-sensor:VW-2:${KEY}`);
      await card.getByRole('button', { name: words.keep }).press('Enter');
      const refusal = page.getByRole('alert').filter({ hasText: words.refused });
      await refusal.waitFor();
      await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
      const seen = (await refusal.boundingBox())!;
      expect(seen.y).toBeGreaterThanOrEqual(0);
      expect(seen.y + seen.height).toBeLessThanOrEqual(844);
      await picture(page, `code-scan-refused-${locale}`);

      // The label as a picture file, not photographed, does as well.
      await choose({ name: 'label.svg', mimeType: 'image/svg+xml', buffer: Buffer.from(label) });
      await expect.poll(() => status.innerText(), { timeout: 15_000 }).toBe(words.found);
      await card.getByRole('button', { name: words.keep }).press('Enter');
      await card.getByText(words.proved).waitFor();
      expect(Buffer.from([...on.saved.values()][0]!.key!).toString('hex')).toBe(KEY);
      expect(await page.content()).not.toContain(KEY);
      expect(errors.filter((e) => !e.includes('Permissions-Policy'))).toEqual([]);
      expect(foreign).toEqual([]);
      await context.close();
      await on.close();
    },
  );
});
