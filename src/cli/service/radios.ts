import type { Logger } from 'pino';
import type { VirtualWalkerControl } from '../../api/api-context.ts';
import type { Radio } from '../../ble/radio.ts';
import type { Timers } from '../../ble/timers.ts';

export interface Radios {
  /** In the order in which the page offers them. */
  readonly list: readonly Radio[];
  readonly virtualWalker: VirtualWalkerControl | undefined;
}

/** The radios of this machine, then the virtual walker. */
export function openRadios(
  _env: Readonly<Record<string, string | undefined>>,
  _timers: Timers,
  _log: Logger,
): Promise<Radios> {
  return Promise.resolve({ list: [], virtualWalker: undefined });
}
