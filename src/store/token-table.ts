import type { Connection } from './connection.ts';
import { isDiskTrouble } from './sqlite-errors.ts';
import { StoreError } from './store-error.ts';
import { newUlid } from './ulid.ts';
import type { NewToken, StoredToken, Tokens } from './walk-store.ts';

interface TokenRow {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly profile_id: string | null;
  readonly created_at_ms: number;
  readonly expires_at_ms: number | null;
  readonly last_used_ms: number | null;
  readonly revoked: number;
}

const SHA256_BYTES = 32;

/** Table `tokens`: who may use the API. No secret is in it. */
export class TokenTable implements Tokens {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  create(token: NewToken): StoredToken {
    if (token.sha256.length !== SHA256_BYTES)
      throw new StoreError(
        'invalid',
        `A token is stored as its SHA-256 (32 bytes); found ${token.sha256.length} bytes.`,
      );
    const id = newUlid(token.createdAtMs);
    this.#connection.write(() =>
      this.#connection.db
        .prepare(
          'INSERT INTO tokens (id, name, role, sha256, profile_id, created_at_ms, expires_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?)',
        )
        .run(
          id,
          token.name,
          token.role,
          token.sha256,
          token.profileId ?? null,
          Math.round(token.createdAtMs),
          token.expiresAtMs === undefined ? null : Math.round(token.expiresAtMs),
        ),
    );
    return this.#get(id)!;
  }

  findByHash(sha256: Uint8Array, nowMs: number): StoredToken | undefined {
    const row = this.#connection.read(() =>
      this.#connection.db
        .prepare<[Uint8Array], TokenRow>('SELECT * FROM tokens WHERE sha256 = ? AND revoked = 0')
        .get(sha256),
    );
    if (row === undefined) return undefined;
    if (row.expires_at_ms !== null && nowMs >= row.expires_at_ms) {
      // A clock that is set back must not bring it to life again (a full disk must not let it in either).
      try {
        this.revoke(row.id);
      } catch (error) {
        if (!isDiskTrouble(error)) throw error;
      }
      return undefined;
    }
    return tokenOf(row);
  }

  list(): readonly StoredToken[] {
    const rows = this.#connection.read(() =>
      this.#connection.db.prepare<[], TokenRow>('SELECT * FROM tokens ORDER BY created_at_ms, id').all(),
    );
    return rows.map(tokenOf);
  }

  revoke(tokenId: string): boolean {
    return (
      this.#connection.write(() =>
        this.#connection.db.prepare('UPDATE tokens SET revoked = 1 WHERE id = ?').run(tokenId),
      ).changes > 0
    );
  }

  touch(tokenId: string, nowMs: number): void {
    this.#connection.write(() =>
      this.#connection.db.prepare('UPDATE tokens SET last_used_ms = ? WHERE id = ?').run(Math.round(nowMs), tokenId),
    );
  }

  #get(id: string): StoredToken | undefined {
    const row = this.#connection.db.prepare<[string], TokenRow>('SELECT * FROM tokens WHERE id = ?').get(id);
    return row === undefined ? undefined : tokenOf(row);
  }
}

const tokenOf = (row: TokenRow): StoredToken => ({
  id: row.id,
  name: row.name,
  role: row.role,
  profileId: row.profile_id,
  createdAtMs: row.created_at_ms,
  expiresAtMs: row.expires_at_ms,
  lastUsedMs: row.last_used_ms,
  revoked: row.revoked === 1,
});
