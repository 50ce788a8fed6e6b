import type { InjectOptions } from 'fastify';
import { expect, test } from 'vitest';
import { guardAccess } from '../../src/api/access/access-hook.ts';
import { BEARER, startService, TOKEN } from './service.ts';

/** What may be asked without credentials: written down here, and nowhere else widened. */
const OPEN = new Set([
  'GET /api/v1/health',
  'HEAD /api/v1/health',
  'POST /api/v1/session',
  'GET /openapi.json',
  'HEAD /openapi.json',
  'GET /docs',
  'HEAD /docs',
  'GET /docs/style.css',
  'HEAD /docs/style.css',
  'GET /*',
  'HEAD /*',
]);
/** Uploads and lines have types of their own. */
const OWN_BODIES = new Set(['POST /api/v1/walks/import', 'POST /api/v1/export/import']);

const concrete = (url: string): string =>
  url
    .replace(':name', 'gaitkeeper-2026-11-24T09-00-00-000Z.db')
    .replaceAll(/:[a-z_]+/g, 'someid')
    .replace('*', 'walk');

test('S1 every route refuses every attack; only the written list is open', async () => {
  const { app, routes, context } = await startService();
  const readOnly = context.access.createToken({ name: 'r', scopes: ['read'] }).secret;
  const ingestOnly = context.access.createToken({ name: 'i', scopes: ['ingest'] }).secret;
  expect(routes.length).toBeGreaterThan(60);
  const got: string[] = [];
  const tried = new Map<string, number>();
  const attack = async (name: string, options: InjectOptions, allowed: readonly number[]): Promise<void> => {
    const answer = await app.inject(options);
    tried.set(name, (tried.get(name) ?? 0) + 1);
    if (!allowed.includes(answer.statusCode))
      got.push(`${name}: ${String(options.method)} ${JSON.stringify(options.url)} -> ${answer.statusCode}`);
  };
  for (const route of routes) {
    const key = `${route.method} ${route.url}`;
    const { method } = route;
    const url = concrete(route.url);
    const body = ['POST', 'PUT', 'PATCH', 'DELETE'].includes(route.method);
    const json = body ? { payload: '{}', headers: { 'content-type': 'application/json' } } : {};
    const withHeaders = (headers: Record<string, string>): InjectOptions => ({
      method,
      url,
      ...json,
      headers: { ...(body ? { 'content-type': 'application/json' } : {}), ...headers },
    });
    await attack('foreign host', withHeaders({ ...BEARER, host: 'evil.example' }), [421]);
    await attack('rebound host', withHeaders({ ...BEARER, host: '127.0.0.1.evil.example:8080' }), [421]);
    await attack('foreign origin', withHeaders({ ...BEARER, origin: 'http://evil.example' }), [403]);
    await attack(
      'other port',
      withHeaders({ ...BEARER, host: 'localhost:8080', origin: 'http://localhost:3000' }),
      [403],
    );
    await attack('null origin', withHeaders({ ...BEARER, origin: 'null' }), [403]);
    if (route.scope !== 'shell')
      await attack('cross-site', withHeaders({ ...BEARER, 'sec-fetch-site': 'cross-site' }), [403]);
    if (OPEN.has(key)) continue;
    await attack('no token', withHeaders({}), [401]);
    await attack('wrong token', withHeaders({ authorization: 'Bearer wrong' }), [401]);
    await attack('malformed token', withHeaders({ authorization: 'Basic YTpi' }), [401]);
    await attack('wrong cookie', withHeaders({ cookie: 'gk_session=gks_wrong; __Host-gk_session=x' }), [401]);
    await attack(
      'token in the address',
      { ...withHeaders({}), url: `${url}?token=${TOKEN}&access_token=${TOKEN}` },
      [401],
    );
    if (route.scope === 'admin' || route.scope === 'record')
      await attack('wrong scope', withHeaders({ authorization: `Bearer ${readOnly}` }), [403]);
    if (route.scope !== 'ingest')
      await attack('ingest token', withHeaders({ authorization: `Bearer ${ingestOnly}` }), [403]);
    if (body)
      for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])
        if (!OWN_BODIES.has(key) || type !== 'text/csv')
          await attack(type, { method, url, payload: 'a=b', headers: { ...BEARER, 'content-type': type } }, [415]);
  }
  expect(got).toEqual([]);
  expect(tried.get('no token')).toBe(routes.filter((r) => !OPEN.has(`${r.method} ${r.url}`)).length);
  expect([...OPEN].filter((key) => !routes.some((r) => `${r.method} ${r.url}` === key))).toEqual([]);
});

test('a cookie alone changes nothing without an origin, and unknown addresses of the API tell nothing to strangers', async () => {
  const { app, context } = await startService();
  const login = await app.inject({
    method: 'POST',
    url: '/api/v1/session',
    payload: { code: context.access.codes.create().code },
  });
  const cookie = String(login.headers['set-cookie']).split(';')[0]!;
  const post = { method: 'PUT' as const, url: '/api/v1/settings/preferences', payload: { theme: 'dark' } };
  expect((await app.inject({ ...post, headers: { cookie } })).statusCode).toBe(403);
  expect(
    (await app.inject({ ...post, headers: { cookie, host: 'localhost', origin: 'http://localhost' } })).statusCode,
  ).toBe(200);
  expect((await app.inject({ url: '/api/v1/nothing' })).statusCode).toBe(401);
  expect((await app.inject({ url: '/api/v1/nothing', headers: { cookie } })).statusCode).toBe(404);
});

test('a route that declares no scope stops the start', async () => {
  const { context } = await startService();
  const { default: fastify } = await import('fastify');
  const app = fastify();
  guardAccess(app, context.access, { tls: false, hosts: new Set() });
  expect(() => app.get('/new', () => 'x')).toThrow(/declares no scope/);
});

test('S8 headers: no inline script, no framing, no sniffing, nothing of the API cached; the cookie is bound to the host with TLS', async () => {
  const { app, context } = await startService({ rules: { tls: true, hosts: new Set(['localhost']) } });
  const page = await app.inject({ url: '/', headers: { host: 'localhost' } });
  const csp = String(page.headers['content-security-policy']);
  expect(csp).toContain("default-src 'self'");
  for (const part of [
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "script-src 'self'",
    "style-src 'self'",
  ])
    expect(csp).toContain(part);
  expect(csp).not.toMatch(/unsafe|https?:|\*/);
  expect(page.headers['x-content-type-options']).toBe('nosniff');
  expect(page.headers['referrer-policy']).toBe('no-referrer');
  expect(page.headers['cross-origin-resource-policy']).toBe('same-origin');
  const data = await app.inject({ url: '/api/v1/walks', headers: { ...BEARER, host: 'localhost' } });
  expect(data.headers['cache-control']).toBe('no-store');
  const login = await app.inject({
    method: 'POST',
    url: '/api/v1/session',
    headers: { host: 'localhost' },
    payload: { code: context.access.codes.create().code },
  });
  expect(String(login.headers['set-cookie'])).toMatch(
    /^__Host-gk_session=.*; Path=\/; HttpOnly; SameSite=Strict; .*Secure$/,
  );
});

test('S13 no token, code, name or note gets into logs, errors or metrics', async () => {
  const { app, context, logs, hub } = await startService();
  const { code } = context.access.codes.create();
  await app.inject({ method: 'POST', url: '/api/v1/session', payload: { code } });
  hub.add('aa:bb:cc:11:22:33', { name: 'CANARYNAME', paired: true, site: 'left_foot' });
  const walk = await app.inject({
    method: 'POST',
    url: '/api/v1/walks',
    headers: BEARER,
    payload: { title: 'CANARYTITLE', tags: { notes: 'CANARYNOTE' } },
  });
  const { id } = walk.json<{ id: string }>();
  const mark = { place: 'CANARYPLACE', strength: 7, note: 'CANARYPAIN' };
  await app.inject({ method: 'POST', url: `/api/v1/walks/${id}/marks`, headers: BEARER, payload: mark });
  const wrong = await app.inject({
    method: 'POST',
    url: `/api/v1/walks/${id}/marks`,
    headers: BEARER,
    payload: { place: 7, nothing: 'CANARYBAD' },
  });
  expect(wrong.statusCode).toBe(400);
  await app.inject({ method: 'POST', url: `/api/v1/walks/${id}/stop`, headers: BEARER });
  const metrics = await app.inject({ url: '/metrics', headers: BEARER });
  expect(metrics.statusCode).toBe(200);
  const all = `${logs.join('')}${metrics.body}${wrong.body}`;
  expect(logs.length).toBeGreaterThan(0);
  for (const secret of [TOKEN, code, 'CANARY', 'aa:bb:cc:11:22:33']) expect(all).not.toContain(secret);
});
