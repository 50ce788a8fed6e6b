import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import path from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { destination, pino, type Logger } from 'pino';
import qrcode from 'qrcode';
import { createApp } from '../../api/app.ts';
import { allowedHosts } from '../../api/access/origins.ts';
import { serviceToken } from '../../api/access/service-token.ts';
import { systemWalkClock } from '../../api/recorder/walk-clock.ts';
import { createSensorHub } from '../../ble/hub.ts';
import { systemTimers, type Timers } from '../../ble/timers.ts';
import { parseVirtualLosses, type VirtualLoss } from '../../ble/virtual-losses.ts';
import { openRecording } from '../../recording/open-recording.ts';
import { influxSettings, startInfluxMirror } from '../../store/mirror-service.ts';
import { openWalkStore } from '../../store/open-store.ts';
import { dataFolder, storeKey } from '../data-folder.ts';
import { forUser } from '../for-user.ts';
import {
  checkListening,
  INSECURE_LAN_WARNING,
  isLoopbackHost,
  networkAddresses,
  port,
  shownHost,
  urlOf,
} from '../service/listen-options.ts';
import { ownCertificate } from '../service/own-certificate.ts';
import { openRadios, openReplayRadios, type Radios } from '../service/radios.ts';
import { storedPairings } from '../service/stored-pairings.ts';
import { ADDRESS_FILE, type ServiceAddress } from '../service/running-service.ts';
import { UserError, type Terminal } from '../terminal.ts';
import { packageVersion } from '../version.ts';

interface ServeOptions {
  readonly port: number;
  readonly host: string;
  readonly data?: string;
  readonly tls?: boolean;
  readonly insecureLan?: boolean;
  readonly allowedHost?: readonly string[];
  readonly virtualSpeed: number;
  readonly virtualRadio?: boolean;
  readonly replayRadio?: string;
  readonly virtualLosses?: readonly VirtualLoss[];
  readonly logLevel?: string;
}

/** Whatever still hangs after this is left behind [ms]. */
const LONGEST_GOODBYE_MS = 4500;

/** `gaitkeeper serve`: the service with its page. */
export function serveCommand(terminal: Terminal): Command {
  return new Command('serve')
    .description('start the service and print the link to its page')
    .option('--port <number>', 'port to listen on', port, 8080)
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--data <folder>', "data folder (default: GAITKEEPER_DATA, else XDG's data folder)")
    .option('--tls', 'speak TLS with an own certificate, made at first use')
    .option('--insecure-lan', 'listen beyond this machine without TLS (read what it means)')
    .option(
      '--allowed-host <names...>',
      'further host names under which the page may be opened (also GAITKEEPER_ALLOWED_HOSTS)',
    )
    .option('--virtual-radio', 'the virtual walker goes through real Bluetooth code and a virtual controller')
    .option('--replay-radio <file>', 'the sensors of a recording are in range, in place of the virtual walker')
    .addOption(
      new Option('--virtual-speed <n>', 'virtual sensors walk n times faster (tests)')
        .argParser(speed)
        .default(1)
        .hideHelp(),
    )
    .addOption(
      new Option('--virtual-losses <list>', 'links of virtual sensors are lost on purpose (tests)')
        .argParser(losses)
        .hideHelp(),
    )
    .addOption(
      new Option('--log-level <level>', 'what goes to the log').choices(['debug', 'info', 'warn', 'error', 'silent']),
    )
    .addHelpText(
      'after',
      `
Examples:
  $ gaitkeeper serve                               this machine only: http://127.0.0.1:8080
  $ gaitkeeper serve --port 9000 --data ./walks
  $ gaitkeeper serve --host 0.0.0.0 --tls          for phones of the home network, encrypted

The printed link works once, within 15 minutes; "gaitkeeper link" prints another. Ctrl-C ends the service; a walk under way
can be resumed or closed afterwards.`,
    )
    .action((options: ServeOptions) => serve(terminal, options));
}

async function serve(terminal: Terminal, options: ServeOptions): Promise<void> {
  const tls = options.tls === true;
  const insecureLan = options.insecureLan === true;
  const { host } = options;
  checkListening({ host, port: options.port, tls, insecureLan });
  const folder = dataFolder(options.data, terminal.env);
  prepareFolder(folder);
  const log: Logger = pino(
    {
      level: options.logLevel ?? (terminal.noteIsTty ? 'warn' : 'info'),
      base: null,
      redact: ['headers', 'req', 'res'],
    },
    destination({ dest: 2, sync: true }),
  );
  const named = [...(options.allowedHost ?? []), ...(terminal.env['GAITKEEPER_ALLOWED_HOSTS'] ?? '').split(',')]
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const hosts = allowedHosts({ lan: !isLoopbackHost(host), named });
  const store = await forUser(() => openWalkStore(folder, { key: storeKey(terminal.env) }));
  try {
    const certificate = tls ? await ownCertificate(folder, hosts, Date.now()) : undefined;
    const timers = systemTimers(options.virtualSpeed);
    const radios =
      options.replayRadio === undefined
        ? openRadios(terminal.env, timers, {
            speed: options.virtualSpeed,
            throughNoble: options.virtualRadio === true,
            losses: options.virtualLosses ?? [],
          })
        : await replayRadios(terminal, timers, options.replayRadio);
    const hub = createSensorHub({ radios: radios.list, pairings: storedPairings(store), timers });
    const influx = await forUser(() => influxSettings(terminal.env));
    const mirror = influx === undefined ? undefined : startInfluxMirror(store, influx);
    let url = urlOf(shownHost(host), options.port, tls);
    const { app, context } = await createApp({
      version: packageVersion(),
      store,
      hub,
      serviceToken: serviceToken(folder, terminal.env['GAITKEEPER_TOKEN']),
      rules: { tls, hosts },
      pageUrl: () => url,
      dataFolder: folder,
      log,
      walkClock: systemWalkClock(timers),
      certificate,
      pageFolder: fileURLToPath(new URL('../../../dist/dashboard', import.meta.url)),
      virtualWalker: radios.virtualWalker,
      mirror,
    });
    const stopped = new Promise<string>((resolve) => terminal.onStop(resolve));
    await listen(app, options);
    const address = app.server.address();
    if (address !== null && typeof address === 'object') url = urlOf(shownHost(host), address.port, tls);
    context.audit.noteOwn(
      'service_started',
      `${packageVersion()}, ${isLoopbackHost(host) ? 'this machine only' : tls ? 'network, TLS' : 'network, insecure'}, mirror ${influx?.url ?? 'off'}`,
    );
    writeAddress(folder, { url, pid: process.pid });
    if (insecureLan && !isLoopbackHost(host)) terminal.note(INSECURE_LAN_WARNING);
    await terminal.out(`${url}/#code=${context.access.codes.create().code}\n`);
    terminal.note('Open this link in a browser of this machine. It works once, within 15 minutes.\n');
    if (!isLoopbackHost(host))
      await offerToPhones(terminal, url, host, hosts, tls, () => context.access.codes.create().code);
    if (certificate !== undefined)
      terminal.note(
        `Own certificate${certificate.made ? ', made just now' : ''}. Compare its SHA-256 fingerprint with what the browser shows, then let it in:\n  ${certificate.fingerprint}\n`,
      );
    const signal = await stopped;
    log.info({ signal }, 'ending');
    // A peer that does not let go must not hold up the end: what matters is on the disk by then. The timer also keeps the process
    // alive until the last link has said goodbye: the radios' own timers don't.
    const goodbye = setTimeout(() => process.exit(0), LONGEST_GOODBYE_MS);
    await app.close();
    await Promise.all([hub.close(), mirror?.stop()]);
    clearTimeout(goodbye);
    removeAddress(folder);
  } finally {
    store.close();
  }
}

/** @throws UserError where the folder can't be made */
function prepareFolder(folder: string): void {
  process.umask(0o077);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new UserError(
      `The data folder "${folder}" can't be made: ${(error as Error).message}. Choose another with --data.`,
    );
  }
}

const replayRadios = (terminal: Terminal, timers: Timers, file: string): Promise<Radios> =>
  forUser(async () => openReplayRadios(terminal.env, timers, await openRecording(file, 'as they came')));

async function listen(app: Awaited<ReturnType<typeof createApp>>['app'], options: ServeOptions): Promise<void> {
  try {
    await app.listen({ host: options.host, port: options.port });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    await app.close();
    if (code === 'EADDRINUSE')
      throw new UserError(
        `Port ${options.port} is in use: does another Gaitkeeper run? Choose another with --port, for instance --port ${options.port + 1}.`,
      );
    if (code === 'EACCES')
      throw new UserError(`Port ${options.port} needs more rights. Choose one above 1023 with --port.`);
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
      throw new UserError(
        `This machine has no address ${options.host}. Its own: ${['127.0.0.1', ...networkAddresses()].join(', ')}.`,
      );
    throw error;
  }
}

/** The page for a phone of the same network: its own link, as a picture. */
async function offerToPhones(
  terminal: Terminal,
  url: string,
  host: string,
  hosts: ReadonlySet<string>,
  tls: boolean,
  code: () => string,
): Promise<void> {
  const candidates = host === '0.0.0.0' || host === '::' ? [...networkAddresses(), ...hosts] : [host];
  // A name that the service would refuse (--allowed-host lists all that it answers to) is of no use to a phone.
  const address = candidates.find((name) => hosts.has(name.toLowerCase()) && !isLoopbackHost(name));
  if (address === undefined) return;
  const link = `${urlOf(address, Number(new URL(url).port), tls)}/#code=${code()}`;
  terminal.note(
    `\nFor a phone of this network (works once, within 15 minutes):\n${await qrcode.toString(link, { type: 'terminal', small: true })}\n${link}\n`,
  );
}

function writeAddress(folder: string, address: ServiceAddress): void {
  const file = path.join(folder, ADDRESS_FILE);
  writeFileSync(file, `${JSON.stringify(address)}\n`, { mode: 0o600 });
  chmodSync(file, 0o600);
}

const removeAddress = (folder: string): void => rmSync(path.join(folder, ADDRESS_FILE), { force: true });

function speed(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 200)) throw new InvalidArgumentError('Expected a number above 0, at most 200.');
  return value;
}

function losses(text: string): VirtualLoss[] {
  try {
    return parseVirtualLosses(text);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}
