import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { reportPdf } from '../../src/report/report-pdf.ts';
import { exampleReport } from './example-report.ts';

const pdftotext = spawnSync('pdftotext', ['-v']).error === undefined;
const skipped = !pdftotext && process.env['CI'] !== 'true';

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
    const [first, ...others] = pages(await reportPdf(exampleReport(), 'en'));
    expect(first).toContain('Your shoes roll in more than at your start.');
    expect(first).toContain('about 1.4°');
    expect(first).toContain('since about minute 40 to 50');
    expect(first).toContain('How good the data is');
    expect(first).toContain('No pelvis sensor was worn');
    expect(first).toContain('Not a medical device');
    const rest = others.join('\n');
    expect(rest).toContain('83 min: back, right · 5/10');
    expect(rest).toContain('What it can not say');
    expect(rest).toContain('from minute 40: shoes: trainers · luggage (kg): 4');
    for (const name of ['How the feet work', 'Stiff buttock muscles', 'The joints between sacrum and pelvis'])
      expect(rest).toContain(name);
    const plain = rest.replaceAll(/\s+/g, ' ');
    expect(plain).toContain('the whole leg kept 81 % on left steps and 78 % on right steps from the pelvis');
    expect(plain).toContain('it says nothing of a joint by itself');
  });

  test('Japanese text is there as text', async () => {
    const [first, ...others] = pages(await reportPdf(exampleReport(), 'ja'));
    expect(first).toContain('靴の内倒れが歩き始めより大きくなっています');
    expect(first).toContain('データの質');
    const rest = others.join('').replaceAll(/\s+/g, '');
    expect(rest).toContain('腰・右');
    expect(rest).toContain('左足の着地で81％、右足の着地で78％を脚全体が骨盤に伝えませんでした');
    expect(rest).toContain('一つの関節のことは示しません');
  });
});
