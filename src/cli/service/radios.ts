import type { VirtualWalkerControl } from '../../api/api-context.ts';
import { openMachineRadio } from '../../ble/load-noble.ts';
import type { Radio } from '../../ble/radio.ts';
import { SimulatedRadio } from '../../ble/simulated-radio.ts';
import { systemTimers, type Timers } from '../../ble/timers.ts';
import { VirtualWalker } from '../../ble/virtual-walker.ts';

export interface Radios {
  /** In the order in which the page offers them: this machine's radio, then the virtual walker's. */
  readonly list: readonly Radio[];
  readonly virtualWalker: VirtualWalkerControl;
}

/** The virtual wearer is always the same person, as a real one is: a restart finds its sensors with their serial numbers. */
const WEARER_SEED = 1;

/** The radios of this machine, then the virtual walker's. */
export function openRadios(env: Readonly<Record<string, string | undefined>>, timers: Timers, speed: number): Radios {
  const walker = new VirtualWalker({ seed: WEARER_SEED, timers });
  const state = () => ({
    scenario: walker.scenario,
    scenarios: [...walker.scenarios],
    walking: walker.walking,
    speed,
  });
  return {
    list: [openMachineRadio(env, systemTimers()), new SimulatedRadio(walker, timers)],
    virtualWalker: {
      state,
      change: ({ scenario, walking }) => {
        if (scenario !== undefined) walker.setScenario(scenario);
        if (walking !== undefined) walker.setWalking(walking);
        return state();
      },
      tap: (sensorId) => walker.tap(sensorId),
    },
  };
}
