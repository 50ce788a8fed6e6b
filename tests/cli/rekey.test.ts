import { expect, test } from 'vitest';
import { freshFolder, run, serve } from './running.ts';

test('rekey encrypts a store that is there; then it opens with the key only', async () => {
  const folder = freshFolder();
  const served = await serve(folder);
  const busy = await run(['rekey', '--data', folder], { GAITKEEPER_NEW_KEY: 'secret' });
  expect([busy.code, busy.note]).toEqual([1, expect.stringMatching(/Another Gaitkeeper is using/)]);
  served.child.kill('SIGTERM');
  await new Promise((resolve) => served.child.once('close', resolve));
  const none = await run(['rekey', '--data', folder]);
  expect([none.code, none.note]).toEqual([2, expect.stringMatching(/GAITKEEPER_NEW_KEY/)]);
  const done = await run(['rekey', '--data', folder], { GAITKEEPER_NEW_KEY: 'secret' });
  expect([done.code, done.out]).toEqual([0, expect.stringMatching(/: encrypted\.\n$/)]);
  const plain = await run(['serve', '--port', '0', '--data', folder]);
  expect([plain.code, plain.note]).toEqual([
    1,
    expect.stringMatching(/is encrypted \(or damaged\), and no key was given/),
  ]);
  const again = await serve(folder, [], { GAITKEEPER_KEY: 'secret' });
  const trail = (await again.ask('GET', '/audit')).value as unknown as { items: { action: string; about: string }[] };
  expect(trail.items).toContainEqual(expect.objectContaining({ action: 'rekeyed', about: 'encrypted' }));
}, 60_000);
