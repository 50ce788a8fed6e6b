import { MIGRATIONS } from '../../src/store/migrations.ts';

/** The schema of a later version that this one doesn't know: two more steps, which take some hundred milliseconds. */
export const LATER_STEPS: readonly string[] = [
  ...MIGRATIONS,
  'CREATE TABLE later (a TEXT) STRICT; ALTER TABLE walks ADD COLUMN weather TEXT',
  `INSERT INTO later WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000) SELECT i FROM n;
   UPDATE walks SET weather = 'rain'`,
];
