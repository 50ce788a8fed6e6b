import { createHash } from 'node:crypto';
import { describe, expect, test, vi } from 'vitest';
import * as contract from '../../src/api/contract.ts';
import { SAFETY_QUESTIONS } from '../../src/guidance/safety-check.ts';
import { startService, HandClock, type Service } from './service.ts';
import { storeWalk } from './stored-walks.ts';
import { ask } from './walking.ts';

// Time passes on the wall clock alone here: nothing is recorded meanwhile.
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
type Answer = 'yes' | 'no' | 'unsure';

/** Nine answers: no, but for those given. */
const answers = (but: Record<string, Answer> = {}) => ({
  answers: { ...Object.fromEntries(SAFETY_QUESTIONS.map((q) => [q.id, 'no'])), ...but },
});
const answer = (service: Service, but: Record<string, Answer> = {}) =>
  ask(service, 'PUT', '/settings/safety', { body: answers(but), schema: contract.Settings });
const safety = (service: Service, lang = 'en') =>
  ask<contract.SafetyCheck>(service, 'GET', `/guidance/safety?lang=${lang}`, { schema: contract.SafetyCheck });
const plan = (service: Service, lang = 'en') =>
  ask<contract.Plan>(service, 'GET', `/plan?lang=${lang}`, { schema: contract.Plan });

async function service(): Promise<{ service: Service; clock: HandClock }> {
  const clock = new HandClock();
  return { service: await startService({ clock }), clock };
}

describe('the safety check', () => {
  test('nine questions in both languages; due at first use, open after nine noes, due again after thirty days', async () => {
    const { service: s, clock } = await service();
    const first = await safety(s);
    expect(first.state).toBe('due');
    expect(first.questions.map((q) => q.id)).toEqual(SAFETY_QUESTIONS.map((q) => q.id));
    expect((await safety(s, 'ja')).questions[0]!.text).toMatch(/[ぁ-ん]/);
    await ask(s, 'GET', '/guidance/safety?lang=xx', { status: 400 });
    await answer(s);
    expect(await safety(s)).toMatchObject({ state: 'open', yes: [], advice: null, due_because: null });
    clock.wall += 31 * DAY;
    expect((await safety(s)).due_because).toMatch(/30 days/);
  });

  test.each(['yes', 'unsure'] as const)('"%s" to any question closes the plan with plain words', async (word) => {
    const { service: s } = await service();
    for (const { id, level } of SAFETY_QUESTIONS) {
      await answer(s, { [id]: word });
      expect(await safety(s)).toMatchObject({ state: level, yes: [id], due_because: null });
      expect((await safety(s)).advice).toMatch(/doctor|emergency/);
      expect(await plan(s)).toMatchObject({ open: false, exercises: [], try_first: null });
    }
    await answer(s);
    expect((await plan(s)).open).toBe(true);
  });

  test('a question without an answer is no no; an answer of the future does not hold longer', async () => {
    const { service: s, clock } = await service();
    const { cramp_eases_standing: _, ...eight } = answers().answers as Record<string, Answer>;
    await ask(s, 'PUT', '/settings/safety', { body: { answers: eight } });
    expect(await safety(s)).toMatchObject({ state: 'due' });
    await ask(s, 'PUT', '/settings/safety', { body: { ...answers(), answered_at: '2099-01-01T00:00:00Z' } });
    expect((await safety(s)).state).toBe('open');
    clock.wall += 31 * DAY;
    expect((await safety(s)).state).toBe('due');
    await ask(s, 'PUT', '/settings/safety', { body: { answers: { x: 'perhaps' } }, status: 400 });
  });

  test('pain of 7 or more, marked in a walk, asks again', async () => {
    const { service: s, clock } = await service();
    await answer(s);
    clock.wall += HOUR;
    const startedAtMs = clock.wall;
    storeWalk(s.context.store, { startedAtMs, minutes: 2, marks: [{ minute: 1, place: 'back_left', strength: 8 }] });
    expect((await safety(s)).due_because).toMatch(/7 or more/);
    expect((await plan(s)).open).toBe(false);
  });

  test('pain of 7 or more is not lost among thousands of marks', async () => {
    const { service: s, clock } = await service();
    await answer(s);
    clock.wall += HOUR;
    const marks = Array.from({ length: 2500 }, (_, i) => ({ minute: 1, place: '', strength: i === 0 ? 9 : null }));
    storeWalk(s.context.store, { startedAtMs: clock.wall, minutes: 2, marks });
    expect((await safety(s)).due_because).toMatch(/7 or more/);
  });
});

describe('the plan', () => {
  test('five exercises, easiest first to try; one that fits the last walks goes before', async () => {
    const { service: s, clock } = await service();
    await answer(s);
    const before = await plan(s);
    expect(before.exercises).toHaveLength(5);
    expect(before.try_first).toBe('si_release');
    expect(before.exercises.every((e) => !e.fits && e.steps.length > 2 && e.evidence !== '')).toBe(true);
    storeWalk(s.context.store, { startedAtMs: clock.wall, minutes: 120, drift: 1.5 });
    const after = await plan(s);
    expect(after.try_first).toBe('insole');
    expect(after.exercises.filter((e) => e.fits).map((e) => e.id)).toEqual(['insole']);
    expect(after.exercises.find((e) => e.id === 'insole')!.goes_with[0]!.cant_say).toMatch(/ankle/);
    // Asked again: the walk is remembered, the answer stays the same.
    expect(await plan(s)).toEqual(after);
    expect((await plan(s, 'ja')).exercises[0]!.name).toMatch(/[ぁ-ん]/);
  });

  test('a walk whose report was made is not read again for the plan, not even by a service started anew', async () => {
    const { service: s, clock } = await service();
    await answer(s);
    const walkId = storeWalk(s.context.store, { startedAtMs: clock.wall, minutes: 100, drift: 2.5 });
    clock.wall += 2 * HOUR;
    await ask(s, 'GET', `/walks/${walkId}/report`);
    const reads = vi.spyOn(s.context.store.entries, 'page');
    expect((await plan(s)).try_first).toBe('insole');
    expect(reads).not.toHaveBeenCalled();
    reads.mockRestore();
    await s.close();
    const again = await startService({ clock, folder: s.folder });
    const readsAgain = vi.spyOn(again.context.store.entries, 'page');
    expect((await plan(again)).try_first).toBe('insole');
    expect(readsAgain).not.toHaveBeenCalled();
  }, 60_000);

  test('ticks are kept by day, taken back, and refused while closed or for days to come', async () => {
    const { service: s } = await service();
    const tick = (body: unknown, status = 204) => ask(s, 'PUT', '/plan/ticks', { body, status });
    const today = '2026-11-24';
    await tick({ exercise: 'insole', day: today, done: true }, 403);
    await answer(s);
    for (const day of ['2026-11-22', today, today]) await tick({ exercise: 'gluteal_ball', day, done: true });
    await tick({ exercise: 'gluteal_ball', day: '2026-11-22', done: false });
    const ticks = Object.fromEntries((await plan(s)).exercises.map((e) => [e.id, e.ticks]));
    expect(ticks['gluteal_ball']).toEqual([today]);
    expect(ticks['insole']).toEqual([]);
    await tick({ exercise: 'gluteal_ball', day: '2026-02-30', done: true }, 400);
    await tick({ exercise: 'gluteal_ball', day: '2027-01-01', done: true }, 400);
    await tick({ exercise: 'gluteal_ball', day: 'today', done: true }, 400);
    await tick({ exercise: 'magic', day: today, done: true }, 400);
  });
});

describe('trials', () => {
  const begin = (s: Service, exercise = 'gluteal_ball', usual_pain = 5) =>
    ask<contract.TrialInfo>(s, 'POST', '/trials', {
      body: { exercise, usual_pain },
      status: 201,
      schema: contract.TrialInfo,
    });

  /** Walks the next walk of the trial, a day after the one before. */
  async function next(
    s: Service,
    clock: HandClock,
    trial: contract.TrialInfo,
    pain: (arm: 'A' | 'B') => number,
    more: { minutes?: number; hours?: number; spoiled?: boolean; status?: number } = {},
  ): Promise<contract.TrialInfo> {
    clock.wall += (more.hours ?? 30) * HOUR;
    const minutes = more.minutes ?? 61;
    const startedAtMs = clock.wall;
    // A few strides are enough: a trial looks at pain, not at gait.
    const walkId = storeWalk(s.context.store, { startedAtMs, minutes, stridesForS: 10 });
    clock.wall += minutes * 60_000;
    const arm = trial.next!;
    return ask(s, 'POST', `/trials/${trial.id}/walks`, {
      body: { walk_id: walkId, arm, pain: pain(arm), ...(more.spoiled === true ? { spoiled: true } : {}) },
      ...(more.status === undefined ? { schema: contract.TrialInfo } : { status: more.status }),
    });
  }

  test('from start to verdict: sealed, one walk ahead, closed until over, then the order that was sealed', async () => {
    const { service: s, clock } = await service();
    await ask(s, 'POST', '/trials', { body: { exercise: 'insole', usual_pain: 5 }, status: 403 });
    await answer(s);
    let trial = await begin(s);
    expect(trial).toMatchObject({ state: 'running', verdict: 'too_early', effect: null, order: null, kind: 'pairs' });
    expect(trial.note).toMatch(/knowing what you used/);
    const { seal } = trial;
    await ask(s, 'POST', '/trials', { body: { exercise: 'insole', usual_pain: 5 }, status: 409 });
    const arms: string[] = [];
    while (trial.state === 'running') {
      expect(trial).toMatchObject({ effect: null, order: null, verdict: 'too_early', seal });
      arms.push(trial.next!);
      // Relief that is there, but not the same each time.
      trial = await next(s, clock, trial, (arm) => (arm === 'A' ? 5 : arms.length % 3 === 0 ? 3 : 2));
      if (clock.wall > Date.parse('2026-12-20T00:00:00Z')) await answer(s);
    }
    expect(trial).toMatchObject({ state: 'over', verdict: 'helps', complete_blocks: 6, next: null });
    expect(trial.effect!.high!).toBeLessThan(-1);
    expect(createHash('sha256').update(trial.order!).digest('hex')).toBe(seal);
    expect(trial.order!.split(' ').slice(2, 8).join('')).toBe(arms.join(''));
    await ask(s, 'POST', `/trials/${trial.id}/walks`, {
      body: { walk_id: trial.walks[0]!.walk_id, arm: 'A', pain: 1 },
      status: 409,
    });
    const { items } = await ask<{ items: contract.TrialInfo[] }>(s, 'GET', '/trials?lang=ja', {
      schema: contract.TrialList,
    });
    expect(items).toHaveLength(1);
    expect(items[0]!.verdict_text).toBe('役に立っています');
    // What was tried to its end is not the first to try again.
    expect((await plan(s)).try_first).toBe('si_release');
  }, 60_000);

  test('walks that cannot be compared are refused, or put their pair back', async () => {
    const { service: s, clock } = await service();
    const old = storeWalk(s.context.store, { startedAtMs: clock.wall - HOUR, minutes: 61, stridesForS: 10 });
    await answer(s);
    let trial = await begin(s);
    const walks = (walk_id: string, more: object = {}) => ({ body: { walk_id, arm: trial.next!, pain: 3, ...more } });
    await ask(s, 'POST', `/trials/${trial.id}/walks`, { ...walks(old, { spoiled: true }), status: 409 });
    await ask(s, 'POST', `/trials/${trial.id}/walks`, { ...walks('nowhere'), status: 404 });
    await ask(s, 'POST', '/trials/none/walks', { ...walks(old), status: 404 });
    await next(s, clock, trial, () => 3, { minutes: 59, status: 409 });
    await next(s, clock, trial, () => 11, { status: 400 });
    const first = trial.next!;
    trial = await next(s, clock, trial, () => 3);
    expect(trial.next).not.toBe(first);
    const other = { ...trial, next: first };
    await next(s, clock, other, () => 3, { status: 409 });
    await next(s, clock, trial, () => 3, { hours: 100, status: 409 });
    // Said to be not comparable: the block begins anew, in the same order.
    trial = await next(s, clock, trial, () => 3, { spoiled: true });
    expect(trial).toMatchObject({ complete_blocks: 0, next: first });
    const running = storeWalk(s.context.store, {
      startedAtMs: clock.wall + 1,
      minutes: 61,
      stridesForS: 10,
      unfinished: true,
    });
    await ask(s, 'POST', `/trials/${trial.id}/walks`, { ...walks(running), status: 409 });
    const profile = await ask<contract.Profile>(s, 'POST', '/profiles', { body: { name: 'Other' }, status: 201 });
    const theirs = storeWalk(s.context.store, {
      startedAtMs: clock.wall + 1,
      minutes: 61,
      stridesForS: 10,
      profileId: profile.id,
    });
    await ask(s, 'POST', `/trials/${trial.id}/walks`, { ...walks(theirs), status: 404 });
  }, 60_000);

  test('pairs are alike as tagged; mornings and first pain stand beside the pain', async () => {
    const { service: s, clock } = await service();
    await answer(s);
    let trial = await begin(s);
    const add = (tags: object, status = 200) => {
      clock.wall += 30 * HOUR;
      const marks = [{ minute: 20, place: 'hip', strength: 3 }];
      const startedAtMs = clock.wall;
      const walkId = storeWalk(s.context.store, { startedAtMs, minutes: 61, stridesForS: 10, tags, marks });
      clock.wall += HOUR + 60_000;
      return ask<contract.TrialInfo>(s, 'POST', `/trials/${trial.id}/walks`, {
        body: { walk_id: walkId, arm: trial.next!, pain: 3 },
        status,
      });
    };
    trial = await add({ shoes: 'Boots', ground: 'gravel' });
    expect(trial.walks[0]).toMatchObject({ first_pain_min: 20, morning_pain: null, unchecked: null });
    expect(await add({ shoes: 'Sandals', ground: 'gravel' }, 409)).toMatchObject({
      type: 'urn:gaitkeeper:problem:other_shoes',
    });
    trial = await add({ shoes: 'boots ' });
    expect(trial).toMatchObject({ complete_blocks: 1 });
    expect(trial.walks[1]!.unchecked).toContain('route, ground');
    expect(trial.secondary).toEqual([]);
    const morning = (walk: string, pain: number, status = 200) =>
      ask<contract.TrialInfo>(s, 'PUT', `/trials/${trial.id}/walks/${walk}/morning`, { body: { pain }, status });
    expect((await morning(trial.walks[0]!.walk_id, 2)).walks[0]!.morning_pain).toBe(2);
    await morning('nowhere', 2, 404);
    await morning(trial.walks[0]!.walk_id, 11, 400);
  });

  test('strong pain stops it, without a verdict, and asks the safety questions again', async () => {
    const { service: s, clock } = await service();
    await answer(s);
    const trial = await next(s, clock, await begin(s), () => 7);
    expect(trial).toMatchObject({ state: 'safety_stop', stop_reason: 'strong_pain', verdict: 'too_early', next: null });
    expect(trial.stop_text).toMatch(/7 or more/);
    expect((await safety(s)).state).toBe('due');
    await ask(s, 'POST', '/trials', { body: { exercise: 'insole', usual_pain: 5 }, status: 403 });
  });

  test.each(['yes', 'unsure'] as const)('a safety answer "%s" stops it for good', async (word) => {
    const { service: s } = await service();
    await answer(s);
    await begin(s);
    await answer(s, { weakness_growing: word });
    await answer(s);
    const { items } = await ask<{ items: contract.TrialInfo[] }>(s, 'GET', '/trials');
    expect(items[0]).toMatchObject({ state: 'safety_stop', stop_reason: 'red_flag', verdict: 'too_early', next: null });
    expect((await begin(s, 'insole')).state).toBe('running');
  });

  test('while the questions are due nothing is said of the next walk; ended early there is no verdict', async () => {
    const { service: s, clock } = await service();
    await answer(s);
    const { id } = await begin(s, 'band_deadlift');
    clock.wall += 31 * DAY;
    const { items } = await ask<{ items: contract.TrialInfo[] }>(s, 'GET', '/trials');
    expect(items[0]).toMatchObject({ state: 'running', next: null, kind: 'before_after' });
    expect(items[0]!.note).toMatch(/time/);
    const ended = await ask<contract.TrialInfo>(s, 'POST', `/trials/${id}/end`, { schema: contract.TrialInfo });
    expect(ended).toMatchObject({ state: 'over', verdict: 'too_early', effect: null });
    expect(await ask(s, 'POST', `/trials/${id}/end`)).toEqual(ended);
    await ask(s, 'POST', '/trials', { body: { exercise: 'insole', usual_pain: 12 }, status: 400 });
  });
});
