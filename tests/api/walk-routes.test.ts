import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import * as contract from '../../src/api/contract.ts';
import type { StrideRecord } from '../../src/domain/records.ts';
import { BEARER } from './service.ts';
import { inOrder } from './synthetic-walk.ts';
import { ask, storedTruth, swappedSites, walkingService } from './walking.ts';

interface StridePage {
  items: StrideRecord[];
  next_cursor: string | null;
}

test('a walk from pairing to summary: started, marked, changed, stopped, listed, corrected, erased', async () => {
  const { service, walkUntil } = await walkingService(40);
  const sensors = await ask<contract.SensorList>(service, 'GET', '/sensors', { schema: contract.SensorList });
  expect(sensors.sensors).toHaveLength(3);
  const walk = await ask<contract.Walk>(service, 'POST', '/walks', {
    body: { tags: { shoes: 'old', luggage_kg: 4 } },
    status: 201,
    schema: contract.Walk,
  });
  expect(walk).toMatchObject({ state: 'recording', source: 'virtual', tags: { shoes: 'old', luggage_kg: 4 } });
  await ask(service, 'POST', '/walks', { body: {}, status: 409 });
  await ask(service, 'POST', '/sensors/s-pelvis/pair', { body: { site: 'pelvis' }, status: 409 });
  walkUntil(20);
  const mark = await ask<contract.Mark>(service, 'POST', `/walks/${walk.id}/marks`, {
    body: {},
    status: 201,
    schema: contract.Mark,
  });
  expect(mark).toMatchObject({ place: '', strength: null });
  expect(mark.at_s).toBeCloseTo(20, 1);
  const said = { place: 'back_left', strength: 6 };
  await ask(service, 'PATCH', `/walks/${walk.id}/marks/${mark.id}`, { body: said, schema: contract.Mark });
  const undone = await ask<contract.Mark>(service, 'POST', `/walks/${walk.id}/marks`, {
    body: { strength: 2 },
    status: 201,
  });
  await ask(service, 'DELETE', `/walks/${walk.id}/marks/${undone.id}`, { status: 204 });
  await ask(service, 'POST', `/walks/${walk.id}/tag-changes`, {
    body: { tags: { luggage_kg: 0 } },
    status: 201,
    schema: contract.TagChange,
  });
  const soFar = await ask<contract.Summary>(service, 'GET', `/walks/${walk.id}/summary`, { schema: contract.Summary });
  expect(soFar.final).toBe(false);
  expect(soFar.walk.steps).toBeGreaterThan(5);
  walkUntil(40);
  const stopped = await ask<contract.Walk>(service, 'POST', `/walks/${walk.id}/stop`, { schema: contract.Walk });
  expect(stopped.state).toBe('finished');
  expect(stopped.summary!.strides).toBeGreaterThan(soFar.walk.strides);
  await ask(service, 'POST', `/walks/${walk.id}/stop`, { status: 409 });
  expect(await ask<contract.CurrentWalk>(service, 'GET', '/walks/current', { schema: contract.CurrentWalk })).toEqual({
    walk: null,
  });

  expect(await ask(service, 'GET', `/walks/${walk.id}/marks`, { schema: contract.MarkList })).toMatchObject({
    items: [{ id: mark.id, ...said }],
  });
  expect(await ask(service, 'GET', '/marks', { schema: contract.MarkPage })).toMatchObject({
    items: [{ id: mark.id }],
  });
  expect(await ask(service, 'GET', `/walks/${walk.id}/tag-changes`, { schema: contract.TagChangeList })).toMatchObject({
    items: [{ tags: { luggage_kg: 0 } }],
  });
  const steps = await ask<{ items: unknown[] }>(service, 'GET', `/walks/${walk.id}/steps?limit=1000`, {
    schema: contract.StepPage,
  });
  expect(steps.items).toHaveLength(stopped.summary!.steps);
  const side = await ask<StridePage>(service, 'GET', `/walks/${walk.id}/strides?side=left&from_s=10&to_s=30`, {
    schema: contract.StridePage,
  });
  expect(side.items.length).toBeGreaterThan(5);
  for (const stride of side.items) expect(stride.side === 'left' && stride.ic_s >= 10 && stride.ic_s < 30).toBe(true);
  await ask(service, 'GET', `/walks/${walk.id}/events?limit=5`, { schema: contract.EventPage });
  await ask(service, 'GET', `/walks/${walk.id}/findings`, { schema: contract.FindingPage });
  await ask(service, 'GET', `/walks/${walk.id}/curves?kind=eversion_over_stance`, { schema: contract.CurvePage });
  const curves = await ask<contract.CurveSummary>(service, 'GET', `/walks/${walk.id}/curves/summary`, {
    schema: contract.CurveSummary,
  });
  for (const item of curves.items)
    for (let i = 0; i < 51; i++) {
      expect(item.p10_deg[i]!).toBeLessThanOrEqual(item.median_deg[i]!);
      expect(item.median_deg[i]!).toBeLessThanOrEqual(item.p90_deg[i]!);
    }
  const timeline = await ask<contract.Timeline>(
    service,
    'GET',
    `/walks/${walk.id}/timeline?bin_s=10&fields=stride_time_s,eversion_excursion_deg`,
    { schema: contract.Timeline },
  );
  expect(Object.keys(timeline.fields)).toEqual(['stride_time_s', 'eversion_excursion_deg']);
  expect(timeline.strides.left.reduce((a, b) => a + b, 0)).toBe(stopped.summary!.left.strides);
  const metrics = await ask<{ items: contract.MetricInfo[] }>(service, 'GET', '/metrics', {
    schema: contract.MetricList,
  });
  expect(metrics.items.map((metric) => metric.id)).toContain('eversion_excursion_deg');

  const list = await ask<contract.Page<contract.Walk>>(service, 'GET', '/walks?limit=1', { schema: contract.WalkPage });
  expect(list.items.map((item) => item.id)).toEqual([walk.id]);
  expect(
    await ask(service, 'PATCH', `/walks/${walk.id}`, { body: { title: 'Harbour', tags: { shoes: null } } }),
  ).toMatchObject({ title: 'Harbour', tags: { luggage_kg: 4 } });
  const swapped = swappedSites(walk);
  const mended = await ask<contract.Walk>(service, 'PATCH', `/walks/${walk.id}`, { body: { sites: swapped } });
  expect(mended.generation).toBeGreaterThan(stopped.generation);
  expect(mended.sensors.map(({ slot, site }) => ({ slot, site }))).toEqual(swapped);
  await ask(service, 'DELETE', `/walks/${walk.id}`, { status: 204 });
  await ask(service, 'GET', `/walks/${walk.id}`, { status: 404 });
});

test('live, by pages and as a downloaded recording, a walk gives the strides that its packets give', async () => {
  const { service, slots, walkUntil } = await walkingService(30);
  const { id } = await ask<contract.Walk>(service, 'POST', '/walks', { body: {}, status: 201 });
  walkUntil(30);
  await ask(service, 'POST', `/walks/${id}/stop`);
  const truth = await storedTruth(service, id);
  expect(truth.length).toBeGreaterThan(15);
  const items: StrideRecord[] = [];
  let query = 'limit=4';
  for (;;) {
    const page = await ask<StridePage>(service, 'GET', `/walks/${id}/strides?${query}`);
    expect(page.items.length).toBeLessThanOrEqual(4);
    items.push(...page.items);
    if (page.next_cursor === null) break;
    query = `limit=4&cursor=${encodeURIComponent(page.next_cursor)}`;
  }
  expect(inOrder(items)).toEqual(truth);

  const csv = await service.app.inject({ url: `/api/v1/walks/${id}/strides.csv`, headers: BEARER });
  expect(csv.headers['content-type']).toContain('text/csv');
  expect(csv.body.trim().split(/\r?\n/)).toHaveLength(truth.length + 1);
  const stepsCsv = await service.app.inject({ url: `/api/v1/walks/${id}/steps.csv`, headers: BEARER });
  expect(stepsCsv.body.split('\r\n')[0]).toBe('side,ic_s,step_time_s,known_at_s');

  const mcap = await service.app.inject({ url: `/api/v1/walks/${id}/recording.mcap`, headers: BEARER });
  expect(mcap.headers['content-type']).toContain('application/vnd.mcap');
  const job = await service.app.inject({
    method: 'POST',
    url: '/api/v1/walks/import?title=again',
    headers: { ...BEARER, 'content-type': 'application/vnd.mcap' },
    payload: mcap.rawPayload,
  });
  expect(job.statusCode).toBe(202);
  const done = await finished(service, job.json<contract.ImportJob>().id);
  expect(done).toMatchObject({ state: 'done', share: 1, problem: null });
  const again = await ask<StridePage>(service, 'GET', `/walks/${done.walk_id!}/strides?limit=1000`);
  expect(inOrder(again.items)).toEqual(truth);
  expect(await ask(service, 'GET', `/walks/${done.walk_id!}`, { schema: contract.Walk })).toMatchObject({
    title: 'again',
    source: 'import',
    state: 'finished',
  });
  expect(readdirSync(path.join(service.folder, 'uploads'))).toEqual([]);
  const rows = await service.app.inject({ url: `/api/v1/walks/${id}/walk.csv`, headers: BEARER });
  expect(rows.body.split('\n')[0]).toMatch(/^time_s,sensor,acc_x_mps2/);
  expect(slots.every(({ site }) => rows.body.includes(`,${site},`))).toBe(true);
});

async function finished(
  service: Awaited<ReturnType<typeof walkingService>>['service'],
  jobId: string,
): Promise<contract.ImportJob> {
  for (;;) {
    const job = await ask<contract.ImportJob>(service, 'GET', `/imports/${jobId}`, { schema: contract.ImportJob });
    if (job.state !== 'analysing') return job;
    await new Promise(setImmediate);
  }
}

test('what is no recording is told as such and leaves nothing behind', async () => {
  const { service } = await walkingService(1);
  for (const [type, payload] of [
    ['text/csv', 'hello,world\n1,2\n'],
    ['application/vnd.mcap', Buffer.from('not an mcap file')],
    ['application/octet-stream', Buffer.from([0, 1, 2, 3])],
  ] as const) {
    const answer = await service.app.inject({
      method: 'POST',
      url: '/api/v1/walks/import',
      headers: { ...BEARER, 'content-type': type },
      payload,
    });
    expect(answer.statusCode).toBe(202);
    const job = await finished(service, answer.json<contract.ImportJob>().id);
    expect(job.state).toBe('failed');
    expect(job.problem).toMatch(/expected|recording|sensor/i);
    expect(job.problem).not.toContain(service.folder);
  }
  expect(readdirSync(path.join(service.folder, 'uploads'))).toEqual([]);
});

test('R1 a walk that was cut off is there afterwards: closed from its packets, or gone on with as one walk', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'gaitkeeper-cut-'));
  try {
    const first = await walkingService(40, folder);
    const { id } = await ask<contract.Walk>(first.service, 'POST', '/walks', { body: {}, status: 201 });
    first.walkUntil(25);
    // The service ends without a word to the walk.
    await first.service.close();
    const second = await walkingService(40, folder);
    const [walk] = (await ask<contract.Page<contract.Walk>>(second.service, 'GET', '/walks?state=interrupted')).items;
    expect(walk).toMatchObject({ id, state: 'interrupted', summary: null });
    expect(walk!.duration_s).toBeGreaterThan(24);
    await ask(second.service, 'POST', `/walks/${id}/resume`, { schema: contract.Walk });
    second.walkUntil(15);
    const stopped = await ask<contract.Walk>(second.service, 'POST', `/walks/${id}/stop`);
    expect(stopped.summary!.strides).toBeGreaterThan(30);
    const { items } = await ask<StridePage>(second.service, 'GET', `/walks/${id}/strides?limit=1000`);
    expect(new Set(items.map((stride) => `${stride.side} ${stride.ic_s}`)).size).toBe(items.length);
    expect(items).toHaveLength(stopped.summary!.strides);
    await second.service.close();

    const third = await walkingService(40, folder);
    const { id: other } = await ask<contract.Walk>(third.service, 'POST', '/walks', { body: {}, status: 201 });
    third.walkUntil(25);
    await third.service.close();
    const fourth = await walkingService(1, folder);
    const closed = await ask<contract.Walk>(fourth.service, 'POST', `/walks/${other}/close`, { schema: contract.Walk });
    expect(closed.state).toBe('finished');
    const truth = await storedTruth(fourth.service, other);
    const { items: strides } = await ask<StridePage>(fourth.service, 'GET', `/walks/${other}/strides?limit=1000`);
    expect(strides).toHaveLength(truth.length);
    await ask(fourth.service, 'POST', `/walks/${other}/close`, { status: 409 });
    await ask(fourth.service, 'POST', `/walks/${other}/resume`, { status: 409 });
    await fourth.service.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
