import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ownCertificate } from '../../src/cli/service/own-certificate.ts';
import { freshFolder, serve } from './running.ts';

test('the link for a phone has a name that the service answers to', { timeout: 40_000 }, async () => {
  const { child, url } = await serve(freshFolder(), [
    '--host',
    '0.0.0.0',
    '--insecure-lan',
    '--allowed-host',
    'gait.local',
  ]);
  const link = /For a phone[^]*?(http:\/\/\S+)#code=/;
  while (!link.test(child.text.note)) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(link.exec(child.text.note)?.[1]).toBe(`http://gait.local:${new URL(url).port}/`);
  expect(child.text.note).toContain('WARNING: --insecure-lan');
});

test('a certificate that a power cut left in pieces, or without its key, is made anew; a whole one is kept', async () => {
  const folder = freshFolder();
  const hosts = new Set(['localhost', '127.0.0.1']);
  const nowMs = Date.parse('2026-11-24T09:00:00Z');
  const first = await ownCertificate(folder, hosts, nowMs);
  expect((await ownCertificate(folder, hosts, nowMs)).fingerprint).toBe(first.fingerprint);
  const other = await ownCertificate(freshFolder(), hosts, nowMs);
  for (const [name, text] of [
    ['cert.pem', first.cert.slice(0, 100)],
    ['key.pem', ''],
    ['key.pem', other.key],
  ] as const) {
    writeFileSync(path.join(folder, 'tls', name), text);
    const again = await ownCertificate(folder, hosts, nowMs);
    expect([again.made, again.fingerprint === first.fingerprint]).toEqual([true, false]);
    expect((await ownCertificate(folder, hosts, nowMs)).fingerprint).toBe(again.fingerprint);
  }
});
