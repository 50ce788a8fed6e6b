import type { Command } from 'commander';
import { UserError, type Terminal } from '../../src/cli/terminal.ts';

/** What a command printed and how it ended. */
export interface Run {
  readonly out: string;
  readonly notes: string;
  readonly exitCode: number;
}

/** Runs a command as `main.ts` does, with a terminal of its own. */
export const runCommand = (make: (terminal: Terminal) => Command, ...args: string[]): Promise<Run> =>
  runCommandWith([], make, ...args);

/** The same, with what is typed or piped into it. */
export async function runCommandWith(
  typed: Iterable<string>,
  make: (terminal: Terminal) => Command,
  ...args: string[]
): Promise<Run> {
  let out = '';
  let notes = '';
  const terminal: Terminal = {
    env: {},
    out: (text) => {
      out += text;
      return Promise.resolve();
    },
    async *input() {
      yield* typed;
    },
    note: (text) => (notes += text),
    outIsTty: false,
    noteIsTty: false,
    onStop: () => undefined,
  };
  const command = make(terminal)
    .exitOverride()
    .configureOutput({ writeOut: (text) => (out += text), writeErr: (text) => (notes += text) });
  let exitCode = 0;
  try {
    await command.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (error instanceof UserError) {
      notes += `${error.message}\n`;
      exitCode = error.exitCode;
    } else if (error instanceof Error && 'exitCode' in error) exitCode = error.exitCode === 0 ? 0 : 2;
    else throw error;
  }
  return { out, notes, exitCode };
}
