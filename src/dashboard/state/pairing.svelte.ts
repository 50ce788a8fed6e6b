import { service } from '../api/service.ts';
import type { ReadyList, Sensor, SensorList, Site } from '../api/types.ts';
import { SITES } from '../api/types.ts';
import { live } from './live.svelte.ts';
import { problemText } from './problem-words.ts';
import { isReady } from './sensor-words.ts';
import { Work } from './work.svelte.ts';

/** The service is asked what stands against a walk so long after something changed [ms]: changes come in groups. */
const CHECK_AFTER_MS = 600;
/** What the page shows elsewhere (sensors, their data) is not said twice. */
const SAID_ELSEWHERE: readonly string[] = ['sensors', 'streaming'];

/** Sensors in range and worn, as the pairing page sees and changes them. One call at a time. */
export class Pairing {
  list = $state.raw<SensorList | null>(null);
  readonly work = new Work();
  #checks = $state.raw<ReadyList['checks']>([]);

  readonly worn = $derived(SITES.flatMap((site) => this.bySite(site) ?? []));
  readonly nearby = $derived((this.list?.sensors ?? []).filter((s) => !s.paired));
  readonly realNearby = $derived(this.nearby.filter((s) => !s.virtual));
  readonly virtualNearby = $derived(this.nearby.filter((s) => s.virtual));
  /** A recording's sensors are in range, in place of the virtual walker's. */
  readonly replaying = $derived((this.list?.radios ?? []).some((r) => r.kind === 'replay'));
  /** Real sensors can be heard: there is a radio, and it works. */
  readonly hears = $derived((this.list?.radios ?? []).some((r) => r.kind !== 'simulated' && r.trouble === null));
  /** Radios that can't be used. */
  readonly radios = $derived((this.list?.radios ?? []).filter((r) => r.trouble !== null && r.kind !== 'simulated'));
  /** What the service says no walk can begin with, beside the sensors themselves: a disk without space. */
  readonly blocking = $derived(
    this.#checks.find((c) => !c.ok && !c.optional && !SAID_ELSEWHERE.includes(c.code)) ?? null,
  );
  readonly ready = $derived(this.worn.length > 0 && this.worn.every(isReady) && this.blocking === null);
  /** What stands against a walk, or speaks against it; the panel beside it asks for a check of the fit anyway. */
  readonly advice = $derived(
    this.worn.length === 0
      ? []
      : this.#checks
          .filter((c) => !c.ok && !SAID_ELSEWHERE.includes(c.code) && c.kind !== 'not_calibrated')
          .slice(0, 4),
  );
  /** Virtual sensors that fit a site where none is worn. */
  readonly virtualSites = $derived(
    SITES.flatMap((site): { id: string; site: Site }[] => {
      const word = site === 'pelvis' ? 'pelvis' : site === 'left_foot' ? 'left' : 'right';
      const sensor = this.virtualNearby.find((s) => `${s.id} ${s.name}`.toLowerCase().includes(word));
      return sensor === undefined || this.bySite(site) !== undefined ? [] : [{ id: sensor.id, site }];
    }),
  );
  readonly #checkedFor = $derived(
    (this.list?.sensors ?? []).flatMap((s) => (s.paired ? [`${s.id} ${s.state} ${s.fit?.at ?? ''}`] : [])).join(),
  );

  /** Follows the live stream, which tells of every change; to be called while a component is made. */
  follow(): void {
    $effect(() => {
      if (live.sensors !== null) this.list = live.sensors;
    });
    $effect(() => {
      // Asked anew whenever a paired sensor's state or fit changes.
      if (this.#checkedFor === '') return;
      const timer = setTimeout(() => {
        service.sensorCheck().then(
          (answer) => (this.#checks = answer.checks),
          () => (this.#checks = []),
        );
      }, CHECK_AFTER_MS);
      return () => clearTimeout(timer);
    });
  }

  bySite(site: Site): Sensor | undefined {
    return this.list?.sensors.find((s) => s.paired && s.site === site);
  }

  /** Says what went wrong. */
  readonly say = (error: unknown): void => {
    this.work.problem = problemText(error);
  };

  readonly scan = (): void => this.#do(() => service.scan());
  readonly pair = (id: string, site: Site): void => this.#do(() => service.pair(id, site));
  readonly forget = (id: string): void => this.#do(() => service.forget(id));
  readonly giveKey = (id: string, code: string): void => this.#do(() => service.giveKey(id, code));
  readonly identify = (id: string): void =>
    this.#do(async () => {
      await service.identify(id);
      return null;
    });
  readonly tap = (id: string): void => void service.virtualTap(id).catch(this.say);
  readonly pairVirtual = (): void =>
    this.#do(async () => {
      let answer: SensorList | null = null;
      for (const { id, site } of this.virtualSites) answer = await service.pair(id, site);
      return answer;
    });
  readonly walker = (change: { scenario?: string; walking?: boolean }): void =>
    this.#do(async () => {
      await service.virtualWalker(change);
      return service.sensors();
    });

  #do(work: () => Promise<SensorList | null>): void {
    void this.work.run(async () => {
      const answer = await work();
      if (answer !== null) this.list = answer;
    });
  }
}
