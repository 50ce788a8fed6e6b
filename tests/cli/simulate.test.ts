import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { simulateCommand } from '../../src/cli/commands/simulate.ts';
import { openRecording } from '../../src/recording/open-recording.ts';
import { simulateWalk } from '../../src/simulator/simulate-walk.ts';
import { runCommand } from './run-command.ts';

let folder = '';
beforeAll(() => (folder = mkdtempSync(path.join(tmpdir(), 'gaitkeeper-simulate-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const simulate = (...args: string[]) => runCommand(simulateCommand, ...args);
const out = (name: string): string => path.join(folder, name);

describe('gaitkeeper simulate', () => {
  it('writes packets, rows and truth; the same seed gives the same bytes', async () => {
    const args = ['--scenario', 'turns', '--seed', '9', '--seconds', '15'];
    expect(await simulate(...args, '--out', out('a'))).toMatchObject({ exitCode: 0, out: '' });
    await simulate(...args, '--out', out('b'));
    for (const name of ['walk.mcap', 'walk.csv', 'truth.json'])
      expect(readFileSync(path.join(out('a'), name)).equals(readFileSync(path.join(out('b'), name)))).toBe(true);
    const truth: unknown = JSON.parse(readFileSync(path.join(out('a'), 'truth.json'), 'utf8'));
    expect(truth).toEqual(JSON.parse(JSON.stringify(simulateWalk({ scenario: 'turns', seed: 9, seconds: 15 }).truth)));
    const recording = await openRecording(path.join(out('a'), 'walk.mcap'));
    expect(recording.slots.map((slot) => slot.site)).toEqual(['left_foot', 'right_foot', 'pelvis']);
    expect(recording.meta).toMatchObject({ simulated: { scenario: 'turns', seed: 9, seconds: 15 } });
  });

  it('rows are the samples that arrived, at their true times', async () => {
    await simulate('--seed', '3', '--seconds', '30', '--faults', 'rough', '--out', out('rough'));
    const rows = readFileSync(path.join(out('rough'), 'walk.csv'), 'utf8')
      .trim()
      .split('\n')
      .slice(1);
    const { ROUGH_FAULTS } = await import('../../src/simulator/faults.ts');
    const walk = simulateWalk({ scenario: 'healthy', seed: 3, seconds: 30, faults: ROUGH_FAULTS });
    for (const { site, timesS, count } of walk.samples()) {
      const times = rows.filter((row) => row.includes(site)).map((row) => Number(row.split(',')[0]));
      const wanted = new Set([...timesS].map((t) => t.toFixed(6)));
      expect(times.every((t) => wanted.has(t.toFixed(6)))).toBe(true);
      expect(times.length).toBeLessThan(count);
      expect(times.length).toBeGreaterThan(0.85 * count);
    }
    const all = rows.map((row) => Number(row.split(',')[0]));
    expect(all.every((t, i) => i === 0 || t >= all[i - 1]!)).toBe(true);
  });

  it('standing has no event in its truth', async () => {
    await simulate('--scenario', 'standing', '--seconds', '5', '--sensors', 'pelvis', '--out', out('standing'));
    const truth = JSON.parse(readFileSync(path.join(out('standing'), 'truth.json'), 'utf8')) as { events: unknown[] };
    expect(truth.events).toEqual([]);
  });

  it.each([
    [['--scenario', 'moonwalk', '--out', 'x'], /moonwalk/],
    [['--seconds', '0', '--out', 'x'], /above 0/],
    [['--seconds', '1e9', '--out', 'x'], /at most 86400/],
    [['--seed', 'a', '--out', 'x'], /whole number/],
    [['--rate', '99', '--out', 'x'], /99/],
    [['--sensors', 'sensor', '--out', 'x'], /wears left_foot/],
    [['--seed', '1'], /--out/],
  ])('refuses %j in words', async (args, message) => {
    const { exitCode, notes } = await simulate(...args);
    expect(exitCode).toBe(2);
    expect(notes).toMatch(message);
  });
});
