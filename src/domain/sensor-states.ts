/** Where a sensor stands. Each change is an event in the API and on the page. */
export const SENSOR_STATES = [
  'seen',
  'connecting',
  'ready',
  'streaming',
  'silent',
  'lost',
  'reconnecting',
  'refused',
  'quarantined',
  'off',
] as const;
export type SensorState = (typeof SENSOR_STATES)[number];
