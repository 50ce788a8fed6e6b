/** `npm run docs:metrics`: writes docs/metrics.md from the registry of metrics, docs/rules.md and docs/rules-ja.md from the rules. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { metricsPage } from './docs/metrics-page.ts';
import { rulesPage } from './docs/rules-page.ts';

const docs = path.resolve(import.meta.dirname, '../docs');
writeFileSync(path.join(docs, 'metrics.md'), metricsPage());
writeFileSync(path.join(docs, 'rules.md'), rulesPage('en'));
writeFileSync(path.join(docs, 'rules-ja.md'), rulesPage('ja'));
