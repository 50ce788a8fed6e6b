import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { FindingRecord, WalkRecord } from '../../src/domain/records.ts';
import { ReportBuilder } from '../../src/guidance/walk-report.ts';
import { openRecording } from '../../src/recording/open-recording.ts';
import { WalkSession } from '../../src/walk/walk-session.ts';
import { OPEN } from './report-context.ts';

const data = path.resolve(import.meta.dirname, '../../../shared/data');
const present = existsSync(data);
const walks = present
  ? readdirSync(data).filter((name) => /^(back-only|feet-and-back|one-foot|shoes-optical)/.test(name))
  : ['none'];
const why = present ? '' : ' (skipped: the folder ../shared with the recordings is missing)';

describe.skipIf(!present)(`real recordings of healthy people${why}`, () => {
  test.each(walks)('%s: nothing is found to have changed', async (name) => {
    const recording = await openRecording(path.join(data, name));
    const session = new WalkSession({ slots: recording.slots });
    const builder = new ReportBuilder(600);
    const findings: FindingRecord[] = [];
    let walk: WalkRecord | undefined;
    const take = (records: ReturnType<WalkSession['finish']>): void => {
      for (const record of records) {
        if (record.type === 'walk') walk = record;
        if (record.type === 'finding') findings.push(record);
        if (record.type === 'stride' || record.type === 'finding') builder.record(record);
      }
    };
    for await (const notification of recording.notifications) take(session.push(notification));
    take(session.finish());
    expect(walk!.steps).toBeGreaterThan(5);
    expect(findings.filter((f) => f.kind === 'drift' || f.kind === 'sudden_change')).toEqual([]);
    const report = builder.build(walk!, OPEN);
    expect(report).toMatchObject({
      findings: [],
      result: expect.stringMatching(/too_short|no_clear_change/) as string,
    });
  });
});
