import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { RecordingWriter } from '../../src/recording/mcap-writer.ts';
import { simulateWalk } from '../../src/simulator/simulate-walk.ts';
import { freshFolder, run, serve } from './running.ts';

const LIMIT = { timeout: 90_000 };
const real = path.resolve(import.meta.dirname, '../../../shared/data/feet-and-back-12-1/walk.csv');

/** @returns the strides, which replays at any speed and the analysis agree on */
async function sameStrides(file: string, speeds: readonly string[]): Promise<{ ic_s: number }[]> {
  const analysis = await run(['analyze', file, '--format', 'ndjson']);
  const truth = analysis.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string; ic_s: number; side: string })
    .filter((record) => record.type === 'stride');
  expect(truth.length).toBeGreaterThan(10);
  const folder = freshFolder();
  const served = await serve(folder);
  for (const speed of speeds) {
    const replay = await run(['replay', file, '--speed', speed, '--data', folder, '--json']);
    expect([replay.code, replay.note]).toEqual([0, expect.not.stringMatching(/gaitkeeper:/)]);
    const { walk_id } = JSON.parse(replay.out) as { walk_id: string };
    const { value } = await served.ask('GET', `/walks/${walk_id}/strides?limit=1000`);
    const byTime = (a: { ic_s: number; side: string }, b: { ic_s: number; side: string }) =>
      a.ic_s - b.ic_s || a.side.localeCompare(b.side);
    expect([...value.items].sort(byTime)).toEqual([...truth].sort(byTime));
  }
  served.child.kill('SIGTERM');
  return truth;
}

test('replay at a speed, at max, and analyze give the same strides of a virtual walk, bit for bit', LIMIT, async () => {
  const folder = freshFolder();
  const made = await run(['simulate', '--scenario', 'healthy', '--seed', '5', '--seconds', '25', '--out', folder]);
  expect([made.code, made.note]).toEqual([0, expect.anything()]);
  await sameStrides(path.join(folder, 'walk.mcap'), ['max', '8']);
  await sameStrides(path.join(folder, 'walk.csv'), ['max']);
});

test(
  'a recording that says when its wearer had paused is analysed and replayed without what was walked then',
  LIMIT,
  async () => {
    const walk = simulateWalk({ scenario: 'healthy', seed: 5, seconds: 40 });
    const parts: Uint8Array[] = [];
    const writer = new RecordingWriter(async (bytes) => void parts.push(bytes.slice()), walk.slots);
    await writer.start({ pauses: [{ from_s: 15, to_s: 25 }], tag_changes: [{ at_s: 30, tags: { luggage_kg: 0 } }] });
    for (const notification of walk.notifications()) await writer.add(notification);
    await writer.end();
    const file = path.join(freshFolder(), 'walk.mcap');
    writeFileSync(file, Buffer.concat(parts));
    const strides = await sameStrides(file, ['max']);
    expect(strides.filter((s) => s.ic_s >= 15 && s.ic_s < 25)).toEqual([]);
    expect(strides.some((s) => s.ic_s > 25)).toBe(true);
  },
);

test.skipIf(!existsSync(real))(
  `replay and analyze give the same strides of a real recording${existsSync(real) ? '' : ' (skipped: the shared recordings are not beside the project)'}`,
  LIMIT,
  () => sameStrides(real, ['max', '20']),
);

test('what stands in the way is said in words', LIMIT, async () => {
  const folder = freshFolder();
  const missing = await run(['replay', path.join(folder, 'no.mcap'), '--data', folder]);
  expect([missing.code, missing.note]).toEqual([1, expect.stringMatching(/no\.mcap/)]);
  const made = await run(['simulate', '--scenario', 'standing', '--seconds', '3', '--out', folder]);
  expect(made.code).toBe(0);
  const nobody = await run(['replay', path.join(folder, 'walk.mcap'), '--data', folder]);
  expect([nobody.code, nobody.note]).toEqual([1, expect.stringMatching(/start the service/)]);
  const dead = await run(['replay', path.join(folder, 'walk.mcap'), '--data', folder, '--url', 'http://127.0.0.1:1'], {
    GAITKEEPER_TOKEN: 'x'.repeat(40),
  });
  expect([dead.code, dead.note]).toEqual([1, expect.stringMatching(/can't be reached/)]);
  const wrong = await run(['replay', path.join(folder, 'walk.mcap'), '--data', folder, '--url', 'ftp://here'], {
    GAITKEEPER_TOKEN: 'x'.repeat(40),
  });
  expect([wrong.code, wrong.note]).toEqual([2, expect.stringMatching(/expected an address like http:/)]);
  expect((await run(['replay', 'x', '--speed', 'fast'])).code).toBe(2);
});
