import { InfluxMirror } from './influx-mirror.ts';
import type { SqliteWalkStore } from './sqlite-store.ts';
import { StoreError } from './store-error.ts';

export interface InfluxSettings {
  readonly url: string;
  readonly database: string;
  readonly username: string | undefined;
  readonly password: string | undefined;
}

/** How the mirror stands, in the API's words. */
export interface MirrorReport {
  readonly enabled: boolean;
  /** Without credentials. */
  readonly url: string;
  readonly state: 'off' | 'ok' | 'behind' | 'down';
  readonly pending: number;
  readonly parked: number;
  readonly last_error: string | null;
}

export interface RunningMirror {
  status(): MirrorReport;
  /** Tries again what InfluxDB had refused five times. @returns how many points went through */
  retryParked(): Promise<number>;
  /** Call it before the store is closed. */
  stop(): Promise<void>;
}

/**
 * Settings of the mirror from environment variables GAITKEEPER_INFLUX_URL, _DATABASE, _USER and _PASSWORD.
 * @returns undefined where no URL is set: the mirror is off unless somebody wants it
 * @throws StoreError `invalid`
 */
export function influxSettings(env: Readonly<Record<string, string | undefined>>): InfluxSettings | undefined {
  const text = env['GAITKEEPER_INFLUX_URL'];
  if (text === undefined || text === '') return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol) || url.username !== '' || url.password !== '')
    throw new StoreError(
      'invalid',
      'GAITKEEPER_INFLUX_URL should be like http://127.0.0.1:8086, without user and password (they have variables of ' +
        'their own: GAITKEEPER_INFLUX_USER, GAITKEEPER_INFLUX_PASSWORD).',
    );
  const given = (name: string): string | undefined => (env[name] === '' ? undefined : env[name]);
  const database = given('GAITKEEPER_INFLUX_DATABASE') ?? 'gaitkeeper';
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(database))
    throw new StoreError('invalid', `GAITKEEPER_INFLUX_DATABASE should be letters, digits, _ and -.`);
  const { origin } = url;
  return {
    url: origin,
    database,
    username: given('GAITKEEPER_INFLUX_USER'),
    password: given('GAITKEEPER_INFLUX_PASSWORD'),
  };
}

/** Starts the mirror of a store; it follows the recording within a moment. */
export function startInfluxMirror(store: SqliteWalkStore, settings: InfluxSettings): RunningMirror {
  const mirror = new InfluxMirror(store.mirrorOutbox('influx'), settings);
  const unsubscribe = store.onStored(() => {
    mirror.wake();
  });
  mirror.start();
  return {
    status: () => {
      const { state, backlog, parked, trouble } = mirror.status();
      return {
        enabled: state !== 'stopped',
        url: settings.url,
        state: state === 'stopped' ? 'off' : trouble !== undefined ? 'down' : backlog > 0 ? 'behind' : 'ok',
        pending: backlog,
        parked,
        last_error: trouble ?? null,
      };
    },
    retryParked: () => mirror.retryParked(),
    stop: () => {
      unsubscribe();
      return mirror.stop();
    },
  };
}
