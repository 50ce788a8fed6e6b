/**
 * One step of the signal path: no clock, no I/O, no globals.
 *
 * Laws (tests/laws/): one block = any splitting of it; reset = new; snapshot/restore in mid-walk = never interrupted;
 * inputs untouched; outputs in time order.
 */
export interface Stage<In, Out, State> {
  push(input: In, emit: (output: Out) => void): void;
  /** The input has ended: emit what is still known. */
  flush(emit: (output: Out) => void): void;
  reset(): void;
  /** Plain data that survives structuredClone; a worker can take a walk over. */
  snapshot(): State;
  restore(state: State): void;
}
