import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { metricsPage } from '../../bench/docs/metrics-page.ts';

const docs = path.resolve(import.meta.dirname, '../../docs');

test('docs/metrics.md is what the registry says (else: npm run docs:metrics)', () => {
  expect(readFileSync(path.join(docs, 'metrics.md'), 'utf8')).toBe(metricsPage());
});
