import { expect, test } from 'vitest';
import type { IngestAnswer } from '../../src/api/contract.ts';
import { INGEST_WINDOW } from '../../src/api/recorder/ingest-session.ts';
import { feedRecording } from '../../src/cli/service/feed-recording.ts';
import { LineRefused, WebSocketLine } from '../../src/cli/service/web-socket-line.ts';
import type { SensorNotification, SensorSlot } from '../../src/domain/notification.ts';
import type { Recording } from '../../src/recording/recording.ts';
import { BEARER, listen, startService, TOKEN, type Service } from './service.ts';
import type { StrideRecord } from '../../src/domain/records.ts';
import { inOrder, strideTruth, syntheticWalk } from './synthetic-walk.ts';

const recordingOf = (slots: readonly SensorSlot[], notifications: readonly SensorNotification[]): Recording => ({
  format: 'mcap',
  slots,
  meta: {},
  warnings: [],
  sizeBytes: 1,
  readBytes: 1,
  notifications: (async function* () {
    yield* notifications;
  })(),
  batches: (async function* () {
    yield notifications;
  })(),
});

async function stridesOf(service: Service, walkId: string): Promise<StrideRecord[]> {
  const items: StrideRecord[] = [];
  let query = 'limit=7';
  for (;;) {
    const answer = await service.app.inject({ url: `/api/v1/walks/${walkId}/strides?${query}`, headers: BEARER });
    const page: { items: StrideRecord[]; next_cursor: string | null } = answer.json();
    items.push(...page.items);
    if (page.next_cursor === null) return items;
    query = `limit=7&cursor=${encodeURIComponent(page.next_cursor)}`;
  }
}

test('replay at max, replay at a speed and analyze give the same strides, bit for bit', async () => {
  const { slots, notifications } = syntheticWalk(20);
  const truth = strideTruth(slots, notifications);
  expect(truth.length).toBeGreaterThan(10);
  const service = await startService();
  const { url } = await listen(service);
  for (const speed of ['max', 10] as const) {
    const { walkId, sent } = await feedRecording(
      { url, token: TOKEN, ca: undefined },
      recordingOf(slots, notifications),
      {
        speed,
        onProgress: () => undefined,
      },
    );
    expect(sent).toBe(notifications.length);
    expect(inOrder(await stridesOf(service, walkId))).toEqual(truth);
    const walk = await service.app.inject({ url: `/api/v1/walks/${walkId}`, headers: BEARER });
    expect(walk.json()).toMatchObject({ state: 'finished', source: 'ingest' });
  }
});

const open = (url: string, headers: Record<string, string>) => WebSocketLine.open(`${url}/api/v1/ingest`, headers);
const refusedWith = async (url: string, headers: Record<string, string>): Promise<number> => {
  try {
    (await open(url, headers)).close();
    return 101;
  } catch (error) {
    if (error instanceof LineRefused) return error.status;
    throw error;
  }
};

test('S2 an upgrade is refused before it happens: no credentials, foreign, null or missing origin, foreign host, wrong scope', async () => {
  const service = await startService();
  const { url } = await listen(service);
  const code = service.context.access.codes.create().code;
  const login = await service.app.inject({ method: 'POST', url: '/api/v1/session', payload: { code } });
  const cookie = String(login.headers['set-cookie']).split(';')[0]!;
  const readOnly = service.context.access.createToken({ name: 'r', scopes: ['read'] }).secret;
  expect(await refusedWith(url, {})).toBe(401);
  expect(await refusedWith(url, { authorization: 'Bearer wrong', origin: url })).toBe(401);
  expect(await refusedWith(url, { ...BEARER, origin: 'http://evil.example' })).toBe(403);
  expect(await refusedWith(url, { ...BEARER, origin: 'null' })).toBe(403);
  expect(await refusedWith(url, { cookie })).toBe(403);
  expect(await refusedWith(url, { cookie, origin: 'http://evil.example' })).toBe(403);
  expect(await refusedWith(url, { ...BEARER, host: 'evil.example' })).toBe(421);
  expect(await refusedWith(url, { authorization: `Bearer ${readOnly}`, origin: url })).toBe(403);
  await expect(WebSocketLine.open(`${url}/api/v1/ingest?token=${TOKEN}`, {})).rejects.toMatchObject({ status: 401 });
  await expect(WebSocketLine.open(`${url}/`, BEARER)).rejects.toMatchObject({ status: 400 });
  await expect(WebSocketLine.open(`${url}/api/v1/walks`, BEARER)).rejects.toMatchObject({ status: 400 });
  expect(await refusedWith(url, { cookie, origin: url })).toBe(101);
  expect(await refusedWith(url, BEARER)).toBe(101);
});

/** A line with its answers and its end, for tests that misbehave. */
async function line(url: string) {
  const socket = await open(url, { ...BEARER, origin: url });
  const answers: IngestAnswer[] = [];
  const waiting: (() => void)[] = [];
  socket.onText((text) => {
    answers.push(JSON.parse(text) as IngestAnswer);
    for (const wake of waiting.splice(0)) wake();
  });
  const ended = new Promise<string>((resolve) => socket.onEnd(resolve));
  const answer = async (type: IngestAnswer['type']): Promise<IngestAnswer> => {
    for (;;) {
      const found = answers.find((a) => a.type === type);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
  };
  return { socket, answers, answer, ended };
}
const START = JSON.stringify({ type: 'start', slots: [{ slot: 0, model: 'gaitkeeper', site: 'left_foot' }] });
const packet = (slot: number, atS: number, bytes = 20): Uint8Array => {
  const message = new Uint8Array(9 + bytes);
  message[0] = slot;
  new DataView(message.buffer).setFloat64(1, atS, true);
  return message;
};

test('what a client sends wrong is told in words, and the walk keeps what was right', async () => {
  const service = await startService();
  const { url } = await listen(service);
  const cases: [string, (l: Awaited<ReturnType<typeof line>>) => Promise<void>, RegExp][] = [
    ['packet first', (l) => l.socket.sendBinary([packet(0, 1)]), /slots first/],
    ['not JSON', (l) => l.socket.sendText('{'), /not JSON/],
    ['deep JSON', (l) => l.socket.sendText('['.repeat(200)), /nested at most 32/],
    ['wrong shape', (l) => l.socket.sendText('{"type":"start","slots":[]}'), /Expected \{"type":"start"/],
    ['unknown model', (l) => l.socket.sendText(START.replace('gaitkeeper', 'other')), /known sensor model/],
    [
      'two of one site',
      (l) =>
        l.socket.sendText(
          JSON.stringify({
            type: 'start',
            slots: [0, 1].map((slot) => ({ slot, model: 'gaitkeeper', site: 'pelvis' })),
          }),
        ),
      /site/,
    ],
    ['unknown walk', (l) => l.socket.sendText('{"type":"resume","walk_id":"nothing"}'), /waits/],
  ];
  for (const [, act, words] of cases) {
    const l = await line(url);
    await act(l);
    expect(await l.answer('error')).toMatchObject({ detail: expect.stringMatching(words) });
    await l.ended;
    expect(service.context.host.currentId).toBeUndefined();
  }
  for (const [message, words] of [
    [packet(3, 1), /declared slot/],
    [packet(0, NaN), /receive time/],
    [packet(0, -1), /receive time/],
    [new Uint8Array(9), /found 9 bytes/],
  ] as const) {
    const l = await line(url);
    await l.socket.sendText(START);
    const started = await l.answer('started');
    await l.socket.sendBinary([packet(0, 0.5), message]);
    expect(await l.answer('error')).toMatchObject({ detail: expect.stringMatching(words) });
    await l.ended;
    const walkId = (started as { walk_id: string }).walk_id;
    service.context.host.stop(walkId);
    expect(service.context.store.walks.get(walkId).notifications).toBe(1);
  }
});

test('L6 a message that is too large, or a flood that waits for no answer, ends the line and nothing else', async () => {
  const service = await startService();
  const { url } = await listen(service);
  const big = await line(url);
  await big.socket.sendText(START);
  await big.answer('started');
  await big.socket.sendBinary([new Uint8Array(64 * 1024)]);
  await big.ended;
  service.context.host.stop(service.context.host.currentId!);
  const flood = await line(url);
  for (let i = 0; i < 2000; i++) await flood.socket.sendText('{"type":"subscribe"}');
  expect(await flood.answer('error')).toMatchObject({ type: 'error' });
  await flood.ended;
  expect((await service.app.inject({ url: '/api/v1/walks', headers: BEARER })).statusCode).toBe(200);
  expect(INGEST_WINDOW).toBeGreaterThan(0);
});

test('a line that is cut is taken up again where the disk is; without it the walk ends by itself', async () => {
  const { slots, notifications } = syntheticWalk(20);
  const service = await startService();
  const { url } = await listen(service);
  const start = JSON.stringify({ type: 'start', slots: slots.map(({ slot, model, site }) => ({ slot, model, site })) });
  const messages = notifications.map(({ slot, receivedS, bytes }) => {
    const message = packet(slot, receivedS, bytes.length);
    message.set(bytes, 9);
    return message;
  });
  const first = await line(url);
  await first.socket.sendText(start);
  const { walk_id: walkId } = (await first.answer('started')) as { walk_id: string };
  await first.socket.sendBinary(messages.slice(0, 200));
  await first.answer('stored');
  first.socket.close();
  await first.ended;
  const second = await line(url);
  await second.socket.sendText(JSON.stringify({ type: 'resume', walk_id: walkId }));
  const { stored } = (await second.answer('started')) as { stored: number };
  expect(stored).toBe(200);
  await second.socket.sendBinary(messages.slice(stored));
  await second.socket.sendText('{"type":"end"}');
  await second.answer('finished');
  expect(inOrder(await stridesOf(service, walkId))).toEqual(strideTruth(slots, notifications));
});

test('S2 a revoked token ends its open line within five seconds', { timeout: 15_000 }, async () => {
  const service = await startService();
  const { url } = await listen(service);
  const { secret, token } = service.context.access.createToken({ name: 'feeder', scopes: ['ingest'] });
  const socket = await open(url, { authorization: `Bearer ${secret}` });
  const ended = new Promise<string>((resolve) => socket.onEnd(resolve));
  service.context.access.revokeToken(token.id);
  const late = new Promise<string>((resolve) => setTimeout(() => resolve('still open'), 5000));
  expect(await Promise.race([ended, late])).toMatch(/credentials/);
});
