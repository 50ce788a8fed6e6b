/**
 * The pictures of docs/pictures: main pages of the built dashboard, light and dark, with a made-up walk (tests/e2e/fake-api.ts).
 * Needs Chromium and a built page (`npm run build`). Run: `npx tsx bench/pictures.ts [--only live,report]`.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { launch, open, pageFolder, type SizeName } from '../tests/e2e/browser.ts';
import { FakeApi } from '../tests/e2e/fake-api.ts';
import { addHistory } from '../tests/e2e/fake-history.ts';

const { values } = parseArgs({ options: { only: { type: 'string' } } });

interface Picture {
  readonly path: string;
  readonly size?: SizeName;
  readonly prepare: (api: FakeApi) => void;
}

const walking = (minute: number) => (api: FakeApi) => {
  api.addVirtual(true);
  api.begin(minute * 60);
};
const PICTURES: Readonly<Record<string, Picture>> = {
  welcome: { path: '/', prepare: (api) => (api.settings = { ...api.settings, consent: null, safety: null }) },
  pair: { path: '/walk', prepare: (api) => api.addVirtual(true) },
  live: { path: '/walk/live', prepare: walking(78) },
  'live-phone': { path: '/walk/live', size: 'phone', prepare: walking(78) },
  'paused-phone': { path: '/walk/live', size: 'phone', prepare: pausedAt(38, 40) },
  report: { path: '/walks/w0', prepare: addHistory },
  history: { path: '/walks', prepare: addHistory },
  trends: { path: '/walks/trends', prepare: addHistory },
  diary: { path: '/walks/diary', prepare: addHistory },
  compare: { path: '/compare', prepare: addHistory },
  settings: { path: '/settings/data', prepare: () => undefined },
};

/** A walk that has been paused for two minutes. */
function pausedAt(fromMinute: number, nowMinute: number): (api: FakeApi) => void {
  return (api) => {
    walking(nowMinute)(api);
    api.walking = false;
    if (api.walk !== null) api.walk.paused_since_s = fromMinute * 60;
    api.pauses = [{ from_s: fromMinute * 60, to_s: null }];
  };
}

const wanted = values.only?.split(',') ?? Object.keys(PICTURES);
const folder = await pageFolder();
const browser = await launch();
for (const name of wanted) {
  const picture = PICTURES[name];
  if (picture === undefined)
    throw new Error(`Expected one of ${Object.keys(PICTURES).join(', ')}; found ${name}. Name them with --only.`);
  for (const scheme of ['light', 'dark'] as const) {
    const api = new FakeApi(folder);
    picture.prepare(api);
    const url = await api.listen();
    // Small files: a laptop's page at three quarters.
    const size = picture.size ?? 'laptop';
    const scale = size === 'laptop' ? 0.75 : 1;
    const { page, context } = await open(browser, url + picture.path, { size, scheme, scale });
    await page.getByRole('heading', { level: 1 }).first().waitFor({ state: 'attached' });
    await page.waitForTimeout(1500);
    await page.screenshot({ path: path.resolve(import.meta.dirname, `../docs/pictures/${name}-${scheme}.png`) });
    await context.close();
    await api.close();
  }
}
await browser.close();
