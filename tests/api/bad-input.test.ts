import { createConnection } from 'node:net';
import fc from 'fast-check';
import type { InjectOptions } from 'fastify';
import { expect, test } from 'vitest';
import { parseJson } from '../../src/api/request-limits.ts';
import { BEARER, listen, startService } from './service.ts';

test('S9 bodies that are too large, too deep, too wide, poisoned or no JSON are refused in words, never with 5xx', async () => {
  const { app } = await startService();
  const put = (payload: string) =>
    app.inject({
      method: 'PUT',
      url: '/api/v1/settings/preferences',
      headers: { ...BEARER, 'content-type': 'application/json' },
      payload,
    });
  for (const [payload, status] of [
    ['x'.repeat(70_000), 413],
    ['['.repeat(800), 400],
    [`{"last_tags":${'{"a":'.repeat(40)}1${'}'.repeat(40)}}`, 400],
    [JSON.stringify({ last_tags: Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`k${i}`, 1])) }), 400],
    ['{"__proto__":{"admin":true}}', 400],
    ['{"last_tags":{"constructor":{"prototype":1}}}', 400],
    ['{', 400],
    ['', 400],
    ['null', 400],
    ['"text"', 400],
    ['{"theme":"pink"}', 400],
    ['{"thme":"dark"}', 400],
  ] as const) {
    const answer = await put(payload);
    expect([payload.slice(0, 30), answer.statusCode]).toEqual([payload.slice(0, 30), status]);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.json()).toMatchObject({ status, title: expect.any(String), detail: expect.any(String) });
    expect(answer.body).not.toMatch(/:\d+:\d+|node_modules|\.ts:/);
  }
  const told = await put('{"theme":"pink","language":7}');
  expect(told.json()).toMatchObject({
    errors: expect.arrayContaining([
      { field: 'theme', expected: 'one of system, light, dark', found: 'text of 4 characters' },
    ]),
  });
  expect(() => parseJson('{"a":"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["}')).not.toThrow();
});

test('identities, names and cursors that are none are refused; paths lead nowhere', async () => {
  const { app, folder } = await startService();
  for (const id of [
    '..',
    '%2e%2e%2f%2e%2e%2fetc%2fpasswd',
    'a'.repeat(65),
    '%00',
    "1'--",
    '<script>',
    '%F0%9F%98%80',
    '%ff',
  ]) {
    for (const url of [
      `/api/v1/walks/${id}`,
      `/api/v1/walks/${id}/strides`,
      `/api/v1/backups/${id}`,
      `/api/v1/imports/${id}`,
    ]) {
      const answer = await app.inject({ url, headers: BEARER });
      expect(answer.statusCode).toBeGreaterThanOrEqual(400);
      expect(answer.statusCode).toBeLessThan(500);
    }
  }
  for (const query of [
    'limit=0',
    'limit=-1',
    'limit=1e9',
    'limit=NaN',
    'cursor=nothing',
    'from=2026-99-99T99:99:99Z',
    'state=lost',
    'nothing=1',
  ])
    expect((await app.inject({ url: `/api/v1/walks?${query}`, headers: BEARER })).statusCode).toBe(400);
  for (const url of [
    '/../../etc/passwd',
    '/..%2f..%2fetc%2fpasswd',
    '/%2e%2e/%2e%2e/package.json',
    '//etc/passwd',
    '/.git/config',
    '/api/../token',
  ])
    expect((await app.inject({ url })).body).not.toMatch(/root:|"name": "gaitkeeper"|gk_/);
  expect(folder.length).toBeGreaterThan(0);
});

test('S11 no request made of anything, on any route, is answered with 5xx', { timeout: 60_000 }, async () => {
  const { app, routes } = await startService();
  const walk = (await app.inject({ url: '/api/v1/walks', headers: BEARER })).statusCode;
  expect(walk).toBe(200);
  const json = fc.jsonValue({ maxDepth: 4 });
  const field = fc.constantFrom(
    'tags',
    'title',
    'site',
    'name',
    'scopes',
    'at_s',
    'strength',
    'place',
    'confirm',
    'what',
    'sites',
    'answers',
    'keep_gait',
    'code',
    'scenario',
    'walking',
    'key',
    'raw_days',
    'theme',
    'from',
    'to',
    'note',
    'active',
  );
  const value = fc.oneof(
    json,
    fc.constantFrom(
      'all',
      'profile',
      'period',
      'erase',
      'left_foot',
      'pelvis',
      ['read'],
      ['admin'],
      1e308,
      -1,
      7,
      '',
      ' ',
      '2026-11-24T09:00:00Z',
    ),
  );
  const body = fc.oneof(json, fc.dictionary(field, value, { maxKeys: 5 }));
  const text = fc.oneof(
    fc.string({ maxLength: 40 }),
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.constantFrom('0', '-1', 'x', '1e999', 'null', '%00', '..'),
  );
  const key = fc.constantFrom(
    'limit',
    'cursor',
    'from_s',
    'to_s',
    'side',
    'bin_s',
    'fields',
    'kind',
    'state',
    'from',
    'title',
    'after',
    'records',
  );
  const skip = new Set(['/api/v1/live', '/api/v1/ingest', '/api/v1/backups']);
  const cases = routes.filter((route) => !skip.has(route.url) && !route.upgrade);
  const failures: string[] = [];
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...cases),
      body,
      fc.dictionary(key, text, { maxKeys: 3 }),
      text,
      async (route, payload, query, id) => {
        const path = route.url.replaceAll(/:[a-z_]+|\*/g, encoded(id));
        const search = new URLSearchParams(Object.entries(query)).toString();
        const request: InjectOptions = {
          method: route.method,
          url: `${path}?${search}`,
          headers: { ...BEARER },
        };
        if (route.method !== 'GET' && route.method !== 'HEAD') {
          request.payload = JSON.stringify(payload);
          request.headers = { ...BEARER, 'content-type': 'application/json' };
        }
        const answer = await app.inject(request);
        // The page itself is not built in this test; its 503 says so.
        const isPage =
          answer.body.startsWith('The page is not built') || (route.method === 'HEAD' && route.url === '/*');
        if (answer.statusCode >= 500 && !isPage)
          failures.push(`${route.method} ${path}?${search} ${JSON.stringify(payload)} -> ${answer.body}`);
      },
    ),
    { numRuns: 1200 },
  );
  expect(failures.slice(0, 5)).toEqual([]);
});

/** As part of an address; what can't be one is replaced. */
function encoded(text: string): string {
  try {
    return encodeURIComponent(text) || 'x';
  } catch {
    return 'x';
  }
}

const raw = (port: number, text: string): Promise<{ answer: string; ms: number }> =>
  new Promise((resolve) => {
    const startMs = performance.now();
    const socket = createConnection({ port, host: '127.0.0.1' });
    let answer = '';
    socket.on('data', (bytes) => (answer += bytes.toString('latin1')));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve({ answer, ms: performance.now() - startMs }));
    socket.write(text);
  });

test(
  'L5 slow headers, slow bodies and silent sockets are closed within twenty seconds while others are served',
  { timeout: 30_000 },
  async () => {
    const service = await startService();
    const { url, port } = await listen(service);
    const auth = `Authorization: ${BEARER.authorization}\r\n`;
    const slow = Promise.all([
      ...Array.from({ length: 20 }, () => raw(port, '')),
      ...Array.from({ length: 20 }, () =>
        raw(port, `GET /api/v1/walks HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${auth}X-Slow: `),
      ),
      ...Array.from({ length: 20 }, () =>
        raw(
          port,
          `PUT /api/v1/settings/preferences HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${auth}Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{`,
        ),
      ),
      ...Array.from({ length: 20 }, () =>
        raw(
          port,
          `POST /api/v1/walks HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{`,
        ),
      ),
      raw(
        port,
        `POST /api/v1/walks/import HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${auth}Content-Type: text/csv\r\nContent-Length: 100000\r\n\r\ntime_s,`,
      ),
    ]);
    expect((await fetch(`${url}/api/v1/walks`, { headers: BEARER })).status).toBe(200);
    const ended = await slow;
    for (const { ms } of ended) expect(ms).toBeLessThan(20_000);
    expect(ended.filter(({ answer }) => answer.includes(' 408 ')).length).toBeGreaterThan(20);
    expect(ended.filter(({ answer }) => answer.includes(' 401 '))).toHaveLength(20);
  },
);

test('an upload above the limit is refused, whether it says its length or not', async () => {
  const service = await startService();
  const { port } = await listen(service);
  const head = `POST /api/v1/walks/import HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: ${BEARER.authorization}\r\nContent-Type: text/csv\r\n`;
  const told = await raw(port, `${head}Content-Length: 99999999999\r\n\r\nx`);
  expect(told.answer).toMatch(/ 413 [\s\S]*gaitkeeper convert/);
});
