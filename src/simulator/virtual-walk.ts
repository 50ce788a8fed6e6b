import type { SensorNotification, SensorSlot } from '../domain/notification.ts';
import { sideOfSite } from '../domain/sites.ts';
import type { ImuConfig } from '../protocol/imu-packet.ts';
import { WORN_SITES, type WornSite } from './body-motion.ts';
import { MILD_FAULTS, type Faults } from './faults.ts';
import type { Person } from './person.ts';
import { RadioPath } from './radio-path.ts';
import type { Command, ScenarioName } from './scenario.ts';
import type { Truth } from './truth.ts';
import { declaredSite, VirtualBody } from './virtual-body.ts';
import { VirtualSensor } from './virtual-sensor.ts';

/** What is walked, by whom, with which sensors, and what goes wrong. */
export interface VirtualWalkOptions {
  readonly scenario: ScenarioName;
  readonly seed: number;
  /** What is done step by step, instead of what the scenario has: runs, for one. Made anew each time. */
  readonly script?: () => Iterator<Command, never>;
  /** Length of the walk [s]; the walker stands at its end. Default: for ever. */
  readonly seconds?: number;
  /** One of the protocol's rates [Hz]. Default 104. */
  readonly rateHz?: number;
  /** Default: both shoes and the pelvis. */
  readonly sites?: readonly WornSite[];
  /** Traits that are not drawn from the seed. */
  readonly person?: Partial<Person>;
  /** Default: {@link MILD_FAULTS}. */
  readonly faults?: Partial<Faults>;
  /** Default: as many as make some 12 packets a second, 19 at most. */
  readonly samplesPerPacket?: number;
}

/**
 * A walk that goes on as far as it's asked to: notifications as a radio would deliver them, and the truth about them. The
 * same options give the same bytes on every machine, however the time is divided up.
 * @throws RangeError where the protocol has no such rate
 */
export class VirtualWalk {
  readonly slots: readonly SensorSlot[];
  readonly body: VirtualBody;
  readonly #paths: readonly RadioPath[];
  readonly #options: VirtualWalkOptions;
  readonly #faults: Faults;
  readonly #seconds: number;

  constructor(options: VirtualWalkOptions) {
    this.#options = options;
    this.#faults = { ...MILD_FAULTS, ...options.faults };
    this.#seconds = options.seconds ?? Infinity;
    this.body = new VirtualBody(options.scenario, options.seed, this.#seconds, options.person, options.script);
    const sites = options.sites ?? WORN_SITES;
    const rateHz = options.rateHz ?? 104;
    const perPacket = options.samplesPerPacket ?? Math.max(1, Math.min(19, Math.round(rateHz / 12)));
    this.slots = sites.map((site, slot) => ({
      slot,
      site: declaredSite(site, this.#faults.swappedFeet),
      model: 'gaitkeeper',
      deviceId: `virtual-${site.replace('_', '-')}`,
      name: `Virtual ${site.replace('_', ' ')}`,
    }));
    this.#paths = sites.map((site) => new RadioPath(this.makeSensor(site), this.#faults, perPacket, this.body.random));
  }

  /** A sensor as this walk wears it, at its first sample: the same samples again. */
  makeSensor(site: WornSite): VirtualSensor {
    const config: ImuConfig = { rateHz: this.#options.rateHz ?? 104, accRangeG: 16, gyrRangeDps: 2000 };
    return new VirtualSensor({
      site,
      motion: this.body.motion,
      config,
      place: this.body.places[site],
      faults: this.#faults,
      random: this.body.random,
    });
  }

  /** All notifications that arrive from the last call's time on until `walkS`, in order of arrival. */
  nextUntil(walkS: number): SensorNotification[] {
    this.body.decideUntil(Math.min(walkS, this.#seconds) + 0.5);
    const list: SensorNotification[] = [];
    for (;;) {
      let first = Infinity;
      let slot = -1;
      this.#paths.forEach((path, i) => {
        const receivedS = path.peek(Math.min(walkS, this.#seconds));
        if (receivedS < first) {
          first = receivedS;
          slot = i;
        }
      });
      // The last samples of a walk arrive a little after its end.
      const limitS = walkS >= this.#seconds ? Infinity : walkS;
      if (slot < 0 || first >= limitS) return list;
      const arrival = this.#paths[slot]!.take()!;
      list.push({ slot, receivedS: arrival.receivedS, bytes: arrival.packet.bytes });
    }
  }

  /** Packets that the radio lost so far. */
  get lostPackets(): number {
    return this.#paths.reduce((sum, path) => sum + path.lost, 0);
  }

  /** What truly happened until a time; default: until the walk's end. Where one shoe is all that is worn: of that foot. */
  truth(untilS = this.#seconds): Truth {
    const truth = this.body.truth(untilS);
    const [site, ...others] = this.#options.sites ?? WORN_SITES;
    const side = site === undefined ? undefined : sideOfSite(site);
    if (side === undefined || others.length > 0) return truth;
    return {
      ...truth,
      events: truth.events.filter((event) => event.side === side),
      strides: truth.strides.filter((stride) => stride.side === side),
    };
  }
}
