import { WORN_SITES, type WornSite } from '../simulator/body-motion.ts';
import type { Timers } from './timers.ts';

/** A virtual sensor's link that is to be lost. */
export interface VirtualLoss {
  readonly site: WornSite;
  /** After the walker first sets off [s], by the walker's own clock. */
  readonly atS: number;
  /** How long the sensor stays out of range [s]. */
  readonly forS: number;
}

/** What loses a virtual sensor's link: the simulated radio, or the virtual controller's air. */
export interface LinkBreaker {
  loseLink(walkerId: string, forMs: number): void;
}

const SHORT: Readonly<Record<string, WornSite>> = { left: 'left_foot', right: 'right_foot', pelvis: 'pelvis' };
const ONE = /^(?:(left|right|pelvis)@)?(\d{1,5}(?:\.\d+)?):(\d{1,5}(?:\.\d+)?)$/;

/** The walker's own id of the sensor at a site. */
export const walkerIdOf = (site: WornSite): string => `virtual-${site.replaceAll('_', '-')}`;

/**
 * `left@60:1,right@100:30`: which sensor's link is lost, when and for how long [s]; without a sensor, all three.
 * @throws RangeError where a part of the list is not of that form
 */
export function parseVirtualLosses(text: string): VirtualLoss[] {
  return text.split(',').flatMap((part) => {
    const [, site, at, length] = ONE.exec(part.trim()) ?? [];
    if (at === undefined || length === undefined)
      throw new RangeError(`Expected a list like left@60:1,right@100:30 (sensor@second:seconds), found "${part}".`);
    const sites = site === undefined ? WORN_SITES : [SHORT[site]!];
    return sites.map((one) => ({ site: one, atS: Number(at), forS: Number(length) }));
  });
}

/** Counts the given losses from now on. */
export function scheduleLosses(losses: readonly VirtualLoss[], breaker: LinkBreaker, timers: Timers): void {
  for (const { site, atS, forS } of losses)
    timers.after(1000 * atS, () => breaker.loseLink(walkerIdOf(site), 1000 * forS));
}
