import { expect, test } from 'vitest';
import { AuditCheck, AuditPage, type AuditEntry, type Page, type TokenCreated } from '../../src/api/contract.ts';
import { HandClock, startService, type Service } from './service.ts';
import { ask } from './walking.ts';

const entries = async (service: Service): Promise<AuditEntry[]> =>
  (await ask<Page<AuditEntry>>(service, 'GET', '/audit?limit=1000', { schema: AuditPage })).items.reverse();

test('S15 sign-in, tokens, pairing, export, backup and erasing are noted, with who and from where, and nothing measured', async () => {
  const service = await startService();
  const { app, context, hub } = service;
  hub.add('aa:bb:cc:11:22:33', { name: 'CANARYNAME' });
  const { code } = context.access.codes.create();
  const login = await app.inject({ method: 'POST', url: '/api/v1/session', payload: { code } });
  const cookie = String(login.headers['set-cookie']).split(';')[0]!;
  await ask(service, 'POST', '/session/links', { status: 201 });
  const created = await ask<TokenCreated>(service, 'POST', '/tokens', {
    body: { name: 'CANARYTOKEN', scopes: ['read'] },
    status: 201,
  });
  await ask(service, 'DELETE', `/tokens/${created.token.id}`, { status: 204 });
  await ask(service, 'POST', '/sensors/aa:bb:cc:11:22:33/pair', { body: { site: 'left_foot' } });
  const walk = await ask<{ id: string }>(service, 'POST', '/walks', {
    body: { title: 'CANARYTITLE', tags: { notes: 'CANARYNOTE' } },
    status: 201,
  });
  await ask(service, 'POST', `/walks/${walk.id}/stop`);
  await app.inject({ url: '/api/v1/export', headers: { cookie, host: 'localhost' } });
  const backup = await ask<{ name: string }>(service, 'POST', '/backups', { status: 201 });
  await ask(service, 'DELETE', `/backups/${backup.name}`, { status: 204 });
  await ask(service, 'PUT', '/settings/retention', { body: { raw_days: 30, walk_days: null } });
  await ask(service, 'DELETE', `/walks/${walk.id}`, { status: 204 });
  await ask(service, 'DELETE', '/sensors/aa:bb:cc:11:22:33/pair');
  const signedOut = await app.inject({
    method: 'DELETE',
    url: '/api/v1/session',
    headers: { cookie, host: 'localhost', origin: 'http://localhost' },
  });
  expect(signedOut.statusCode).toBe(204);
  await ask(service, 'POST', '/erase', { body: { what: 'all', confirm: 'erase' } });
  const found = await entries(service);
  expect(found.map((e) => e.action)).toEqual([
    'login',
    'link_made',
    'token_made',
    'token_revoked',
    'sensor_paired',
    'export',
    'backup_made',
    'backup_removed',
    'retention_changed',
    'walk_erased',
    'sensor_forgotten',
    'logout',
    'erased',
  ]);
  const by = (action: string) => found.find((e) => e.action === action);
  expect(by('token_made')).toMatchObject({
    who: 'service token',
    address: '127.0.0.1',
    about: `token ${created.token.id}, read`,
  });
  expect(by('export')!.who).toMatch(/^browser /);
  expect(by('sensor_paired')!.about).toBe('left_foot');
  expect(by('erased')!.about).toBe('all, 0 walks');
  const text = JSON.stringify(found);
  for (const secret of ['CANARY', 'aa:bb:cc', code, created.secret, cookie.split('=')[1]!, walk.id])
    expect(text).not.toContain(secret);
  const check = await ask(service, 'GET', '/audit/check', { schema: AuditCheck });
  expect(check).toEqual({ ok: true, entries: 13, broken_at: null, head: found.at(-1)!.hash });
});

test('a guesser cannot fill the trail: refused sign-ins are noted once a minute, with their number', async () => {
  const clock = new HandClock();
  const service = await startService({ clock });
  const guess = () => service.app.inject({ method: 'POST', url: '/api/v1/session', payload: { code: 'WRONG' } });
  for (let i = 0; i < 50; i++) expect((await guess()).statusCode).toBe(401);
  clock.advance(61);
  await guess();
  const found = await entries(service);
  expect(found.map((e) => [e.action, e.who, e.about])).toEqual([
    ['login_refused', 'nobody', ''],
    ['login_refused', 'nobody', '50 since the last entry'],
  ]);
});

test('a sensor that is set aside is noted once each time, by where it is worn', async () => {
  const service = await startService();
  const as = (state: 'streaming' | 'quarantined') =>
    service.hub.add('aa:bb', { site: 'left_foot', paired: true, state, trouble: 'its counter ran back' });
  as('streaming');
  as('quarantined');
  as('quarantined');
  as('streaming');
  as('quarantined');
  expect((await entries(service)).map((e) => [e.action, e.who, e.about])).toEqual([
    ['sensor_quarantined', 'console', 'left_foot'],
    ['sensor_quarantined', 'console', 'left_foot'],
  ]);
  expect(JSON.stringify(await entries(service))).not.toContain('aa:bb');
});

test('the trail cannot be changed over HTTP, nor read without admin', async () => {
  const service = await startService();
  const { secret } = service.context.access.createToken({ name: 'r', scopes: ['record'] });
  const headers = { authorization: `Bearer ${secret}` };
  await ask(service, 'GET', '/audit', { headers, status: 403 });
  await ask(service, 'GET', '/audit/check', { headers, status: 403 });
  for (const method of ['DELETE', 'PUT', 'PATCH', 'POST'] as const)
    await ask(service, method, '/audit', { body: {}, status: 404 });
  await ask(service, 'GET', '/audit?cursor=x', { status: 400 });
});
