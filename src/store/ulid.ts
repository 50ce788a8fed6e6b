import { randomBytes } from 'node:crypto';

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A new ULID (github.com/ulid/spec): 48 bits of time [ms since 1970], 80 random bits; 26 characters that sort by time. */
export function newUlid(atMs: number): string {
  let time = '';
  let rest = Math.max(0, Math.min(2 ** 48 - 1, Math.floor(atMs)));
  for (let i = 0; i < 10; i++) {
    time = CROCKFORD[rest % 32]! + time;
    rest = Math.floor(rest / 32);
  }
  let random = '';
  for (const byte of randomBytes(16)) random += CROCKFORD[byte & 31]!;
  return time + random;
}

const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

/** Whether a text has the form of a ULID. */
export const isUlid = (text: string): boolean => ULID.test(text);
