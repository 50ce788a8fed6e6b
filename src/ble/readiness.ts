import type { SensorStatus } from './sensor-hub.ts';

/** What is not well; the page's catalogues have its words, by this. */
export type ReadyProblem =
  | 'no_sensors'
  | 'one_shoe'
  | 'no_data'
  | 'battery_low'
  | 'link_weak'
  | 'firmware_old'
  | 'space_low'
  | 'not_calibrated'
  | 'calibration_old'
  | 'calibration_poor'
  | 'slipped';

/** One line of the check before a walk. */
export interface ReadyCheck {
  readonly code: 'sensors' | 'streaming' | 'battery' | 'signal' | 'firmware' | 'storage' | 'trust' | 'calibration';
  readonly sensorId: string | null;
  readonly ok: boolean;
  /** A walk can begin without it. */
  readonly optional: boolean;
  /** What was found, and what to do where it isn't well. */
  readonly text: string;
  /** Null where it is well. */
  readonly kind: ReadyProblem | null;
  /** Values of the text. */
  readonly data: Readonly<Record<string, string | number>>;
}

export interface Readiness {
  readonly ready: boolean;
  readonly checks: readonly ReadyCheck[];
}

/** What the last calibration said of a sensor as it is mounted now. */
export interface MountingFit {
  /** Wall time [ms since 1970]. */
  readonly atMs: number;
  readonly grade: 'A' | 'B' | 'C';
  /** A walk since then saw it sit otherwise. */
  readonly slippedAtMs?: number;
}

/** What the check looks at beside the sensors' own state. */
export interface ReadyFacts {
  /** Wall time now [ms since 1970]. */
  readonly nowMs: number;
  /** Free space of the data folder [bytes]; undefined where it isn't known. */
  readonly freeBytes: number | undefined;
  /** The last calibration of each sensor's mounting; undefined where there was none. */
  readonly fitOf: (sensor: SensorStatus) => MountingFit | undefined;
}

/** A charge that lasts two hours: small cells lose up to a tenth an hour when streaming. */
const BATTERY_FOR_TWO_HOURS_PCT = 25;
const WEAK_SIGNAL_DBM = -85;
const HIGH_LOSS = 0.05;
const OLDEST_FIRMWARE = [1, 0] as const;
/** Two hours of three sensors with records, and as much again. */
const SPACE_BYTES = 200e6;
/** Sensors that were strapped on a day ago were taken off since. */
const CALIBRATION_MS = 24 * 3_600_000;
const HOW_TO_CALIBRATE = 'Stand still for 5 s, then walk 10 steps.';

/** The check before a walk: one green "ready", or what is missing. A missing pelvis sensor never blocks, nor does a calibration. */
export function readiness(sensors: readonly SensorStatus[], facts: ReadyFacts): Readiness {
  const worn = sensors.filter((s) => s.paired);
  const checks = [
    pairedCheck(worn),
    ...worn.flatMap((s) => sensorChecks(s, facts)),
    ...(facts.freeBytes === undefined ? [] : [spaceCheck(facts.freeBytes)]),
  ];
  return { ready: checks.every((c) => c.ok || c.optional), checks };
}

function pairedCheck(worn: readonly SensorStatus[]): ReadyCheck {
  if (worn.length === 0)
    return wrong(
      'sensors',
      'no_sensors',
      { optional: false },
      'No sensor is paired. Scan, then say which shoe each one is on.',
    );
  const shoes = worn.filter((s) => s.site === 'left_foot' || s.site === 'right_foot');
  return shoes.length === 2
    ? well('sensors', undefined, `${worn.length} sensors paired.`)
    : wrong('sensors', 'one_shoe', {}, 'Not both shoes have a sensor: nothing will be compared between the sides.');
}

function spaceCheck(freeBytes: number): ReadyCheck {
  const free = Math.round(freeBytes / 1e6);
  if (freeBytes > SPACE_BYTES) return well('storage', undefined, `${free} MB free.`);
  const text = `Only ${free} MB free; a long walk wants 200 MB. Make room first.`;
  return wrong('storage', 'space_low', { optional: false, data: { free } }, text);
}

function sensorChecks(sensor: SensorStatus, facts: ReadyFacts): ReadyCheck[] {
  return [
    streamCheck(sensor),
    batteryCheck(sensor),
    signalCheck(sensor),
    firmwareCheck(sensor),
    calibrationCheck(sensor, facts),
    trustCheck(sensor),
  ].filter((check) => check !== undefined);
}

function streamCheck(s: SensorStatus): ReadyCheck {
  if (s.state === 'streaming') return well('streaming', s, `${s.name}: data arrives.`);
  const text = `${s.name}: ${s.trouble ?? 'no data yet. Wake it with a firm tap.'}`;
  return wrong('streaming', 'no_data', { sensor: s, optional: s.site === 'pelvis' }, text);
}

function batteryCheck(s: SensorStatus): ReadyCheck | undefined {
  if (s.batteryPct === undefined) return undefined;
  if (s.batteryPct >= BATTERY_FOR_TWO_HOURS_PCT) return well('battery', s, `${s.name}: battery ${s.batteryPct} %.`);
  const text = `${s.name}: battery ${s.batteryPct} %, which may not last two hours. Charge it.`;
  return wrong('battery', 'battery_low', { sensor: s, data: { percent: s.batteryPct } }, text);
}

function signalCheck(s: SensorStatus): ReadyCheck | undefined {
  const weak = (s.rssiDbm ?? 0) < WEAK_SIGNAL_DBM || (s.lossShare ?? 0) > HIGH_LOSS;
  if (!weak) return undefined;
  return wrong('signal', 'link_weak', { sensor: s }, `${s.name}: weak link. Carry the receiver nearer to your feet.`);
}

function firmwareCheck(s: SensorStatus): ReadyCheck | undefined {
  if (s.firmware === undefined || s.model !== 'gaitkeeper' || !olderThan(s.firmware, OLDEST_FIRMWARE)) return undefined;
  const text = `${s.name}: firmware ${s.firmware} is old. Update at home, not before a walk.`;
  return wrong('firmware', 'firmware_old', { sensor: s, data: { version: s.firmware } }, text);
}

function trustCheck(s: SensorStatus): ReadyCheck | undefined {
  if (s.trust !== 'unprotected' || s.virtual) return undefined;
  return well('trust', s, `${s.name}: its link is not protected; anybody near can read or imitate it.`);
}

function calibrationCheck(s: SensorStatus, { fitOf, nowMs }: ReadyFacts): ReadyCheck {
  const fit = fitOf(s);
  const not = (kind: ReadyProblem, text: string, data: Record<string, string | number> = {}): ReadyCheck =>
    wrong('calibration', kind, { sensor: s, data }, `${s.name}: ${text} ${HOW_TO_CALIBRATE}`);
  if (fit === undefined) return not('not_calibrated', 'not calibrated yet as it is worn now.');
  if (fit.slippedAtMs !== undefined) return not('slipped', 'it moved on its strap since it was calibrated.');
  const hours = Math.max(0, Math.round((nowMs - fit.atMs) / 3_600_000));
  if (nowMs - fit.atMs > CALIBRATION_MS)
    return not('calibration_old', `calibrated ${ageText(hours)} ago, most likely in another fit.`, {
      days: Math.max(1, Math.round(hours / 24)),
    });
  if (fit.grade === 'C') return not('calibration_poor', 'its last calibration was poor (C).');
  return well('calibration', s, `${s.name}: calibrated ${ageText(hours)} ago, ${fit.grade}.`, { hours });
}

const ageText = (hours: number): string =>
  hours < 1 ? 'less than an hour' : hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;

const well = (
  code: ReadyCheck['code'],
  sensor: SensorStatus | undefined,
  text: string,
  data: ReadyCheck['data'] = {},
): ReadyCheck => ({ code, sensorId: sensor?.id ?? null, ok: true, optional: true, text, kind: null, data });

const wrong = (
  code: ReadyCheck['code'],
  kind: ReadyProblem,
  about: { sensor?: SensorStatus; optional?: boolean; data?: ReadyCheck['data'] },
  text: string,
): ReadyCheck => ({
  code,
  sensorId: about.sensor?.id ?? null,
  ok: false,
  optional: about.optional ?? true,
  text,
  kind,
  data: { ...(about.sensor === undefined ? {} : { name: about.sensor.name }), ...about.data },
});

function olderThan(version: string, [major, minor]: readonly [number, number]): boolean {
  const found = /^v?(\d+)\.(\d+)/.exec(version);
  if (found === null) return false;
  const [a, b] = [Number(found[1]), Number(found[2])];
  return a < major || (a === major && b < minor);
}
