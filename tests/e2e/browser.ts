import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { build } from 'vite';

const root = path.resolve(import.meta.dirname, '../..');
const dist = path.join(root, 'dist', 'dashboard');

/** Where Chromium is; undefined where it is not installed. */
export const chromiumPath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  existsSync,
);

/** Suites skip without a browser and say so; on CI they fail instead. */
export const skipBrowser = chromiumPath === undefined && process.env['CI'] !== 'true';
export const why = skipBrowser ? ' (skipped: no chromium here; sudo apt-get install chromium)' : '';

export const SIZES = { phone: [390, 844], laptop: [1280, 800], wall: [1920, 1080] } as const;
export type SizeName = keyof typeof SIZES;

/** Folder of the built page; builds it where it is missing. */
export async function pageFolder(): Promise<string> {
  if (!existsSync(path.join(dist, 'index.html')))
    await build({ root, configFile: path.join(root, 'vite.config.ts'), logLevel: 'error' });
  return dist;
}

export async function launch(): Promise<Browser> {
  if (chromiumPath === undefined)
    throw new Error('Expected Chromium for the browser tests, found none. On Debian: sudo apt-get install chromium');
  return chromium.launch({
    executablePath: chromiumPath,
    args: [
      '--no-sandbox',
      '--headless',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--use-angle=swiftshader',
      '--enable-unsafe-swiftshader',
    ],
  });
}

/** A page that keeps what went wrong: errors, refusals by the policy, and requests to anywhere else. */
export interface WatchedPage {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly errors: string[];
  readonly foreign: string[];
}

export async function open(
  browser: Browser,
  url: string,
  options: {
    size?: SizeName;
    scheme?: 'light' | 'dark';
    locale?: string;
    reducedMotion?: 'reduce';
    /** Without the page's worker, a test can hold back single files. */
    serviceWorkers?: 'block';
    /** Pixels of a picture a pixel of the page. */
    scale?: number;
  } = {},
): Promise<WatchedPage> {
  const [width, height] = SIZES[options.size ?? 'laptop'];
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: options.scheme ?? 'light',
    deviceScaleFactor: options.scale ?? 1,
    locale: options.locale ?? 'en-GB',
    timezoneId: 'Europe/Berlin',
    ...(options.reducedMotion === undefined ? {} : { reducedMotion: options.reducedMotion }),
    ...(options.serviceWorkers === undefined ? {} : { serviceWorkers: options.serviceWorkers }),
  });
  const page = await context.newPage();
  const errors: string[] = [];
  const foreign: string[] = [];
  const { origin } = new URL(url);
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    const text = message.text();
    // A refused answer is what some tests ask for; vibration needs a finger.
    // What the framework warns of at run time is a mistake of the page.
    if (message.type() === 'warning' && text.includes('svelte.dev')) errors.push(text);
    if (message.type() === 'error' && !/Failed to load resource|vibrate|ERR_/.test(text)) errors.push(text);
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(origin) && !/^(data|blob):/.test(request.url())) foreign.push(request.url());
  });
  await page.goto(url);
  return { page, context, errors, foreign };
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Serious and critical findings of axe (WCAG 2.2 AA), each as one line. */
export async function axeFindings(page: Page): Promise<string[]> {
  // By the debugger, not by a script tag: the page's own policy allows no inline script.
  await page.evaluate(axeSource);
  const violations = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: {
        run: (o: unknown) => Promise<{
          violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[];
        }>;
      };
    };
    return (await axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })).violations;
  });
  return violations
    .filter((v) => v.impact === 'serious' || v.impact === 'critical')
    .flatMap((v) =>
      v.nodes
        .slice(0, 3)
        .map((n) => `${v.id}: ${n.html.slice(0, 160)} | ${n.failureSummary.replaceAll('\n', ' ').slice(0, 200)}`),
    );
}

/** Keeps a picture in test-output (not in git). */
export async function picture(page: Page, name: string, fullPage = false): Promise<void> {
  const folder = path.join(root, 'test-output', 'pictures');
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: path.join(folder, `${name}.png`), fullPage });
}

/** Whether the page needs sideways scrolling. */
export const overflows = (page: Page): Promise<boolean> =>
  page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth + 1');
