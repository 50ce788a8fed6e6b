/** Where a sensor is worn. `sensor` is a sensor worn nowhere (a test of orientation, for instance): no gait is read from it. */
export const SENSOR_SITES = ['left_foot', 'right_foot', 'pelvis', 'sensor'] as const;
export type SensorSite = (typeof SENSOR_SITES)[number];

export const SIDES = ['left', 'right'] as const;
export type Side = (typeof SIDES)[number];

/** A foot's side; undefined where the site is not a foot. */
export function sideOfSite(site: SensorSite): Side | undefined {
  return site === 'left_foot' ? 'left' : site === 'right_foot' ? 'right' : undefined;
}

/** The site of a side's shoe. */
export const siteOfSide = (side: Side): 'left_foot' | 'right_foot' => (side === 'left' ? 'left_foot' : 'right_foot');

export const otherSide = (side: Side): Side => (side === 'left' ? 'right' : 'left');
