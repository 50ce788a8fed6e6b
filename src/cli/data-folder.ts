import { homedir } from 'node:os';
import path from 'node:path';

/** Key of the store; undefined where it is not encrypted. */
export const storeKey = (env: Readonly<Record<string, string | undefined>>): string | undefined =>
  env['GAITKEEPER_KEY'] || undefined;

/** Where walks live: --data, else GAITKEEPER_DATA, else XDG's data folder. */
export function dataFolder(option: string | undefined, env: Readonly<Record<string, string | undefined>>): string {
  if (option !== undefined) return path.resolve(option);
  if (env['GAITKEEPER_DATA']) return path.resolve(env['GAITKEEPER_DATA']);
  const base = env['XDG_DATA_HOME'] ?? path.join(homedir(), '.local', 'share');
  return path.join(base, 'gaitkeeper');
}
