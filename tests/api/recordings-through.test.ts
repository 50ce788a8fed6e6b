import { expect, test } from 'vitest';
import type { ImportJob, ImportReceipt, Walk } from '../../src/api/contract.ts';
import { mcapOf, packets, SLOTS } from '../recording/recordings.ts';
import { COUNT, dueS, live, sentPacket } from '../recording/sent-packets.ts';
import { BEARER, HandClock, startService, type Service } from './service.ts';
import { ask } from './walking.ts';

async function imported(service: Service, recording: Uint8Array): Promise<ImportJob> {
  const { id } = await ask<ImportJob>(service, 'POST', '/walks/import', {
    body: Buffer.from(recording),
    headers: { 'content-type': 'application/vnd.mcap' },
    status: 202,
  });
  await service.context.jobs.run(() => Promise.resolve());
  return ask<ImportJob>(service, 'GET', `/imports/${id}`);
}

test.each(['1950-01-01T00:00:00Z', '0000-01-01T00:00:00Z', '9999-12-31T23:59:59Z', '2038-01-19T03:14:08Z'])(
  'a recording that says it began %s can be listed, exported and taken in again',
  async (startedAt) => {
    const service = await startService({ clock: new HandClock() });
    const job = await imported(service, await mcapOf(packets(8), { started_at: startedAt }));
    expect(job).toMatchObject({ state: 'done', problem: null });
    const walk = await ask<Walk>(service, 'GET', `/walks/${job.walk_id}`);
    // Before 1970 nobody recorded: as if it did not say.
    expect(walk.started_at).toBe(startedAt < '1970' ? '2026-11-24T09:00:00.000Z' : startedAt.replace('Z', '.000Z'));
    const sent = await service.app.inject({ url: '/api/v1/export', headers: BEARER });
    const other = await startService();
    const receipt = await ask<ImportReceipt>(other, 'POST', '/export/import', {
      body: sent.body,
      headers: { 'content-type': 'application/x-ndjson' },
    });
    expect(receipt.walks).toBe(1);
    expect(await ask<Walk>(other, 'GET', `/walks/${job.walk_id}`)).toEqual(walk);
  },
);

test('a walk’s CSV holds what its sensors sent again after a lost link, as its strides do', async () => {
  const service = await startService();
  const { store } = service.context;
  const [slot] = SLOTS;
  const again = Array.from({ length: 50 }, (_, i) =>
    sentPacket({ k: 50 + i, receivedS: dueS(120 + i) + 0.05, resent: true }),
  );
  const notifications = [...live(0, 50), ...live(100, 300), ...again].sort((a, b) => a.receivedS - b.receivedS);
  const { id } = store.walks.create({ startedAtMs: 1e12, slots: [slot!] });
  store.append(id, { notifications, records: [] });
  store.walks.finish(id, { endedAtMs: 1e12, summary: null });
  const csv = await service.app.inject({ url: `/api/v1/walks/${id}/walk.csv`, headers: BEARER });
  const rows = csv.body.trim().split('\n').slice(1);
  expect(rows).toHaveLength(300 * COUNT);
  const times = rows.map((row) => Number(row.split(',')[0]));
  for (let i = 1; i < times.length; i++) expect(times[i]! - times[i - 1]!).toBeCloseTo(1 / 104, 3);
});

test('a file that is no recording is refused in a sentence that names no file of the service', async () => {
  const service = await startService();
  const job = await imported(service, new TextEncoder().encode('# A note\n\nabout walking\n'));
  expect(job.state).toBe('failed');
  expect(job.problem).toMatch(/^The file is not a recording: expected an MCAP file, or a CSV file/);
});
