import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { BEARER, startService, type Service } from './service.ts';
import { ask, walkingService } from './walking.ts';
import type { Walk } from '../../src/api/contract.ts';

type Line = { type: string; walk_id?: string; entry?: { type: string } } & Record<string, unknown>;
type Path = readonly (string | number)[];

/** What no export holds in any of its fields. */
const HOSTILE: readonly unknown[] = [null, 'x', -1, {}, [null], 1e300];
/** Lines kept of each kind: one would do, were it not for what is counted over several. */
const KEPT = 12;

const kindOf = (line: Line): string => (line.entry === undefined ? line.type : `entry ${line.entry.type}`);

/** An export of one walk in which everything happened, without its last line. */
async function richExport(): Promise<{ lines: Line[]; walkId: string }> {
  const { service, walkUntil } = await walkingService(30);
  const { id } = await ask<Walk>(service, 'POST', '/walks', {
    body: { title: 'T', tags: { shoes: 'a' } },
    status: 201,
  });
  walkUntil(10);
  await ask(service, 'POST', `/walks/${id}/pause`);
  walkUntil(13);
  await ask(service, 'POST', `/walks/${id}/resume`);
  await ask(service, 'POST', `/walks/${id}/marks`, { body: { place: 'left_knee', strength: 3 }, status: 201 });
  await ask(service, 'POST', `/walks/${id}/tag-changes`, { body: { tags: { shoes: 'b' } }, status: 201 });
  walkUntil(30);
  await ask(service, 'POST', `/walks/${id}/stop`);
  const { body } = await service.app.inject({ url: '/api/v1/export', headers: BEARER });
  const counted = new Map<string, number>();
  const lines = body
    .trimEnd()
    .split('\n')
    .slice(0, -1)
    .map((text) => JSON.parse(text) as Line)
    .filter((line) => {
      const count = (counted.get(kindOf(line)) ?? 0) + 1;
      counted.set(kindOf(line), count);
      return count <= KEPT;
    });
  return { lines, walkId: id };
}

/** Where a value stands in a line; of lists and of tables by name the first two. */
function* pathsOf(value: unknown, at: Path = []): Generator<Path> {
  if (at.length > 0) yield at;
  if (typeof value !== 'object' || value === null) return;
  const keys = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  const few = Array.isArray(value) || ['medians', 'metrics'].includes(String(at.at(-1))) ? keys.slice(0, 2) : keys;
  for (const key of few) yield* pathsOf((value as Record<string | number, unknown>)[key], [...at, key]);
}

function changed(line: Line, path: Path, value: unknown): Line {
  const copy = structuredClone(line);
  let place: Record<string | number, unknown> = copy;
  for (const key of path.slice(0, -1)) place = place[key] as Record<string | number, unknown>;
  place[path.at(-1)!] = value;
  return copy;
}

/** The text of an export, with a last line that is true. */
function sealed(lines: readonly Line[]): string {
  const texts = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  const sha256 = createHash('sha256').update(texts).digest('hex');
  return `${texts}${JSON.stringify({ type: 'end', lines: lines.length, sha256 })}\n`;
}

const take = (service: Service, lines: readonly Line[]) =>
  service.app.inject({
    method: 'POST',
    url: '/api/v1/export/import',
    headers: { ...BEARER, 'content-type': 'application/x-ndjson' },
    payload: sealed(lines),
  });

describe('S11: an export in which one value was changed by hand, its sum too', () => {
  test('is refused with its line, or everything of it can be asked for', async () => {
    const { lines, walkId } = await richExport();
    const service = await startService();
    const asked = [
      '/walks',
      '/trends',
      `/compare?a=${walkId}&b=${walkId}`,
      ...['', '/report', '/timeline', '/recording.mcap', '/strides.csv', '/curves/summary'].map(
        (what) => `/walks/${walkId}${what}`,
      ),
    ];
    expect((await take(service, lines)).statusCode).toBe(200);
    const outcomes = { refused: 0, taken: 0 };
    const kinds = new Set<string>();
    let turn = 0;
    for (const [i, line] of lines.entries()) {
      if (kinds.has(kindOf(line)) || line.type === 'gaitkeeper_export') continue;
      kinds.add(kindOf(line));
      for (const path of pathsOf(line)) {
        const value = HOSTILE[turn++ % HOSTILE.length];
        const where = `${kindOf(line)} ${path.join('.')} = ${JSON.stringify(value)}`;
        await service.context.store.eraseAll();
        const answer = await take(
          service,
          lines.map((l, k) => (k === i ? changed(line, path, value) : l)),
        );
        expect([200, 400, 422], `${where}: ${answer.body}`).toContain(answer.statusCode);
        outcomes[answer.statusCode === 200 ? 'taken' : 'refused']++;
        if (answer.statusCode !== 200) continue;
        for (const url of asked) {
          const { statusCode } = await service.app.inject({ url: `/api/v1${url}`, headers: BEARER });
          expect(statusCode, `${where}, then ${url}`).toBeLessThan(500);
        }
      }
    }
    expect(kinds.size).toBeGreaterThan(10);
    expect(outcomes.refused).toBeGreaterThan(50);
    expect(outcomes.taken).toBeGreaterThan(20);
  }, 300_000);

  test('settings that are none count as not set', async () => {
    const { lines, walkId } = await richExport();
    const profileId = String(lines.find((line) => line.type === 'profile')!['id']);
    const trial = { id: 't', exercise: 'insole', kind: 'pairs', startedAtMs: 0, seed: 1, plannedBlocks: 6, walks: [] };
    const service = await startService();
    service.hub.add('s-1', { site: 'left_foot', paired: true });
    for (const [owner, key, good] of [
      [profileId, 'trials', [{ ...trial, usualPain: 3, endedAtMs: null }]],
      [profileId, 'plan_ticks', { insole: ['2026-11-01'] }],
      [profileId, 'safety', { answers: {}, answered_at: '2026-11-01T00:00:00.000Z' }],
      [profileId, 'consent', { keep_gait: true, keep_pain: true, given_at: '2026-11-01T00:00:00.000Z' }],
      [profileId, 'formulas', { items: [] }],
      [profileId, 'plan_fits', { [`${walkId} 1`]: ['insole'] }],
      ['', 'calibrations', { 's-1': { site: 'left_foot', atMs: 0, grade: 'A', reasons: [] } }],
      ['', 'retention', { raw_days: null, walk_days: null }],
      ['', 'active_profile', profileId],
    ] as const)
      for (const value of [good, ...HOSTILE, [{}], { a: 1 }, { 's-1': { site: 'left_foot' } }]) {
        await service.context.store.eraseAll();
        const setting = { type: 'setting', profile_id: owner, key, value };
        expect((await take(service, [...lines.filter((l) => l.type !== 'setting'), setting])).statusCode).toBe(200);
        for (const url of [
          '/settings',
          '/plan',
          '/trials',
          '/guidance/safety',
          '/settings/formulas',
          '/sensors',
          '/sensors/check',
        ]) {
          const { statusCode } = await service.app.inject({ url: `/api/v1${url}`, headers: BEARER });
          expect(statusCode, `${key} = ${JSON.stringify(value)}, then ${url}`).toBeLessThan(500);
        }
      }
  }, 300_000);
});
