import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRecording } from '../../src/recording/open-recording.ts';
import { RecordingError } from '../../src/recording/recording.ts';
import { all, mcapOf, packets } from './recordings.ts';

describe('files that recordings are read from', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'gaitkeeper-source-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('a pipe or a device is refused in words at once, for it could be read only once, or never ends', async () => {
    const pipe = path.join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    for (const file of [pipe, '/dev/zero', '/dev/null']) {
      const opening = openRecording(file);
      await expect(opening).rejects.toThrow(/is a pipe or a device.*Save it to a file first/);
      await expect(opening).rejects.toBeInstanceOf(RecordingError);
    }
  });

  it('a file that is still being written is read as far as it went when it was opened', async () => {
    const header = 'time_s,sensor,acc_x_mps2,acc_y_mps2,acc_z_mps2,gyr_x_dps,gyr_y_dps,gyr_z_dps\n';
    const rows = (site: string, fromS: number) =>
      Array.from({ length: 100 }, (_, i) => `${(fromS + i / 100).toFixed(2)},${site},1,2,3,4,5,6\n`).join('');
    const file = path.join(folder, 'walk.csv');
    writeFileSync(file, header + rows('left_foot', 0));
    const recording = await openRecording(file);
    // A sensor that was not there when the file was looked through.
    appendFileSync(file, rows('pelvis', 1) + rows('left_foot', 1));
    const got = await all(recording);
    expect(recording.slots.map(({ site }) => site)).toEqual(['left_foot']);
    expect(got.every(({ slot }) => slot === recording.slots[0]!.slot)).toBe(true);
    expect(got.reduce((sum, { receivedS }) => Math.max(sum, receivedS), 0)).toBeCloseTo(0.99, 9);
    expect(recording.readBytes).toBe(recording.sizeBytes);
  });

  it('links to files and folders are followed', async () => {
    const sent = packets(4);
    writeFileSync(path.join(folder, 'walk.mcap'), await mcapOf(sent));
    symlinkSync(path.join(folder, 'walk.mcap'), path.join(folder, 'link'));
    symlinkSync(folder, path.join(folder, 'here'));
    for (const name of ['link', 'here', path.join('here', 'link')])
      expect(await all(await openRecording(path.join(folder, name)))).toHaveLength(sent.length);
  });
});
