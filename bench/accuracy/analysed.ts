import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { GaitRecord } from '../../src/domain/records.ts';
import type { SensorSite } from '../../src/domain/sites.ts';
import { openRecording } from '../../src/recording/open-recording.ts';
import { simulateWalk, type SimulatedWalk } from '../../src/simulator/simulate-walk.ts';
import { WalkSession } from '../../src/walk/walk-session.ts';

/** Errors of one quantity as the scorer gives them. */
export interface Errors {
  n: number;
  wanted: number;
  bias?: number;
  sd?: number;
  mae?: number;
  rmse?: number;
  median_abs?: number;
  r?: number;
}
export type Score = Record<string, unknown>;
export const errorsOf = (score: Score, key: string): Errors =>
  (score[key] as Errors | undefined) ?? { n: 0, wanted: 0 };

/** A whole recording through the same session as live. */
export async function analyseFile(
  file: string,
  options: { sites?: readonly SensorSite[]; orientation?: boolean } = {},
): Promise<GaitRecord[]> {
  const recording = await openRecording(file);
  const slots = recording.slots.filter((s) => options.sites === undefined || options.sites.includes(s.site));
  const wanted = new Set(slots.map((s) => s.slot));
  const session = new WalkSession({ slots, ...(options.orientation === true ? { orientation: true } : {}) });
  const records: GaitRecord[] = [];
  for await (const notification of recording.notifications)
    if (wanted.has(notification.slot)) records.push(...session.push(notification));
  records.push(...session.finish());
  return records;
}

/** A simulated walk through a session. */
export function analyseSimulated(walk: SimulatedWalk, sites?: readonly SensorSite[]): GaitRecord[] {
  const slots = walk.slots.filter((s) => sites === undefined || sites.includes(s.site));
  const wanted = new Set(slots.map((s) => s.slot));
  const session = new WalkSession({ slots });
  const records: GaitRecord[] = [];
  for (const notification of walk.notifications())
    if (wanted.has(notification.slot)) records.push(...session.push(notification));
  records.push(...session.finish());
  return records;
}

export { simulateWalk };

const toNdjson = (records: readonly GaitRecord[]): string => records.map((r) => JSON.stringify(r)).join('\n') + '\n';

/** Scores records against a folder with a reference (the shared scorer; nothing here matches or subtracts). */
export function scoreAgainst(scorer: string, records: readonly GaitRecord[], folder: string, toleranceMs = 50): Score {
  const temporary = mkdtempSync(path.join(tmpdir(), 'accuracy-'));
  try {
    const file = path.join(temporary, 'records.ndjson');
    writeFileSync(file, toNdjson(records));
    return run(scorer, file, folder, toleranceMs);
  } finally {
    rmSync(temporary, { recursive: true });
  }
}

/** Scores the records of a simulated walk against its truth. */
export function scoreSimulated(scorer: string, records: readonly GaitRecord[], walk: SimulatedWalk): Score {
  const temporary = mkdtempSync(path.join(tmpdir(), 'accuracy-'));
  try {
    writeFileSync(path.join(temporary, 'truth.json'), JSON.stringify(walk.truth));
    const file = path.join(temporary, 'records.ndjson');
    writeFileSync(file, toNdjson(records));
    return run(scorer, file, temporary, 50);
  } finally {
    rmSync(temporary, { recursive: true });
  }
}

function run(scorer: string, file: string, folder: string, toleranceMs: number): Score {
  const result = spawnSync(process.execPath, [scorer, file, folder, '--json', '--tolerance-ms', String(toleranceMs)], {
    encoding: 'utf8',
    maxBuffer: 64 * 2 ** 20,
  });
  if (result.status !== 0) return { failed: result.stderr.trim() };
  return JSON.parse(result.stdout) as Score;
}
