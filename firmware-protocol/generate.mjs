// Makes what the two sides of the wire share, from the one table (protocol-v1.json):
//   src/protocol/wire-v1.ts   constants of the TypeScript codec
//   gk_wire.h                 constants of the C codec, in the reference firmware
//   docs/protocol.md          the tables people read, into the marked places
// `npm run protocol:generate` writes them; `--check` only compares and fails where a file differs from the table.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { cHeader } from './generator/c-header.mjs';
import { checkTable } from './generator/check-table.mjs';
import { markdown } from './generator/markdown.mjs';
import { typescript } from './generator/typescript.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const table = JSON.parse(readFileSync(path.join(root, 'firmware-protocol/protocol-v1.json'), 'utf8'));
checkTable(table);

const page = path.join(root, 'docs/protocol.md');
const made = [
  [path.join(root, 'src/protocol/wire-v1.ts'), typescript(table)],
  [path.join(root, 'firmware-protocol/reference-firmware/gaitkeeper/src/gk_wire.h'), cHeader(table)],
  [page, markdown(table, readFileSync(page, 'utf8'))],
];

const check = process.argv.includes('--check');
let stale = 0;
for (const [file, text] of made) {
  const name = path.relative(root, file);
  if (check) {
    let there = '';
    try {
      there = readFileSync(file, 'utf8');
    } catch {
      // A missing file is as stale as a different one.
    }
    if (there === text) continue;
    stale++;
    console.error(`${name} is not what protocol-v1.json makes. Run: npm run protocol:generate`);
  } else {
    writeFileSync(file, text);
    console.log(`wrote ${name}`);
  }
}
process.exitCode = stale > 0 ? 1 : 0;
