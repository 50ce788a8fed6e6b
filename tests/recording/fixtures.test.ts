import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { GaitRecord } from '../../src/domain/records.ts';
import { openRecording } from '../../src/recording/open-recording.ts';
import { WalkSession } from '../../src/walk/walk-session.ts';

const FOLDER = path.resolve(import.meta.dirname, '../../fixtures');
const names = readdirSync(FOLDER, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

interface Truth {
  readonly duration_s: number;
  readonly events: readonly { side: string; kind: string; time_s: number; optional?: boolean }[];
}

describe('fixtures', () => {
  it('are a few short walks, one of them none', () => {
    expect(names).toEqual(expect.arrayContaining(['healthy', 'standing']));
  });

  it.each(names)('%s: whole, every sensor heard, contacts where they truly were', async (name) => {
    const recording = await openRecording(path.join(FOLDER, name));
    const truth = JSON.parse(readFileSync(path.join(FOLDER, name, 'truth.json'), 'utf8')) as Truth;
    const session = new WalkSession({ slots: recording.slots });
    const records: GaitRecord[] = [];
    for await (const notification of recording.notifications) records.push(...session.push(notification));
    records.push(...session.finish());
    expect(recording.warnings).toEqual([]);
    for (const { counts } of session.status()) {
      expect(counts.rejected).toBe(0);
      expect(counts.samples + counts.lostSamples).toBeGreaterThan(0.97 * 104 * truth.duration_s);
      expect(counts.lostSamples).toBeLessThan(0.06 * counts.samples);
    }
    const contacts = records.flatMap((record) => (record.type === 'event' && record.kind === 'ic' ? [record] : []));
    const wanted = truth.events.filter((event) => event.kind === 'ic' && event.optional !== true);
    const near = (a: { time_s: number }, b: { time_s: number }): boolean => Math.abs(a.time_s - b.time_s) < 0.1;
    const found = wanted.filter((w) => contacts.some((c) => near(c, w)));
    expect(found.length).toBeGreaterThanOrEqual(0.85 * wanted.length);
    if (truth.events.length === 0) expect(contacts).toEqual([]);
  });
});
