import type { Site, Walk } from '../api/types.ts';

const OTHER = { left_foot: 'right_foot', right_foot: 'left_foot' } as const;

/** The sites of a walk's shoes, each the other's: what mends sensors that were swapped. */
export const swappedFeet = (walk: Walk): { slot: number; site: Site }[] =>
  walk.sensors.flatMap(({ slot, site }) =>
    site === 'left_foot' || site === 'right_foot' ? [{ slot, site: OTHER[site] }] : [],
  );
