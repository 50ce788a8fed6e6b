/** What can be done with access and data. */
export type AuditAction =
  /** With the mirror in its `about`: it can only be changed by a start. */
  | 'service_started'
  | 'login'
  | 'login_refused'
  | 'logout'
  | 'link_made'
  | 'token_made'
  | 'token_revoked'
  | 'sensor_paired'
  | 'sensor_forgotten'
  | 'sensor_key_set'
  /** It showed another identity, a replayed stream or a counter that ran back. */
  | 'sensor_quarantined'
  | 'export'
  | 'export_imported'
  | 'backup_made'
  | 'backup_downloaded'
  | 'backup_removed'
  | 'backup_restored'
  | 'rekeyed'
  | 'walk_erased'
  | 'erased'
  | 'profile_removed'
  | 'retention_changed';

export interface NewAuditEntry {
  readonly action: AuditAction;
  /** `service token`, `token <id>`, `browser <id>`, `console`, `nobody`. */
  readonly who: string;
  /** Network address that it came from. */
  readonly address?: string;
  /** What it was about, in words of ours: a scope, a site, a number. No name, note or value. */
  readonly about?: string;
}

export interface AuditEntry extends Required<NewAuditEntry> {
  /** From 1, without holes. */
  readonly seq: number;
  readonly atMs: number;
  /** SHA-256 over the entry and the hash before it, hexadecimal. */
  readonly hash: string;
}

export interface AuditCheck {
  readonly ok: boolean;
  /** Entries that are right, from the first on. */
  readonly entries: number;
  /** First entry that is wrong or missing. */
  readonly brokenAt: number | null;
  /** Hash of the last entry that is right. */
  readonly head: string;
}
