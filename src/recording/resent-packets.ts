import type { SensorNotification, SensorSlot } from '../domain/notification.ts';
import { sensorModel } from '../protocol/models/index.ts';
import { gaitkeeper } from '../protocol/models/gaitkeeper.ts';
import type { DecodedPacket, PacketDecoder } from '../protocol/sensor-model.ts';
import { PACKET_TYPE } from '../protocol/wire-v1.ts';

/** Samples that did not come when they were due: between two live packets, or before a restart (`to` infinite). */
interface Hole {
  readonly boot: number | undefined;
  readonly from: number;
  readonly to: number;
  /** Receive times of the live packets around it [s]. */
  readonly fromS: number;
  readonly toS: number;
}

interface Resent {
  readonly notification: SensorNotification;
  readonly boot: number | undefined;
  readonly index: number;
  readonly count: number;
  readonly periodS: number;
}

interface Channel {
  readonly decoder: PacketDecoder;
  readonly resent: Resent[];
  readonly holes: Hole[];
  boot: number | undefined;
  /** Index of the sample that is due; undefined before the first packet. */
  next: number | undefined;
  lastS: number;
}

/**
 * Puts packets that a sensor sent again after a lost link where they belong, so that a walk that is looked at afterwards
 * has no hole where its data came late. Two passes over the same notifications, in the order in which they came:
 * {@link collect} each, then {@link place} each. A resent packet gets the receive time that it would have had: between those
 * of the live packets around the hole, by its place in it. So it stands beside what the other sensors sent then.
 */
export class ResentPackets {
  readonly #channels = new Map<number, Channel>();
  /** By the receive time that they would have had. */
  #placed: SensorNotification[] = [];
  /** Copies of what had come: told at the end. */
  #copies: SensorNotification[] = [];
  #emitted = 0;
  #any = false;

  /** @throws where a slot names a model that is not known */
  constructor(slots: readonly SensorSlot[]) {
    // Other models send nothing again.
    for (const { slot, model } of slots)
      if (model === gaitkeeper.id)
        this.#channels.set(slot, {
          decoder: sensorModel(model).createDecoder(),
          resent: [],
          holes: [],
          boot: undefined,
          next: undefined,
          lastS: 0,
        });
  }

  /** Whether anything was sent again at all; if not, the second pass has nothing to do. */
  get any(): boolean {
    return this.#any;
  }

  /** First pass. */
  collect(notification: SensorNotification): void {
    const channel = this.#channels.get(notification.slot);
    if (channel === undefined) return;
    const result = channel.decoder.decode(notification.bytes);
    const packet = result.ok ? result.packet : undefined;
    if (packet?.sampleIndex === undefined) return;
    const { sampleIndex: index, count, bootCount: boot, periodS } = packet;
    if (packet.resent === true) {
      channel.resent.push({ notification, boot, index, count, periodS });
      this.#any = true;
    } else lookForHole(channel, packet, index, notification.receivedS);
  }

  /** The first pass is over. */
  collected(): void {
    for (const { resent, holes } of this.#channels.values()) {
      for (const one of resent) {
        const hole = holes.find((h) => h.boot === one.boot && one.index < h.to && one.index + one.count > h.from);
        if (hole === undefined) this.#copies.push(one.notification);
        else this.#placed.push({ ...one.notification, receivedS: dueS(one, hole) });
      }
      resent.length = holes.length = 0;
    }
    this.#placed.sort((a, b) => a.receivedS - b.receivedS);
  }

  /** Second pass: what goes in this notification's place. */
  place(notification: SensorNotification): readonly SensorNotification[] {
    const before: SensorNotification[] = [];
    for (; this.#emitted < this.#placed.length; this.#emitted++) {
      const next = this.#placed[this.#emitted]!;
      if (next.receivedS > notification.receivedS) break;
      before.push(next);
    }
    if (this.#isMoved(notification)) return before;
    return before.length === 0 ? [notification] : [...before, notification];
  }

  /** After the second pass: resent packets that fill no hole between two others. */
  rest(): readonly SensorNotification[] {
    const left = this.#placed.slice(this.#emitted);
    this.#emitted = this.#placed.length;
    return [...left, ...this.#copies.splice(0)];
  }

  /** The second pass reads the packets anew, so they are known by their kind, not by themselves. */
  #isMoved({ slot, bytes }: SensorNotification): boolean {
    const channel = this.#channels.get(slot);
    if (channel === undefined || ((bytes[0] ?? 0) & 0x0f) !== PACKET_TYPE.imu_resent) return false;
    const result = channel.decoder.decode(bytes);
    return result.ok && result.packet?.resent === true;
  }
}

function lookForHole(channel: Channel, packet: DecodedPacket, index: number, receivedS: number): void {
  const { next, boot, lastS } = channel;
  const restarted = packet.bootCount !== boot;
  if (next !== undefined && (restarted || index > next))
    channel.holes.push({ boot, from: next, to: restarted ? Infinity : index, fromS: lastS, toS: receivedS });
  channel.boot = packet.bootCount;
  channel.next = restarted ? index + packet.count : Math.max(next ?? 0, index + packet.count);
  channel.lastS = receivedS;
}

/** When a resent packet would have come, had the link been there [s]. */
function dueS({ index, count, periodS }: Resent, { from, to, fromS, toS }: Hole): number {
  const missed = index + count - from;
  const share = to === Infinity ? (missed * periodS) / Math.max(1e-9, toS - fromS) : missed / (to - from);
  return fromS + Math.max(0, Math.min(1, share)) * (toS - fromS);
}
