import type { SensorStatus } from './sensor-hub.ts';

/** One line of the check before a walk. */
export interface ReadyCheck {
  readonly code: 'sensors' | 'streaming' | 'battery' | 'signal' | 'firmware' | 'storage' | 'quality' | 'trust';
  readonly sensorId: string | null;
  readonly ok: boolean;
  /** A walk can begin without it. */
  readonly optional: boolean;
  /** What was found, and what to do where it isn't well. */
  readonly text: string;
}

export interface Readiness {
  readonly ready: boolean;
  readonly checks: readonly ReadyCheck[];
}

/** A charge that lasts two hours: small cells lose up to a tenth an hour when streaming. */
const BATTERY_FOR_TWO_HOURS_PCT = 25;
const WEAK_SIGNAL_DBM = -85;
const HIGH_LOSS = 0.05;
const OLDEST_FIRMWARE = [1, 0] as const;
/** Two hours of three sensors with records, and as much again. */
const SPACE_BYTES = 200e6;

/** The check before a walk: one green "ready", or what is missing. A missing pelvis sensor never blocks. */
export function readiness(sensors: readonly SensorStatus[], freeBytes: number | undefined): Readiness {
  const worn = sensors.filter((s) => s.paired);
  const shoes = worn.filter((s) => s.site === 'left_foot' || s.site === 'right_foot');
  const checks: ReadyCheck[] = [
    worn.length === 0
      ? check('sensors', null, false, false, 'No sensor is paired. Scan, then say which shoe each one is on.')
      : shoes.length === 2
        ? check('sensors', null, true, false, `${worn.length} sensors paired.`)
        : check(
            'sensors',
            null,
            false,
            true,
            'Not both shoes have a sensor: nothing will be compared between the sides.',
          ),
    ...worn.flatMap(sensorChecks),
  ];
  if (freeBytes !== undefined)
    checks.push(
      check(
        'storage',
        null,
        freeBytes > SPACE_BYTES,
        false,
        freeBytes > SPACE_BYTES
          ? `${Math.round(freeBytes / 1e6)} MB free.`
          : `Only ${Math.round(freeBytes / 1e6)} MB free; a long walk wants 200 MB. Make room first.`,
      ),
    );
  return { ready: checks.every((c) => c.ok || c.optional), checks };
}

function sensorChecks(s: SensorStatus): ReadyCheck[] {
  const name = s.name;
  const streaming = s.state === 'streaming';
  const checks = [
    check(
      'streaming',
      s.id,
      streaming,
      s.site === 'pelvis',
      streaming ? `${name}: data arrives.` : `${name}: ${s.trouble ?? 'no data yet. Wake it with a firm tap.'}`,
    ),
  ];
  if (s.batteryPct !== undefined) {
    const enough = s.batteryPct >= BATTERY_FOR_TWO_HOURS_PCT;
    const text = enough
      ? `${name}: battery ${s.batteryPct} %.`
      : `${name}: battery ${s.batteryPct} %, which may not last two hours. Charge it.`;
    checks.push(check('battery', s.id, enough, true, text));
  }
  const weak = (s.rssiDbm ?? 0) < WEAK_SIGNAL_DBM || (s.lossShare ?? 0) > HIGH_LOSS;
  if (weak)
    checks.push(check('signal', s.id, false, true, `${name}: weak link. Carry the receiver nearer to your feet.`));
  if (s.firmware !== undefined && s.model === 'gaitkeeper' && olderThan(s.firmware, OLDEST_FIRMWARE))
    checks.push(
      check(
        'firmware',
        s.id,
        false,
        true,
        `${name}: firmware ${s.firmware} is old. Update at home, not before a walk.`,
      ),
    );
  if (s.trust === 'unprotected' && !s.virtual)
    checks.push(
      check('trust', s.id, true, true, `${name}: its link is not protected; anybody near can read or imitate it.`),
    );
  return checks;
}

const check = (
  code: ReadyCheck['code'],
  sensorId: string | null,
  ok: boolean,
  optional: boolean,
  text: string,
): ReadyCheck => ({ code, sensorId, ok, optional, text });

function olderThan(version: string, [major, minor]: readonly [number, number]): boolean {
  const found = /^v?(\d+)\.(\d+)/.exec(version);
  if (found === null) return false;
  const [a, b] = [Number(found[1]), Number(found[2])];
  return a < major || (a === major && b < minor);
}
