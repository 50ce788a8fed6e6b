export interface DamagedChunk {
  readonly walkId: string;
  readonly seq: number;
  /** -1: the whole second, its page of the database is damaged (its times are then a guess from `seq`). */
  readonly slot: number;
  readonly fromS: number;
  readonly toS: number;
  readonly why: string;
}

export interface StoreTrouble {
  readonly code: 'disk_full' | 'disk_low' | 'write_failed' | 'damaged_chunks' | 'set_aside' | 'erase_pending';
  /** For the wearer: what is wrong, what it means, what to do. */
  readonly text: string;
  readonly sinceMs: number;
}

export interface StoreHealth {
  readonly ok: boolean;
  readonly troubles: readonly StoreTrouble[];
  readonly heldSeconds: number;
  readonly freeBytes: number;
  readonly databaseBytes: number;
  readonly encrypted: boolean;
  readonly schemaVersion: number;
}

export interface IntegrityReport {
  readonly ok: boolean;
  /** SQLite's own findings. */
  readonly pages: readonly string[];
  /** False: a walk is being recorded, and SQLite's check, which can't be done in portions, was left out. */
  readonly pagesChecked: boolean;
  readonly chunks: number;
  readonly damaged: readonly DamagedChunk[];
  /** Entries that could not be read, by walk. */
  readonly badEntries: number;
}

export interface ImportReport {
  readonly walks: number;
  readonly skippedWalks: number;
  readonly entries: number;
  readonly chunks: number;
}

export interface RetentionRule {
  readonly nowMs: number;
  /** Raw packets of finished walks older than this go; their records stay. */
  readonly rawDays?: number;
  /** Walks older than this are erased. */
  readonly walkDays?: number;
}
