import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A new secret of 256 bits, safe in headers and cookies. */
export const newSecret = (prefix: string): string => `${prefix}_${randomBytes(32).toString('base64url')}`;

/** What is kept of a secret: SHA-256 (a secret of 256 bits needs no slow hash). */
export const secretHash = (secret: string): Buffer => createHash('sha256').update(secret, 'utf8').digest();

/** Compares in a time that tells nothing. */
export const sameHash = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && timingSafeEqual(a, b);

/** Crockford's alphabet: no I, L, O, U, so that a code can be read aloud. */
const CODE_ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** 16 letters of 5 bits: 80 bits. */
const CODE_LENGTH = 16;

/** A one-time code: four groups of four. */
export function newCode(): string {
  const letters = [...randomBytes(CODE_LENGTH)].map((byte) => CODE_ALPHABET[byte & 31]!).join('');
  return letters.replace(/(.{4})(?=.)/g, '$1-');
}

/** As typed by hand: case, dashes and look-alikes don't matter. */
export const normalCode = (typed: string): string =>
  typed.toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1');
