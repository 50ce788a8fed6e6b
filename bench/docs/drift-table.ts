import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const TABLE = 'docs/drift-characteristics.md';
const PAGE = 'docs/accuracy.md';
const HEADING = '## Drift: how often it is wrong, how soon it is right';
const NEXT = /\n## /;

/** The section that docs/accuracy.md holds of the drift table, as `npm run drift:characteristics` last printed it. */
export function driftSection(root: string): string {
  const file = path.join(root, TABLE);
  if (!existsSync(file)) return '';
  const [, ...text] = readFileSync(file, 'utf8').split('\n');
  return `${HEADING}\n${text.join('\n').trimEnd()}\n`;
}

/** Puts the drift table as it now is into docs/accuracy.md; the rest of the page stays. */
export function renewDriftSection(root: string): void {
  const file = path.join(root, PAGE);
  const page = readFileSync(file, 'utf8');
  const from = page.indexOf(HEADING);
  if (from < 0) {
    writeFileSync(file, `${page.trimEnd()}\n\n${driftSection(root)}`);
    return;
  }
  const after = NEXT.exec(page.slice(from + HEADING.length));
  const rest = after === null ? '' : page.slice(from + HEADING.length + after.index);
  writeFileSync(file, `${page.slice(0, from)}${driftSection(root).trimEnd()}\n${rest}`);
}
