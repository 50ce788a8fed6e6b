import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { newSecret } from './secret.ts';

/** Shortest GAITKEEPER_TOKEN that is taken: 32 letters. */
const SHORTEST = 32;

/** Where scripts of this machine find the bearer token (mode 0600). */
export const tokenFile = (dataFolder: string): string => path.join(dataFolder, 'token');

/**
 * The service's own bearer token: GAITKEEPER_TOKEN where it is set, else DATA/token, made at first use.
 * @throws where GAITKEEPER_TOKEN is too short to be safe
 */
export function serviceToken(dataFolder: string, fromEnv: string | undefined): string {
  if (fromEnv !== undefined && fromEnv !== '') {
    if (fromEnv.length < SHORTEST)
      throw new Error(
        `GAITKEEPER_TOKEN has ${fromEnv.length} characters; at least ${SHORTEST} are needed. Take: openssl rand -hex 32`,
      );
    return fromEnv;
  }
  const file = tokenFile(dataFolder);
  const found = readToken(file);
  if (found !== undefined) {
    chmodSync(file, 0o600);
    return found;
  }
  const token = newSecret('gk');
  writeFileSync(file, `${token}\n`, { mode: 0o600 });
  chmodSync(file, 0o600);
  return token;
}

/** The token in the file; undefined where there is none worth the name. */
export function readToken(file: string): string | undefined {
  try {
    const token = readFileSync(file, 'utf8').trim();
    return token.length >= SHORTEST ? token : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
