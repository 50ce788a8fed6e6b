import type { Connection } from './connection.ts';
import { StoreError } from './store-error.ts';
import { newUlid } from './ulid.ts';
import { shown } from './walk-rows.ts';
import type { Profile, Profiles, Settings } from './walk-store.ts';

interface ProfileRow {
  readonly id: string;
  readonly name: string;
  readonly created_at_ms: number;
}

const LONGEST_NAME = 200;
const LONGEST_SETTING = 64 * 1024;

/** Table `profiles`: the people whose walks are kept. There is always one. */
export class ProfileTable implements Profiles {
  readonly #connection: Connection;
  readonly #nowMs: () => number;

  constructor(connection: Connection, nowMs: () => number) {
    this.#connection = connection;
    this.#nowMs = nowMs;
  }

  first(): Profile {
    return this.list()[0] ?? this.create({ name: '' });
  }

  list(): readonly Profile[] {
    const rows = this.#connection.read(() =>
      this.#connection.db.prepare<[], ProfileRow>('SELECT * FROM profiles ORDER BY created_at_ms, profile').all(),
    );
    return rows.map(profileOf);
  }

  get(profileId: string): Profile {
    const row = this.#connection.read(() =>
      this.#connection.db.prepare<[string], ProfileRow>('SELECT * FROM profiles WHERE id = ?').get(profileId),
    );
    if (row === undefined) throw new StoreError('not_found', `There is no profile ${shown(profileId)}.`);
    return profileOf(row);
  }

  create(profile: { readonly name: string }): Profile {
    checkName(profile.name);
    const createdAtMs = this.#nowMs();
    const id = newUlid(createdAtMs);
    this.#connection.write(() =>
      this.#connection.db
        .prepare('INSERT INTO profiles (id, name, created_at_ms) VALUES (?, ?, ?)')
        .run(id, profile.name, createdAtMs),
    );
    return { id, name: profile.name, createdAtMs };
  }

  rename(profileId: string, name: string): Profile {
    checkName(name);
    this.get(profileId);
    this.#connection.write(() =>
      this.#connection.db.prepare('UPDATE profiles SET name = ? WHERE id = ?').run(name, profileId),
    );
    return this.get(profileId);
  }
}

/** Table `settings`: JSON values by name. */
export class SettingTable implements Settings {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  get(profileId: string | null, key: string): unknown {
    const row = this.#connection.read(() =>
      this.#connection.db
        .prepare<[string, string], { value: string }>('SELECT value FROM settings WHERE profile_id = ? AND key = ?')
        .get(profileId ?? '', key),
    );
    return row === undefined ? undefined : (JSON.parse(row.value) as unknown);
  }

  all(profileId: string | null): Readonly<Record<string, unknown>> {
    const rows = this.#connection.read(() =>
      this.#connection.db
        .prepare<[string], { key: string; value: string }>(
          'SELECT key, value FROM settings WHERE profile_id = ? ORDER BY key',
        )
        .all(profileId ?? ''),
    );
    return Object.fromEntries(rows.map((r) => [r.key, JSON.parse(r.value) as unknown]));
  }

  set(profileId: string | null, key: string, value: unknown): void {
    const text = JSON.stringify(value) as string | undefined;
    if ((text?.length ?? 0) > LONGEST_SETTING)
      throw new StoreError(
        'invalid',
        `The setting ${shown(key)} has ${text?.length ?? 0} characters; ${LONGEST_SETTING} fit.`,
      );
    const { db } = this.#connection;
    this.#connection.write(() => {
      if (text === undefined)
        db.prepare('DELETE FROM settings WHERE profile_id = ? AND key = ?').run(profileId ?? '', key);
      else
        db.prepare(
          'INSERT INTO settings VALUES (?, ?, ?) ON CONFLICT (profile_id, key) DO UPDATE SET value = excluded.value',
        ).run(profileId ?? '', key, text);
    });
  }
}

function checkName(name: string): void {
  if (name.length > LONGEST_NAME)
    throw new StoreError('invalid', `A name has at most ${LONGEST_NAME} characters; found ${name.length}.`);
}

const profileOf = (row: ProfileRow): Profile => ({ id: row.id, name: row.name, createdAtMs: row.created_at_ms });
