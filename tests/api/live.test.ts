import { expect, test } from 'vitest';
import type * as contract from '../../src/api/contract.ts';
import type { StrideRecord } from '../../src/domain/records.ts';
import { LiveFrame, LiveRecord } from '../../src/api/contract.ts';
import { Check } from 'typebox/value';
import { BEARER, listen, startService } from './service.ts';
import { ask, swappedSites, walkingService } from './walking.ts';

interface Event {
  event: string;
  id: string | undefined;
  data: unknown;
}

/** An open stream; events pile up until they are waited for. */
async function follow(url: string, headers: Record<string, string> = {}) {
  const abort = new AbortController();
  const response = await fetch(url, { headers: { ...BEARER, ...headers }, signal: abort.signal });
  const events: Event[] = [];
  const wakers: (() => void)[] = [];
  let ended = false;
  const reading = (async () => {
    let text = '';
    try {
      for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
        text += chunk;
        const parts = text.split('\n\n');
        text = parts.pop()!;
        for (const part of parts) {
          const fields = new Map(
            part
              .split('\n')
              .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)] as const),
          );
          const data = fields.get('data');
          if (data !== undefined)
            events.push({ event: fields.get('event')!, id: fields.get('id'), data: JSON.parse(data) as unknown });
        }
        for (const wake of wakers.splice(0)) wake();
      }
    } catch {
      // Cut by the test.
    }
    ended = true;
    for (const wake of wakers.splice(0)) wake();
  })();
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    events,
    of: (name: string) => events.filter((e) => e.event === name),
    until: async (there: () => boolean) => {
      while (!there()) {
        if (ended) throw new Error('The stream ended.');
        await new Promise<void>((resolve) => wakers.push(resolve));
      }
    },
    ended: () => reading,
    cut: async () => {
      abort.abort();
      await reading;
    },
  };
}

test('a stream that is cut again and again and resumed by Last-Event-ID gets every stored record once, in order', async () => {
  const { service, walkUntil } = await walkingService(40);
  const { url } = await listen(service);
  const { id } = await ask<contract.Walk>(service, 'POST', '/walks', { body: {}, status: 201 });
  const got: Event[] = [];
  let last: string | undefined;
  for (let s = 4; s <= 40; s += 4) {
    const stream = await follow(`${url}/api/v1/live?records=all`, last === undefined ? {} : { 'last-event-id': last });
    expect(stream.type).toContain('text/event-stream');
    await stream.until(() => stream.of('caught_up').length > 0);
    // Part of the time nobody listens.
    walkUntil(s - 2);
    const lastId = service.context.store.entries.lastId(id);
    await stream.until(() => stream.events.some((e) => e.id !== undefined && Number(e.id.split(':')[1]) >= lastId));
    const withIds = stream.events.filter((e) => e.id !== undefined);
    got.push(...withIds);
    last = withIds.at(-1)?.id ?? last;
    await stream.cut();
    walkUntil(s);
  }
  await ask(service, 'POST', `/walks/${id}/stop`);
  const rest = await follow(`${url}/api/v1/live`, { 'last-event-id': last! });
  await rest.until(() => rest.of('caught_up').length > 0);
  got.push(...rest.events.filter((e) => e.id !== undefined));
  await rest.cut();
  const ids = got.map((e) => Number(e.id!.split(':')[1]));
  const stored: number[] = [];
  for (let after = 0; ;) {
    const entries = service.context.store.entries.after(id, after);
    if (entries.length === 0) break;
    stored.push(...entries.map((entry) => entry.id));
    after = stored.at(-1)!;
  }
  expect(stored.length).toBeGreaterThan(150);
  expect(ids).toEqual(stored);
  const records = got.filter((e) => e.event === 'record');
  for (const { data } of records) expect(Check(LiveRecord, data)).toBe(true);
  expect(new Set(records.map((e) => (e.data as contract.LiveRecord).record.type))).toEqual(
    new Set(['event', 'step', 'stride', 'curve', 'walk']),
  );
});

test('a stream of some kinds of records leaves the others out, and loses and doubles none when it is resumed', async () => {
  const { service, walkUntil } = await walkingService(30);
  const { url } = await listen(service);
  const { id } = await ask<contract.Walk>(service, 'POST', '/walks', { body: {}, status: 201 });
  const wanted = `${url}/api/v1/live?records=all&kinds=stride,finding`;
  const got: Event[] = [];
  walkUntil(15);
  for (const untilS of [15, 30]) {
    const last = got.at(-1)?.id;
    const stream = await follow(wanted, last === undefined ? {} : { 'last-event-id': last });
    await stream.until(() => stream.of('caught_up').length > 0);
    walkUntil(untilS);
    const strides = service.context.store.entries.count(id, 'stride');
    const before = got.filter((e) => e.event === 'record').length;
    await stream.until(() => before + stream.of('record').length >= strides);
    got.push(...stream.events.filter((e) => e.id !== undefined));
    await stream.cut();
  }
  const records = got.filter((e) => e.event === 'record').map((e) => (e.data as contract.LiveRecord).record);
  expect(new Set(records.map((r) => r.type))).toEqual(new Set(['stride']));
  expect(records).toHaveLength(service.context.store.entries.count(id, 'stride'));
  await ask(service, 'GET', '/live?kinds=everything', { status: 400 });
});

test('frames keep to the contract, carry no id, and at most thirty come a second', async () => {
  const { service, clock, walkUntil } = await walkingService(12);
  const { url } = await listen(service);
  await ask(service, 'POST', '/walks', { body: {}, status: 201 });
  const stream = await follow(`${url}/api/v1/live`);
  await stream.until(() => stream.of('caught_up').length > 0);
  for (let s = 0.25; s <= 10; s += 0.25) {
    walkUntil(s);
    // The client reads as fast as the clock goes.
    const due = Math.floor((s * 1000) / 34) - 2;
    await stream.until(() => stream.of('frame').length >= due);
  }
  const frames = stream.of('frame');
  expect(clock.s).toBeGreaterThan(1009);
  expect(frames.length).toBeGreaterThan(200);
  expect(frames.length).toBeLessThanOrEqual(300);
  for (const { id, data } of frames) {
    expect(id).toBeUndefined();
    expect(Check(LiveFrame, data)).toBe(true);
  }
  expect((frames.at(-1)!.data as contract.LiveFrame).steps).toBeGreaterThan(0);
  await stream.cut();
});

test('after swapped shoes are mended the stream says so and tells the walk anew, none lost or doubled', async () => {
  const { service, walkUntil } = await walkingService(30);
  const { url } = await listen(service);
  const walk = await ask<contract.Walk>(service, 'POST', '/walks', { body: {}, status: 201 });
  const stream = await follow(`${url}/api/v1/live?records=all&kinds=stride`);
  walkUntil(15);
  const strides = () => service.context.store.entries.count(walk.id, 'stride');
  await stream.until(() => stream.of('record').length === strides());
  const before = stream.of('record').map((e) => (e.data as contract.LiveRecord).record as StrideRecord);
  await ask(service, 'PATCH', `/walks/${walk.id}`, { body: { sites: swappedSites(walk) } });
  walkUntil(30);
  const anew = () => stream.events.slice(stream.events.findIndex((e) => e.event === 'rewritten') + 1);
  const told = () => anew().filter((e) => e.event === 'record');
  await stream.until(
    () =>
      stream.of('rewritten').length > 0 && told().length >= strides() && anew().some((e) => e.event === 'caught_up'),
  );
  await stream.cut();
  expect(stream.of('rewritten').map((e) => e.data)).toEqual([{ walk_id: walk.id }]);
  expect(new Set(told().map((e) => e.id)).size).toBe(strides());
  const first = told().map((e) => (e.data as contract.LiveRecord).record as StrideRecord);
  for (const stride of before.slice(0, 6))
    expect(first.filter((s) => Math.abs(s.ic_s - stride.ic_s) < 0.05).map((s) => s.side)).not.toContain(stride.side);
});

test('marks and tag changes are told as they are made and when they are undone', async () => {
  const { service, walkUntil } = await walkingService(6);
  const { url } = await listen(service);
  const { id } = await ask<contract.Walk>(service, 'POST', '/walks', { body: {}, status: 201 });
  walkUntil(3);
  const stream = await follow(`${url}/api/v1/live`);
  await stream.until(() => stream.of('caught_up').length > 0);
  const mark = await ask<contract.Mark>(service, 'POST', `/walks/${id}/marks`, { body: { strength: 4 }, status: 201 });
  await ask(service, 'DELETE', `/walks/${id}/marks/${mark.id}`, { status: 204 });
  await ask(service, 'POST', `/walks/${id}/tag-changes`, { body: { tags: { ground: 'gravel' } }, status: 201 });
  await stream.until(() => stream.of('mark').length === 2 && stream.of('walk').length >= 2);
  expect(stream.of('mark').map((e) => e.data)).toMatchObject([
    { walk_id: id, mark_id: mark.id, mark: { strength: 4 } },
    { walk_id: id, mark_id: mark.id, mark: null },
  ]);
  await stream.cut();
});

test('a stream ends soon after its token is revoked, and sensors stream only while somebody watches', async () => {
  const { service, clock } = await walkingService(1);
  const { url } = await listen(service);
  const { secret, token } = service.context.access.createToken({ name: 'tv', scopes: ['read'] });
  clock.advance(1);
  expect(service.hub.streaming).toBe(false);
  const stream = await follow(`${url}/api/v1/live`, { authorization: `Bearer ${secret}` });
  await stream.until(() => stream.of('caught_up').length > 0);
  await new Promise(setImmediate);
  expect(service.hub.streaming).toBe(true);
  service.context.access.revokeToken(token.id);
  clock.advance(5);
  await stream.ended();
  await new Promise((resolve) => setTimeout(resolve, 50));
  clock.advance(40);
  await new Promise(setImmediate);
  expect(service.hub.streaming).toBe(false);
});

test('L4 a client that reads nothing is cut and costs the others nothing', { timeout: 20_000 }, async () => {
  const { createConnection } = await import('node:net');
  const service = await startService();
  const { url, port } = await listen(service);
  const healthy = await follow(`${url}/api/v1/live`);
  await healthy.until(() => healthy.of('caught_up').length > 0);
  const stalled = createConnection({ port, host: '127.0.0.1' });
  stalled.on('error', () => undefined);
  stalled.write(
    `GET /api/v1/live HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: ${BEARER.authorization}\r\n\r\n`,
  );
  stalled.pause();
  const { feed } = service.context;
  while (feed.readers < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  // More than the kernel hides: a storm of changes with long texts.
  for (let i = 0; i < 40; i++) service.hub.add(`x-${i}`, { trouble: 'x'.repeat(4000) });
  const before = process.memoryUsage().rss;
  let rounds = 0;
  while (feed.readers > 1 && rounds++ < 400) {
    service.context.host.tellChange();
    for (let k = 0; k < 40; k++) service.hub.add('y', { trouble: `${k}`.repeat(100) });
    feed.tellSensorsNow();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(feed.readers).toBe(1);
  expect((process.memoryUsage().rss - before) / 2 ** 20).toBeLessThan(60);
  const count = healthy.of('walk').length;
  service.context.host.tellChange();
  await healthy.until(() => healthy.of('walk').length > count);
  stalled.destroy();
  await healthy.cut();
});

test('whatever is asked for as HEAD is answered and over: a HEAD of the live stream holds no stream open', async () => {
  const service = await startService();
  const { url } = await listen(service);
  for (const route of service.routes.filter((r) => r.method === 'GET' && !r.upgrade)) {
    const address = url + route.url.replaceAll(/:[a-z_]+|\*/g, 'x');
    const answer = await fetch(address, { method: 'HEAD', headers: BEARER, signal: AbortSignal.timeout(5000) });
    expect(answer.headers.get('content-type') ?? '', route.url).not.toMatch(/event-stream/);
  }
  expect(service.context.feed.readers).toBe(0);
});
