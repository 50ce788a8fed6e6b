import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import * as contract from '../../src/api/contract.ts';
import { wearerToldOf } from '../../src/domain/wearer-told.ts';
import type { StrideRecord } from '../../src/domain/records.ts';
import { openRecording } from '../../src/recording/open-recording.ts';
import { openWalkStore } from '../../src/store/open-store.ts';
import { WalkSession } from '../../src/walk/walk-session.ts';
import { BEARER, type Service } from './service.ts';
import { inOrder } from './synthetic-walk.ts';
import { ask, walkingService } from './walking.ts';

const post = (service: Service, url: string, status = 200) =>
  ask<contract.Walk>(service, 'POST', url, { status, ...(status === 200 ? { schema: contract.Walk } : {}) });
const pausesOf = async (service: Service, id: string) =>
  (await ask<contract.PauseList>(service, 'GET', `/walks/${id}/pauses`, { schema: contract.PauseList })).items;
const stridesOf = async (service: Service, id: string) =>
  (await ask<{ items: StrideRecord[] }>(service, 'GET', `/walks/${id}/strides?limit=1000`)).items;

function freshFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'gaitkeeper-pause-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A walk of 60 s, paused from 20 to 40 s while its sensors go on. */
async function pausedWalk(): Promise<{ service: Service; id: string; finished: contract.Walk }> {
  const { service, walkUntil } = await walkingService(60);
  const { id } = await ask<contract.Walk>(service, 'POST', '/walks', { body: {}, status: 201 });
  walkUntil(20);
  await post(service, `/walks/${id}/pause`);
  walkUntil(40);
  await post(service, `/walks/${id}/resume`);
  walkUntil(60);
  return { service, id, finished: await post(service, `/walks/${id}/stop`) };
}

test('a walk is paused and gone on with; saying either twice is once, and every view of the walk tells it', async () => {
  const { service, walkUntil } = await walkingService(40);
  const { id } = await ask<contract.Walk>(service, 'POST', '/walks', { body: {}, status: 201 });
  expect(await pausesOf(service, id)).toEqual([]);
  walkUntil(15);
  const paused = await post(service, `/walks/${id}/pause`);
  expect(paused.state).toBe('recording');
  expect(paused.paused_since_s).toBeCloseTo(15, 3);
  walkUntil(25);
  expect((await post(service, `/walks/${id}/pause`)).paused_since_s).toBe(paused.paused_since_s);
  expect(service.context.host.frame()).toMatchObject({ paused_since_s: paused.paused_since_s });
  expect(service.context.host.frame().paused_steps).toBeGreaterThan(5);
  const current = await ask<contract.CurrentWalk>(service, 'GET', '/walks/current', { schema: contract.CurrentWalk });
  expect(current.walk?.paused_since_s).toBe(paused.paused_since_s);
  const [listed] = (await ask<contract.Page<contract.Walk>>(service, 'GET', '/walks')).items;
  expect(listed?.paused_since_s).toBe(paused.paused_since_s);
  expect((await post(service, `/walks/${id}/resume`)).paused_since_s).toBeNull();
  walkUntil(30);
  expect((await post(service, `/walks/${id}/resume`)).paused_since_s).toBeNull();
  const [pause, ...further] = await pausesOf(service, id);
  expect(further).toEqual([]);
  expect([pause!.from_s, pause!.to_s!].map((s) => Math.round(s * 10) / 10)).toEqual([15, 25]);
  walkUntil(40);
  const finished = await post(service, `/walks/${id}/stop`);
  expect(finished.summary!.pauses).toEqual([{ ...pause, is_break: false }]);
  await post(service, `/walks/${id}/pause`, 409);
  await post(service, `/walks/${id}/resume`, 409);
  await post(service, '/walks/01ARZ3NDEKTSV4RRFFQ69G5FAV/pause', 404);
});

test('nothing of a pause is in strides, steps and counts, and the walk analysed anew says the same', async () => {
  const { service, id, finished } = await pausedWalk();
  const [pause] = await pausesOf(service, id);
  const strides = await stridesOf(service, id);
  const inPause = ({ ic_s: s }: { ic_s: number }) => s >= pause!.from_s && s < pause!.to_s!;
  expect(strides.filter(inPause)).toEqual([]);
  expect(strides.some((s) => s.ic_s > pause!.to_s!)).toBe(true);
  const steps = await ask<{ items: { ic_s: number }[] }>(service, 'GET', `/walks/${id}/steps?limit=1000`);
  expect(steps.items.filter(inPause)).toEqual([]);
  expect(finished.summary).toMatchObject({ strides: strides.length, steps: steps.items.length });
  // The same sites "corrected" start a new analysis from the packets.
  const sites = finished.sensors.map(({ slot, site }) => ({ slot, site }));
  const again = await ask<contract.Walk>(service, 'PATCH', `/walks/${id}`, { body: { sites } });
  expect(again.generation).toBeGreaterThan(finished.generation);
  expect(again.summary).toEqual(finished.summary);
  expect(inOrder(await stridesOf(service, id))).toEqual(inOrder(strides));
});

test('a downloaded recording carries pauses and changes: its import and its analysis give the strides of the live walk', async () => {
  const { service, id } = await pausedWalk();
  const truth = inOrder(await stridesOf(service, id));
  const mcap = await service.app.inject({ url: `/api/v1/walks/${id}/recording.mcap`, headers: BEARER });
  const answer = await service.app.inject({
    method: 'POST',
    url: '/api/v1/walks/import',
    headers: { ...BEARER, 'content-type': 'application/vnd.mcap' },
    payload: mcap.rawPayload,
  });
  let job = answer.json<contract.ImportJob>();
  while (job.state === 'analysing') {
    await new Promise(setImmediate);
    job = await ask<contract.ImportJob>(service, 'GET', `/imports/${job.id}`);
  }
  expect(job).toMatchObject({ state: 'done' });
  expect(await pausesOf(service, job.walk_id!)).toEqual(await pausesOf(service, id));
  expect(inOrder(await stridesOf(service, job.walk_id!))).toEqual(truth);

  const file = path.join(freshFolder(), 'walk.mcap');
  writeFileSync(file, mcap.rawPayload);
  const recording = await openRecording(file);
  const session = new WalkSession({ slots: recording.slots });
  session.told(wearerToldOf(recording.meta));
  const records = [];
  for await (const notification of recording.notifications) records.push(...session.push(notification));
  records.push(...session.finish());
  const strides = records.filter((r): r is StrideRecord => r.type === 'stride');
  expect(inOrder(JSON.parse(JSON.stringify(strides)) as StrideRecord[])).toEqual(truth);
});

test('a pause survives the end of the service: the walk comes back paused in its log, and resuming goes on with it', async () => {
  const folder = freshFolder();
  const first = await walkingService(40, folder);
  const { id } = await ask<contract.Walk>(first.service, 'POST', '/walks', { body: {}, status: 201 });
  first.walkUntil(20);
  await post(first.service, `/walks/${id}/pause`);
  first.walkUntil(25);
  await first.service.close();
  const second = await walkingService(40, folder);
  // What the sensors sent while there was no service.
  second.walkUntil(26);
  expect(await pausesOf(second.service, id)).toMatchObject([{ to_s: null }]);
  await post(second.service, `/walks/${id}/resume`);
  second.walkUntil(40);
  const stopped = await post(second.service, `/walks/${id}/stop`);
  const [pause] = await pausesOf(second.service, id);
  expect(pause!.from_s).toBeCloseTo(20, 1);
  expect(pause!.to_s).toBeGreaterThanOrEqual(24);
  const strides = await stridesOf(second.service, id);
  expect(strides.filter((s) => s.ic_s >= pause!.from_s && s.ic_s < pause!.to_s!)).toEqual([]);
  expect(strides.some((s) => s.ic_s >= pause!.to_s!)).toBe(true);
  expect(stopped.summary!.strides).toBe(strides.length);
  await second.service.close();

  // A cut-off walk that is closed instead: the pause lasts to its end.
  const third = await walkingService(40, folder);
  const { id: other } = await ask<contract.Walk>(third.service, 'POST', '/walks', { body: {}, status: 201 });
  third.walkUntil(20);
  await post(third.service, `/walks/${other}/pause`);
  third.walkUntil(30);
  await third.service.close();
  const fourth = await walkingService(1, folder);
  const closed = await post(fourth.service, `/walks/${other}/close`);
  expect(closed.summary!.pauses).toMatchObject([{ is_break: false }]);
  expect((await stridesOf(fourth.service, other)).every((s) => s.ic_s < 20.1)).toBe(true);
});

test('an export takes pauses along to another machine', async () => {
  const { service, id } = await pausedWalk();
  const lines: string[] = [];
  for await (const line of service.context.store.exportAll()) lines.push(line);
  const other = openWalkStore(freshFolder(), { reserveBytes: 0 });

  await other.importAll(
    (async function* () {
      yield* lines;
    })(),
  );
  expect(other.walks.pauses(id)).toEqual(service.context.store.walks.pauses(id));
  other.close();
});
