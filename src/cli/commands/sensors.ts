import { setTimeout as wait } from 'node:timers/promises';
import { Command } from 'commander';
import type { ReadyList, SensorList } from '../../api/contract.ts';
import { formatSensorKey } from '../../protocol/sensor-key.ts';
import { askService, type RunningService } from '../service/running-service.ts';
import { addServiceOptions, serviceOf, type ServiceOptions } from '../service/service-options.ts';
import { UserError, type Terminal } from '../terminal.ts';
import { CODE_ARGUMENT, readSensorCode } from './sensor-code.ts';
import { addLabelCommand } from './sensor-label.ts';
import { printSensors, sensorFacts } from './sensor-lines.ts';
import { calibrate, gradeLine } from './sensors-calibrate.ts';

const SITES: Readonly<Record<string, string>> = { left: 'left_foot', right: 'right_foot', pelvis: 'pelvis' };

/** `gaitkeeper sensors scan|identify|pair|label|key|calibrate|check|forget`: what the pairing page does, in a terminal, through the running service. */
export function sensorsCommand(terminal: Terminal): Command {
  const sensors = new Command('sensors')
    .description('find, pair, calibrate, check and forget sensors through the running service')
    .addHelpText(
      'after',
      `
Examples:
  $ gaitkeeper sensors scan
  $ gaitkeeper sensors pair virtual-left-foot left
  $ gaitkeeper sensors label -                          the QR code of its key; paste the code it told over USB, press Enter
  $ gaitkeeper sensors key 28cdc1000001 -               paste its code, press Enter (not kept in the shell's history)
  $ gaitkeeper sensors identify virtual-left-foot
  $ gaitkeeper sensors calibrate                        stand still for 5 s, walk 10 steps; exit status 1 for grade C
  $ gaitkeeper sensors check
  $ gaitkeeper sensors forget virtual-left-foot`,
    );
  const add = (name: string, description: string): Command =>
    addServiceOptions(sensors.command(name).description(description).exitOverride());
  const service = (options: ServiceOptions): RunningService => serviceOf(terminal, options);
  const show = (list: unknown, { json }: ServiceOptions): Promise<void> =>
    printSensors(terminal, list as SensorList, json === true);

  add('scan', 'look for sensors in radio range')
    .option('--seconds <n>', 'how long', '6')
    .action(async (options: ServiceOptions & { seconds: string }) => {
      const seconds = Number(options.seconds);
      if (!(seconds > 0 && seconds <= 120)) throw new UserError('--seconds: expected 1 to 120.', 2);
      const target = service(options);
      await askService(target, 'POST', '/api/v1/sensors/scan');
      await wait(1000 * seconds);
      await askService(target, 'DELETE', '/api/v1/sensors/scan');
      await show(await askService(target, 'GET', '/api/v1/sensors'), options);
    });

  add('pair', 'pair a sensor: left, right or pelvis')
    .argument('<sensor>', 'its id, as scan prints it')
    .argument('<site>', 'left, right or pelvis')
    .action(async (id: string, site: string, options: ServiceOptions) => {
      const where = SITES[site];
      if (where === undefined) throw new UserError(`Expected left, right or pelvis, found "${site}".`, 2);
      const list = await askService(service(options), 'POST', `/api/v1/sensors/${encodeURIComponent(id)}/pair`, {
        site: where,
      });
      await show(list, options);
    });

  add('key', "tell the service a paired sensor's own key, so that nobody can imitate it")
    .argument('<sensor>', 'its id')
    .argument('<code>', CODE_ARGUMENT)
    .action(async (id: string, code: string, options: ServiceOptions) => {
      const key = formatSensorKey(await readSensorCode(terminal, code));
      const list = await askService(service(options), 'PUT', `/api/v1/sensors/${encodeURIComponent(id)}/key`, { key });
      await show(list, options);
    });

  addLabelCommand(sensors, terminal);

  add('forget', 'forget a paired sensor')
    .argument('<sensor>', 'its id')
    .action(async (id: string, options: ServiceOptions) => {
      const list = await askService(service(options), 'DELETE', `/api/v1/sensors/${encodeURIComponent(id)}/pair`);
      await show(list, options);
    });

  add('identify', 'let a sensor blink')
    .argument('<sensor>', 'its id')
    .action(async (id: string, options: ServiceOptions) => {
      await askService(service(options), 'POST', `/api/v1/sensors/${encodeURIComponent(id)}/identify`);
      if (options.json !== true) terminal.note('It blinks for 5 s.\n');
    });

  add('calibrate', 'stand still for 5 s, walk 10 steps, get a grade')
    .option('--skip-still', 'go on to the steps at once')
    .action(async (options: ServiceOptions & { skipStill?: boolean }) => {
      const result = await calibrate(terminal, service(options), options.skipStill === true);
      await terminal.out(options.json === true ? `${JSON.stringify(result)}\n` : `${gradeLine(result)}\n`);
      if (result.grade === 'C') process.exitCode = 1;
    });

  add('check', 'ready for a walk, or what is missing').action(async (options: ServiceOptions) => {
    const target = service(options);
    const result = (await askService(target, 'GET', '/api/v1/sensors/check')) as ReadyList;
    if (options.json === true) await terminal.out(`${JSON.stringify(result)}\n`);
    else {
      const { sensors: all } = (await askService(target, 'GET', '/api/v1/sensors')) as SensorList;
      for (const c of result.checks)
        await terminal.out(`${c.ok ? 'ok     ' : c.optional ? 'note   ' : 'MISSING'} ${c.text}\n`);
      for (const fact of all.filter((s) => s.paired).flatMap(sensorFacts)) await terminal.out(`        ${fact}\n`);
      await terminal.out(result.ready ? 'Ready to walk.\n' : 'Not ready yet.\n');
    }
    if (!result.ready) process.exitCode = 1;
  });
  return sensors;
}
