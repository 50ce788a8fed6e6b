import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { PrintError, ReportPrinter } from '../../src/report/report-printer.ts';
import { exampleReport } from './example-report.ts';

const root = path.resolve(import.meta.dirname, '../..');
const reasonOf = (error: unknown): string => (error instanceof PrintError ? error.reason : String(error));

describe('reports are printed in a thread of their own', () => {
  test('the bytes are a PDF, in both languages, one after another', async () => {
    const printer = new ReportPrinter();
    const both = await Promise.all((['en', 'ja'] as const).map((language) => printer.print(exampleReport(), language)));
    for (const pdf of both) {
      expect(Buffer.from(pdf.subarray(0, 5)).toString('latin1')).toBe('%PDF-');
      expect(pdf.length).toBeGreaterThan(20_000);
    }
    await printer.close();
  });

  test('one that takes too long is given up, and the next is printed all the same', async () => {
    const hasty = new ReportPrinter({ limitMs: 1 });
    await expect(hasty.print(exampleReport(), 'en').catch(reasonOf)).resolves.toBe('too_slow');
    const patient = new ReportPrinter();
    const broken = { ...exampleReport(), quality: null } as unknown as ReturnType<typeof exampleReport>;
    await expect(patient.print(broken, 'en').catch(reasonOf)).resolves.toBe('failed');
    await expect(patient.print(exampleReport(), 'en')).resolves.toBeInstanceOf(Uint8Array);
  });

  test('more than eight waiting are refused; closing ends them all', async () => {
    const printer = new ReportPrinter();
    const asked = Array.from({ length: 9 }, () => printer.print(exampleReport(), 'en').catch(reasonOf));
    expect(await asked[8]).toBe('busy');
    await printer.close();
    expect(await Promise.all(asked.slice(0, 8))).toEqual(Array<string>(8).fill('closed'));
  });

  test('the service never loads what prints: only the thread does', () => {
    const files = ['src/api', 'src/cli'].flatMap((folder) =>
      readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter((f) => f.endsWith('.ts'))
        .map((f) => path.join(folder, f)),
    );
    const loads = (file: string) =>
      [...readFileSync(path.join(root, file), 'utf8').matchAll(/report\/(report-[a-z]+)\.ts/g)].map((m) => m[1]);
    const loaded = new Set(files.flatMap(loads));
    expect([...loaded]).toEqual(['report-printer']);
    expect(readFileSync(path.join(root, 'src/report/report-printer.ts'), 'utf8')).not.toMatch(/from '.*report-pdf/);
  });

  const built = path.join(root, 'dist/report/report-printer.js');
  const isBuilt = spawnSync('test', ['-e', path.join(root, 'dist/report/report-worker.js')]).status === 0;
  test.skipIf(!isBuilt)('the built files print as well (skipped where they are not built)', async () => {
    const { ReportPrinter: Built } = (await import(built)) as { ReportPrinter: typeof ReportPrinter };
    const pdf = await new Built().print(exampleReport(), 'en');
    expect(Buffer.from(pdf.subarray(0, 5)).toString('latin1')).toBe('%PDF-');
  });
});
