import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { ImuBlock } from '../../../src/domain/samples.ts';
import type { SensorSite } from '../../../src/domain/sites.ts';
import { radFromDeg } from '../../../src/domain/units.ts';

/** Real recordings lie beside the project and are no part of it. */
export const recordingFolder = (name: string): string =>
  path.resolve(import.meta.dirname, '../../../../shared/data', name);
export const recordingsHere = existsSync(recordingFolder('orientation-14'));

/** Blocks of one site of an evenly sampled walk.csv; a missing row is a gap. */
export function recordingBlocks(name: string, site: SensorSite, perBlock = 16): ImuBlock[] {
  const folder = recordingFolder(name);
  const rateHz = (JSON.parse(readFileSync(path.join(folder, 'reference.json'), 'utf8')) as { rate_hz: number }).rate_hz;
  const rows = readFileSync(path.join(folder, 'walk.csv'), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','))
    .filter((cells) => cells[1] === site)
    .map((cells) => [Number(cells[0]), ...cells.slice(2).map(Number)]);
  const goesOn = (i: number): boolean => Math.abs(rows[i]![0]! - rows[i - 1]![0]! - 1 / rateHz) < 0.5 / rateHz;
  const blocks: ImuBlock[] = [];
  for (let i = 0; i < rows.length;) {
    let end = i + 1;
    while (end < rows.length && end - i < perBlock && goesOn(end)) end++;
    const part = rows.slice(i, end);
    blocks.push({
      site,
      startS: rows[i]![0]!,
      afterGap: i === 0 || !goesOn(i),
      rateHz,
      accMps2: Float64Array.from(part.flatMap((r) => r.slice(1, 4))),
      gyrRadps: Float64Array.from(part.flatMap((r) => r.slice(4, 7).map(radFromDeg))),
    });
    i = end;
  }
  return blocks;
}

/** The same samples in blocks of other lengths. */
export function splitBlocks(blocks: readonly ImuBlock[], lengths: readonly number[]): ImuBlock[] {
  const out: ImuBlock[] = [];
  let turn = 0;
  for (const block of blocks) {
    const count = block.accMps2.length / 3;
    for (let from = 0; from < count;) {
      const to = Math.min(count, from + lengths[turn++ % lengths.length]!);
      out.push({
        ...block,
        startS: block.startS + from / block.rateHz,
        afterGap: block.afterGap && from === 0,
        accMps2: block.accMps2.slice(3 * from, 3 * to),
        gyrRadps: block.gyrRadps.slice(3 * from, 3 * to),
      });
      from = to;
    }
  }
  return out;
}
