import { setTimeout as wait } from 'node:timers/promises';
import { BACKENDS, backendOf } from '../../ble/load-noble.ts';
import { systemTimers } from '../../ble/timers.ts';
import { virtualNobleRadio } from '../../ble/virtual-controller/virtual-noble-radio.ts';
import { VirtualWalker } from '../../ble/virtual-walker.ts';

const WITHIN_MS = 3000;
const LOOK_EVERY_MS = 50;

/** What came of letting the Bluetooth package look for the virtual walker's sensors. */
export interface VirtualTrial {
  readonly ok: boolean;
  readonly found: string;
}

/** Runs the real Bluetooth package on a virtual controller, without a radio: does it load, and does it hear three sensors? */
export async function tryVirtualRadio(env: Readonly<Record<string, string | undefined>>): Promise<VirtualTrial> {
  const name = BACKENDS[backendOf(env)];
  const timers = systemTimers();
  const walker = new VirtualWalker({ seed: 1, timers });
  let air: ReturnType<typeof virtualNobleRadio>;
  try {
    air = virtualNobleRadio(walker, timers, backendOf(env));
  } catch (error) {
    return { ok: false, found: `${name} can't be loaded: ${error instanceof Error ? error.message : String(error)}` };
  }
  const { radio, controller } = air;
  const heard = new Set<string>();
  try {
    let scanning = false;
    for (let waitedMs = 0; heard.size < walker.peripherals.length && waitedMs < WITHIN_MS; waitedMs += LOOK_EVERY_MS) {
      if (!scanning && radio.state === 'on') {
        scanning = true;
        await radio.startScan(({ deviceId }) => heard.add(deviceId));
      }
      await wait(LOOK_EVERY_MS);
    }
  } finally {
    air.air.close();
    await radio.close();
    controller.close();
  }
  return {
    ok: heard.size === walker.peripherals.length,
    found: `${name} hears ${heard.size} of ${walker.peripherals.length} virtual sensors through a virtual controller`,
  };
}
