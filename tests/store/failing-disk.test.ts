import { execFile, execFileSync, spawnSync } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { FaultRun } from './failing-disk-child.ts';
import { temporaryFolder } from './walk-data.ts';

const root = path.resolve(import.meta.dirname, '../..');
const compiler = spawnSync('gcc', ['--version']).status === 0;
if (!compiler && process.env['CI'] === 'true') throw new Error('gcc is missing, and with CI=true nothing is skipped.');
const here = compiler && process.platform === 'linux';

/** Runs the recorder under the shim. @returns what each of its walks came to */
async function runsWithFaults(): Promise<FaultRun[]> {
  const shim = path.join(temporaryFolder(), 'failing-disk.so');
  const flags = ['-shared', '-fPIC', '-O1', '-Wall', '-Wextra', '-Werror'];
  execFileSync('gcc', [...flags, '-o', shim, path.join(import.meta.dirname, 'failing-disk.c'), '-ldl', '-lpthread']);
  const folder = temporaryFolder();
  const child = path.join(import.meta.dirname, 'failing-disk-child.ts');
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', child, folder], {
    cwd: root,
    env: { ...process.env, LD_PRELOAD: shim, FAILING_DISK_FOLDER: folder },
    maxBuffer: 2 ** 26,
  });
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as FaultRun);
}

describe.skipIf(!here)(`a failing disk${here ? '' : ' (skipped: needs gcc and Linux)'}`, () => {
  it('R4: whichever call fails, and however, the store has what it acknowledged, says so in words, and starts again', async () => {
    const runs = await runsWithFaults();
    const met = runs.filter((run) => run.met);
    expect(new Set(met.map((run) => run.fault)).size).toBe(4);
    expect(met.length).toBeGreaterThan(300);
    // The faults bite: some walks never began, some lost their last seconds, some went on as if nothing were.
    expect(met.some((run) => run.acknowledgedS === 0)).toBe(true);
    expect(met.some((run) => run.acknowledgedS > 0 && run.acknowledgedS < 12)).toBe(true);
    expect(met.some((run) => run.finishedAcknowledged)).toBe(true);
    expect(runs.filter((run) => run.strange.length > 0)).toEqual([]);
    expect(runs.filter((run) => run.wrong || !run.healthy)).toEqual([]);
    expect(runs.filter((run) => run.keptS < run.acknowledgedS)).toEqual([]);
    expect(runs.filter((run) => run.finishedAcknowledged && !run.finished)).toEqual([]);
  }, 120_000);
});
