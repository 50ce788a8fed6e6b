import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { analyzeCommand } from '../../src/cli/commands/analyze.ts';
import { simulateCommand } from '../../src/cli/commands/simulate.ts';
import type { GaitRecord, WalkRecord } from '../../src/domain/records.ts';
import { runCommand } from './run-command.ts';

const DATA = path.resolve(import.meta.dirname, '../../../shared/data');
const HERE = existsSync(DATA);
const analyze = (...args: string[]) => runCommand(analyzeCommand, ...args);
const recordsOf = (ndjson: string): GaitRecord[] =>
  ndjson
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as GaitRecord);

let folder = '';
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'gaitkeeper-analyze-'));
  await runCommand(
    simulateCommand,
    '--scenario',
    'healthy',
    '--seed',
    '2',
    '--seconds',
    '45',
    '--out',
    path.join(folder, 'w'),
  );
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const walk = (name = ''): string => path.join(folder, 'w', name);
const write = (name: string, text: string | Uint8Array): string => {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
};

describe('gaitkeeper analyze', () => {
  it('prints one record a line, type first, in the order in which they were known, the walk last', async () => {
    const { out, notes, exitCode } = await analyze(walk('walk.mcap'), '--format', 'ndjson');
    expect({ notes, exitCode }).toEqual({ notes: '', exitCode: 0 });
    const lines = out.trim().split('\n');
    expect(lines.every((line) => line.startsWith('{"type":"'))).toBe(true);
    const records = recordsOf(out);
    const kinds = new Set(records.map((record) => record.type));
    expect([...kinds].sort()).toEqual(expect.arrayContaining(['event', 'step', 'stride', 'walk']));
    expect(kinds.has('curve') || kinds.has('orientation')).toBe(false);
    const known = records.slice(0, -1).map((record) => record.known_at_s);
    expect(known.every((s, i) => i === 0 || s >= known[i - 1]!)).toBe(true);
    expect(records.filter((record) => record.type === 'walk')).toHaveLength(1);
    expect(records.at(-1)).toMatchObject({ type: 'walk', sites: ['left_foot', 'right_foot', 'pelvis'] });
  });

  it('finds the strides that were walked, from the packets and from the rows', async () => {
    const truth = JSON.parse(readFileSync(walk('truth.json'), 'utf8')) as { strides: { side: string; ic_s: number }[] };
    for (const file of ['walk.mcap', 'walk.csv']) {
      const { out } = await analyze(walk(file), '--format', 'ndjson');
      const strides = recordsOf(out).filter((record) => record.type === 'stride');
      const found = truth.strides.filter((t) =>
        strides.some((s) => s.side === t.side && Math.abs(s.ic_s - t.ic_s) < 0.05),
      );
      expect(found.length).toBeGreaterThanOrEqual(0.9 * truth.strides.length);
    }
  });

  it('takes a folder for the recording in it', async () => {
    const [asFolder, asFile] = [
      await analyze(walk(), '--format', 'ndjson'),
      await analyze(walk('walk.mcap'), '--format', 'ndjson'),
    ];
    expect(asFolder.out).toBe(asFile.out);
  });

  it('prints further records when asked, and then as ndjson', async () => {
    const { out } = await analyze(walk('walk.mcap'), '--records', 'orientation,curve', '--sensors', 'left_foot');
    const records = recordsOf(out);
    const orientation = records.filter((record) => record.type === 'orientation');
    expect(orientation.length).toBeGreaterThan(45 * 90);
    expect(orientation.every((r) => Math.abs(Math.hypot(...r.q) - 1) < 1e-9)).toBe(true);
    expect(records.some((record) => record.type === 'curve')).toBe(true);
    expect((await analyze(walk('walk.mcap'), '--records', 'curve', '--format', 'csv')).exitCode).toBe(2);
  });

  it('uses only the sensors that were named', async () => {
    const { out } = await analyze(walk('walk.mcap'), '--sensors', 'right_foot', '--format', 'ndjson');
    const records = recordsOf(out);
    expect((records.at(-1) as WalkRecord).sites).toEqual(['right_foot']);
    expect(records.every((record) => !('side' in record) || record.side !== 'left')).toBe(true);
  });

  it('prints strides as a CSV with a column a field', async () => {
    const { out } = await analyze(walk('walk.mcap'), '--format', 'csv');
    const [head, ...lines] = out.trim().split('\n');
    const columns = head!.split(',');
    expect(columns).toEqual(expect.arrayContaining(['side', 'ic_s', 'stride_length_m', 'pelvic_drop_deg', 'reasons']));
    expect(lines.length).toBeGreaterThan(50);
    for (const line of lines) expect(line.split(',')).toHaveLength(columns.length);
    expect(out).not.toMatch(/NaN|undefined|null|Infinity/);
  });

  it('prints a table for people: strides as they come, a summary, what the sensors sent', async () => {
    const { out } = await analyze(walk('walk.mcap'));
    expect(out).toMatch(/^side\s+contact s/);
    expect(out).toMatch(/Walk of 0:4\d: \d+ steps, \d+ strides/);
    expect(out).toMatch(/left foot\s+\d+ samples at 104\.\d Hz/);
    expect(out).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('says in words what is wrong with a file, and ends with 1', async () => {
    for (const [file, message] of [
      [path.join(folder, 'none.mcap'), /There is no file/],
      [folder, /is a folder without a walk/],
      [write('empty.csv', ''), /is empty/],
      [write('junk.mcap', Uint8Array.of(0, 1, 2, 3, 4)), /binary data/],
      [write('notes.csv', 'Dear diary\n'), /is not a recording/],
      [write('acc.csv', 'time_s,sensor,acc_x_mps2,acc_y_mps2,acc_z_mps2\n0,pelvis,0,0,9.8\n'), /no gyroscope/],
    ] as const) {
      const { out, notes, exitCode } = await analyze(file, '--format', 'ndjson');
      expect(notes).toMatch(message);
      expect({ out, exitCode }).toEqual({ out: '', exitCode: 1 });
    }
  });

  it('says in words what is wrong with a call, and ends with 2', async () => {
    expect(await analyze(walk(), '--sensors', 'knee')).toMatchObject({
      exitCode: 2,
      notes: expect.stringMatching(/no sensor "knee".*left_foot/),
    });
    expect(await analyze(walk(), '--records', 'dreams')).toMatchObject({ exitCode: 2 });
    expect(await analyze(walk(), '--format', 'xml')).toMatchObject({ exitCode: 2 });
    expect(await analyze()).toMatchObject({ exitCode: 2 });
  });

  it('a sensor that the recording lacks is told with those that it has', async () => {
    const file = write(
      'pelvis.csv',
      `${readFileSync(walk('walk.csv'), 'utf8')
        .split('\n')
        .filter((l) => !l.includes('_foot'))
        .join('\n')}\n`,
    );
    const { exitCode, notes } = await analyze(file, '--sensors', 'left_foot');
    expect(exitCode).toBe(1);
    expect(notes).toMatch(/has no sensor "left_foot"; it has: pelvis/);
  });

  it('a recording that was cut off is analysed as far as it goes, with a note', async () => {
    const bytes = readFileSync(walk('walk.mcap'));
    const { out, notes, exitCode } = await analyze(
      write('cut.mcap', bytes.subarray(0, bytes.length >> 1)),
      '--format',
      'ndjson',
    );
    expect(exitCode).toBe(0);
    expect(notes).toMatch(/note: The recording has no end: it was cut off after \d+\.\d s/);
    expect(recordsOf(out).filter((record) => record.type === 'stride').length).toBeGreaterThan(15);
  });

  it
    .skipIf(!HERE)
    .each([
      'feet-and-back-12-1',
      'feet-and-back-1-1',
      'one-foot-2017-11-22-11-22-03',
      'one-foot-loop-short-walk',
      'back-only-HA-001-Test5-Trial1',
      'shoes-optical',
    ])('prints strides for real recordings: %s (skipped without the folder of recordings)', async (name) => {
    const records = recordsOf((await analyze(path.join(DATA, name), '--format', 'ndjson')).out);
    expect(records.filter((record) => record.type === 'stride').length).toBeGreaterThan(5);
    expect(JSON.stringify(records)).not.toMatch(/NaN|Infinity/);
  });

  it.skipIf(!HERE)(
    'a sensor that is worn nowhere gives no stride and the reason (skipped without the folder of recordings)',
    async () => {
      const { out } = await analyze(path.join(DATA, 'orientation-14'), '--format', 'ndjson');
      const records = recordsOf(out);
      expect(records.filter((record) => record.type !== 'walk')).toEqual([]);
      expect(records.at(-1)).toMatchObject({ type: 'walk', strides: 0, reasons: { strides: 'not_gait' } });
    },
  );
});
