import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImportJob, TrialInfo } from '../../src/api/contract.ts';
import type { FindingRecord } from '../../src/domain/records.ts';
import { SAFETY_QUESTIONS } from '../../src/guidance/safety-check.ts';
import { feedRecording } from '../../src/cli/service/feed-recording.ts';
import { memorySource } from '../../src/recording/byte-source.ts';
import { RecordingWriter } from '../../src/recording/mcap-writer.ts';
import { openRecording } from '../../src/recording/open-recording.ts';
import { simulateWalk } from '../../src/simulator/simulate-walk.ts';
import type { ScenarioName } from '../../src/simulator/scenario.ts';
import { BEARER, HandClock, listen, startService, TOKEN, type Service } from '../api/service.ts';
import { storeWalk } from '../api/stored-walks.ts';
import { ask } from '../api/walking.ts';
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

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const pdftotext = spawnSync('pdftotext', ['-v']).error === undefined || process.env['CI'] === 'true';

/** A virtual walk as an MCAP file. */
async function recorded(scenario: ScenarioName, minutes: number, startedAtMs: number): Promise<Buffer> {
  const walk = simulateWalk({ scenario, seed: 7, seconds: minutes * 60 });
  const parts: Uint8Array[] = [];
  const mcap = new RecordingWriter((bytes) => {
    parts.push(Buffer.from(bytes));
    return Promise.resolve();
  }, walk.slots);
  await mcap.start({ started_at: new Date(startedAtMs).toISOString() });
  for (const notification of walk.notifications()) await mcap.add(notification);
  await mcap.end();
  return Buffer.concat(parts);
}

/** Imports a virtual walk as the page does with a file. @returns its id */
async function importWalk(s: Service, scenario: ScenarioName, minutes: number, startedAtMs: number): Promise<string> {
  const sent = await s.app.inject({
    method: 'POST',
    url: '/api/v1/walks/import',
    headers: { ...BEARER, 'content-type': 'application/vnd.mcap' },
    payload: await recorded(scenario, minutes, startedAtMs),
  });
  let job = sent.json<ImportJob>();
  while (job.state === 'analysing') {
    await new Promise((resolve) => setTimeout(resolve, 100));
    job = await ask<ImportJob>(s, 'GET', `/imports/${job.id}`);
  }
  expect(job).toMatchObject({ state: 'done', problem: null });
  return job.walk_id ?? '';
}

async function pdfText(s: Service, walkId: string, lang: 'en' | 'ja'): Promise<string> {
  const answer = await s.app.inject({ url: `/api/v1/walks/${walkId}/report.pdf?lang=${lang}`, headers: BEARER });
  const file = path.join(s.folder, `report-${lang}.pdf`);
  writeFileSync(file, answer.rawPayload);
  return spawnSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' }).stdout;
}

/** Answers the nine questions on the page. */
async function answerAll(page: Page, but: Record<number, 'Yes' | 'Not sure'> = {}): Promise<void> {
  await expect.poll(() => page.locator('fieldset').count()).toBe(9);
  for (let i = 0; i < 9; i++)
    await page
      .locator('fieldset')
      .nth(i)
      .getByRole('button', { name: but[i] ?? 'No', exact: true })
      .click();
  await page.getByRole('button', { name: 'Save answers' }).click();
}

describe.skipIf(skipBrowser)(`what changed and the one thing to try, on the real service in Chromium${why}`, () => {
  let browser: Browser;
  let folder: string;
  beforeAll(async () => {
    [browser, folder] = await Promise.all([launch(), pageFolder()]);
  });
  afterAll(async () => browser.close());

  async function start(): Promise<{ s: Service; clock: HandClock; url: string; visit: VisitPage }> {
    const clock = new HandClock();
    clock.wall = Date.now();
    const s = await startService({ clock, pageFolder: folder });
    await ask(s, 'PUT', '/settings/consent', { body: { keep_gait: true, keep_pain: true } });
    const { url } = await listen(s);
    const visit = (to: string, size: SizeName = 'laptop', more: { locale?: string; scheme?: 'light' | 'dark' } = {}) =>
      open(browser, `${url}${to}#code=${s.context.access.codes.create().code}`, { size, ...more });
    return { s, clock, url, visit };
  }
  type Visit = ReturnType<typeof open>;
  type VisitPage = (to: string, size?: SizeName, more?: { locale?: string; scheme?: 'light' | 'dark' }) => Visit;

  const sound = async ({ page, errors, foreign }: Awaited<Visit>, name: string) => {
    await picture(page, `guidance-${name}`, true);
    expect(await axeFindings(page)).toEqual([]);
    expect(await overflows(page)).toBe(false);
    expect(errors).toEqual([]);
    expect(foreign).toEqual([]);
  };

  it('a tiring walk fed live at full speed gives a calm notice on the live page', { timeout: 300_000 }, async () => {
    const { s, url, visit } = await start();
    const file = await recorded('fatigue', 75, Date.now());
    const fed = feedRecording(
      { url, token: TOKEN, ca: undefined },
      await openRecording(memorySource('walk.mcap', file)),
      { speed: 240, onProgress: () => undefined },
    );
    await expect.poll(() => s.context.host.currentId, { timeout: 20_000 }).toBeDefined();
    const watched = await visit('/walk/live', 'phone');
    // It tires from minute 30 on; what is said is more than at the start, and calm.
    await watched.page
      .getByText(/(dips|roll in|rolls in) more than at your start/i)
      .first()
      .waitFor({ timeout: 120_000 });
    await picture(watched.page, 'guidance-live-notice', false);
    expect(await axeFindings(watched.page)).toEqual([]);
    const { walkId } = await fed;
    const { items } = await ask<{ items: FindingRecord[] }>(s, 'GET', `/walks/${walkId}/findings`);
    const drifts = items.filter((f) => f.kind === 'drift');
    expect(drifts.length).toBeGreaterThan(0);
    for (const finding of drifts) expect(finding.at_s).toBeGreaterThan(30 * 60);
    await watched.context.close();
  });

  it('two tiring hours: finding, range, exercise, plan, and a trial to its verdict', { timeout: 400_000 }, async () => {
    const { s, clock, visit } = await start();
    const id = await importWalk(s, 'fatigue', 120, clock.wall - 3 * DAY_MS);
    await ask(s, 'POST', `/walks/${id}/marks`, {
      body: { at_s: 5400, place: 'buttock_right', strength: 4 },
      status: 201,
    });
    // It tires from minute 30 on: nothing may be said before.
    const { items } = await ask<{ items: FindingRecord[] }>(s, 'GET', `/walks/${id}/findings`);
    const drifts = items.filter((f) => f.kind === 'drift');
    expect(drifts.map((f) => String(f.data?.['metric'])).sort()).toEqual([
      'eversion_excursion_deg',
      'pelvic_drop_excursion_deg',
    ]);
    for (const finding of drifts) expect(finding.at_s).toBeGreaterThan(30 * 60);

    const watched = await visit(`/walks/${id}`);
    const { page, context } = watched;
    await page.getByRole('heading', { level: 1, name: /Your pelvis dips more than at your start/ }).waitFor();
    const findings = page.getByRole('region', { name: 'What was noticed' }).or(page.locator('section.cards'));
    const said = await findings.first().innerText();
    expect(said).toMatch(/Your shoes roll in more than at your start/);
    expect(said).toMatch(/\+1\.\d°/);
    // Both legs tire alike here: no side is named. The range holds the true onset.
    expect(said).not.toMatch(/on (left|right) steps/);
    for (const [, from, to] of said.matchAll(/about minute (\d+) to (\d+)/gi)) {
      expect(Number(from)).toBeLessThanOrEqual(30);
      expect(Number(to)).toBeGreaterThanOrEqual(30);
    }
    expect(said).toMatch(/May go with buttock muscles that tire/);
    await sound(watched, 'report-due');

    await page.getByRole('link', { name: 'Answer the nine questions' }).click();
    await answerAll(page);
    await page.getByRole('heading', { level: 1, name: /One exercise at a time/ }).waitFor();
    const hero = page.getByRole('region', { name: 'Deadlift with a band', exact: true });
    await hero.getByText('Try this one first').waitFor();
    await hero.getByText('Fits your last walks').waitFor();
    await page.getByRole('button', { name: /today: done/ }).click();
    await page.getByText('Done on 1 day.').waitFor();
    await sound(watched, 'plan');

    await page.getByRole('button', { name: /Ball under the buttock/ }).click();
    await page.getByRole('button', { name: 'Find out whether it helps you' }).click();
    await page.getByText(/expecting relief is part of what is measured/).waitFor();
    await page.getByRole('button', { name: '6 of 10' }).click();
    await page.getByRole('button', { name: 'Draw the order and start' }).click();
    const trial = page.getByRole('region', { name: 'Trial', exact: true });
    await trial.getByRole('heading', { name: /^Next walk: with(out)? it$/ }).waitFor();
    await trial.getByText(/knowing what you used/).waitFor();

    const trialNow = async () => (await ask<{ items: TrialInfo[] }>(s, 'GET', '/trials')).items[0]!;
    const walkOne = () => {
      clock.wall += 30 * HOUR_MS;
      return storeWalk(s.context.store, { startedAtMs: clock.wall, minutes: 61, stridesForS: 5 });
    };
    const pain = (arm: string) => (arm === 'B' ? 2 : 5);
    for (let n = 0; n < 12; n++) {
      const walkId = walkOne();
      clock.wall += 2 * HOUR_MS;
      const { id: trialId, next } = await trialNow();
      if (n === 0) {
        await page.reload();
        await trial.getByRole('button', { name: `${pain(next!)} of 10` }).click();
        await trial.getByRole('button', { name: 'Enter', exact: true }).click();
        await trial.getByText('1 walk entered').waitFor();
        // Closed until the end: no number of an effect anywhere.
        expect(await trial.innerText()).not.toMatch(/points|80 %/);
        await sound(watched, 'trial');
      } else
        await ask(s, 'POST', `/trials/${trialId}/walks`, { body: { walk_id: walkId, arm: next, pain: pain(next!) } });
    }
    expect((await trialNow()).verdict).toBe('helps');
    await page.reload();
    await trial.getByRole('heading', { name: 'Ball under the buttock: Helps' }).waitFor();
    await trial.getByText(/points \(80 % range −\d\.\d to −\d\.\d\)/).waitFor();
    await trial.getByText(/A change in walking was found in 0 of 6 walks without and 0 of 6 with it/).waitFor();
    await trial.getByText('The seal', { exact: true }).click();
    await trial.getByText((await trialNow()).order ?? 'no order', { exact: true }).waitFor();
    await sound(watched, 'trial-over');

    await page.goto(new URL(`/walks/${id}`, page.url()).href);
    await page.getByRole('region', { name: 'Try this one first' }).getByText('Deadlift with a band').waitFor();
    expect(await page.getByRole('link', { name: 'PDF for a physio' }).getAttribute('href')).toBe(
      `/api/v1/walks/${id}/report.pdf?lang=en`,
    );
    const causes = page.getByRole('region', { name: 'Five things such pain can go with' });
    const five = await causes.innerText();
    expect(five).toMatch(/buttock muscles that tire\s*may go with a change in this walk/i);
    expect(five).toMatch(/the whole leg kept \d\d % on left steps and \d\d % on right steps from the pelvis/);
    expect(five).toContain('it says nothing of a joint by itself');
    await sound(watched, 'report');
    await context.close();
    if (!pdftotext) return;
    const [english, japanese] = [await pdfText(s, id, 'en'), await pdfText(s, id, 'ja')];
    expect(english).toMatch(/Your pelvis dips more than at your start[\s\S]*Deadlift with a band/);
    expect(english).toContain('90 min: buttock, right · 4/10');
    expect(japanese).toMatch(/骨盤の沈みが歩き始めより大きくなっています[\s\S]*データの質/);
    expect(japanese).toContain('お尻・右');
    expect(english.replaceAll(/\s+/g, ' ')).toMatch(/the whole leg kept \d\d % on left steps/);
    expect(japanese.replaceAll(/\s+/g, '')).toMatch(
      /左足の着地で\d\d％、右足の着地で\d\d％を脚全体が骨盤に伝えませんでした/,
    );
  });

  it('an even walk has nothing to tell, and says so as a result', { timeout: 200_000 }, async () => {
    const { s, clock, visit } = await start();
    const id = await importWalk(s, 'healthy', 40, clock.wall - DAY_MS);
    await ask(s, 'PUT', '/settings/safety', {
      body: { answers: Object.fromEntries(SAFETY_QUESTIONS.map((q) => [q.id, 'no'])) },
    });
    const watched = await visit(`/walks/${id}`, 'phone');
    const { page, context } = watched;
    await page.getByRole('heading', { level: 1, name: 'Nothing clear changed in this walk.' }).waitFor();
    expect(await page.getByText('Try this one first').count()).toBe(0);
    await sound(watched, 'report-even');
    await page.goto(new URL('/plan', page.url()).href);
    await page.getByRole('heading', { level: 1, name: /One exercise at a time/ }).waitFor();
    expect(await page.getByText('Fits your last walks').count()).toBe(0);
    await sound(watched, 'plan-phone');
    await context.close();
    if (pdftotext) expect(await pdfText(s, id, 'en')).toContain('Nothing clear changed');
  });

  it(
    'a metric of one’s own: a wrong formula is told in words, a right one stands in the report',
    { timeout: 120_000 },
    async () => {
      const { s, clock, visit } = await start();
      const id = storeWalk(s.context.store, { startedAtMs: clock.wall - DAY_MS, minutes: 5 });
      const watched = await visit('/settings/formulas');
      const { page, context } = watched;
      await page.getByRole('button', { name: 'Add a metric' }).click();
      await page.getByLabel('Label', { exact: true }).fill('Half a stance');
      await page.getByLabel('Unit', { exact: true }).fill('s');
      await page.getByLabel(/Field name/).fill('half_stance_s');
      const formula = page.getByLabel('Formula', { exact: true });
      await formula.fill('import("fs")');
      await page.getByRole('button', { name: 'Save' }).click();
      await page
        .getByRole('alert')
        .getByText(/half_stance_s: expected one of abs, .* found "import"/)
        .waitFor();
      await formula.fill('stance_time_s / 2');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('Saved.').waitFor();
      await sound(watched, 'formulas');
      await page.goto(new URL(`/walks/${id}`, page.url()).href);
      const own = page.getByRole('region', { name: 'Your own metrics' });
      await own.getByRole('row', { name: /Half a stance s 0\.31 0\.31/ }).waitFor();
      await context.close();
    },
  );

  it('a walk that does not fit its trial is entered as not comparable', { timeout: 120_000 }, async () => {
    const { s, clock, visit } = await start();
    const answers = Object.fromEntries(SAFETY_QUESTIONS.map((q) => [q.id, 'no']));
    await ask(s, 'PUT', '/settings/safety', { body: { answers } });
    const { id } = await ask<TrialInfo>(s, 'POST', '/trials', {
      body: { exercise: 'gluteal_ball', usual_pain: 4 },
      status: 201,
    });
    clock.wall += HOUR_MS;
    storeWalk(s.context.store, { startedAtMs: clock.wall, minutes: 40, stridesForS: 5 });
    clock.wall += HOUR_MS;
    const watched = await visit('/plan', 'phone');
    const { page, context } = watched;
    await page.getByText(/shorter than 60 minutes/).waitFor();
    await page.getByRole('button', { name: '4 of 10' }).click();
    await page.getByRole('button', { name: 'Enter', exact: true }).click();
    await page.getByText('1 walk entered').click();
    await page.getByText('not comparable', { exact: true }).waitFor();
    const { items } = await ask<{ items: TrialInfo[] }>(s, 'GET', '/trials');
    expect(items[0]).toMatchObject({ id, complete_blocks: 0, walks: [{ spoiled: true, pain: 4 }] });
    await sound(watched, 'misfit-phone');
    await context.close();
  });

  it('a yes or "not sure" closes plan and trial, on a Japanese phone too', { timeout: 120_000 }, async () => {
    const { s, visit } = await start();
    const answers = Object.fromEntries(SAFETY_QUESTIONS.map((q) => [q.id, 'no']));
    await ask(s, 'PUT', '/settings/safety', { body: { answers } });
    await ask(s, 'POST', '/trials', { body: { exercise: 'insole', usual_pain: 4 }, status: 201 });
    const watched = await visit('/plan/safety');
    const { page, context } = watched;
    await answerAll(page, { 4: 'Not sure' });
    await page.getByRole('heading', { level: 1, name: /closed until you have spoken to a doctor/ }).waitFor();
    await page.getByText('Stopped for safety: a safety answer asks for a doctor first.').waitFor();
    expect(await page.getByText('Deadlift').count()).toBe(0);
    expect(await page.getByRole('button', { name: /Find out/ }).count()).toBe(0);
    await sound(watched, 'closed');
    await page.getByRole('link', { name: 'Answer again' }).click();
    await answerAll(page, { 0: 'Yes' });
    await page.getByRole('heading', { level: 1, name: /Please get help now/ }).waitFor();
    await page.getByRole('link', { name: /^Call \d+$/ }).waitFor();
    await sound(watched, 'emergency');
    await context.close();
    const japanese = await visit('/plan', 'phone', { locale: 'ja-JP', scheme: 'dark' });
    await japanese.page.getByRole('heading', { level: 1, name: /プランは閉じています/ }).waitFor();
    await sound(japanese, 'closed-ja');
    await japanese.context.close();
  });
});
