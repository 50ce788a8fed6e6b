import { Command } from 'commander';
import type { LoginLink } from '../../api/contract.ts';
import { askService } from '../service/running-service.ts';
import { addServiceOptions, serviceOf, type ServiceOptions } from '../service/service-options.ts';
import type { Terminal } from '../terminal.ts';

/** `gaitkeeper link`: another one-time link to the page of the running service. */
export function linkCommand(terminal: Terminal): Command {
  return addServiceOptions(new Command('link'))
    .description('print another one-time link to the page of the running service')
    .addHelpText(
      'after',
      `
Examples:
  $ gaitkeeper link
  $ gaitkeeper link --url https://192.168.1.20:8080

The link works once, within 15 minutes.`,
    )
    .action(async (options: ServiceOptions) => {
      const link = (await askService(serviceOf(terminal, options), 'POST', '/api/v1/session/links')) as LoginLink;
      await terminal.out(options.json === true ? `${JSON.stringify(link)}\n` : `${link.url}\n`);
      if (options.json !== true) terminal.note('It works once, within 15 minutes.\n');
    });
}
