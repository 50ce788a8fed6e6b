// Runs the property tests with seeds nobody chose. `npm run fuzz [-- ROUNDS]`; a failure names its seed: PROPERTY_SEED=... npx vitest run FILE.
import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const rounds = Number(process.argv[2] ?? 5);
if (!Number.isInteger(rounds) || rounds < 1) {
  console.error(`Expected a number of rounds, found "${process.argv[2]}". Example: npm run fuzz -- 20`);
  process.exit(2);
}
const files = readdirSync('tests', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.ts'))
  .map((file) => join('tests', file))
  .filter((file) => readFileSync(file, 'utf8').includes("from 'fast-check'"));

let failed = 0;
for (let round = 1; round <= rounds; round++) {
  const seed = randomInt(2 ** 31);
  console.log(`\nround ${round} of ${rounds}: PROPERTY_SEED=${seed}`);
  const env = { ...process.env, PROPERTY_SEED: String(seed) };
  const { status } = spawnSync('npx', ['vitest', 'run', ...files], { env, stdio: 'inherit' });
  if (status !== 0) failed++;
}
console.log(`\n${rounds - failed} of ${rounds} rounds passed, over ${files.length} files.`);
process.exit(failed === 0 ? 0 : 1);
