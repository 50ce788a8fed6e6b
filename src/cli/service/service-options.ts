import type { Command } from 'commander';
import { dataFolder } from '../data-folder.ts';
import type { Terminal } from '../terminal.ts';
import { findService, type RunningService } from './running-service.ts';

/** Options of every command that asks the running service. */
export interface ServiceOptions {
  readonly data?: string;
  readonly url?: string;
  readonly json?: boolean;
}

/** Gives a command the options by which it finds the running service. */
export const addServiceOptions = (command: Command): Command =>
  command
    .option('--data <folder>', 'data folder of the service (default: the one that serve uses)')
    .option('--url <address>', 'address of the service, where it is not the one of the data folder')
    .option('--json', 'print JSON');

/** The service that a command's options name. @throws UserError where none runs */
export const serviceOf = (terminal: Terminal, options: ServiceOptions): RunningService =>
  findService(dataFolder(options.data, terminal.env), options.url, terminal.env['GAITKEEPER_TOKEN']);
