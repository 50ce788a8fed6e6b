import { setTimeout as wait } from 'node:timers/promises';
import { Command } from 'commander';
import type { ReadyList, Sensor, SensorList } from '../../api/contract.ts';
import { formatSensorKey, parseSensorKey } from '../../protocol/sensor-key.ts';
import { dataFolder } from '../data-folder.ts';
import { askService, findService, type RunningService } from '../service/running-service.ts';
import { UserError, type Terminal } from '../terminal.ts';

interface Common {
  readonly data?: string;
  readonly url?: string;
  readonly json?: boolean;
}

const SITES: Readonly<Record<string, string>> = { left: 'left_foot', right: 'right_foot', pelvis: 'pelvis' };

/** `gaitkeeper sensors scan|pair|key|forget|check`: what the pairing page does, in a terminal, through the running service. */
export function sensorsCommand(terminal: Terminal): Command {
  const sensors = new Command('sensors')
    .description('find, pair, forget and check sensors through the running service')
    .addHelpText(
      'after',
      `
Examples:
  $ gaitkeeper sensors scan
  $ gaitkeeper sensors pair virtual-left-foot left
  $ gaitkeeper sensors key 28cdc1000001 - < code.txt    (the code of its label; not kept in the shell's history)
  $ gaitkeeper sensors check
  $ gaitkeeper sensors forget virtual-left-foot`,
    );
  const add = (name: string, description: string): Command =>
    sensors
      .command(name)
      .description(description)
      .exitOverride()
      .option('--data <folder>', 'data folder of the service (default: the one that serve uses)')
      .option('--url <address>', 'address of the service, where it is not the one of the data folder')
      .option('--json', 'print JSON');
  const service = (options: Common): RunningService =>
    findService(dataFolder(options.data, terminal.env), options.url, terminal.env['GAITKEEPER_TOKEN']);

  add('scan', 'look for sensors in radio range')
    .option('--seconds <n>', 'how long', '6')
    .action(async (options: Common & { seconds: string }) => {
      const seconds = Number(options.seconds);
      if (!(seconds > 0 && seconds <= 120)) throw new UserError('--seconds: expected 1 to 120.', 2);
      const target = service(options);
      await askService(target, 'POST', '/api/v1/sensors/scan');
      await wait(1000 * seconds);
      await askService(target, 'DELETE', '/api/v1/sensors/scan');
      await show(terminal, (await askService(target, 'GET', '/api/v1/sensors')) as SensorList, options);
    });

  add('pair', 'pair a sensor: left, right or pelvis')
    .argument('<sensor>', 'its id, as scan prints it')
    .argument('<site>', 'left, right or pelvis')
    .action(async (id: string, site: string, options: Common) => {
      const where = SITES[site];
      if (where === undefined) throw new UserError(`Expected left, right or pelvis, found "${site}".`, 2);
      const list = await askService(service(options), 'POST', `/api/v1/sensors/${encodeURIComponent(id)}/pair`, {
        site: where,
      });
      await show(terminal, list as SensorList, options);
    });

  add('key', "tell the service a paired sensor's own key, so that nobody can imitate it")
    .argument('<sensor>', 'its id')
    .argument('<code>', 'gaitkeeper-sensor:<serial>:<32 hexadecimal digits>, or - to read it from the standard input')
    .action(async (id: string, code: string, options: Common) => {
      const text = code === '-' ? await readAll(process.stdin) : code;
      const key = codeOf(text);
      const list = await askService(service(options), 'PUT', `/api/v1/sensors/${encodeURIComponent(id)}/key`, { key });
      await show(terminal, list as SensorList, options);
    });

  add('forget', 'forget a paired sensor')
    .argument('<sensor>', 'its id')
    .action(async (id: string, options: Common) => {
      const list = await askService(service(options), 'DELETE', `/api/v1/sensors/${encodeURIComponent(id)}/pair`);
      await show(terminal, list as SensorList, options);
    });

  add('check', 'ready for a walk, or what is missing').action(async (options: Common) => {
    const result = (await askService(service(options), 'GET', '/api/v1/sensors/check')) as ReadyList;
    if (options.json === true) await terminal.out(`${JSON.stringify(result)}\n`);
    else {
      for (const c of result.checks)
        await terminal.out(`${c.ok ? 'ok     ' : c.optional ? 'note   ' : 'MISSING'} ${c.text}\n`);
      await terminal.out(result.ready ? 'Ready to walk.\n' : 'Not ready yet.\n');
    }
    if (!result.ready) process.exitCode = 1;
  });
  return sensors;
}

/** The code as the service takes it. @throws UserError where it is none (the code itself is never told) */
function codeOf(text: string): string {
  try {
    return formatSensorKey(parseSensorKey(text));
  } catch (error) {
    throw new UserError((error as Error).message, 2);
  }
}

async function readAll(input: AsyncIterable<Buffer | string>): Promise<string> {
  let text = '';
  for await (const part of input) {
    text += part.toString();
    if (text.length > 1000) break;
  }
  return text;
}

async function show(terminal: Terminal, list: SensorList, options: Common): Promise<void> {
  if (options.json === true) {
    await terminal.out(`${JSON.stringify(list)}\n`);
    return;
  }
  for (const radio of list.radios) if (radio.trouble !== null) terminal.note(`${radio.kind}: ${radio.trouble}\n`);
  if (list.sensors.length === 0) terminal.note('No sensor heard yet. Wake it with a firm tap.\n');
  for (const sensor of list.sensors) await terminal.out(`${line(sensor)}\n`);
}

function line(s: Sensor): string {
  const parts = [
    s.id.padEnd(24),
    printable(s.name).padEnd(22),
    (s.site ?? (s.paired ? 'paired' : '–')).padEnd(11),
    s.state.padEnd(12),
    s.rssi_dbm === null ? '' : `${s.rssi_dbm} dBm`,
    s.battery_pct === null ? '' : `${s.battery_pct} %`,
    s.firmware === null ? '' : printable(s.firmware),
  ];
  return `${parts.join(' ').trimEnd()}${s.trouble === null ? '' : `\n    ${s.trouble}`}`;
}

/** A stranger's text on a terminal: no control characters. */
const printable = (text: string): string => text.replace(/[^\x20-\x7e\u00a0-\uffff]/g, '?');
