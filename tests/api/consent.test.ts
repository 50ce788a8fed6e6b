import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type * as contract from '../../src/api/contract.ts';
import type { Service } from './service.ts';
import { ask, walkingService } from './walking.ts';

const agree = (service: Service, keep_gait: boolean, keep_pain: boolean) =>
  ask(service, 'PUT', '/settings/consent', { body: { keep_gait, keep_pain } });

/** A signed-in browser of the owner. */
async function browser(service: Service): Promise<{ cookie: string; origin: string; host: string }> {
  const link = await ask<contract.LoginLink>(service, 'POST', '/session/links', { status: 201 });
  const code = /#code=(.+)$/.exec(link.url)![1]!;
  const origin = 'http://127.0.0.1:8080';
  const host = '127.0.0.1:8080';
  const answer = await service.app.inject({
    method: 'POST',
    url: '/api/v1/session',
    headers: { origin, host },
    payload: { code },
  });
  const cookie = String(answer.headers['set-cookie']).split(';')[0]!;
  return { cookie, origin, host };
}

const code = (body: string): string => (JSON.parse(body) as { type: string }).type.split(':').at(-1)!;
const settled = (service: Service) => service.context.jobs.run(() => Promise.resolve());

test('a page records nothing before the wearer has answered; a script of the owner may', async () => {
  const { service } = await walkingService(5);
  const headers = await browser(service);
  const start = () => service.app.inject({ method: 'POST', url: '/api/v1/walks', headers, payload: {} });
  const early = await start();
  expect([early.statusCode, code(early.body)]).toEqual([409, 'no_consent']);
  expect(service.context.store.walks.list().items).toEqual([]);
  await agree(service, true, false);
  const walk = await start();
  expect(walk.statusCode).toBe(201);
  await ask(service, 'POST', `/walks/${walk.json<contract.Walk>().id}/stop`);
  await settled(service);
  expect(service.context.store.walks.list().items).toHaveLength(1);
});

test('without consent a walk is shown while it lasts, and nothing of it is left when it ends', async () => {
  const { service, walkUntil } = await walkingService(30);
  await agree(service, false, false);
  const { id } = await ask<contract.Walk>(service, 'POST', '/walks', { body: {}, status: 201 });
  walkUntil(30);
  expect(service.context.host.frame().steps).toBeGreaterThan(10);
  const stopped = await ask<contract.Walk>(service, 'POST', `/walks/${id}/stop`);
  expect(stopped.summary!.steps).toBeGreaterThan(10);
  await settled(service);
  await ask(service, 'GET', `/walks/${id}`, { status: 404 });
  expect(service.context.store.walks.list().items).toEqual([]);
  const lines: string[] = [];
  for await (const line of service.context.store.exportAll()) lines.push(line);
  expect(lines.join('\n')).not.toContain(id);
});

test('what a crash leaves of a walk that may not be kept is erased at the next start', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'gaitkeeper-consent-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const first = await walkingService(20, folder);
  await agree(first.service, false, false);
  await ask<contract.Walk>(first.service, 'POST', '/walks', { body: {}, status: 201 });
  first.walkUntil(15);
  await first.service.close();
  const second = await walkingService(1, folder);
  await settled(second.service);
  expect(second.service.context.store.walks.list().items).toEqual([]);
});

test('what was refused is refused to everybody: no import, no pain mark', async () => {
  const { service } = await walkingService(5);
  await agree(service, true, false);
  const { id } = await ask<contract.Walk>(service, 'POST', '/walks', { body: {}, status: 201 });
  await ask(service, 'POST', `/walks/${id}/marks`, { body: {}, status: 409 });
  await agree(service, true, true);
  await ask(service, 'POST', `/walks/${id}/marks`, { body: {}, status: 201 });
  await ask(service, 'POST', `/walks/${id}/stop`);
  await agree(service, false, true);
  const refused = await service.app.inject({
    method: 'POST',
    url: '/api/v1/walks/import',
    headers: { authorization: 'Bearer test-token-of-the-service-0123456789abcdef', 'content-type': 'text/csv' },
    payload: 'time_s,sensor\n',
  });
  expect([refused.statusCode, code(refused.body)]).toEqual([409, 'no_consent']);
  // A walk that was kept while that was agreed stays until the wearer erases it.
  await settled(service);
  expect(service.context.store.walks.list().items).toHaveLength(1);
});
