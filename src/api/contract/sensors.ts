import { Type, type Static } from 'typebox';
import { SiteSchema } from '../../domain/records.ts';
import { SENSOR_STATES } from '../../domain/sensor-states.ts';
import { SensorFit } from './calibration.ts';
import { closed, nullable, SensorId, words } from './common.ts';

export const SensorStateSchema = words(SENSOR_STATES);

/** A sensor as the wearer sees it: heard, paired or both. `name` is whatever the radio said: show it as text only. */
export const Sensor = Type.Object({
  id: SensorId,
  name: Type.String(),
  model: Type.String(),
  kind: Type.String({ description: "the model's name" }),
  limit: nullable(Type.String({ description: 'what holds this model back; null where nothing does' })),
  tested: nullable(Type.String({ description: 'how far this model was tried; null for our own' })),
  virtual: Type.Boolean(),
  state: SensorStateSchema,
  trouble: nullable(Type.String({ description: 'what is wrong and what to do' })),
  site: nullable(SiteSchema),
  paired: Type.Boolean(),
  rssi_dbm: nullable(Type.Number()),
  battery_pct: nullable(Type.Number()),
  firmware: nullable(Type.String()),
  trust: nullable(
    words(['authenticated', 'unprotected', 'wrong_key'], 'how far the link is trusted: our key, none, or another'),
  ),
  clock: nullable(
    Type.Object(
      {
        offset_s: Type.Number({ description: "sensor's clock minus the service's, by questions and answers" }),
        error_ms: Type.Number({ description: 'half the shortest round trip: the answer is no further off' }),
        drift_ppm: nullable(Type.Number({ description: "how much faster the sensor's clock runs; null before 4 min" })),
      },
      { description: 'only our own sensors can be asked' },
    ),
  ),
  fit: nullable(SensorFit),
  taps: nullable(
    Type.Integer({
      description:
        'firm taps counted by the advertisement of a sensor that has no link: one more says which one was tapped',
    }),
  ),
  last_heard_ms_ago: nullable(Type.Number()),
  rate_hz: nullable(Type.Number()),
  loss_share: nullable(Type.Number({ description: 'share of samples lost in the last 10 s, 0 to 1' })),
  motion_dps: nullable(
    Type.Number({ description: 'RMS angular rate of the last second: jumps when the shoe is tapped' }),
  ),
});
export type Sensor = Static<typeof Sensor>;

export const RadioInfo = Type.Object({
  kind: Type.String({ description: 'noble, simulated or replay' }),
  state: Type.String(),
  trouble: nullable(Type.String()),
});
export type RadioInfo = Static<typeof RadioInfo>;

/** The simulated wearer behind the virtual sensors. */
export const VirtualWalker = Type.Object({
  scenario: Type.String(),
  scenarios: Type.Array(Type.String()),
  walking: Type.Boolean({ description: 'false: stands still' }),
  speed: Type.Number({ description: 'simulated seconds per second' }),
});
export type VirtualWalker = Static<typeof VirtualWalker>;

/** PATCH /api/v1/virtual-walker */
export const VirtualWalkerPatch = closed({
  scenario: Type.Optional(Type.String({ maxLength: 40 })),
  walking: Type.Optional(Type.Boolean()),
});
export type VirtualWalkerPatch = Static<typeof VirtualWalkerPatch>;

/** POST /api/v1/virtual-walker/tap: taps the shoe, so that its card jumps. */
export const VirtualTap = closed({ sensor_id: SensorId });
export type VirtualTap = Static<typeof VirtualTap>;

/** GET /api/v1/sensors: radios in the order to offer them (real, then the virtual walker), then every sensor. */
export const SensorList = Type.Object({
  radios: Type.Array(RadioInfo),
  scanning: Type.Boolean(),
  sensors: Type.Array(Sensor),
  virtual_walker: nullable(VirtualWalker),
});
export type SensorList = Static<typeof SensorList>;

/**
 * PUT /api/v1/sensors/{id}/key: the key of a paired sensor, as its QR code or USB port told it: the whole code
 * (`gaitkeeper-sensor:<serial>:<32 hexadecimal digits>`), or its 16 bytes in hex alone.
 */
export const SensorKey = closed({
  key: Type.String({
    maxLength: 120,
    pattern: '^([0-9a-fA-F]{32}|gaitkeeper-sensor:[0-9A-Za-z-]{1,32}:[0-9a-fA-F]{32})$',
  }),
});
export type SensorKey = Static<typeof SensorKey>;

/** POST /api/v1/sensors/{id}/pair; DELETE /api/v1/sensors/{id}/pair forgets it. Both answer the sensor list. */
export const PairRequest = closed({ site: SiteSchema });
export type PairRequest = Static<typeof PairRequest>;

/** What can be missing before a walk. */
export const READY_PROBLEMS = [
  'no_sensors',
  'one_shoe',
  'no_data',
  'battery_low',
  'link_weak',
  'firmware_old',
  'space_low',
  'not_calibrated',
  'calibration_old',
  'calibration_poor',
  'slipped',
] as const;

/** GET /api/v1/sensors/check: ready for a walk, or what is missing. */
export const ReadyList = Type.Object({
  ready: Type.Boolean(),
  checks: Type.Array(
    Type.Object({
      code: Type.String(),
      sensor_id: nullable(SensorId),
      ok: Type.Boolean(),
      optional: Type.Boolean({ description: 'a walk can begin without it' }),
      text: Type.String(),
      kind: nullable(words(READY_PROBLEMS, 'what is not well; null where it is')),
      data: Type.Unsafe<Record<string, string | number>>(
        Type.Record(Type.String(), Type.Unsafe<unknown>({}), { description: 'values of the text, for translation' }),
      ),
    }),
  ),
});
export type ReadyList = Static<typeof ReadyList>;
