import { Type, type Static } from 'typebox';
import { nullable, page, WallTime } from './common.ts';

/** GET /api/v1/audit (admin), newest first: what was done with access and data. Nothing that was measured is in it. */
export const AuditEntry = Type.Object({
  seq: Type.Integer({ description: 'from 1, without holes' }),
  at: WallTime,
  action: Type.String({ description: 'login, token_made, sensor_paired, export, erased, backup_made ...' }),
  who: Type.String({ description: 'service token, token <id>, browser <id>, console, nobody' }),
  address: Type.String({ description: 'network address that it came from; empty: this process' }),
  about: Type.String(),
  hash: Type.String({ description: 'SHA-256 over this entry and the hash before it' }),
});
export type AuditEntry = Static<typeof AuditEntry>;
export const AuditPage = page(AuditEntry);

/** GET /api/v1/audit/check (admin): follows the chain of hashes. */
export const AuditCheck = Type.Object({
  ok: Type.Boolean(),
  entries: Type.Integer({ description: 'that are right, from the first on' }),
  broken_at: nullable(Type.Integer({ description: 'first entry that is wrong or missing' })),
  head: Type.String({ description: 'hash of the last right entry: kept elsewhere it proves what was there' }),
});
export type AuditCheck = Static<typeof AuditCheck>;
