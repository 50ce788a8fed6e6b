import { nobleOverSocket, type Backend } from '../load-noble.ts';
import { NobleRadio } from '../noble-radio.ts';
import type { Timers } from '../timers.ts';
import type { VirtualWalker } from '../virtual-walker.ts';
import { VirtualController } from './virtual-controller.ts';
import { WalkerOnAir } from './walker-on-air.ts';

/** The virtual walker's sensors behind real noble code: for `serve --virtual-radio` and tests. */
export interface VirtualNobleRadio {
  readonly radio: NobleRadio;
  readonly controller: VirtualController;
  readonly air: WalkerOnAir;
}

/**
 * Puts a virtual walker on the air of a virtual controller, with unmodified noble as the host.
 * @throws where the noble package isn't installed
 */
export function virtualNobleRadio(walker: VirtualWalker, timers: Timers, backend: Backend): VirtualNobleRadio {
  const controller = new VirtualController({ timers });
  const air = new WalkerOnAir(walker, controller, timers);
  const radio = new NobleRadio(nobleOverSocket(backend, controller.socketClass()), timers, { kind: 'simulated' });
  return { radio, controller, air };
}
