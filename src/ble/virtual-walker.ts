import { WORN_SITES, type WornSite } from '../simulator/body-motion.ts';
import { MILD_FAULTS } from '../simulator/faults.ts';
import { SCENARIOS, type ScenarioName } from '../simulator/scenario.ts';
import type { Truth } from '../simulator/truth.ts';
import { VirtualBody } from '../simulator/virtual-body.ts';
import { VirtualSensor } from '../simulator/virtual-sensor.ts';
import type { Timers } from './timers.ts';
import { walkerIdOf } from './virtual-losses.ts';
import { VirtualPeripheral } from './virtual-peripheral.ts';

/** Who lives behind the virtual sensors, and by which clock. */
export interface VirtualWalkerOptions {
  readonly seed: number;
  /** The clock the walker lives by; a faster one makes it live faster. */
  readonly timers: Timers;
  /** Default: healthy. */
  readonly scenario?: ScenarioName;
  /** Default: false, it stands and waits to be told. */
  readonly walking?: boolean;
  /** Per-device keys by site; a sensor without one was never provisioned. */
  readonly keys?: Partial<Readonly<Record<WornSite, Uint8Array>>>;
  /** Samples a packet unless the host configures another number. Default 9, about 12 packets a second. */
  readonly samplesPerPacket?: number;
  /** Samples that each sensor holds for a resend. Default: 160,000, as the firmware. */
  readonly ringSamples?: number;
}

const NAMES: Readonly<Record<WornSite, string>> = {
  left_foot: 'Virtual left shoe',
  right_foot: 'Virtual right shoe',
  pelvis: 'Virtual pelvis',
};

/**
 * One simulated person wearing three sensors of our own protocol, alive from the moment it is made. It stands until it's told
 * to walk. The simulated radio carries its sensors' packets.
 */
export class VirtualWalker {
  readonly scenarios: readonly ScenarioName[] = SCENARIOS;
  readonly peripherals: readonly VirtualPeripheral[];
  readonly #timers: Timers;
  readonly #startMs: number;
  readonly #body: VirtualBody;
  #scenario: ScenarioName;
  #walking: boolean;

  constructor(options: VirtualWalkerOptions) {
    this.#timers = options.timers;
    this.#startMs = options.timers.nowMs();
    this.#scenario = options.scenario ?? 'healthy';
    this.#walking = options.walking ?? false;
    this.#body = new VirtualBody(this.#scenario, options.seed, Infinity);
    this.#body.setStanding(!this.#walking);
    this.peripherals = WORN_SITES.map((site, i) => {
      const sensor = new VirtualSensor({
        site,
        motion: this.#body.motion,
        config: { rateHz: 104, accRangeG: 16, gyrRangeDps: 2000 },
        place: this.#body.places[site],
        faults: MILD_FAULTS,
        random: this.#body.random,
      });
      const identity = {
        deviceId: walkerIdOf(site),
        name: NAMES[site],
        serial: `VW-${i + 1}`,
        firmware: '1.1.0',
        key: options.keys?.[site] ?? new Uint8Array(16),
      };
      return new VirtualPeripheral(
        identity,
        sensor,
        options.samplesPerPacket ?? 9,
        this.#body.random,
        options.ringSamples,
      );
    });
  }

  /** The walker's own time [s], 0 when it was made. */
  get nowS(): number {
    return (this.#timers.nowMs() - this.#startMs) / 1000;
  }
  get scenario(): ScenarioName {
    return this.#scenario;
  }
  /** false: stands still, or comes to a stand. */
  get walking(): boolean {
    return this.#walking;
  }

  /** Goes over to another scenario within some four seconds. @throws RangeError for a name that isn't one */
  setScenario(name: string): void {
    const scenario = SCENARIOS.find((known) => known === name);
    if (scenario === undefined) {
      throw new RangeError(`There is no scenario "${name}"; there are: ${SCENARIOS.join(', ')}.`);
    }
    this.#scenario = scenario;
    this.#body.setScenario(scenario);
  }

  /** Sets off, or closes the feet and stands, within some four seconds. */
  setWalking(walking: boolean): void {
    this.#walking = walking;
    this.#body.setStanding(!walking);
  }

  /** Someone taps a sensor with a finger. @returns false where there is no such sensor */
  tap(deviceId: string): boolean {
    const peripheral = this.peripherals.find((p) => p.identity.deviceId === deviceId);
    peripheral?.tap(this.nowS);
    return peripheral !== undefined;
  }

  /**
   * Nobody has listened for a while and now somebody does. Meanwhile the walker stood: hours of steps that no sensor took
   * would only have to be caught up with.
   */
  wake(): void {
    this.#body.setStanding(true);
    this.decide();
    this.#body.setStanding(!this.#walking);
  }

  /** Makes sure that motion is decided until now; called before samples are taken. */
  decide(): void {
    this.#body.decideUntil(this.nowS + 0.5);
  }

  /** What truly happened until now, in the walker's own time. */
  truth(): Truth {
    return this.#body.truth(this.nowS);
  }
}
