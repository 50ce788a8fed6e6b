import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Walk } from '../../src/api/contract.ts';
import { BEARER, startService, type Service } from './service.ts';
import { ask, walkingService, type WalkingService } from './walking.ts';

/** A service on whose disk the last one left a walk that was cut off. */
async function withInterrupted(seconds: number): Promise<WalkingService & { id: string }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'gaitkeeper-at-once-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const first = await walkingService(seconds, folder);
  const { id } = await ask<Walk>(first.service, 'POST', '/walks', { body: {}, status: 201 });
  first.walkUntil(seconds);
  await first.service.close();
  return { ...(await walkingService(seconds, folder)), id };
}

const statusOf = async (service: Service, method: 'POST' | 'DELETE' | 'PATCH', url: string, body?: object) => {
  const { statusCode } = await service.app.inject({
    method,
    url: `/api/v1${url}`,
    headers: BEARER,
    ...(body === undefined ? {} : { payload: body }),
  });
  return statusCode;
};

test.each(['close', 'resume'])(
  'a walk is closed and resumed at once (%s first): one of the two, never both',
  async (first) => {
    const { service, walkUntil, id } = await withInterrupted(15);
    const second = first === 'close' ? 'resume' : 'close';
    const [a, b] = await Promise.all([first, second].map((what) => statusOf(service, 'POST', `/walks/${id}/${what}`)));
    expect([a, b].sort()).toEqual([200, 409]);
    const { state } = await ask<Walk>(service, 'GET', `/walks/${id}`);
    const { walk } = await ask<{ walk: Walk | null }>(service, 'GET', '/walks/current');
    const closed = (first === 'close' ? a : b) === 200;
    expect({ state, current: walk?.id }).toEqual(
      closed ? { state: 'finished', current: undefined } : { state: 'recording', current: id },
    );
    // Whatever goes on is written.
    walkUntil(15);
    expect(service.context.host.writeTrouble).toBeUndefined();
  },
);

test.each([
  ['DELETE', '/walks/ID', undefined],
  ['POST', '/erase', { what: 'all', confirm: 'erase' }],
] as const)(
  '%s %s waits behind other work while the walk is resumed: it is not erased under its recording',
  async (method, url, body) => {
    const { service, walkUntil, id } = await withInterrupted(15);
    let go = (): void => undefined;
    const held = service.context.jobs.run(() => new Promise<void>((resolve) => (go = resolve)));
    const erasing = statusOf(service, method, url.replace('ID', id), body);
    expect(await statusOf(service, 'POST', `/walks/${id}/resume`)).toBe(200);
    go();
    await held;
    expect(await erasing).toBe(409);
    walkUntil(15);
    expect(service.context.host.writeTrouble).toBeUndefined();
    expect(await statusOf(service, 'POST', `/walks/${id}/stop`)).toBe(200);
  },
);

test('no walk begins while everything is erased', async () => {
  const { service, id } = await withInterrupted(15);
  const [erased, started] = await Promise.all([
    statusOf(service, 'POST', '/erase', { what: 'all', confirm: 'erase' }),
    new Promise((resolve) => setTimeout(resolve, 2)).then(() => statusOf(service, 'POST', '/walks', {})),
  ]);
  expect(erased).toBe(200);
  expect(started).toBe(409);
  expect(service.context.store.walks.find(id)).toBeUndefined();
  expect(await statusOf(service, 'POST', '/walks', {})).toBe(201);
});

test('sites are not mended once the packets have gone, though they were there when it was asked', async () => {
  const { service, walkUntil, slots } = await walkingService(20);
  const { id } = await ask<Walk>(service, 'POST', '/walks', { body: {}, status: 201 });
  walkUntil(20);
  await ask(service, 'POST', `/walks/${id}/stop`);
  const strides = () => service.context.store.entries.count(id, 'stride');
  const before = strides();
  expect(before).toBeGreaterThan(10);
  const sites = slots.flatMap(({ slot, site }) =>
    site === 'pelvis' ? [] : [{ slot, site: site === 'left_foot' ? 'right_foot' : 'left_foot' }],
  );
  let go = (): void => undefined;
  const { jobs, store } = service.context;
  void jobs.run(() => new Promise<void>((resolve) => (go = resolve)));
  const retention = jobs.run(() => store.applyRetention({ nowMs: Date.parse('2027-01-01'), rawDays: 1 }));
  const mending = statusOf(service, 'PATCH', `/walks/${id}`, { sites });
  await new Promise((resolve) => setTimeout(resolve, 100));
  go();
  expect(await mending).toBe(409);
  expect((await retention).rawRemoved).toBe(1);
  expect(strides()).toBe(before);
});

test('a period that is none is refused, not taken as one without walks', async () => {
  const service = await startService();
  for (const from of ['2026-13-01T00:00:00Z', '2026-11-01T25:00:00Z'])
    expect(
      await statusOf(service, 'POST', '/erase', { what: 'period', from, to: '2026-12-01T00:00:00Z', confirm: 'erase' }),
    ).toBe(400);
});
