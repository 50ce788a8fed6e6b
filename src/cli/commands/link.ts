import { Command } from 'commander';
import type { LoginLink } from '../../api/contract.ts';
import { dataFolder } from '../data-folder.ts';
import { askService, findService } from '../service/running-service.ts';
import type { Terminal } from '../terminal.ts';

/** `gaitkeeper link`: another one-time link to the page of the running service. */
export function linkCommand(terminal: Terminal): Command {
  return new Command('link')
    .description('print another one-time link to the page of the running service')
    .option('--data <folder>', 'data folder of the service (default: the one that serve uses)')
    .option('--url <address>', 'address of the service, where it is not the one of the data folder')
    .option('--json', 'print the link as JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ gaitkeeper link
  $ gaitkeeper link --url https://192.168.1.20:8080

The link works once, within 15 minutes.`,
    )
    .action(async (options: { data?: string; url?: string; json?: boolean }) => {
      const folder = dataFolder(options.data, terminal.env);
      const service = findService(folder, options.url, terminal.env['GAITKEEPER_TOKEN']);
      const link = (await askService(service, 'POST', '/api/v1/session/links')) as LoginLink;
      await terminal.out(options.json === true ? `${JSON.stringify(link)}\n` : `${link.url}\n`);
      if (options.json !== true) terminal.note('It works once, within 15 minutes.\n');
    });
}
