import { afterEach, describe, expect, it } from 'vitest';
import { VirtualWalker } from '../../src/ble/virtual-walker.ts';
import { WalkerOnAir } from '../../src/ble/virtual-controller/walker-on-air.ts';
import { missing, stageOf } from './hub-stage.ts';
import { nobleStage, PACKAGES, type NobleStage } from './noble-stage.ts';

let open: NobleStage | undefined;
afterEach(async () => {
  await open?.close();
  open = undefined;
});

describe.each(PACKAGES)('the virtual walker through real noble (%s)', (backend) => {
  it('is scanned, paired and walked with; lost links leave no sample missing', async () => {
    open = await nobleStage(backend);
    const { timers, controller, radio } = open;
    const walker = new VirtualWalker({ seed: 4, timers });
    const air = new WalkerOnAir(walker, controller, timers);
    const stage = stageOf(radio, timers);
    await timers.until(stage.hub.startScan());
    await timers.advance(1500);
    const names = stage.hub.sensors().map((s) => s.name);
    expect(names.sort()).toEqual(['Virtual left shoe', 'Virtual pelvis', 'Virtual right shoe']);
    // Charge, firmware and taps come with the advertisement, through noble's own reading of it.
    walker.tap('virtual-pelvis');
    await timers.advance(1000);
    expect(controller.linkCount).toBe(0);
    for (const sensor of stage.hub.sensors())
      expect(sensor).toMatchObject({
        firmware: '1.1',
        batteryPct: expect.any(Number),
        taps: sensor.name === 'Virtual pelvis' ? 1 : 0,
      });
    const ids = (['left_foot', 'right_foot', 'pelvis'] as const).map((site) => {
      const id = air.radioIdOf(`virtual-${site.replace('_', '-')}`);
      void stage.hub.pair(id, site);
      return id;
    });
    await timers.until(stage.hub.stopScan());
    await timers.until(stage.hub.startStreaming());
    await timers.advance(8000);
    expect(stage.hub.sensors().map((s) => s.state)).toEqual(['streaming', 'streaming', 'streaming']);
    expect(controller.lastTiming).toEqual({ interval: 12, latency: 0, timeout: 400 });
    walker.setWalking(true);
    await timers.advance(5000);
    air.loseLink('virtual-left-foot', 1000);
    await timers.advance(8000);
    air.vanish('virtual-pelvis', 20_000);
    await timers.advance(60_000);
    for (const id of ids) {
      const { samples, doubled } = stage.heard.get(id)!;
      expect(missing(samples), id).toEqual([]);
      expect(doubled).toBe(0);
      expect(samples.size).toBeGreaterThan(75 * 104);
    }
    await timers.until(stage.hub.close());
    air.close();
  });
});
