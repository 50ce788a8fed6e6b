import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import * as contract from '../../src/api/contract.ts';
import type { StrideRecord } from '../../src/domain/records.ts';
import { inOrder } from './synthetic-walk.ts';
import { ask, storedTruth, swappedSites, walkingService } from './walking.ts';

type Service = Parameters<typeof ask>[0];

async function storedStrides(service: Service, id: string): Promise<StrideRecord[]> {
  const page = await ask<{ items: StrideRecord[] }>(service, 'GET', `/walks/${id}/strides?limit=500`);
  return page.items;
}

test('swapped shoes are mended while the walk goes on: every stride is as if they had been right from the start', async () => {
  const { service, walkUntil } = await walkingService(40);
  const walk = await ask<contract.Walk>(service, 'POST', '/walks', { body: {}, status: 201 });
  walkUntil(20);
  const mended = await ask<contract.Walk>(service, 'PATCH', `/walks/${walk.id}`, {
    body: { sites: swappedSites(walk) },
    schema: contract.Walk,
  });
  expect(mended).toMatchObject({ state: 'recording', generation: walk.generation + 1 });
  expect(mended.sensors.map(({ slot, site }) => ({ slot, site }))).toEqual(swappedSites(walk));
  walkUntil(40);
  const stopped = await ask<contract.Walk>(service, 'POST', `/walks/${walk.id}/stop`, { schema: contract.Walk });

  const truth = await storedTruth(service, walk.id);
  expect(truth.length).toBeGreaterThan(20);
  expect(inOrder(await storedStrides(service, walk.id))).toEqual(truth);
  expect(stopped.summary!.left.strides).toBe(truth.filter((s) => s.side === 'left').length);
});

test('packets that come while the swap is under way are in the walk once', async () => {
  const { service, walkUntil } = await walkingService(40);
  const walk = await ask<contract.Walk>(service, 'POST', '/walks', { body: {}, status: 201 });
  walkUntil(20);
  const mending = ask<contract.Walk>(service, 'PATCH', `/walks/${walk.id}`, { body: { sites: swappedSites(walk) } });
  for (let s = 20.1; s <= 40; s += 0.1) {
    await new Promise(setImmediate);
    walkUntil(s);
  }
  await mending;
  walkUntil(40);
  await ask(service, 'POST', `/walks/${walk.id}/stop`);
  const truth = await storedTruth(service, walk.id);
  expect(inOrder(await storedStrides(service, walk.id))).toEqual(truth);
});

test('the sensors are worn where the wearer said from then on, also for the next walk', async () => {
  const { service, walkUntil } = await walkingService(20);
  const walk = await ask<contract.Walk>(service, 'POST', '/walks', { body: {}, status: 201 });
  walkUntil(10);
  await ask(service, 'PATCH', `/walks/${walk.id}`, { body: { sites: swappedSites(walk) } });
  const sites = Object.fromEntries(service.hub.sensors().map(({ id, site }) => [id, site]));
  expect(sites).toEqual({ 's-left_foot': 'right_foot', 's-right_foot': 'left_foot', 's-pelvis': 'pelvis' });
});

test('a swap that the disk refuses leaves the walk as it was, and it goes on', async () => {
  const { service, walkUntil } = await walkingService(40);
  const walk = await ask<contract.Walk>(service, 'POST', '/walks', { body: {}, status: 201 });
  walkUntil(20);
  const { entries } = service.context.store;
  const replace = entries.replace.bind(entries);
  entries.replace = async (id, records) => {
    let read = 0;
    for await (const { type } of records) read += type.length;
    throw new Error(`no room for ${id} after ${read}`);
  };
  await ask(service, 'PATCH', `/walks/${walk.id}`, { body: { sites: swappedSites(walk) }, status: 500 });
  entries.replace = replace;
  walkUntil(40);
  const stopped = await ask<contract.Walk>(service, 'POST', `/walks/${walk.id}/stop`, { schema: contract.Walk });
  expect(stopped.sensors.map(({ slot, site }) => ({ slot, site }))).toEqual(
    walk.sensors.map(({ slot, site }) => ({ slot, site })),
  );
  const truth = await storedTruth(service, walk.id);
  expect(inOrder(await storedStrides(service, walk.id))).toEqual(truth);
});

test('sites that make no walk are refused, and the walk goes on', async () => {
  const { service, walkUntil } = await walkingService(20);
  const walk = await ask<contract.Walk>(service, 'POST', '/walks', { body: {}, status: 201 });
  walkUntil(10);
  await ask(service, 'PATCH', `/walks/${walk.id}`, { body: { sites: [{ slot: 0, site: 'pelvis' }] }, status: 400 });
  await ask(service, 'PATCH', `/walks/${walk.id}`, { body: { sites: [{ slot: 9, site: 'pelvis' }] }, status: 400 });
  walkUntil(20);
  expect(await ask(service, 'POST', `/walks/${walk.id}/stop`)).toMatchObject({ state: 'finished' });
});

test('a walk that is cut off after the swap goes on with the mended sides', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'gaitkeeper-swapped-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const first = await walkingService(100, folder);
  const walk = await ask<contract.Walk>(first.service, 'POST', '/walks', { body: {}, status: 201 });
  // Beyond the first snapshot, which knows the old sides.
  first.walkUntil(70);
  await ask(first.service, 'PATCH', `/walks/${walk.id}`, { body: { sites: swappedSites(walk) } });
  first.walkUntil(80);
  await first.service.close();
  const second = await walkingService(1, folder);
  await ask(second.service, 'POST', `/walks/${walk.id}/resume`);
  await ask(second.service, 'POST', `/walks/${walk.id}/stop`);
  const truth = await storedTruth(second.service, walk.id);
  expect(truth.length).toBeGreaterThan(60);
  expect(inOrder(await storedStrides(second.service, walk.id))).toEqual(truth);
  await second.service.close();
});
