// Builds dist/ (service and CLI by tsc, dashboard by vite) where it is missing or older than its sources.
// `npm ci` runs it through `prepare`; `--force` builds whatever the dates say.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import path from 'node:path';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const stamp = path.join(root, 'dist', '.built');

function newest(folder) {
  let latest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const full = path.join(folder, entry.name);
    latest = Math.max(latest, entry.isDirectory() ? newest(full) : statSync(full).mtimeMs);
  }
  return latest;
}

if (!existsSync(path.join(root, 'node_modules', 'typescript'))) {
  // A production install (`npm ci --omit=dev`) ships with dist already built.
  process.exit(0);
}
const sources = [path.join(root, 'src'), path.join(root, 'firmware-protocol')].filter((d) => existsSync(d));
const changed = Math.max(
  ...sources.map(newest),
  ...['package.json', 'tsconfig.json', 'tsconfig.base.json', 'vite.config.ts']
    .map((f) => path.join(root, f))
    .filter((f) => existsSync(f))
    .map((f) => statSync(f).mtimeMs),
);
if (!process.argv.includes('--force') && existsSync(stamp) && statSync(stamp).mtimeMs >= changed) process.exit(0);

const run = (file, args) =>
  execFileSync(process.execPath, [path.join(root, 'node_modules', file), ...args], { cwd: root, stdio: 'inherit' });
rmSync(path.join(root, 'dist'), { recursive: true, force: true });
run('typescript/bin/tsc', ['-p', 'tsconfig.json']);
if (existsSync(path.join(root, 'vite.config.ts'))) run('vite/bin/vite.js', ['build', '--logLevel', 'warn']);
writeFileSync(stamp, '');
