import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { StrideRecord, WalkRecord } from '../../src/domain/records.ts';
import { ReportBuilder, type WalkReport } from '../../src/guidance/walk-report.ts';
import { reportPdf } from '../../src/report/report-pdf.ts';

const pdftotext = spawnSync('pdftotext', ['-v']).error === undefined;
const skipped = !pdftotext && process.env['CI'] !== 'true';

function report(): WalkReport {
  const durationS = 7200;
  const builder = new ReportBuilder(durationS);
  for (let t = 0; t < durationS; t += 1.1)
    for (const side of ['left', 'right'] as const) {
      builder.record({
        type: 'stride',
        side,
        ic_s: t,
        next_ic_s: t + 1.1,
        stride_time_s: 1.1,
        eversion_excursion_deg: 9 + (1.5 * t) / durationS + 0.1 * Math.sin(t),
        stride_length_m: 1.3,
        turning: false,
        quality: 0.9,
        reasons: {},
        known_at_s: t,
      } as unknown as StrideRecord);
      const values_deg = Array.from({ length: 51 }, (_, i) => -5 + i / 5);
      builder.record({
        type: 'curve',
        kind: 'eversion_over_stance',
        side,
        ic_s: t,
        values_deg,
        known_at_s: t,
      });
    }
  const data = { metric: 'eversion_excursion_deg', unit: 'deg', size: 1.4, size_sd: 0.3, onset_min: [38, 52] };
  builder.record({
    type: 'finding',
    kind: 'drift',
    at_s: 1,
    side: null,
    text: '',
    confidence: 0.97,
    data,
    known_at_s: 1,
  });
  const walk = {
    type: 'walk',
    duration_s: durationS,
    sites: ['left_foot', 'right_foot'],
    steps: 13090,
    strides: 13090,
    distance_m: 8500,
    cadence_spm: 109,
    walking_speed_mps: 1.18,
    metrics: { gap_count: 1 },
    gaps: [{ site: 'left_foot', from_s: 3000, to_s: 3030 }],
    sensors: [],
    reasons: {},
    known_at_s: durationS,
  } as unknown as WalkRecord;
  return builder.build(walk, {
    title: 'River',
    startedAtMs: Date.UTC(2026, 4, 3, 9, 30),
    tags: { shoes: 'trainers' },
    tagChanges: [],
    marks: [{ atS: 5000, place: 'back_right', strength: 5 }],
    safety: { state: 'open', yes: [], dueBecause: undefined, validUntilMs: 1 },
    tried: new Set(),
    version: '9.9.9',
  });
}

function pages(pdf: Buffer): string[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'report-'));
  try {
    const file = path.join(folder, 'report.pdf');
    writeFileSync(file, pdf);
    const { stdout } = spawnSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' });
    return stdout.split('\f');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe.skipIf(skipped)('the PDF (skipped where pdftotext of poppler-utils is missing)', () => {
  test('English: the result, size, onset and the data quality stand on page 1', async () => {
    const [first, ...others] = pages(await reportPdf(report(), 'en'));
    expect(first).toContain('Your shoes roll in more than at your start.');
    expect(first).toContain('about 1.4°');
    expect(first).toContain('since about minute 40 to 50');
    expect(first).toContain('How good the data is');
    expect(first).toContain('No pelvis sensor was worn');
    expect(first).toContain('Not a medical device');
    const rest = others.join('\n');
    expect(rest).toContain('83 min: back, right · 5/10');
    expect(rest).toContain('What it can not say');
  });

  test('Japanese text is there as text', async () => {
    const [first, ...others] = pages(await reportPdf(report(), 'ja'));
    expect(first).toContain('靴の内倒れが歩き始めより大きくなっています');
    expect(first).toContain('データの質');
    expect(others.join('\n')).toContain('腰・右');
  });
});
