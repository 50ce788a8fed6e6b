import { readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { Walk } from '../../src/api/contract.ts';
import { BEARER, startService } from './service.ts';
import { ask, walkingService } from './walking.ts';

const TEXTS = [
  '<img src=x onerror=alert(1)>',
  '"; DROP TABLE walks; --',
  '=HYPERLINK("http://evil.example","x")',
  '\u202egnp.exe',
  '日本語 👟 e\u0301',
  '../../etc/passwd',
  '${7*7}{{7*7}}',
  'line\nfeed\ttab',
];

test('texts of any kind come back as they were, as JSON, and never as a page', async () => {
  const service = await startService();
  service.hub.add('s', { paired: true, site: 'left_foot', name: '<script>alert(1)</script>' });
  for (const title of TEXTS) {
    const walk = await ask<Walk>(service, 'POST', '/walks', { body: { title, tags: { notes: title } }, status: 201 });
    await ask(service, 'POST', `/walks/${walk.id}/marks`, {
      body: { place: 'hip', strength: 3, note: title },
      status: 201,
    });
    await ask(service, 'POST', `/walks/${walk.id}/stop`);
    const answer = await service.app.inject({ url: `/api/v1/walks/${walk.id}`, headers: BEARER });
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(answer.json<Walk>()).toMatchObject({ title: title, tags: { notes: title } });
    const mcap = await service.app.inject({ url: `/api/v1/walks/${walk.id}/recording.mcap`, headers: BEARER });
    expect(mcap.headers['content-disposition']).toBe(`attachment; filename="walk-${walk.id}.mcap"`);
  }
  for (const name of ['strides.csv', 'steps.csv']) {
    const [walk] = (await ask<{ items: Walk[] }>(service, 'GET', '/walks')).items;
    const csv = await service.app.inject({ url: `/api/v1/walks/${walk!.id}/${name}`, headers: BEARER });
    expect(csv.body.split(/\r?\n/).some((line) => /(^|,)"?[=+@]/.test(line))).toBe(false);
  }
  expect((await ask<{ items: Walk[] }>(service, 'GET', '/walks')).items).toHaveLength(TEXTS.length);
});

test('control characters, long texts, wrong types and odd ids are refused with 400 or 404, never 500', async () => {
  const service = await startService();
  service.hub.add('s', { paired: true, site: 'left_foot' });
  const bad = [
    { title: 'a\u0000b' },
    { title: 'a\u001b[31m' },
    { title: 'half a shoe \ud83d' },
    { title: 'x'.repeat(10_000) },
    { title: 7 },
    { title: ['a'] },
    { title: { toString: 'x' } },
    { tags: { notes: 'x'.repeat(60_000) } },
    { tags: { nothing: 'x' } },
    { profile_id: '../..' },
    [],
    'text',
    null,
  ];
  for (const body of bad) {
    const answer = await service.app.inject({
      method: 'POST',
      url: '/api/v1/walks',
      headers: { ...BEARER, 'content-type': 'application/json' },
      payload: JSON.stringify(body),
    });
    expect([JSON.stringify(body).slice(0, 40), answer.statusCode]).toEqual([JSON.stringify(body).slice(0, 40), 400]);
    expect(answer.body).not.toMatch(/at .*\.ts|node_modules/);
  }
  const ids = [
    '..%2f..%2fetc',
    '%00',
    '%ff',
    'x'.repeat(65),
    'a'.repeat(500),
    '__proto__',
    'constructor',
    '01ARZ3NDEKTSV4RRFFQ69G5FAV',
  ];
  for (const id of ids)
    for (const address of [
      `/walks/${id}`,
      `/walks/${id}/report`,
      `/walks/${id}/recording.mcap`,
      `/imports/${id}`,
      `/backups/${id}`,
      `/walks/${id}/strides.csv`,
    ]) {
      const answer = await service.app.inject({ url: `/api/v1${address}`, headers: BEARER });
      expect([address, answer.statusCode]).toEqual([address, expect.toSatisfy((s) => s === 400 || s === 404)]);
    }
  for (const query of [
    'limit=0',
    'limit=1e9',
    'limit=-1',
    'limit=1&limit=2',
    'cursor=%00',
    'cursor[]=1',
    'from=9999-99-99T99:99:99Z',
    '__proto__=1',
    'x=1',
  ])
    expect([query, (await service.app.inject({ url: `/api/v1/walks?${query}`, headers: BEARER })).statusCode]).toEqual([
      query,
      400,
    ]);
});

test('a restored backup name, an upload and a title never become a path', async () => {
  const { service, walkUntil } = await walkingService(6);
  const walk = await ask<Walk>(service, 'POST', '/walks', { body: { title: '../../evil' }, status: 201 });
  walkUntil(6);
  await ask(service, 'POST', `/walks/${walk.id}/stop`);
  const mcap = await service.app.inject({ url: `/api/v1/walks/${walk.id}/recording.mcap`, headers: BEARER });
  const before = readdirSync(path.dirname(service.folder)).filter((name) => name.includes('evil'));
  const sent = await service.app.inject({
    method: 'POST',
    url: `/api/v1/walks/import?title=${encodeURIComponent('../../evil')}`,
    headers: { ...BEARER, 'content-type': 'application/vnd.mcap', 'content-disposition': 'filename="../../evil"' },
    payload: mcap.rawPayload,
  });
  expect(sent.statusCode).toBe(202);
  const { id } = sent.json<{ id: string }>();
  for (let state = 'analysing'; state === 'analysing';) {
    ({ state } = await ask<{ state: string }>(service, 'GET', `/imports/${id}`));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(readdirSync(path.dirname(service.folder)).filter((name) => name.includes('evil'))).toEqual(before);
  expect(readdirSync(path.join(service.folder, 'uploads'))).toEqual([]);
  const titles = (await ask<{ items: Walk[] }>(service, 'GET', '/walks')).items.map((w) => w.title);
  expect(titles).toEqual(['../../evil', '../../evil']);
});
