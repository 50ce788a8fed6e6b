/**
 * The schema, as the steps that lead to it: step i takes `PRAGMA user_version` from i to i + 1. A released step is never
 * changed; a new one is added. All steps that an open needs run in one transaction, after a copy of the file was made.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE profiles (
    profile INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL
  ) STRICT;

  -- profile_id '' holds the settings of the service itself
  CREATE TABLE settings (
    profile_id TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (profile_id, key)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE pairings (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    model TEXT NOT NULL,
    site TEXT NOT NULL,
    virtual INTEGER NOT NULL,
    device_key BLOB
  ) STRICT;

  CREATE TABLE tokens (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    sha256 BLOB NOT NULL UNIQUE,
    profile_id TEXT REFERENCES profiles (id) ON DELETE CASCADE,
    created_at_ms INTEGER NOT NULL,
    expires_at_ms INTEGER,
    last_used_ms INTEGER,
    revoked INTEGER NOT NULL DEFAULT 0
  ) STRICT;

  CREATE TABLE walks (
    walk INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    profile_id TEXT NOT NULL REFERENCES profiles (id),
    state TEXT NOT NULL CHECK (state IN ('recording', 'finished', 'interrupted')),
    -- 'importing': not complete yet; 'erasing': on its way out. Such walks are shown to nobody.
    hidden TEXT CHECK (hidden IN ('importing', 'erasing')),
    started_at_ms INTEGER NOT NULL,
    ended_at_ms INTEGER,
    monotonic_zero_ns TEXT,
    boot_id TEXT,
    title TEXT NOT NULL,
    source TEXT NOT NULL,
    tags TEXT NOT NULL,
    slots TEXT NOT NULL,
    summary TEXT,
    duration_s REAL NOT NULL DEFAULT 0,
    notifications INTEGER NOT NULL DEFAULT 0,
    raw_bytes INTEGER NOT NULL DEFAULT 0,
    raw_removed INTEGER NOT NULL DEFAULT 0,
    generation INTEGER NOT NULL DEFAULT 0,
    last_seq INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX walks_by_start ON walks (started_at_ms, walk);

  -- packets as they came: one row a slot a second (packet-chunk.ts)
  CREATE TABLE chunks (
    chunk INTEGER PRIMARY KEY,
    walk INTEGER NOT NULL REFERENCES walks (walk),
    seq INTEGER NOT NULL,
    slot INTEGER NOT NULL,
    from_s REAL NOT NULL,
    to_s REAL NOT NULL,
    count INTEGER NOT NULL,
    crc32c INTEGER NOT NULL,
    body BLOB NOT NULL,
    UNIQUE (walk, seq, slot)
  ) STRICT;

  -- the log of a walk; generation is null for what the wearer did, which no new analysis replaces
  CREATE TABLE entries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    walk INTEGER NOT NULL REFERENCES walks (walk),
    generation INTEGER,
    type TEXT NOT NULL,
    side TEXT,
    at_s REAL NOT NULL,
    body ANY NOT NULL,
    crc32c INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX entries_by_walk ON entries (walk, id);
  CREATE INDEX entries_by_time ON entries (walk, type, at_s, id);

  CREATE TABLE marks (
    mark INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    walk INTEGER NOT NULL REFERENCES walks (walk),
    at_s REAL NOT NULL,
    place TEXT NOT NULL,
    -- null: not said yet
    strength REAL CHECK (strength BETWEEN 0 AND 10),
    note TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    undone INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX marks_by_walk ON marks (walk, at_s);

  CREATE TABLE resume_points (
    walk INTEGER PRIMARY KEY REFERENCES walks (walk),
    seq INTEGER NOT NULL,
    last_entry_id INTEGER NOT NULL,
    snapshot BLOB NOT NULL
  ) STRICT;

  -- how far a mirror has read the entries; what it has to send again or to take back; what it could not send
  CREATE TABLE mirrors (
    mirror TEXT PRIMARY KEY,
    cursor INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE mirror_rewrites (
    mirror TEXT NOT NULL REFERENCES mirrors (mirror) ON DELETE CASCADE,
    walk_id TEXT NOT NULL,
    PRIMARY KEY (mirror, walk_id)
  ) STRICT;
  CREATE TABLE mirror_parked (
    mirror TEXT NOT NULL REFERENCES mirrors (mirror) ON DELETE CASCADE,
    entry_id INTEGER NOT NULL,
    parked_at_ms INTEGER NOT NULL,
    why TEXT NOT NULL,
    PRIMARY KEY (mirror, entry_id)
  ) STRICT;
  `,
  `
  -- what was done with access and data (audit-table.ts): added to, never changed
  CREATE TABLE audit (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at_ms INTEGER NOT NULL,
    action TEXT NOT NULL,
    who TEXT NOT NULL,
    address TEXT NOT NULL,
    about TEXT NOT NULL,
    hash BLOB NOT NULL
  ) STRICT;
  CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
    BEGIN SELECT raise(ABORT, 'the audit trail is only added to'); END;
  CREATE TRIGGER audit_is_not_removed BEFORE DELETE ON audit
    BEGIN SELECT raise(ABORT, 'the audit trail is only added to'); END;
  `,
];

/** The schema that this program writes. */
export const SCHEMA_VERSION = MIGRATIONS.length;
