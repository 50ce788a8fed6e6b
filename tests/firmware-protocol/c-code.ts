import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const folder = path.resolve(import.meta.dirname, '../../firmware-protocol');
const sources = path.join(folder, 'reference-firmware/gaitkeeper/src');

/** Where gcc is missing, tests of the C code are skipped with this in their title; with CI=true they fail instead. */
const hasGcc = spawnSync('gcc', ['--version']).status === 0;
export const skipsC = !hasGcc && process.env['CI'] !== 'true';
export const cTitle = (title: string): string => (skipsC ? `${title} (skipped: gcc is not installed)` : title);

const programs = {
  golden_tool: ['gk_packet.c'],
  hardware_check: ['gk_packet.c', 'gk_lsm6.c', 'gk_lipo.c'],
  virtual_peripheral: ['gk_packet.c', 'gk_sha256.c', 'gk_ring.c', 'gk_device.c'],
};

/** Compiles a host program with every warning an error and the sanitizers on. Remove its folder when done. */
export function compileHostProgram(name: keyof typeof programs): { file: string; remove: () => void } {
  const out = mkdtempSync(path.join(tmpdir(), 'gaitkeeper-c-'));
  const file = path.join(out, name);
  const strict = ['-std=c99', '-O1', '-g', '-Wall', '-Wextra', '-Werror', '-Wconversion', '-Wshadow', '-pedantic'];
  const checked = ['-fsanitize=address,undefined', '-fno-sanitize-recover=all'];
  const files = [path.join(folder, 'host', `${name}.c`), ...programs[name].map((source) => path.join(sources, source))];
  const remove = () => rmSync(out, { recursive: true, force: true });
  try {
    execFileSync('gcc', [...strict, ...checked, ...files, '-o', file], { stdio: 'pipe' });
  } catch (error) {
    remove();
    throw error;
  }
  return { file, remove };
}
