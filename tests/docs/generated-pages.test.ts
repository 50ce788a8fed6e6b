import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { metricsPage } from '../../bench/docs/metrics-page.ts';
import { rulesPage } from '../../bench/docs/rules-page.ts';

const docs = path.resolve(import.meta.dirname, '../../docs');

test('docs/metrics.md is what the registry says (else: npm run docs:metrics)', () => {
  expect(readFileSync(path.join(docs, 'metrics.md'), 'utf8')).toBe(metricsPage());
});

test.each([
  ['rules.md', 'en'],
  ['rules-ja.md', 'ja'],
] as const)('docs/%s is what the rules say (else: npm run docs:metrics)', (file, language) => {
  const page = readFileSync(path.join(docs, file), 'utf8');
  expect(page).toBe(rulesPage(language));
  // A table that somebody can read: no field without its word, no cell left over.
  expect(page).not.toMatch(/undefined|null|\[object/);
  const rows = page.split('\n').filter((line) => line.startsWith('| '));
  expect(rows.length).toBeGreaterThan(20);
  for (const row of rows) for (const cell of row.slice(1, -1).split(/(?<!\\)\|/)) expect(cell.trim(), row).not.toBe('');
});
