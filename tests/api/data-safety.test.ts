import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import type { ImportReceipt, Walk } from '../../src/api/contract.ts';
import { RESUME_WITHIN_S } from '../../src/api/recorder/ingest-session.ts';
import { WebSocketLine } from '../../src/cli/service/web-socket-line.ts';
import { StoreError } from '../../src/store/store-error.ts';
import { BEARER, HandClock, listen, startService, type Service } from './service.ts';
import { ask, walkingService } from './walking.ts';
import { onlyStrides, analysed, syntheticWalk } from './synthetic-walk.ts';

const full = (): never => {
  throw new StoreError('full', 'The disk is full.');
};
const strides = (service: Service, id: string) =>
  ask<{ items: { side: string; ic_s: number }[] }>(service, 'GET', `/walks/${id}/strides?limit=1000`);

test('an export comes as lines, and another service takes it in: the same walk', async () => {
  const { service, walkUntil } = await walkingService(12);
  const walk = await ask<Walk>(service, 'POST', '/walks', { body: { title: 'To the "harbour"\n& back' }, status: 201 });
  walkUntil(12);
  await ask(service, 'POST', `/walks/${walk.id}/stop`);
  const sent = await service.app.inject({ url: '/api/v1/export', headers: BEARER });
  const lines = sent.body.split('\n');
  expect(lines.pop()).toBe('');
  const types = lines.map((line) => (JSON.parse(line) as { type: string }).type);
  expect([types[0], types.at(-1)]).toEqual(['gaitkeeper_export', 'end']);
  expect(types.filter((t) => t === 'chunk').length).toBeGreaterThan(10);
  const other = await startService();
  const receipt = await other.app.inject({
    method: 'POST',
    url: '/api/v1/export/import',
    headers: { ...BEARER, 'content-type': 'application/x-ndjson' },
    payload: sent.body,
  });
  expect(receipt.json<ImportReceipt>()).toMatchObject({ walks: 1, skipped_walks: 0 });
  expect(await strides(other, walk.id)).toEqual(await strides(service, walk.id));
  expect((await ask<Walk>(other, 'GET', `/walks/${walk.id}`)).title).toBe('To the "harbour"\n& back');
});

test('a walk that a full disk keeps from being finished can be stopped again: its records are there once', async () => {
  const { service, slots, notifications, walkUntil } = await walkingService(20);
  const walk = await ask<Walk>(service, 'POST', '/walks', { body: {}, status: 201 });
  walkUntil(15);
  const finish = vi
    .spyOn(service.context.store.walks, 'finish')
    .mockImplementationOnce(full)
    .mockImplementationOnce(full);
  await ask(service, 'POST', `/walks/${walk.id}/stop`, { status: 507 });
  // The sensors go on sending, the page asks for the summary, and the wearer tries once more.
  walkUntil(20);
  await ask(service, 'GET', `/walks/${walk.id}/summary`);
  await ask(service, 'POST', `/walks/${walk.id}/stop`, { status: 507 });
  const stopped = await ask<Walk>(service, 'POST', `/walks/${walk.id}/stop`);
  expect(finish).toHaveBeenCalledTimes(3);
  expect(stopped.state).toBe('finished');
  const found = (await strides(service, walk.id)).items;
  const expected = onlyStrides(
    analysed(
      slots,
      notifications.filter((n) => n.receivedS <= 15),
    ),
  );
  expect(found.length).toBe(expected.length);
  expect(new Set(found.map((s) => `${s.side} ${s.ic_s}`)).size).toBe(found.length);
  expect(service.context.store.entries.count(walk.id, 'walk')).toBe(1);
});

test('a client is told when a full disk keeps its walk from being finished; the walk is finished when there is space', async () => {
  const clock = new HandClock();
  const service = await startService({ clock });
  const { url } = await listen(service);
  const finish = vi.spyOn(service.context.store.walks, 'finish').mockImplementation(full);
  const { slots, notifications } = syntheticWalk(5);
  const socket = await WebSocketLine.open(`${url}/api/v1/ingest`, BEARER);
  const answers: string[] = [];
  let started = (_text: string): void => undefined;
  const first = new Promise<string>((resolve) => (started = resolve));
  socket.onText((text) => {
    answers.push(text);
    started(text);
  });
  const ended = new Promise<string>((resolve) => socket.onEnd(resolve));
  await socket.sendText(
    JSON.stringify({ type: 'start', slots: slots.map(({ slot, site, model }) => ({ slot, site, model })) }),
  );
  const { walk_id } = JSON.parse(await first) as { walk_id: string };
  for (const { slot, receivedS, bytes } of notifications) {
    const message = Buffer.alloc(9 + bytes.length);
    message[0] = slot;
    message.writeDoubleLE(receivedS, 1);
    message.set(bytes, 9);
    await socket.sendBinary([message]);
  }
  await socket.sendText(JSON.stringify({ type: 'end' }));
  await ended;
  expect(answers.at(-1)).toContain('disk is full');
  // Nobody comes again: the walk is to be finished, the disk is still full, and the service has to go on.
  await vi.waitFor(() => {
    clock.advance(RESUME_WITHIN_S + 1);
    expect(finish.mock.calls.length).toBeGreaterThan(1);
  });
  expect(service.context.store.walks.get(walk_id).state).toBe('recording');
  finish.mockRestore();
  clock.advance(10);
  const walk = service.context.store.walks.get(walk_id);
  expect([walk.state, walk.notifications]).toEqual(['finished', notifications.length]);
});

test('what a crash left of an upload is removed at the next start', async () => {
  const first = await startService({ keep: true });
  await first.close();
  const left = path.join(first.folder, 'uploads', 'upload-of-a-crash');
  mkdirSync(path.dirname(left), { recursive: true });
  writeFileSync(left, 'a walk');
  await startService({ folder: first.folder });
  expect(existsSync(left)).toBe(false);
});

test('P2 who erases everything is told of each copy that is left, also those of upgrades and damaged databases', async () => {
  const service = await startService();
  const copy = 'before-upgrade-from-schema-2-2026-11-24T09-00-00-000Z.db';
  for (const [folder, name] of [
    ['backups', copy],
    ['damaged', 'gaitkeeper.db'],
  ] as const) {
    mkdirSync(path.join(service.folder, folder), { recursive: true });
    writeFileSync(path.join(service.folder, folder, name), 'health data');
  }
  expect(await ask(service, 'GET', '/backups')).toMatchObject({ items: [{ name: copy, bytes: 11 }] });
  const receipt = await ask<{ left_behind: string[] }>(service, 'POST', '/erase', {
    body: { what: 'all', confirm: 'erase' },
  });
  expect(receipt.left_behind.join(' ')).toMatch(/1 backups .* folder damaged/);
  await ask(service, 'DELETE', `/backups/${copy}`, { status: 204 });
  expect(existsSync(path.join(service.folder, 'backups', copy))).toBe(false);
});
