// Opens a database with two later steps of the schema, the last of them slow; killed by the test in the midst of it.
// Argument: the database file.
import { writeSync } from 'node:fs';
import { openDatabase } from '../../src/store/database.ts';
import { LATER_STEPS } from './later-steps.ts';

writeSync(1, 'begun\n');
openDatabase(process.argv[2]!, { migrations: LATER_STEPS, nowMs: Date.now }).close();
writeSync(1, 'done\n');
