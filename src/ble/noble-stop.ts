import type { EventEmitter } from 'node:events';
import type { NobleLike } from './noble-types.ts';

/** What lies inside @abandonware/noble, which has no way to stop. */
interface Insides {
  readonly _bindings?: {
    readonly onSigIntBinded?: () => void;
    readonly _hci?: { pollIsDevUp?: () => void; readonly _socket?: EventEmitter & { stop?(): void } };
  };
}

/**
 * Ends noble: no timer of it keeps the process alive, and its handler of Ctrl-C is gone. @stoprocent/noble knows how to; of
 * @abandonware/noble the poll for the adapter is ended by hand.
 */
export function stopNoble(noble: NobleLike): void {
  if (noble.stop !== undefined) {
    noble.stop();
    return;
  }
  const bindings = (noble as NobleLike & Insides)._bindings;
  if (bindings?.onSigIntBinded !== undefined) process.removeListener('SIGINT', bindings.onSigIntBinded);
  const hci = bindings?._hci;
  if (hci === undefined) return;
  hci.pollIsDevUp = () => undefined;
  hci._socket?.removeAllListeners('data');
  hci._socket?.stop?.();
}
