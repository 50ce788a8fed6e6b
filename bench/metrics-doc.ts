/** `npm run docs:metrics`: writes docs/metrics.md from the registry of metrics. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { metricsPage } from './docs/metrics-page.ts';

writeFileSync(path.resolve(import.meta.dirname, '../docs/metrics.md'), metricsPage());
