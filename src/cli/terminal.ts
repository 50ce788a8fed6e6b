/** What a command may know of the world around it. Only `main.ts` reads the process; commands take this. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Machine-readable output, nothing else. Resolves when it may go on (back-pressure). */
  out(text: string): Promise<void>;
  /** What is given to the command: a file's content, or what somebody types. Read only by commands that are asked to. */
  input(): AsyncIterable<Buffer | string>;
  /** Words for people: progress, notes, errors. */
  note(text: string): void;
  readonly outIsTty: boolean;
  readonly noteIsTty: boolean;
  /** Calls when the process is asked to end (Ctrl-C, SIGTERM), with the signal's name; a second one ends it at once. */
  onStop(call: (signal: string) => void): void;
}

/** Something that the user can mend: printed as a sentence, no stack. Exit status 1, or 2 where the call was wrong. */
export class UserError extends Error {
  readonly exitCode: 1 | 2;

  constructor(message: string, exitCode: 1 | 2 = 1) {
    super(message);
    this.name = 'UserError';
    this.exitCode = exitCode;
  }
}
