import { StoreError } from './store-error.ts';

/** SQLite's own code of an error (`SQLITE_FULL`), undefined where it is none. */
export function sqliteCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  return error.code.startsWith('SQLITE_') ? error.code : undefined;
}

/** A store's error for what SQLite or the file system threw; anything else is given back as it is. */
export function asStoreError(error: unknown): unknown {
  if (error instanceof StoreError) return error;
  const code = sqliteCode(error) ?? systemCode(error);
  if (code === undefined) return error;
  const cause = { cause: error };
  if (code === 'SQLITE_FULL' || code === 'ENOSPC' || code === 'EDQUOT')
    return new StoreError('full', 'The disk is full: free some space; what is recorded is kept until then.', cause);
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB')
    return new StoreError('damaged', `The database is damaged (${code}). Other walks may still be readable.`, cause);
  if (code === 'SQLITE_BUSY' || code === 'SQLITE_LOCKED')
    return new StoreError('in_use', 'Another process is using the database: stop it first.', cause);
  if (code.startsWith('SQLITE_CONSTRAINT'))
    return new StoreError('conflict', `The database refused a value (${code}).`, cause);
  if (/^SQLITE_(IOERR|READONLY|CANTOPEN|PERM|AUTH|NOMEM|PROTOCOL)/.test(code) || !code.startsWith('SQLITE_'))
    return new StoreError('write_failed', `The disk refused (${code}): check it and the rights of the folder.`, cause);
  return error;
}

/** Whether the same write may succeed later (the disk was full or refused). */
export function isDiskTrouble(error: unknown): error is StoreError {
  return error instanceof StoreError && (error.code === 'full' || error.code === 'write_failed');
}

/** Whether the file itself is damaged. */
export function isDamage(error: unknown): error is StoreError {
  return error instanceof StoreError && error.code === 'damaged';
}

function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  return 'syscall' in error ? error.code : undefined;
}
