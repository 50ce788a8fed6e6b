import type { VirtualWalkerControl } from '../../api/api-context.ts';
import { backendOf, openMachineRadio } from '../../ble/load-noble.ts';
import type { Radio } from '../../ble/radio.ts';
import { ReplayRadio } from '../../ble/replay-radio.ts';
import { SimulatedRadio } from '../../ble/simulated-radio.ts';
import { systemTimers, type Timers } from '../../ble/timers.ts';
import { scheduleLosses, type VirtualLoss } from '../../ble/virtual-losses.ts';
import { virtualNobleRadio } from '../../ble/virtual-controller/virtual-noble-radio.ts';
import { VirtualWalker } from '../../ble/virtual-walker.ts';
import type { SensorNotification } from '../../domain/notification.ts';
import { RecordingError, type Recording } from '../../recording/recording.ts';

/** What the service scans with, and the wearer behind the virtual one. */
export interface Radios {
  /** In the order in which the page offers them: this machine's radio, then the virtual walker's. */
  readonly list: readonly Radio[];
  /** undefined where a recording takes the virtual walker's place. */
  readonly virtualWalker: VirtualWalkerControl | undefined;
}

/** How the virtual walker's sensors are reached. */
export interface RadioOptions {
  /** How many times faster virtual time runs. */
  readonly speed: number;
  /** Its packets go through real noble code and a virtual controller, instead of straight into the hub. */
  readonly throughNoble: boolean;
  /** Links to lose on purpose, counted from when the walker first sets off. */
  readonly losses?: readonly VirtualLoss[];
  /** Who wears the virtual sensors. Default: always the same healthy person. */
  readonly walker?: VirtualWalker;
}

/** This machine's radio, then one in which the sensors of a recording are in range. @throws RecordingError */
export async function openReplayRadios(
  env: Readonly<Record<string, string | undefined>>,
  timers: Timers,
  recording: Recording,
): Promise<Radios> {
  const notifications: SensorNotification[] = [];
  for await (const batch of recording.batches)
    for (const { slot, receivedS, bytes } of batch)
      notifications.push({ slot, receivedS, bytes: new Uint8Array(bytes) });
  const replay = new ReplayRadio(recording.slots, notifications, timers);
  if (replay.trouble !== undefined) throw new RecordingError(replay.trouble);
  return { list: [openMachineRadio(env, systemTimers()), replay], virtualWalker: undefined };
}

/** The virtual wearer is always the same person, as a real one is: a restart finds its sensors with their serial numbers. */
const WEARER_SEED = 1;

/**
 * The radios of this machine, then the virtual walker's.
 * @throws where the virtual walker is to go through noble and the package isn't installed
 */
export function openRadios(
  env: Readonly<Record<string, string | undefined>>,
  timers: Timers,
  options: RadioOptions,
): Radios {
  const walker = options.walker ?? new VirtualWalker({ seed: WEARER_SEED, timers });
  const onAir = options.throughNoble ? virtualNobleRadio(walker, timers, backendOf(env)) : undefined;
  const simulated = new SimulatedRadio(walker, timers);
  let losses = options.losses ?? [];
  const state = () => ({
    scenario: walker.scenario,
    scenarios: [...walker.scenarios],
    walking: walker.walking,
    speed: options.speed,
  });
  return {
    list: [openMachineRadio(env, systemTimers()), onAir?.radio ?? simulated],
    virtualWalker: {
      state,
      change: ({ scenario, walking }) => {
        if (scenario !== undefined) walker.setScenario(scenario);
        if (walking !== undefined) walker.setWalking(walking);
        if (walking === true) {
          scheduleLosses(losses, onAir?.air ?? simulated, timers);
          losses = [];
        }
        return state();
      },
      tap: (sensorId) => walker.tap(onAir?.air.walkerIdOf(sensorId) ?? sensorId),
    },
  };
}
