import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const table = () => import('../../firmware-protocol/protocol-v1.json', { with: { type: 'json' } });

interface Generator {
  readonly checkTable: (table: unknown) => void;
}
const generator = async () =>
  (await import(path.join(root, 'firmware-protocol/generator/check-table.mjs'))) as Generator;

describe('what is made from the protocol table', () => {
  it('is what is committed: TypeScript, C header and page', () => {
    const run = spawnSync('node', ['firmware-protocol/generate.mjs', '--check'], { cwd: root, encoding: 'utf8' });
    expect(run.stderr).toBe('');
    expect(run.status).toBe(0);
  });

  it('refuses a table that contradicts itself', async () => {
    const { checkTable } = await generator();
    const whole = (await table()).default;
    checkTable(whole);
    const broken = (change: (copy: typeof whole) => void) => () => {
      const copy = structuredClone(whole);
      change(copy);
      checkTable(copy);
    };
    expect(broken((t) => (t.layouts[0]!.fields[2]!.offset = 3))).toThrow(/imu_header.seq stands at 3, expected 2/);
    expect(broken((t) => (t.layouts[0]!.bytes = 15))).toThrow(/imu_header is 16 bytes long, the table says 15/);
    expect(broken((t) => (t.rates[1]!.code = 1))).toThrow(/rates: code 1 stands there twice/);
    expect(broken((t) => (t.codes[0]!.rows[1]!.value = 1))).toThrow(/packet_type: value 1 stands there twice/);
    expect(broken((t) => (t.limits[1]!.value = 20))).toThrow(/max_samples_sent/);
  });
});
