import { once } from 'node:events';
import { statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { freshFolder, pairVirtual, run, serve, start } from './running.ts';

const LIMIT = { timeout: 60_000 };

test(
  'serve prints a link that signs one browser in; link prints another; L8 SIGTERM ends it with status 0 within five seconds',
  LIMIT,
  async () => {
    const folder = freshFolder();
    const served = await serve(folder);
    expect(served.link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#code=[0-9A-Z-]{19}$/);
    const post = (link: string) =>
      fetch(`${served.url}/api/v1/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: served.url },
        body: JSON.stringify({ code: link.split('#code=')[1] }),
      });
    const first = await post(served.link);
    expect(first.status).toBe(200);
    expect(first.headers.get('set-cookie')).toMatch(/HttpOnly; SameSite=Strict/);
    expect((await post(served.link)).status).toBe(401);
    const link = await run(['link', '--data', folder]);
    expect(link.code).toBe(0);
    expect((await post(link.out.trim())).status).toBe(200);
    for (const name of ['token', 'service.json', 'gaitkeeper.db'])
      expect(statSync(path.join(folder, name)).mode & 0o077).toBe(0);
    expect(statSync(folder).mode & 0o077).toBe(0);
    expect(await (await fetch(`${served.url}/api/v1/health`)).json()).toEqual({ status: 'alive' });
    expect((await served.ask('GET', '/health')).value).toMatchObject({ status: 'ok', problems: expect.any(Array) });
    const second = start(['serve', '--port', new URL(served.url).port, '--data', freshFolder()]);
    await once(second, 'close');
    expect([second.exitCode, second.text.note]).toEqual([1, expect.stringMatching(/Port \d+ is in use/)]);
    const endMs = performance.now();
    served.child.kill('SIGTERM');
    const [code] = (await once(served.child, 'close')) as [number];
    expect(code).toBe(0);
    expect(performance.now() - endMs).toBeLessThan(5000);
    const gone = await run(['link', '--data', folder]);
    expect([gone.code, gone.note]).toEqual([1, expect.stringMatching(/No service seems to run/)]);
  },
);

test(
  'R1 kill -9 in mid-walk: at most the last second is gone, the walk is listed as interrupted, resumed and finished',
  LIMIT,
  async () => {
    const folder = freshFolder();
    // Virtual time runs four times as fast: four seconds of the walk wait for the write of each second.
    const speed = 4;
    const first = await serve(folder, ['--virtual-speed', String(speed)]);
    await pairVirtual(first);
    const { value: walk } = await first.ask('POST', '/walks', {});
    let frameS = 0;
    while (frameS < 24) {
      const { value } = await first.ask('GET', `/walks/${walk.id}/summary`);
      frameS = value.walk.duration_s;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const { value: before } = await first.ask('GET', `/walks/${walk.id}/strides?limit=1000`);
    first.child.kill('SIGKILL');
    await once(first.child, 'close');

    const second = await serve(folder, ['--virtual-speed', String(speed)]);
    const { value: list } = await second.ask('GET', '/walks?state=interrupted');
    expect(list.items).toHaveLength(1);
    expect(list.items[0]).toMatchObject({ id: walk.id, state: 'interrupted' });
    // One second of the wall clock, and what was on its way.
    expect(list.items[0]!.duration_s).toBeGreaterThan(frameS - speed * 1.5);
    const { value: after } = await second.ask('GET', `/walks/${walk.id}/strides?limit=1000`);
    expect(after.items.slice(0, before.items.length)).toEqual(before.items);
    expect((await second.ask('POST', `/walks/${walk.id}/resume`)).status).toBe(200);
    await second.ask('PATCH', '/virtual-walker', { walking: true });
    const grown = async (): Promise<boolean> => {
      const { value } = await second.ask('GET', `/walks/${walk.id}/strides?limit=1000`);
      return value.items.length > after.items.length + 4;
    };
    while (!(await grown())) await new Promise((resolve) => setTimeout(resolve, 200));
    const { value: stopped } = await second.ask('POST', `/walks/${walk.id}/stop`);
    expect(stopped.state).toBe('finished');
    expect(stopped.summary.gaps.length).toBeGreaterThan(0);
    second.child.kill('SIGTERM');
    expect(await once(second.child, 'close')).toEqual([0, null]);
  },
);

test('S4 beyond loopback it wants TLS or a clear word, and says what that word means', LIMIT, async () => {
  const refused = await run(['serve', '--host', '0.0.0.0', '--port', '0', '--data', freshFolder()]);
  expect([refused.code, refused.note]).toEqual([2, expect.stringMatching(/--tls[\s\S]*--insecure-lan/)]);
  const open = await serve(freshFolder(), [
    '--host',
    '0.0.0.0',
    '--insecure-lan',
    '--allowed-host',
    'localhost',
    'gaitkeeper',
  ]);
  expect(open.child.text.note).toMatch(/WARNING: --insecure-lan[\s\S]*read along/);
  const port = Number(new URL(open.url).port);
  const host = async (name: string) =>
    (await fetch(`http://127.0.0.1:${port}/api/v1/health`, { headers: { host: name } })).status;
  expect(await host('127.0.0.1')).toBe(200);
  open.child.kill('SIGTERM');
  await once(open.child, 'close');
  for (const args of [['--port', 'x'], ['--port', '99999'], ['--virtual-speed', '0'], ['--nothing']])
    expect((await run(['serve', ...args])).code).toBe(2);
});

test('with --tls it makes its own certificate once, shows its fingerprint, and link finds it', LIMIT, async () => {
  const folder = freshFolder();
  const child = start(['serve', '--port', '0', '--data', folder, '--tls', '--host', '127.0.0.1']);
  while (!/SHA-256[\s\S]*([0-9A-F]{2}:){31}/.test(child.text.note)) {
    if (child.exitCode !== null) throw new Error(child.text.note);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(child.text.out).toMatch(/^https:\/\/127\.0\.0\.1:\d+\/#code=/);
  expect(statSync(path.join(folder, 'tls', 'key.pem')).mode & 0o077).toBe(0);
  const link = await run(['link', '--data', folder]);
  expect([link.code, link.out]).toEqual([0, expect.stringMatching(/^https:/)]);
  const fingerprint = /([0-9A-F]{2}:){31}[0-9A-F]{2}/.exec(child.text.note)![0];
  child.kill('SIGTERM');
  await once(child, 'close');
  const again = start(['serve', '--port', '0', '--data', folder, '--tls']);
  while (!again.text.note.includes('SHA-256')) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(again.text.note).toContain(fingerprint);
  again.kill('SIGTERM');
  await once(again, 'close');
});

test(
  '--replay-radio puts the sensors of a recording in range; a table of samples was never on the air',
  LIMIT,
  async () => {
    const fixture = path.resolve(import.meta.dirname, '../../fixtures/healthy/walk.mcap');
    const served = await serve(freshFolder(), ['--replay-radio', fixture, '--virtual-speed', '5']);
    await served.ask('POST', '/sensors/scan');
    let found: { id: string; name: string }[] = [];
    while (found.length < 3) {
      found = (await served.ask('GET', '/sensors')).value.sensors as unknown as typeof found;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    for (const { id, name } of found) {
      const site = /left/i.test(name) ? 'left_foot' : /right/i.test(name) ? 'right_foot' : 'pelvis';
      expect((await served.ask('POST', `/sensors/${id}/pair`, { site })).status).toBe(200);
    }
    const { value } = await served.ask('POST', '/walks', {});
    for (let strides = 0; strides === 0;) {
      strides = (await served.ask('GET', `/walks/${value.id}/strides`)).value.items.length;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect((await served.ask('POST', `/walks/${value.id}/stop`)).status).toBe(200);
    const table = path.join(freshFolder(), 'walk.csv');
    const rows = Array.from({ length: 300 }, (_, i) => `${i / 100},left_foot,0,0,9.81,0,0,0`);
    const head = 'time_s,sensor,acc_x_mps2,acc_y_mps2,acc_z_mps2,gyr_x_dps,gyr_y_dps,gyr_z_dps';
    writeFileSync(table, [head, ...rows, ''].join('\n'));
    const none = await run(['serve', '--port', '0', '--data', freshFolder(), '--replay-radio', table]);
    expect([none.code, none.note]).toEqual([1, expect.stringMatching(/ever on the air/)]);
  },
);
