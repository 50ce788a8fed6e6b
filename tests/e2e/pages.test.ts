import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  axeFindings,
  launch,
  open,
  overflows,
  pageFolder,
  picture,
  skipBrowser,
  why,
  type SizeName,
} from './browser.ts';
import { FakeApi } from './fake-api.ts';
import { addHistory } from './fake-history.ts';

interface PageCase {
  readonly name: string;
  readonly path: string;
  readonly heading: RegExp;
  readonly prepare?: (api: FakeApi) => void;
}

const walking = (minute: number) => (api: FakeApi) => {
  api.addVirtual(true);
  api.begin(minute * 60);
};
const PAGES: readonly PageCase[] = [
  { name: 'sign-in', path: '/', heading: /Sign in/, prepare: (api) => (api.signedIn = false) },
  {
    name: 'welcome',
    path: '/',
    heading: /See what changes/,
    prepare: (api) => (api.settings = { ...api.settings, consent: null, safety: null }),
  },
  { name: 'pair', path: '/walk', heading: /sensors ready/, prepare: (api) => api.addVirtual(true) },
  { name: 'live', path: '/walk/live', heading: /Live walk/, prepare: walking(78) },
  { name: 'live-learning', path: '/walk/live', heading: /Live walk/, prepare: walking(6) },
  { name: 'report', path: '/walks/w0', heading: /roll in more/, prepare: addHistory },
  { name: 'report-short', path: '/walks/short', heading: /3 minutes recorded/, prepare: addShort },
  { name: 'walks', path: '/walks', heading: /20 walks/, prepare: addHistory },
  { name: 'walks-empty', path: '/walks', heading: /No walks yet/ },
  { name: 'trends', path: '/walks/trends', heading: /From walk to walk/, prepare: addHistory },
  { name: 'diary', path: '/walks/diary', heading: /6 pain marks/, prepare: addHistory },
  { name: 'compare', path: '/compare', heading: /Insoles out or insoles in/, prepare: addHistory },
  { name: 'settings-look', path: '/settings', heading: /Language, look and sound/ },
  { name: 'settings-profiles', path: '/settings/profiles', heading: /Profiles/ },
  { name: 'settings-sensors', path: '/settings/sensors', heading: /Sensors/, prepare: (api) => api.addVirtual(true) },
  {
    name: 'settings-safety',
    path: '/settings/safety',
    heading: /Safety questions/,
    prepare: (api) => (api.settings = { ...api.settings, safety: null }),
  },
  { name: 'settings-data', path: '/settings/data', heading: /Your data/ },
  { name: 'settings-access', path: '/settings/access', heading: /Devices and access/ },
  { name: 'settings-connections', path: '/settings/connections', heading: /Connections/ },
  { name: 'settings-formulas', path: '/settings/formulas', heading: /Own metrics/ },
  { name: 'settings-about', path: '/settings/about', heading: /About the numbers/ },
  {
    name: 'plan-due',
    path: '/plan',
    heading: /Nine short questions come first/,
    prepare: (api) => (api.settings = { ...api.settings, safety: null }),
  },
  { name: 'plan-safety', path: '/plan/safety', heading: /Nine questions, for your safety/ },
  { name: 'missing', path: '/nowhere', heading: /no such page/ },
];

function addShort(api: FakeApi): void {
  addHistory(api);
  const walk = api.walks[0];
  if (walk?.summary == null) throw new Error('The made-up history has no walk with a summary.');
  api.walks.push({ ...walk, id: 'short', duration_s: 200, summary: { ...walk.summary, duration_s: 200 } });
}

describe.skipIf(skipBrowser)(`every page in Chromium${why}`, () => {
  let browser: Browser;
  let folder: string;
  beforeAll(async () => {
    [browser, folder] = await Promise.all([launch(), pageFolder()]);
  });
  afterAll(async () => browser.close());

  const look = async (page: PageCase, size: SizeName, scheme: 'light' | 'dark') => {
    const api = new FakeApi(folder);
    page.prepare?.(api);
    const url = await api.listen();
    const watched = await open(browser, url + page.path, { size, scheme });
    try {
      await watched.page.getByRole('heading', { level: 1, name: page.heading }).waitFor({ state: 'attached' });
      await watched.page.waitForTimeout(700);
      await picture(watched.page, `${page.name}-${size}-${scheme}`, size !== 'wall' && !page.name.startsWith('live'));
      expect(await axeFindings(watched.page)).toEqual([]);
      expect(await overflows(watched.page)).toBe(false);
      expect(watched.errors).toEqual([]);
      expect(watched.foreign).toEqual([]);
    } finally {
      await watched.context.close();
      await api.close();
    }
  };

  for (const page of PAGES) {
    it(`${page.name}: reads well on a phone, a laptop and a wall, with nothing serious for axe`, async () => {
      await look(page, 'phone', 'light');
      await look(page, 'laptop', 'dark');
      await look(page, 'wall', 'light');
    });
  }

  it('axe does look: a text too pale to read is found', async () => {
    const api = new FakeApi(folder);
    const watched = await open(browser, `${await api.listen()}/walks`);
    await watched.page.getByRole('heading', { level: 1 }).waitFor();
    await watched.page.evaluate("document.querySelector('h1').style.color = '#e8e6e0'");
    expect((await axeFindings(watched.page)).join()).toContain('color-contrast');
    await watched.context.close();
    await api.close();
  });

  it('Japanese: the pages speak it and say so', async () => {
    const api = new FakeApi(folder);
    addHistory(api);
    const url = await api.listen();
    const watched = await open(browser, `${url}/walks`, { size: 'phone', locale: 'ja-JP' });
    await watched.page.getByRole('heading', { level: 1, name: /20回の歩行/ }).waitFor();
    expect(await watched.page.locator('html').getAttribute('lang')).toBe('ja');
    expect(await axeFindings(watched.page)).toEqual([]);
    await picture(watched.page, 'walks-phone-ja');
    await watched.context.close();
    await api.close();
  });

  it('Japanese: what the service refuses and what troubles it is said in Japanese, by its code', async () => {
    const api = new FakeApi(folder);
    api.signedIn = false;
    const url = await api.listen();
    const watched = await open(browser, `${url}/walks`, { size: 'phone', locale: 'ja-JP' });
    const { page } = watched;
    await page.getByRole('textbox').fill('wrong');
    await page.getByRole('button', { name: 'サインイン' }).click();
    await page.getByText('コードが違うか、期限が切れています。').waitFor();
    expect(await page.getByText('Expected a code').count()).toBe(0);
    api.signedIn = true;
    api.addVirtual(true);
    api.begin(1200);
    const held = { part: 'walk', code: 'seconds_held', severity: 'data_at_risk', values: { seconds: 12 } };
    api.health = { status: 'degraded', problems: [{ ...held, text: 'The disk is full.', what_to_do: 'Free some.' }] };
    await page.goto(`${url}/walk/live`);
    await page.getByRole('alert').getByText('歩行の12秒をメモリに保持しています。').waitFor();
    await page.goto(`${url}/walks/none`);
    await page.getByText('見つかりませんでした。').waitFor();
    await watched.context.close();
    await api.close();
  });
});
