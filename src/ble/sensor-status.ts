import type { SensorState } from '../domain/sensor-states.ts';
import type { LinkHealth } from './link-health.ts';
import type { Pairing, SensorStatus } from './sensor-hub.ts';
import type { SensorFacts, SensorLink } from './sensor-link.ts';
import type { Sighting } from './sighting.ts';

/** All that is known of a sensor. */
export interface KnownOfSensor {
  readonly id: string;
  readonly model: string;
  readonly virtual: boolean;
  readonly state: SensorState;
  readonly trouble: string | undefined;
  readonly pairing: Pairing | undefined;
  readonly sighting: Sighting;
  /** Its link, while there is one. */
  readonly link: SensorLink | undefined;
  /** What it said of itself over its last link. */
  readonly lastFacts: SensorFacts;
  readonly health: LinkHealth;
}

/** A sensor as the user sees it. What it said over a link goes before what its advertisement says. */
export function statusOf(known: KnownOfSensor, nowMs: number): SensorStatus {
  const { pairing, link, lastFacts, sighting } = known;
  const { name, rssiDbm, lastHeardMs, status: advert } = sighting;
  const heardMs = Math.max(lastHeardMs ?? -Infinity, link?.lastBytesMs ?? -Infinity);
  const facts = link?.facts ?? lastFacts;
  return {
    id: known.id,
    name,
    model: known.model,
    virtual: known.virtual,
    state: known.state,
    trouble: known.trouble,
    site: pairing?.site,
    paired: pairing !== undefined,
    rssiDbm,
    batteryPct: facts.batteryPct ?? advert?.batteryPct,
    firmware: facts.firmware ?? advert?.firmware,
    trust: facts.trust,
    taps: advert?.taps,
    clock: link?.clock,
    lastHeardMsAgo: Number.isFinite(heardMs) ? Math.max(0, nowMs - heardMs) : undefined,
    ...known.health.read(nowMs),
  };
}
