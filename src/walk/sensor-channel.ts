import type { SensorSlot } from '../domain/notification.ts';
import { sensorModel } from '../protocol/models/index.ts';
import type { PacketDecoder, SensorModel } from '../protocol/sensor-model.ts';
import { SensorTimeline } from '../timeline/sensor-timeline.ts';
import type { TimelineCounts, TimelineOutput } from '../timeline/timeline-output.ts';

interface ChannelState {
  readonly timeline: ReturnType<SensorTimeline['snapshot']>;
  readonly decoder: unknown;
}

/** One sensor's way from bytes to blocks on the walk's clock. */
export class SensorChannel {
  readonly slot: SensorSlot;
  readonly model: SensorModel;
  readonly #decoder: PacketDecoder;
  readonly #timeline: SensorTimeline;

  /** @throws where the slot names a model that is not known */
  constructor(slot: SensorSlot) {
    this.slot = slot;
    this.model = sensorModel(slot.model);
    this.#decoder = this.model.createDecoder();
    this.#timeline = new SensorTimeline({
      site: slot.site,
      clock: this.model.clock,
      nominalRateHz: this.model.nominalRateHz,
      lendBlocks: true,
    });
  }

  /** Reads what the next packet needs, all of it at once: see docs/decisions/002-many-walkers.md. */
  touch(): number {
    return this.#timeline.touch() + this.#decoder.decode.length;
  }

  push(bytes: Uint8Array, receivedS: number, emit: (output: TimelineOutput) => void): void {
    const result = this.#decoder.decode(bytes);
    if (!result.ok) this.#timeline.rejected(result.reason);
    else if (result.packet !== undefined) this.#timeline.push(result.packet, receivedS, emit);
  }

  flush(emit: (output: TimelineOutput) => void): void {
    this.#timeline.flush(emit);
  }

  get counts(): TimelineCounts {
    return this.#timeline.counts;
  }

  snapshot(): unknown {
    return { timeline: this.#timeline.snapshot(), decoder: this.#decoder.snapshot?.() } satisfies ChannelState;
  }

  restore(state: unknown): void {
    const from = state as ChannelState;
    this.#decoder.reset();
    if (from.decoder !== undefined) this.#decoder.restore?.(from.decoder);
    this.#timeline.restore(from.timeline);
  }
}
