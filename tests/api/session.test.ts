import { expect, test } from 'vitest';
import { SESSION_COOKIE } from '../../src/api/access/access-hook.ts';
import { BEARER, HandClock, startService } from './service.ts';

const login = (
  app: Awaited<ReturnType<typeof startService>>['app'],
  code: string,
  headers: Record<string, string> = {},
) => app.inject({ method: 'POST', url: '/api/v1/session', payload: { code }, headers });

test('a one-time code gives a browser a strict, unreadable cookie that opens the API until it signs out', async () => {
  const { app, context } = await startService();
  const { code } = context.access.codes.create();
  const answer = await login(app, code);
  expect(answer.statusCode).toBe(200);
  expect(answer.json()).toMatchObject({ scopes: ['admin'] });
  const cookie = String(answer.headers['set-cookie']);
  expect(cookie).toMatch(
    new RegExp(`^${SESSION_COOKIE}=gks_[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict; Max-Age=\\d+$`),
  );
  const headers = { cookie: cookie.split(';')[0]! };
  expect((await app.inject({ url: '/api/v1/session', headers })).statusCode).toBe(200);
  const out = await app.inject({
    method: 'DELETE',
    url: '/api/v1/session',
    headers: { ...headers, origin: 'http://localhost:80', host: 'localhost:80' },
  });
  expect(out.statusCode).toBe(204);
  expect(String(out.headers['set-cookie'])).toContain('Max-Age=0');
  expect((await app.inject({ url: '/api/v1/session', headers })).statusCode).toBe(401);
});

test('S5 of fifty browsers racing with one code exactly one wins', async () => {
  const { app, context } = await startService();
  const { code } = context.access.codes.create();
  const answers = await Promise.all(Array.from({ length: 50 }, () => login(app, code)));
  expect(answers.filter((a) => a.statusCode === 200)).toHaveLength(1);
  expect(answers.filter((a) => a.statusCode === 401 || a.statusCode === 429)).toHaveLength(49);
});

test('S5 a code has 80 bits, is read however it is typed, dies after 15 minutes, and after five wrong tries', async () => {
  const clock = new HandClock();
  const { app, context } = await startService({ clock });
  const first = context.access.codes.create().code;
  expect(first).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/);
  expect(Math.log2(32) * first.replaceAll('-', '').length).toBeGreaterThanOrEqual(60);
  clock.advance(15 * 60 - 1);
  expect((await login(app, ` ${first.toLowerCase().replaceAll('-', '')} `)).statusCode).toBe(200);
  const second = context.access.codes.create().code;
  clock.advance(15 * 60 + 1);
  expect((await login(app, second)).statusCode).toBe(401);
  const third = context.access.codes.create().code;
  for (let i = 0; i < 5; i++) expect((await login(app, 'AAAA-AAAA-AAAA-AAAA')).statusCode).toBe(401);
  expect((await login(app, third)).statusCode).toBe(401);
  // The wall clock jumping back makes nothing valid again.
  clock.wall -= 3_600_000;
  expect((await login(app, second)).statusCode).toBe(401);
});

test('S6 guessing from elsewhere is slowed to a few score tries an hour; the owner at the machine is never locked out', async () => {
  const clock = new HandClock();
  const { app } = await startService({ clock });
  let looked = 0;
  for (let i = 0; i < 3600; i++) {
    const answer = await app.inject({
      url: '/api/v1/walks',
      headers: { authorization: `Bearer wrong-${i}` },
      remoteAddress: '192.0.2.7',
    });
    if (answer.statusCode === 401) looked++;
    else expect(answer.statusCode).toBe(429);
    clock.advance(1);
  }
  expect(looked).toBeGreaterThan(5);
  expect(looked).toBeLessThanOrEqual(100);
  expect((await app.inject({ url: '/api/v1/walks', headers: BEARER, remoteAddress: '127.0.0.1' })).statusCode).toBe(
    200,
  );
});

test('tokens do what their scope says, are told once, and end when revoked', async () => {
  const { app } = await startService();
  const created = await app.inject({
    method: 'POST',
    url: '/api/v1/tokens',
    headers: BEARER,
    payload: { name: 'Physio', scopes: ['read'] },
  });
  expect(created.statusCode).toBe(201);
  const { secret, token } = created.json<{ secret: string; token: { id: string } }>();
  const headers = { authorization: `Bearer ${secret}` };
  expect((await app.inject({ url: '/api/v1/walks', headers })).statusCode).toBe(200);
  expect((await app.inject({ method: 'POST', url: '/api/v1/walks', headers, payload: {} })).statusCode).toBe(403);
  expect((await app.inject({ url: '/api/v1/export', headers })).statusCode).toBe(403);
  const list = await app.inject({ url: '/api/v1/tokens', headers: BEARER });
  expect(list.body).not.toContain(secret);
  expect(list.json()).toMatchObject({ items: [{ id: token.id, name: 'Physio', scopes: ['read'], session: false }] });
  expect((await app.inject({ method: 'DELETE', url: `/api/v1/tokens/${token.id}`, headers: BEARER })).statusCode).toBe(
    204,
  );
  expect((await app.inject({ url: '/api/v1/walks', headers })).statusCode).toBe(401);
});

test('a session cookie is no bearer token and a token no cookie', async () => {
  const { app, context } = await startService();
  const cookie = String((await login(app, context.access.codes.create().code)).headers['set-cookie']).split(';')[0]!;
  const secret = cookie.split('=')[1]!;
  expect((await app.inject({ url: '/api/v1/walks', headers: { authorization: `Bearer ${secret}` } })).statusCode).toBe(
    401,
  );
  const { secret: token } = (
    await app.inject({
      method: 'POST',
      url: '/api/v1/tokens',
      headers: BEARER,
      payload: { name: 'x', scopes: ['read'] },
    })
  ).json<{ secret: string }>();
  expect(
    (await app.inject({ url: '/api/v1/walks', headers: { cookie: `${SESSION_COOKIE}=${token}` } })).statusCode,
  ).toBe(401);
});
