// Changes the key of a store; killed by the test in the midst of it. Arguments: data folder, key now, new key (`-`: none).
import { writeSync } from 'node:fs';
import { rekeyDatabase } from '../../src/store/rekey.ts';

const [folder, key, newKey] = process.argv.slice(2) as [string, string, string];
const keyOf = (text: string): string | undefined => (text === '-' ? undefined : text);
writeSync(1, 'begun\n');
rekeyDatabase(folder, { key: keyOf(key), newKey: keyOf(newKey), nowMs: Date.now });
writeSync(1, 'done\n');
