// Writes the recordings of fixtures/ anew, with the virtual walker. Run `npm run build` first.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const FIXTURES = {
  healthy: ['--scenario', 'healthy', '--seed', '101', '--seconds', '30'],
  'turns-pelvis-only': ['--scenario', 'turns', '--seed', '102', '--seconds', '40', '--sensors', 'pelvis'],
  'hip-drop-bad-radio': ['--scenario', 'hip_drop', '--seed', '103', '--seconds', '25', '--faults', 'rough'],
  standing: ['--scenario', 'standing', '--seed', '104', '--seconds', '15'],
};

const cli = process.env['GAITKEEPER_CLI']?.split(' ') ?? [process.execPath, path.join(root, 'bin/gaitkeeper.js')];
for (const [name, options] of Object.entries(FIXTURES)) {
  const made = mkdtempSync(path.join(tmpdir(), 'gaitkeeper-fixture-'));
  const [command, ...args] = cli;
  execFileSync(command, [...args, 'simulate', ...options, '--out', made], { cwd: root, stdio: 'inherit' });
  const folder = path.join(root, 'fixtures', name);
  mkdirSync(folder, { recursive: true });
  for (const file of ['walk.mcap', 'truth.json'])
    writeFileSync(path.join(folder, file), readFileSync(path.join(made, file)));
  rmSync(made, { recursive: true });
}
