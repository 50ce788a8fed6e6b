export type StoreErrorCode =
  /** There is no such walk, mark, profile. */
  | 'not_found'
  /** It is there, but its state forbids this. */
  | 'conflict'
  /** A value that can't be stored. */
  | 'invalid'
  /** The disk is full: try again when there is space. */
  | 'full'
  /** The disk refused for another reason (input/output error, read-only). */
  | 'write_failed'
  /** Another process uses this folder. */
  | 'in_use'
  /** No key, or a wrong one. */
  | 'key'
  /** The database can't be read. */
  | 'damaged'
  /** Written by a newer version of the program. */
  | 'newer_schema';

/** What went wrong in the store, in words for people. */
export class StoreError extends Error {
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreError';
    this.code = code;
  }
}
