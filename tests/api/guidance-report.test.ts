import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import * as contract from '../../src/api/contract.ts';
import { SAFETY_QUESTIONS } from '../../src/guidance/safety-check.ts';
import { BEARER, HandClock, startService, type Service } from './service.ts';
import { storeWalk } from './stored-walks.ts';
import { ask, walkingService } from './walking.ts';

const pdftotext = spawnSync('pdftotext', ['-v']).error === undefined;
const why = pdftotext ? '' : ' (text not read: pdftotext of poppler-utils is missing)';
const DAY = 86_400_000;

async function service(): Promise<{ s: Service; clock: HandClock; start: number }> {
  const clock = new HandClock();
  return { s: await startService({ clock }), clock, start: clock.wall };
}
const report = (s: Service, id: string, lang = 'en') =>
  ask<contract.Report>(s, 'GET', `/walks/${id}/report?lang=${lang}`, { schema: contract.Report });

async function pdfText(s: Service, id: string, lang: 'en' | 'ja'): Promise<string> {
  const answer = await s.app.inject({ url: `/api/v1/walks/${id}/report.pdf?lang=${lang}`, headers: BEARER });
  expect(answer.statusCode).toBe(200);
  expect(answer.headers['content-type']).toBe('application/pdf');
  expect(answer.headers['content-disposition']).toContain('attachment');
  expect(answer.rawPayload.subarray(0, 5).toString()).toBe('%PDF-');
  if (!pdftotext && process.env['CI'] !== 'true') return '';
  const file = path.join(s.folder, 'report.pdf');
  writeFileSync(file, answer.rawPayload);
  return spawnSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' }).stdout;
}

describe('the report', () => {
  test(`what changed, how much, since when, with what it may go; the same on paper in both languages${why}`, async () => {
    const { s, start } = await service();
    const marks = [{ minute: 85, place: 'back_right', strength: 4 }];
    const id = storeWalk(s.context.store, { startedAtMs: start, minutes: 120, drift: 1.5, marks });
    const english = await report(s, id);
    expect(english).toMatchObject({ result: 'changed', first_pain_min: 85, safety: 'due', exercise: null });
    expect(english.title).toBe('Your shoes roll in more than at your start.');
    expect(english.findings).toHaveLength(1);
    expect(english.findings[0]).toMatchObject({
      direction: 'more',
      side: null,
      certainty: 'high',
      since_min: [38, 46],
      exercises: ['insole'],
    });
    expect(english.findings[0]!.since_text).toBe('since about minute 40 to 45');
    expect(english.findings[0]!.may_go_with.map((c) => c.id)).toEqual(['foot_function']);
    const rolled = english.rows.filter((r) => r.metric === 'eversion_excursion_deg');
    expect(rolled).toHaveLength(2);
    for (const row of rolled) {
      expect(row.change!.clear).toBe(true);
      expect(row.change!.value).toBeCloseTo(1.5, 0);
    }
    const still = english.rows.find((r) => r.metric === 'stance_time_s')!;
    expect(still.change!.clear).toBe(false);
    expect((await report(s, id, 'ja')).title).toMatch(/内倒れ/);

    const [en, ja] = [await pdfText(s, id, 'en'), await pdfText(s, id, 'ja')];
    if (en !== '') {
      expect(en).toContain(english.title);
      expect(en).toContain('back, right');
      expect(ja).toContain('靴の内倒れが歩き始めより大きくなっています');
    }
  }, 30_000);

  test('once the safety questions are answered it names one exercise; a yes takes it away again, the findings stay', async () => {
    const { s, start } = await service();
    const id = storeWalk(s.context.store, { startedAtMs: start, minutes: 120, drift: 1.5 });
    const answer = (word: string) =>
      ask(s, 'PUT', '/settings/safety', {
        body: { answers: Object.fromEntries(SAFETY_QUESTIONS.map((q, i) => [q.id, i === 4 ? word : 'no'])) },
      });
    await answer('no');
    expect(await report(s, id)).toMatchObject({ safety: 'open', exercise: { id: 'insole' } });
    await answer('unsure');
    const closed = await report(s, id);
    expect(closed).toMatchObject({ safety: 'doctor_soon', exercise: null, result: 'changed' });
    expect(closed.findings).toHaveLength(1);
  });

  test('an even walk says so, a short one what it needs; an unfinished or unknown one has none', async () => {
    const { s, start } = await service();
    const { store } = s.context;
    const even = storeWalk(store, { startedAtMs: start, minutes: 40 });
    expect(await report(s, even)).toMatchObject({ result: 'no_clear_change', findings: [], first_pain_min: null });
    const brief = storeWalk(store, { startedAtMs: start + DAY, minutes: 12 });
    expect((await report(s, brief)).title).toMatch(/^12 minutes recorded/);
    const open = storeWalk(store, { startedAtMs: start + 2 * DAY, minutes: 2, unfinished: true });
    await ask(s, 'GET', `/walks/${open}/report`, { status: 409 });
    await ask(s, 'GET', `/walks/${open}/report.pdf`, { status: 409 });
    await ask(s, 'GET', '/walks/nowhere/report', { status: 404 });
    await ask(s, 'GET', `/walks/${even}/report?lang=de`, { status: 400 });
    await ask(s, 'GET', `/walks/${even}/report.pdf?lang=de`, { status: 400 });
  });

  test(`a recording that is imported gets its report and its PDF${why}`, async () => {
    const { service: s, walkUntil } = await walkingService(40);
    const { id } = await ask<contract.Walk>(s, 'POST', '/walks', { body: {}, status: 201 });
    walkUntil(40);
    await ask(s, 'POST', `/walks/${id}/stop`);
    const mcap = await s.app.inject({ url: `/api/v1/walks/${id}/recording.mcap`, headers: BEARER });
    const sent = await s.app.inject({
      method: 'POST',
      url: '/api/v1/walks/import?title=River',
      headers: { ...BEARER, 'content-type': 'application/vnd.mcap' },
      payload: mcap.rawPayload,
    });
    let job = sent.json<contract.ImportJob>();
    while (job.state === 'analysing') {
      await new Promise(setImmediate);
      job = await ask(s, 'GET', `/imports/${job.id}`);
    }
    const imported = await report(s, job.walk_id!);
    expect(imported.result).toBe('too_short');
    expect(imported.quality.lost_samples).toBeGreaterThanOrEqual(0);
    expect(imported.title).toBe((await report(s, id)).title);
    const text = await pdfText(s, job.walk_id!, 'en');
    if (text !== '') expect(text).toContain('How good the data is');
  }, 30_000);
});

describe('several walks', () => {
  test('comparing: minutes that match, each roll-in against its own start', async () => {
    const { s, start } = await service();
    const { store } = s.context;
    const a = storeWalk(store, { startedAtMs: start, minutes: 80 });
    const b = storeWalk(store, { startedAtMs: start + 2 * DAY, minutes: 80, drift: 2 });
    const result = await ask<contract.CompareResult>(s, 'GET', `/compare?a=${a}&b=${b}`, {
      schema: contract.CompareResult,
    });
    const roll = result.items.find((c) => c.metric === 'eversion_excursion_deg')!;
    expect(roll).toMatchObject({ against: 'own_start', clear: true, reason: null });
    expect(roll.difference!).toBeGreaterThan(0.5);
    expect(result.items.find((c) => c.metric === 'stance_time_s')).toMatchObject({ against: 'value', clear: false });
    const same = await ask<contract.CompareResult>(s, 'GET', `/compare?a=${a}&b=${a}`);
    expect(same.items.every((c) => !c.clear)).toBe(true);
    const swapped = await ask<contract.CompareResult>(s, 'GET', `/compare?a=${b}&b=${a}`);
    expect(swapped.items.find((c) => c.metric === 'eversion_excursion_deg')!.difference).toBeCloseTo(
      -roll.difference!,
      6,
    );
    const tiny = storeWalk(store, { startedAtMs: start + 4 * DAY, minutes: 5 });
    const none = await ask<contract.CompareResult>(s, 'GET', `/compare?a=${a}&b=${tiny}`);
    expect(none.items.every((c) => c.difference === null && c.reason === 'no_shared_minutes')).toBe(true);
    await ask(s, 'GET', `/compare?a=${a}`, { status: 400 });
    await ask(s, 'GET', `/compare?a=${a}&b=,`, { status: 400 });
    await ask(s, 'GET', `/compare?a=${a}&b=nowhere`, { status: 404 });
    const many = Array.from({ length: 13 }, (_, i) => `w${i}`).join(',');
    await ask(s, 'GET', `/compare?a=${a}&b=${many}`, { status: 400 });
    await ask(s, 'GET', `/compare?a=${a}&b=${encodeURIComponent("x' OR 1=1")}`, { status: 400 });
  });

  test('trends: minutes to change and to pain, walk by walk, newest first', async () => {
    const { s, start } = await service();
    const { store } = s.context;
    storeWalk(store, { startedAtMs: start, minutes: 120, drift: 1.5, tags: { insoles: 'in' } });
    const marks = [
      { minute: 2, place: 'hip', strength: 1 },
      { minute: 7, place: 'hip', strength: 3 },
      { minute: 9, place: 'hip', strength: 6 },
    ];
    storeWalk(store, { startedAtMs: start + DAY, minutes: 10, marks });
    storeWalk(store, { startedAtMs: start + 2 * DAY, minutes: 2, unfinished: true });
    const { items } = await ask<contract.Trends>(s, 'GET', '/trends', { schema: contract.Trends });
    expect(items).toMatchObject([
      { duration_min: 10, drift_min: null, first_pain_min: 7, peak_pain: 6 },
      { duration_min: 120, drift_min: 42, first_pain_min: null, peak_pain: null, tags: { insoles: 'in' } },
    ]);
  });
});

describe("the wearer's own metrics", () => {
  const formula = (expression: string, name = 'own_pct') => ({ name, label: 'Own share', unit: '%', expression });
  const put = (s: Service, items: unknown[], status = 200) =>
    ask<contract.FormulaList>(s, 'PUT', '/settings/formulas', { body: { items }, status });

  test('kept, and evaluated over a walk side by side; a formula over what is not there has no value', async () => {
    const { s, start } = await service();
    const id = storeWalk(s.context.store, { startedAtMs: start, minutes: 3 });
    expect(await ask(s, 'GET', '/settings/formulas', { schema: contract.FormulaList })).toEqual({ items: [] });
    expect(await ask(s, 'GET', `/walks/${id}/formulas`)).toEqual({ items: [] });
    const items = [
      formula('stance_time_s / 0.62 * 50'),
      formula('pelvic_drop_deg * 2', 'own_deg'),
      formula('1 / (stance_time_s - stance_time_s)', 'own_inf'),
    ];
    expect(await put(s, items)).toEqual({ items });
    const values = await ask<contract.FormulaValues>(s, 'GET', `/walks/${id}/formulas`, {
      schema: contract.FormulaValues,
    });
    expect(values.items[0]).toMatchObject({ name: 'own_pct', label: 'Own share', unit: '%' });
    expect(values.items[0]!.left).toBeCloseTo(50, 6);
    expect(values.items[0]!.strides_left).toBeGreaterThan(100);
    expect(values.items[1]).toMatchObject({ left: null, right: null, strides_left: 0 });
    expect(values.items[2]).toMatchObject({ left: null, right: null, strides_right: 0 });
    await ask(s, 'GET', '/walks/nowhere/formulas', { status: 404 });
  });

  test.each([
    'process.exit()',
    'import("node:fs")',
    'cos.constructor("return process")()',
    'stride_time_s["constructor"]',
    '(f(x) = f(x))(1)',
    'a = 3',
    'evaluate("1")',
    'parse("1")',
    'createUnit("x")',
    '"text"',
    '[1,2]',
    '{a: 1}',
    'for',
    '1..',
    '('.repeat(120),
    `${'-'.repeat(280)}1`,
    'unknown_field + 1',
    '9'.repeat(301),
    '',
  ])('hostile or wrong, %j is refused in words and nothing is kept', async (expression) => {
    const { s } = await service();
    const answer = await s.app.inject({
      method: 'PUT',
      url: '/api/v1/settings/formulas',
      headers: BEARER,
      payload: { items: [formula(expression)] },
    });
    expect(answer.statusCode).toBe(400);
    expect(answer.json<contract.Problem>().detail.length).toBeGreaterThan(10);
    expect(answer.body).not.toMatch(/node_modules|at .*\.ts/);
    expect(await ask(s, 'GET', '/settings/formulas')).toEqual({ items: [] });
  });

  test('names are new, plain and different; no more than twenty', async () => {
    const { s } = await service();
    await put(s, [formula('1', 'stride_time_s')], 400);
    await put(s, [formula('1', 'Own')], 400);
    await put(s, [formula('1', '__proto__')], 400);
    await put(s, [formula('1'), formula('2')], 400);
    await put(
      s,
      Array.from({ length: 21 }, (_, i) => formula('1', `own_${i}`)),
      400,
    );
    await put(s, [{ ...formula('1'), more: 1 }], 400);
  });
});
