import { Type, type Static } from 'typebox';
import { closed, Id, nullable, text, WallTime, words } from './common.ts';

/** A person who walks. */
export const Profile = Type.Object({
  id: Id,
  name: Type.String(),
  created_at: WallTime,
  active: Type.Boolean(),
});
export type Profile = Static<typeof Profile>;
export const ProfileList = Type.Object({ items: Type.Array(Profile) });
/** POST /api/v1/profiles, PATCH /api/v1/profiles/{id}; `active: true` makes it the one that walks. */
export const ProfileRequest = closed({
  name: text(80),
  active: Type.Optional(Type.Boolean()),
});
export type ProfileRequest = Static<typeof ProfileRequest>;
export const ProfilePatch = closed({
  name: Type.Optional(text(80)),
  active: Type.Optional(Type.Boolean()),
});
export type ProfilePatch = Static<typeof ProfilePatch>;

/**
 * Consent to keep gait and pain data on this machine. Without `keep_gait` a walk is shown while it lasts and erased when it ends,
 * and nothing is imported; without `keep_pain` no pain is marked. Until somebody has answered a page records nothing.
 */
export const Consent = closed({
  keep_gait: Type.Boolean(),
  keep_pain: Type.Boolean(),
  text_version: Type.Optional(Type.String({ maxLength: 20 })),
  given_at: Type.Optional(WallTime),
});
export type Consent = Static<typeof Consent>;

/** Answers to the safety questions; recording works whatever they are. */
export const SafetyAnswers = closed({
  answers: Type.Record(Type.String({ pattern: '^[a-z0-9_]{1,60}$' }), words(['yes', 'no', 'unsure'])),
  answered_at: Type.Optional(WallTime),
});
export type SafetyAnswers = Static<typeof SafetyAnswers>;

export const Preferences = closed({
  language: Type.Optional(words(['en', 'ja'])),
  theme: Type.Optional(words(['system', 'light', 'dark'])),
  units: Type.Optional(words(['metric', 'imperial'])),
  sound: Type.Optional(Type.Boolean()),
  vibration: Type.Optional(Type.Boolean()),
  left_handed: Type.Optional(Type.Boolean()),
  region: Type.Optional(Type.String({ maxLength: 8 })),
  last_tags: Type.Optional(Type.Unsafe<Record<string, unknown>>(Type.Object({}, { additionalProperties: true }))),
});
export type Preferences = Static<typeof Preferences>;

/** How long raw packets and whole walks are kept [days]; null: for ever (the default). */
export const Retention = closed({
  raw_days: nullable(Type.Integer({ minimum: 1, maximum: 36500 })),
  walk_days: nullable(Type.Integer({ minimum: 1, maximum: 36500 })),
});
export type Retention = Static<typeof Retention>;

/**
 * GET /api/v1/settings: of the active profile (retention: of the service). PUT /api/v1/settings/{consent,safety,preferences,
 * retention} replaces one part; null until answered.
 */
export const Settings = Type.Object({
  consent: nullable(Consent),
  safety: nullable(SafetyAnswers),
  preferences: Preferences,
  retention: Retention,
});
export type Settings = Static<typeof Settings>;

/** POST /api/v1/backups (admin): a copy of the store, taken while it runs. */
export const Backup = Type.Object({ name: Type.String(), bytes: Type.Integer(), created_at: WallTime });
export type Backup = Static<typeof Backup>;
export const BackupList = Type.Object({ items: Type.Array(Backup) });

/**
 * POST /api/v1/erase (admin). `all`; `profile` (a person: walks, marks, settings); `period` (walks started within [from, to)).
 * `confirm` must be the profile's name, or the word `erase`. DELETE /walks/{id} erases one walk.
 */
export const EraseRequest = closed({
  what: words(['all', 'profile', 'period']),
  profile_id: Type.Optional(Id),
  from: Type.Optional(WallTime),
  to: Type.Optional(WallTime),
  confirm: Type.String({ maxLength: 80 }),
});
export type EraseRequest = Static<typeof EraseRequest>;
export const EraseReceipt = Type.Object({
  walks: Type.Integer(),
  erased_at: WallTime,
  left_behind: Type.Array(Type.String({ description: 'copies we cannot reach: backups, exports, mirrors' })),
});
export type EraseReceipt = Static<typeof EraseReceipt>;

/** POST /api/v1/export/import (admin): takes in what GET /api/v1/export gave (JSON lines). Walks that are there stay as they are. */
export const ImportReceipt = Type.Object({
  walks: Type.Integer(),
  skipped_walks: Type.Integer(),
  entries: Type.Integer(),
  chunks: Type.Integer(),
});
export type ImportReceipt = Static<typeof ImportReceipt>;

/** GET /api/v1/mirror: the optional copy to InfluxDB. */
export const MirrorStatus = Type.Object({
  enabled: Type.Boolean(),
  url: nullable(Type.String({ description: 'without credentials' })),
  state: words(['off', 'ok', 'behind', 'down']),
  pending: Type.Integer(),
  parked: Type.Integer({ description: 'points given up after five tries' }),
  last_error: nullable(Type.String()),
});
export type MirrorStatus = Static<typeof MirrorStatus>;
/** POST /api/v1/mirror/retry (admin). */
export const MirrorRetry = Type.Object({ through: Type.Integer({ description: 'points that went through' }) });
export type MirrorRetry = Static<typeof MirrorRetry>;
