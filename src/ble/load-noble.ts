import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { NobleLike } from './noble-types.ts';
import { MissingRadio, NobleRadio } from './noble-radio.ts';
import type { Radio } from './radio.ts';
import type { Timers } from './timers.ts';

const require = createRequire(import.meta.url);

/** With it, this package connects and then never gets an answer. */
const USER_CHANNEL =
  'HCI_CHANNEL_USER does not work with @abandonware/noble. Unset it, or set BLE_BACKEND=stoprocent (npm install @stoprocent/noble).';

/** The two packages that can drive this machine's Bluetooth, behind one adapter. */
export const BACKENDS = { abandonware: '@abandonware/noble', stoprocent: '@stoprocent/noble' } as const;
export type Backend = keyof typeof BACKENDS;

/** BLE_BACKEND: `stoprocent`, or anything else for the default. */
export const backendOf = (env: Readonly<Record<string, string | undefined>>): Backend =>
  env['BLE_BACKEND'] === 'stoprocent' ? 'stoprocent' : 'abandonware';

/**
 * The radio of this machine. noble is optional and loaded only here: without a package, an adapter or the right to use it, the
 * radio says so and the service goes on.
 */
export function openMachineRadio(env: Readonly<Record<string, string | undefined>>, timers: Timers): Radio {
  if (process.platform === 'linux' && !hasAdapter()) return new MissingRadio(undefined);
  const backend = backendOf(env);
  const name = BACKENDS[backend];
  const misset = channelTrouble(env);
  if (misset !== undefined) return new MissingRadio(misset);
  try {
    return new NobleRadio(require(name) as NobleLike, timers);
  } catch (error) {
    return new MissingRadio(whyNot(name, error));
  }
}

/** What in the environment keeps the chosen package from working; undefined where nothing does. */
export const channelTrouble = (env: Readonly<Record<string, string | undefined>>): string | undefined =>
  backendOf(env) === 'abandonware' && (env['HCI_CHANNEL_USER'] ?? '') !== '' ? USER_CHANNEL : undefined;

function hasAdapter(): boolean {
  return existsSync('/sys/class/bluetooth') && readdirSync('/sys/class/bluetooth').length > 0;
}

/** Why a package could not be loaded, and what to do. */
export function whyNot(name: string, error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'MODULE_NOT_FOUND')
    return `The package ${name} is not installed. Run npm install ${name}, or go on without Bluetooth.`;
  if (code === 'ERR_DLOPEN_FAILED')
    return `The package ${name} was built for another Node.js. Run npm rebuild, or set BLE_BACKEND=stoprocent.`;
  if (message.includes('EAFNOSUPPORT'))
    return 'This computer has no Bluetooth. Plug in an adapter, replay a recording, or try the virtual walker.';
  return `${name} can't open the adapter: ${message}`;
}

/** A socket to a Bluetooth controller, as noble's HCI code wants it: real ones are native, tests and `--virtual-radio` bring their own. */
export type HciSocketClass = new (...args: never[]) => unknown;

/**
 * noble's real HCI, GAP and GATT code over a socket of ours: no native add-on is loaded and no adapter needed.
 * @throws where the package isn't installed
 */
export function nobleOverSocket(backend: Backend, Socket: HciSocketClass): NobleLike {
  const folder = path.dirname(require.resolve(`${BACKENDS[backend]}/package.json`));
  const scope = backend === 'abandonware' ? '@abandonware' : '@stoprocent';
  const native = require.resolve(`${scope}/bluetooth-hci-socket`, { paths: [folder] });
  const exported = Object.assign(Socket, { loadDriver: () => Socket, default: Socket });
  const before = require.cache[native];
  require.cache[native] = { id: native, filename: native, loaded: true, exports: exported } as unknown as NodeJS.Module;
  try {
    // A fresh copy each time: noble keeps its socket class in module scope.
    for (const key of Object.keys(require.cache))
      if (key.startsWith(path.join(folder, 'lib'))) Reflect.deleteProperty(require.cache, key);
    const Noble = require(path.join(folder, 'lib/noble')) as new (bindings: unknown) => NobleLike;
    const Bindings = require(path.join(folder, 'lib/hci-socket/bindings')) as new (options: object) => unknown;
    return new Noble(new Bindings({}));
  } finally {
    if (before === undefined) Reflect.deleteProperty(require.cache, native);
    else require.cache[native] = before;
  }
}
