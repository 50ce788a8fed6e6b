import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { gradeFit, type FitFacts } from '../../src/api/calibration/fit-grade.ts';
import { STILL_S, StillWatch } from '../../src/api/calibration/still-watch.ts';
import { Calibration, ReadyList, SensorList } from '../../src/api/contract.ts';
import type { SensorNotification, SensorSlot } from '../../src/domain/notification.ts';
import type { Faults } from '../../src/simulator/faults.ts';
import { simulateWalk } from '../../src/simulator/simulate-walk.ts';
import { startService, type Service } from './service.ts';
import { ask, TestClock, walkingService } from './walking.ts';

describe('the grade of a fit', () => {
  it('five still seconds fill the ring; a move empties it and says how much', () => {
    const watch = new StillWatch();
    expect(watch.look([2, 3], 0)).toBe(0);
    expect(watch.look([2, 3], 2.5)).toBeCloseTo(0.5, 9);
    expect(watch.look([2, 40], 2.6)).toBe(0);
    expect(watch.movedDps).toBe(40);
    watch.look([2, 3], 3);
    expect(watch.look([2, 3], 3 + STILL_S)).toBe(1);
  });

  it('a sensor that says nothing is not a still one', () => {
    const watch = new StillWatch();
    watch.look([2, undefined], 0);
    expect(watch.look([2, undefined], 9)).toBe(0);
  });

  const good: FitFacts = {
    stepSides: ['left', 'right', 'left', 'right', 'left', 'right', 'left', 'right', 'left', 'right'],
    losses: [0.001, 0.002, 0],
    silent: false,
    axesProvisional: false,
    swapped: false,
    slipped: false,
    feet: 2,
    pelvis: true,
    stillDone: true,
  };
  it('says what it rests on', () => {
    expect(gradeFit(good)).toEqual({ grade: 'A', reasons: [] });
    expect(gradeFit({ ...good, losses: [0.03, 0, 0] })).toEqual({ grade: 'B', reasons: ['loss_some'] });
    expect(gradeFit({ ...good, losses: [0.2, 0, 0] }).grade).toBe('C');
    expect(gradeFit({ ...good, silent: true }).reasons).toContain('silent');
    expect(gradeFit({ ...good, swapped: true }).grade).toBe('C');
    expect(gradeFit({ ...good, slipped: true })).toEqual({ grade: 'C', reasons: ['slipped'] });
    expect(gradeFit({ ...good, stepSides: ['left', 'left', 'left', 'right'] }).grade).toBe('C');
    expect(gradeFit({ ...good, feet: 1 }).grade).toBe('B');
    expect(gradeFit({ ...good, pelvis: false })).toEqual({ grade: 'A', reasons: ['no_pelvis'] });
    expect(gradeFit({ ...good, stillDone: false })).toEqual({ grade: 'B', reasons: ['still_skipped'] });
  });
});

const state = (service: Service) => ask<Calibration>(service, 'GET', '/calibration', { schema: Calibration });
const fits = async (service: Service) =>
  (await ask<SensorList>(service, 'GET', '/sensors', { schema: SensorList })).sensors.map((s) => s.fit);
const check = async (service: Service) =>
  (await ask<ReadyList>(service, 'GET', '/sensors/check', { schema: ReadyList })).checks.filter(
    (c) => c.code === 'calibration',
  );

describe('calibration over the API', () => {
  it('stands still, counts ten steps, grades them and remembers it for each mounting', async () => {
    const { service, clock, walkUntil } = await walkingService(40);
    expect((await check(service)).map((c) => c.kind)).toEqual(['not_calibrated', 'not_calibrated', 'not_calibrated']);
    expect(await state(service)).toMatchObject({ phase: 'idle', grade: null });

    const begun = await ask<Calibration>(service, 'POST', '/calibration', { body: {}, schema: Calibration });
    expect(begun).toMatchObject({ phase: 'still', still_share: 0, step_sides: [], steps_wanted: 10 });
    clock.advance(2.5);
    expect((await state(service)).still_share).toBeCloseTo(0.5, 1);
    clock.advance(3);
    expect((await state(service)).phase).toBe('steps');

    walkUntil(35);
    const done = await state(service);
    expect(done).toMatchObject({ phase: 'graded', grade: 'A' });
    expect(done.step_sides).toHaveLength(10);
    expect(
      new Set(done.step_sides.map((side, i) => (i % 2 === 0 ? side : side === 'left' ? 'right' : 'left'))).size,
    ).toBe(1);
    for (const fit of await fits(service)) expect(fit).toMatchObject({ grade: 'A', slipped_at: null });
    const listeners = service.hub.listeners;

    // The check before a walk says how old it is.
    clock.advance(3600);
    expect((await check(service)).map((c) => [c.ok, c.data['hours']])).toEqual([
      [true, 1],
      [true, 1],
      [true, 1],
    ]);
    clock.advance(3 * 86_400);
    expect((await check(service)).map((c) => [c.ok, c.optional, c.kind, c.data['days']])).toEqual(
      Array.from({ length: 3 }, () => [false, true, 'calibration_old', 3]),
    );
    // Worn elsewhere, it is another mounting; back where it was, the old one is remembered.
    await service.hub.pair('s-left_foot', 'right_foot');
    expect((await fits(service))[0]).toBeNull();
    await service.hub.pair('s-left_foot', 'left_foot');
    expect((await fits(service))[0]).toMatchObject({ grade: 'A' });
    expect(service.hub.listeners).toBe(listeners);
  });

  it('is refused without a sensor, can skip standing still, be given up, and ends by itself', async () => {
    const { service, clock } = await walkingService(1);
    expect(await ask<Calibration>(service, 'POST', '/calibration', { body: { skip_still: true } })).toMatchObject({
      phase: 'steps',
      still_skipped: true,
    });
    const during = service.hub.listeners;
    expect(await ask<Calibration>(service, 'DELETE', '/calibration')).toMatchObject({ phase: 'idle' });
    expect(service.hub.listeners).toBe(during - 1);
    await ask(service, 'POST', '/calibration', { body: { skip_still: true } });
    clock.advance(301);
    expect((await state(service)).phase).toBe('idle');
    for (const { id } of service.hub.sensors()) await service.hub.forget(id);
    await ask(service, 'POST', '/calibration', { body: {}, status: 409 });
  });

  it('outlives a restart of the service', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'gaitkeeper-api-'));
    const first = await walkingService(40, folder);
    await ask(first.service, 'POST', '/calibration', { body: { skip_still: true } });
    first.walkUntil(35);
    expect(await state(first.service)).toMatchObject({
      phase: 'graded',
      grade: 'B',
      reasons: expect.arrayContaining(['still_skipped']),
    });
    await first.service.close();
    const again = await startService({ folder, hub: first.service.hub, clock: new TestClock() });
    for (const fit of await fits(again)) expect(fit).toMatchObject({ grade: 'B' });
  });

  it('a sensor that slips during a walk is no longer calibrated; the others are', async () => {
    const clock = new TestClock();
    const service = await startService({ clock, walkClock: clock });
    const faults: Partial<Faults> = { slips: [{ site: 'left_foot', atS: 60, deg: 25, overS: 0.3 }] };
    const walk = simulateWalk({ scenario: 'healthy', seed: 3, seconds: 110, faults });
    for (const { site } of walk.slots)
      service.hub.add(`s-${site}`, { site, paired: true, state: 'streaming', virtual: true });
    const startS = clock.s;
    const play = (notifications: Iterable<SensorNotification>, slots: readonly SensorSlot[]): void => {
      for (const { slot, receivedS, bytes } of notifications) {
        clock.advance(Math.max(0, startS + receivedS - clock.s));
        service.hub.send(`s-${slots.find((s) => s.slot === slot)!.site}`, bytes);
      }
    };
    await ask(service, 'POST', '/calibration', { body: { skip_still: true } });
    await ask(service, 'POST', '/walks', { body: {}, status: 201 });
    play(walk.notifications(), walk.slots);
    clock.advance(2);
    const found = Object.fromEntries((await check(service)).map((c) => [c.sensor_id, c.kind]));
    expect(found).toEqual({ 's-left_foot': 'slipped', 's-right_foot': null, 's-pelvis': null });
  });
});
