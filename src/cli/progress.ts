import cliProgress from 'cli-progress';
import type { Terminal } from './terminal.ts';

/** A bar on a terminal; nothing where the notes go to a file or a pipe. */
export interface Progress {
  update(share: number, text?: string): void;
  done(): void;
}

const SILENT: Progress = { update: () => undefined, done: () => undefined };

export function progressBar(terminal: Terminal, label: string): Progress {
  if (!terminal.noteIsTty) return SILENT;
  const bar = new cliProgress.SingleBar(
    { format: `${label} {bar} {percentage} % {text}`, stream: process.stderr, hideCursor: true, clearOnComplete: true },
    cliProgress.Presets.shades_classic,
  );
  bar.start(1000, 0, { text: '' });
  return {
    update: (share, text = '') => bar.update(Math.round(1000 * Math.min(1, Math.max(0, share))), { text }),
    done: () => bar.stop(),
  };
}
