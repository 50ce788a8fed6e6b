import { Command } from 'commander';
import type { AuditCheck, AuditEntry, Page } from '../../api/contract.ts';
import { askService, type RunningService } from '../service/running-service.ts';
import { addServiceOptions, serviceOf, type ServiceOptions } from '../service/service-options.ts';
import { UserError, type Terminal } from '../terminal.ts';

const MOST = 1000;

/** `gaitkeeper audit list|verify`: what was done with access and data, and whether the trail is whole. */
export function auditCommand(terminal: Terminal): Command {
  const audit = new Command('audit')
    .description('what was done with access and data (sign-ins, tokens, pairings, exports, erasures, backups)')
    .addHelpText(
      'after',
      `
Examples:
  $ gaitkeeper audit list
  $ gaitkeeper audit list --limit 20 --json
  $ gaitkeeper audit verify              exit status 1 where an entry was changed or is missing`,
    );
  const add = (name: string, description: string): Command =>
    addServiceOptions(audit.command(name).description(description).exitOverride());
  const service = (options: ServiceOptions): RunningService => serviceOf(terminal, options);

  add('list', 'entries, newest first')
    .option('--limit <n>', 'how many', '100')
    .action(async (options: ServiceOptions & { limit: string }) => {
      const limit = Number(options.limit);
      if (!Number.isInteger(limit) || limit < 1 || limit > MOST)
        throw new UserError(`--limit: expected 1 to ${MOST}, found "${options.limit}".`, 2);
      const page = (await askService(service(options), 'GET', `/api/v1/audit?limit=${limit}`)) as Page<AuditEntry>;
      for (const entry of page.items)
        await terminal.out(`${options.json === true ? JSON.stringify(entry) : line(entry)}\n`);
      if (page.next_cursor !== null) terminal.note('There are older entries: ask for more with --limit.\n');
    });

  add('verify', 'follow the chain of hashes').action(async (options: ServiceOptions) => {
    const check = (await askService(service(options), 'GET', '/api/v1/audit/check')) as AuditCheck;
    if (options.json === true) await terminal.out(`${JSON.stringify(check)}\n`);
    else if (check.ok) await terminal.out(`Whole: ${check.entries} entries, head ${check.head}\n`);
    if (!check.ok)
      throw new UserError(
        `Entry ${check.broken_at} of the audit trail was changed or is missing; the ${check.entries} before it are right.`,
      );
  });
  return audit;
}

const line = (entry: AuditEntry): string =>
  [
    String(entry.seq).padStart(5),
    entry.at,
    entry.action.padEnd(18),
    entry.who.padEnd(36),
    entry.address.padEnd(15),
    entry.about,
  ]
    .join('  ')
    .trimEnd();
