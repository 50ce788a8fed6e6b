import type { DecodedPacket } from '../protocol/sensor-model.ts';

/** Packets may overtake each other by this much [s]; further back is a replay. */
const REORDER_S = 2;
const MODULO = 2 ** 32;

/**
 * Watches a sensor's counters for what only a stranger or a broken sensor does: samples of long ago come again as live ones, or
 * the counter runs backwards without a restart.
 */
export class StreamGuard {
  #index: number | undefined;
  #bootCount: number | undefined;

  /** @returns why the stream is not to be trusted; undefined while it is */
  check(packet: DecodedPacket): string | undefined {
    if (packet.sampleIndex === undefined || packet.resent === true) return undefined;
    const restarted = packet.bootCount !== this.#bootCount;
    if (this.#index !== undefined && !restarted) {
      const behind = (this.#index - packet.sampleIndex + MODULO) % MODULO;
      if (behind < MODULO / 2 && behind * packet.periodS > REORDER_S)
        return `its counter ran back by ${behind} samples without a restart`;
      if (behind < MODULO / 2) return undefined;
    }
    if (restarted && this.#bootCount !== undefined && packet.sampleIndex * packet.periodS > 3600)
      return 'it says it restarted, but its counter did not';
    this.#bootCount = packet.bootCount;
    this.#index = packet.sampleIndex;
    return undefined;
  }
}
