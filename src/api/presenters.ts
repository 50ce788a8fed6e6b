import type { SensorHub, SensorStatus } from '../ble/sensor-hub.ts';
import type { Side } from '../domain/sites.ts';
import type { Mark as StoredMark, Walk as StoredWalk } from '../store/walk-store.ts';
import { SENSOR_MODELS } from '../protocol/models/index.ts';
import type { FootLive } from '../pipeline/foot/foot-output.ts';
import type { LiveSnapshot } from '../walk/live-snapshot.ts';
import type { Fit } from './calibration/fit-memory.ts';
import { isoTime } from './clock.ts';
import type { LiveFoot, LiveFrame, Mark, Sensor, Walk } from './contract.ts';

/** Names from the air are any bytes: 64 characters at most, and nothing that steers a terminal or a log. */
const shown = (name: string): string => name.slice(0, 64).replace(/\p{Cc}/gu, '');

export const presentSensor = (sensor: SensorStatus, fit?: Fit): Sensor => ({
  id: sensor.id,
  name: shown(sensor.name),
  model: sensor.model,
  ...modelFacts(sensor.model),
  virtual: sensor.virtual,
  state: sensor.state,
  trouble: sensor.trouble ?? null,
  site: sensor.site ?? null,
  paired: sensor.paired,
  rssi_dbm: finite(sensor.rssiDbm),
  battery_pct: finite(sensor.batteryPct),
  firmware: sensor.firmware === undefined ? null : shown(sensor.firmware),
  trust: sensor.trust ?? null,
  clock:
    sensor.clock === undefined
      ? null
      : {
          offset_s: sensor.clock.offsetS,
          error_ms: sensor.clock.errorMs,
          drift_ppm: finite(sensor.clock.driftPpm),
        },
  fit:
    fit === undefined
      ? null
      : {
          at: isoTime(fit.atMs),
          grade: fit.grade,
          reasons: [...fit.reasons],
          slipped_at: fit.slippedAtMs === undefined ? null : isoTime(fit.slippedAtMs),
        },
  taps: sensor.taps ?? null,
  last_heard_ms_ago: finite(sensor.lastHeardMsAgo),
  rate_hz: finite(sensor.rateHz),
  loss_share: finite(sensor.lossShare),
  motion_dps: finite(sensor.motionDps),
});

const modelFacts = (id: string): Pick<Sensor, 'kind' | 'limit' | 'tested'> => {
  const model = SENSOR_MODELS.find((one) => one.id === id);
  return { kind: model?.name ?? id, limit: model?.qualityLimit ?? null, tested: model?.verified ?? null };
};

export const presentRadios = (hub: SensorHub): { kind: string; state: string; trouble: string | null }[] =>
  hub.radios().map((radio) => ({ kind: radio.kind, state: radio.state, trouble: radio.trouble ?? null }));

/** `pausedSinceS`: of a walk under way that the wearer has paused. */
export const presentWalk = (walk: StoredWalk, pausedSinceS: number | null = null): Walk => ({
  id: walk.id,
  profile_id: walk.profileId,
  state: walk.state,
  source: sourceOf(walk.source),
  started_at: isoTime(walk.startedAtMs),
  ended_at: walk.endedAtMs === null ? null : isoTime(walk.endedAtMs),
  duration_s: walk.durationS,
  title: walk.title,
  tags: { ...walk.tags },
  sensors: walk.slots.map((slot) => ({
    slot: slot.slot,
    site: slot.site,
    model: slot.model,
    device_id: slot.deviceId ?? null,
    name: slot.name === undefined ? null : shown(slot.name),
    link_trust: slot.linkTrust ?? null,
  })),
  summary: walk.summary,
  paused_since_s: pausedSinceS,
  raw_removed: walk.rawRemoved,
  generation: walk.generation,
});

const sourceOf = (source: string): Walk['source'] =>
  source === 'virtual' || source === 'ingest' || source === 'import' ? source : 'live';

export const presentMark = (mark: StoredMark): Mark => ({
  id: mark.id,
  walk_id: mark.walkId,
  at_s: mark.atS,
  place: mark.place,
  strength: mark.strength,
  note: mark.note,
  created_at: isoTime(mark.createdAtMs),
});

/** What is drawn: the walk's newest values (none without a walk) and how the sensors are. */
export function presentFrame(
  walkId: string | null,
  live: LiveSnapshot | undefined,
  sensors: readonly SensorStatus[],
): LiveFrame {
  const sides = <T>(make: (side: Side) => T): Record<Side, T> => ({ left: make('left'), right: make('right') });
  return {
    walk_id: walkId,
    time_s: live?.timeS ?? 0,
    steps: live?.steps ?? 0,
    paused_since_s: live?.pausedSinceS ?? null,
    paused_steps: live?.pausedSteps ?? 0,
    running_since_s: live?.runningSinceS ?? null,
    cadence_spm: finite(live?.cadenceSpm),
    walking_speed_mps: finite(live?.walkingSpeedMps),
    feet: sides((side) => presentFoot(live?.feet[side])),
    pelvis:
      live?.pelvis == null
        ? null
        : {
            time_s: live.pelvis.timeS,
            roll_deg: finite(live.pelvis.rollDeg),
            tilt_deg: finite(live.pelvis.tiltDeg),
            provisional: live.pelvis.provisional,
          },
    roll_in: sides((side) => ({
      ...recent(live?.rollIn[side]),
      start_level: finite(live?.rollIn[side].startLevel),
      start_sd: finite(live?.rollIn[side].startSd),
      start_strides: live?.rollIn[side].startStrides ?? 0,
    })),
    pelvic_drop: sides((side) => recent(live?.pelvicDrop[side])),
    stance_time_s: sides((side) => recent(live?.stanceTimeS[side])),
    sensors: sensors
      .filter((sensor) => sensor.paired || sensor.state !== 'seen')
      .map((sensor) => ({
        id: sensor.id,
        site: sensor.site ?? null,
        state: sensor.state,
        motion_dps: finite(sensor.motionDps),
        last_heard_ms_ago: finite(sensor.lastHeardMsAgo),
        loss_share: finite(sensor.lossShare),
        rate_hz: finite(sensor.rateHz),
        battery_pct: finite(sensor.batteryPct),
      })),
  };
}

const presentFoot = (foot: FootLive | null | undefined): LiveFoot | null =>
  foot == null
    ? null
    : {
        time_s: foot.timeS,
        eversion_deg: finite(foot.eversionDeg),
        pitch_deg: finite(foot.pitchDeg),
        in_stance: foot.inStance,
        provisional: foot.provisional,
      };

const recent = (
  value: { value: number | null; strides: number } | undefined,
): { value: number | null; strides: number } => ({
  value: finite(value?.value),
  strides: value?.strides ?? 0,
});

/** JSON knows no NaN: what is not a number is not known. */
const finite = (value: number | null | undefined): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;
