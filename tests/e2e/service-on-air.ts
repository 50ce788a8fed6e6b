import { systemWalkClock } from '../../src/api/recorder/walk-clock.ts';
import { createSensorHub } from '../../src/ble/hub.ts';
import type { Pairing } from '../../src/ble/sensor-hub.ts';
import { systemTimers } from '../../src/ble/timers.ts';
import { parseVirtualLosses } from '../../src/ble/virtual-losses.ts';
import { VirtualWalker, type VirtualWalkerOptions } from '../../src/ble/virtual-walker.ts';
import { openRadios } from '../../src/cli/service/radios.ts';
import { listen, startService } from '../api/service.ts';
import { pageFolder } from './browser.ts';

/** The service as `serve --virtual-radio --virtual-speed … --virtual-losses …` puts it together, with the walker in our hands. */
export async function serviceOnAir(options: {
  /** Virtual seconds a second. */
  speed: number;
  keys: VirtualWalkerOptions['keys'];
  losses?: string;
}) {
  const { speed, keys = {}, losses = '' } = options;
  const timers = systemTimers(speed);
  const walkClock = systemWalkClock(timers);
  const walker = new VirtualWalker({ seed: 21, timers, keys });
  const radios = openRadios({}, timers, {
    speed,
    throughNoble: true,
    losses: losses === '' ? [] : parseVirtualLosses(losses),
    walker,
  });
  const saved = new Map<string, Pairing>();
  const hub = createSensorHub({
    radios: radios.list,
    timers,
    pairings: {
      list: () => [...saved.values()],
      save: (pairing) => void saved.set(pairing.id, pairing),
      forget: (id) => void saved.delete(id),
    },
  });
  const service = await startService({
    hub,
    walkClock,
    virtualWalker: radios.virtualWalker,
    pageFolder: await pageFolder(),
  });
  const { url } = await listen(service);
  return {
    service,
    hub,
    walker,
    walkClock,
    saved: saved as ReadonlyMap<string, Pairing>,
    link: `${url}/#code=${service.context.access.codes.create().code}`,
    close: async () => {
      await service.close();
      await hub.close();
    },
  };
}
