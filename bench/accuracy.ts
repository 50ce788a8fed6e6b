/**
 * `npm run accuracy`: analyses the real recordings beside the project (where they are) and a fixed set of simulated people,
 * scores them, and writes docs/accuracy.md. `-- --print` only prints.
 */
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { table, type AccuracyRow } from './accuracy/accuracy-row.ts';
import { driftSection } from './docs/drift-table.ts';
import { guidanceRows } from './accuracy/guidance-values.ts';
import { realRows } from './accuracy/real.ts';
import { trialSection } from './accuracy/trials.ts';
import { simulatedRows } from './accuracy/simulated.ts';

const root = path.resolve(import.meta.dirname, '..');
const shared = path.resolve(root, '../shared');
if (!existsSync(path.join(shared, 'tools', 'score.mjs'))) {
  process.stderr.write(
    'The scorer and the recordings (../shared) are not beside this project: nothing can be scored here.\n',
  );
  process.exit(1);
}
const only = process.argv.includes('--real') ? 'real' : process.argv.includes('--simulated') ? 'simulated' : 'all';
const rows: AccuracyRow[] = [];
let perFolder: string[] = [];
if (only !== 'simulated') {
  const real = await realRows(shared);
  rows.push(...real.rows);
  ({ perFolder } = real);
}
if (only !== 'real') rows.push(...simulatedRows(shared));
rows.push(...(await guidanceRows(shared, only)));

const text = `# Accuracy

Printed by \`npm run accuracy\`. Errors are analysis less reference. Real recordings were made by others and are not part of
this project; the people, shoes and rooms in them are few. Simulated walks test our code, not people.

${table(rows)}

The best open batch library (gaitmap 2.6, classic pipeline) on both halves of shoes-optical, as published with the
recordings: stride length MAE 38 mm, IC +50 ± 10 ms, FC +14 ± 4 ms, pitch MAE 0.6°, roll-in excursion MAE 2.2 to 3.1°; it
has neither pelvic drop nor a live mode.

| recording | IC F1 at 50 ms | FC F1 at 50 ms | IC latency p95 | pelvis alone: IC F1 at 100 ms | side |
| --- | --- | --- | --- | --- | --- |
${perFolder.join('\n')}

${trialSection()}
${driftSection(root)}`;
process.stdout.write(text);
if (only === 'all' && !process.argv.includes('--print')) writeFileSync(path.join(root, 'docs/accuracy.md'), text);
