import { createServer } from 'node:net';
import { once } from 'node:events';
import { chmodSync, existsSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { openMachineRadio } from '../../src/ble/load-noble.ts';
import { systemTimers } from '../../src/ble/timers.ts';
import { doctorCommand } from '../../src/cli/commands/doctor.ts';
import { runCommand } from './run-command.ts';
import { freshFolder, run } from './running.ts';

interface Found {
  checks: { name: string; ok: boolean; found: string; todo?: string; optional?: boolean }[];
}

afterEach(() => {
  process.exitCode = undefined;
});

test.skipIf(existsSync('/sys/class/bluetooth/hci0'))(
  'doctor says of Bluetooth what the service says (skipped where there is an adapter)',
  async () => {
    const { out } = await runCommand(doctorCommand, '--json', '--data', freshFolder());
    const radio = openMachineRadio({}, systemTimers(1));
    const check = (JSON.parse(out) as Found).checks.find((c) => c.name === 'Bluetooth')!;
    expect(check).toMatchObject({ ok: false, optional: true, found: radio.trouble });
    await radio.close();
  },
);

test.each(['abandonware', 'stoprocent'])(
  'doctor tries the Bluetooth library without a radio (%s): three virtual sensors are heard, and nothing is left running',
  async (backend) => {
    const child = await run(['doctor', '--json', '--data', freshFolder()], { BLE_BACKEND: backend });
    expect(child.code).toBe(0);
    const check = (JSON.parse(child.out) as Found).checks.find((c) => c.name === 'Bluetooth library')!;
    expect(check).toMatchObject({
      ok: true,
      found: `@${backend}/noble hears 3 of 3 virtual sensors through a virtual controller`,
    });
  },
  20_000,
);

test('doctor finds a port that is taken and a folder that others can read, and says what to do', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as { port: number };
  const folder = path.join(freshFolder(), 'open');
  await runCommand(doctorCommand, '--data', folder, '--json');
  chmodSync(folder, 0o755);
  const { out, exitCode } = await runCommand(doctorCommand, '--data', folder, '--port', String(port));
  taken.close();
  expect(out).toMatch(/without Port \d+: in use/);
  expect(out).toMatch(/chmod 700/);
  expect(out).toMatch(/ok {6}Store \(SQLite\)/);
  expect(exitCode).toBe(0);
});

test('a port that is none is a wrong call', async () => {
  for (const port of ['abc', '70000', '-1', '1.5']) {
    const { exitCode, notes } = await runCommand(doctorCommand, '--port', port);
    expect([exitCode, notes]).toEqual([2, expect.stringContaining('Expected a port')]);
  }
});
