import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { analyzeCommand } from '../../src/cli/commands/analyze.ts';
import { convertCommand } from '../../src/cli/commands/convert.ts';
import { simulateCommand } from '../../src/cli/commands/simulate.ts';
import { runCommand } from './run-command.ts';

let folder = '';
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'gaitkeeper-convert-'));
  await runCommand(simulateCommand, '--seed', '4', '--seconds', '20', '--out', folder);
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => path.join(folder, name);
const convert = (...args: string[]) => runCommand(convertCommand, ...args);
const strides = async (file: string): Promise<string> =>
  (await runCommand(analyzeCommand, file, '--format', 'ndjson')).out;

describe('gaitkeeper convert', () => {
  it('CSV to MCAP and back: the same analysis bit for bit, the same rows', async () => {
    expect(await convert(at('walk.csv'), at('from-csv.mcap'))).toEqual({ out: '', notes: '', exitCode: 0 });
    expect(await convert(at('from-csv.mcap'), at('back.csv'))).toMatchObject({ exitCode: 0 });
    const sorted = (name: string): string[][] =>
      readFileSync(at(name), 'utf8')
        .trim()
        .split('\n')
        .slice(1)
        .map((line) => line.split(','))
        .sort((a, b) => Number(a[0]) - Number(b[0]) || (a[1]! < b[1]! ? -1 : 1));
    const numbers = (rows: string[][]): unknown[] =>
      rows.map(([time, site, ...rest]) => [Number(time), site, ...rest.map(Number)]);
    expect(numbers(sorted('back.csv'))).toEqual(numbers(sorted('walk.csv')));
    expect(await strides(at('from-csv.mcap'))).toBe(await strides(at('walk.csv')));
  });

  it('packets to MCAP keep every byte: analysed alike', async () => {
    await convert(at('walk.mcap'), at('copy.mcap'));
    expect(await strides(at('copy.mcap'))).toBe(await strides(at('walk.mcap')));
  });

  it('packets to CSV: a row a sample', async () => {
    await convert(at('walk.mcap'), at('rows.csv'), '--sensors', 'pelvis');
    const lines = readFileSync(at('rows.csv'), 'utf8').trim().split('\n');
    expect(lines[0]).toBe('time_s,sensor,acc_x_mps2,acc_y_mps2,acc_z_mps2,gyr_x_dps,gyr_y_dps,gyr_z_dps');
    expect(lines.length).toBeGreaterThan(20 * 100);
    expect(lines.slice(1).every((line) => /^\d+\.\d{6},pelvis(,-?\d+\.\d{5}){6}$/.test(line))).toBe(true);
  });

  it('mends a file that was cut off', async () => {
    const bytes = readFileSync(at('walk.mcap'));
    writeFileSync(at('cut.mcap'), bytes.subarray(0, Math.floor(0.7 * bytes.length)));
    const { notes, exitCode } = await convert(at('cut.mcap'), at('mended.mcap'));
    expect(exitCode).toBe(0);
    expect(notes).toMatch(/cut off after/);
    const { notes: silent } = await runCommand(analyzeCommand, at('mended.mcap'), '--format', 'ndjson');
    expect(silent).toBe('');
  });

  it('overwrites nothing unless told to, and never the recording itself', async () => {
    writeFileSync(at('there.csv'), 'mine');
    expect(await convert(at('walk.mcap'), at('there.csv'))).toMatchObject({
      exitCode: 1,
      notes: expect.stringMatching(/there already.*--force/),
    });
    expect(readFileSync(at('there.csv'), 'utf8')).toBe('mine');
    expect(await convert(at('walk.mcap'), at('there.csv'), '--force')).toMatchObject({ exitCode: 0 });
    expect(statSync(at('there.csv')).size).toBeGreaterThan(1e5);
    expect(await convert(at('walk.mcap'), at('walk.mcap'), '--force')).toMatchObject({
      exitCode: 1,
      notes: expect.stringMatching(/itself/),
    });
  });

  it('leaves nothing behind where it fails, and is for its owner alone', async () => {
    expect(await convert(at('none.csv'), at('x.mcap'))).toMatchObject({ exitCode: 1 });
    expect(await convert(at('walk.csv'), at('x.txt'))).toMatchObject({
      exitCode: 2,
      notes: expect.stringMatching(/\.csv or \.mcap/),
    });
    expect(await convert(at('walk.csv'), path.join(folder, 'nowhere', 'x.mcap'))).toMatchObject({ exitCode: 1 });
    expect(readdirSync(folder).filter((name) => name.startsWith('x.') || name.includes('.part'))).toEqual([]);
    expect(statSync(at('walk.mcap')).mode & 0o077).toBe(0);
  });
});
