import type { SensorNotification, SensorSlot } from '../domain/notification.ts';
import { sensorModel } from '../protocol/models/index.ts';
import { gaitkeeper } from '../protocol/models/gaitkeeper.ts';
import type { DecodedPacket, PacketDecoder } from '../protocol/sensor-model.ts';
import { PACKET_TYPE } from '../protocol/wire-v1.ts';

interface Resent {
  readonly notification: SensorNotification;
  readonly boot: number | undefined;
  readonly index: number;
}

interface Channel {
  readonly decoder: PacketDecoder;
  /** Something was sent again; what of it has no place yet. */
  any: boolean;
  readonly resent: Resent[];
  boot: number | undefined;
  /** Index of the sample that is due; undefined before the first packet. */
  next: number | undefined;
}

/**
 * Puts packets that a sensor sent again after a lost link where they belong, so that a walk that is looked at afterwards
 * has no hole where its data came late. Two passes over the same notifications: {@link collect} each, then
 * {@link place} each; a resent packet gets the receive time of the packet behind the hole it fills.
 */
export class ResentPackets {
  readonly #channels = new Map<number, Channel>();
  #any = false;

  /** @throws where a slot names a model that is not known */
  constructor(slots: readonly SensorSlot[]) {
    // Other models send nothing again.
    for (const { slot, model } of slots)
      if (model === gaitkeeper.id)
        this.#channels.set(slot, {
          decoder: sensorModel(model).createDecoder(),
          any: false,
          resent: [],
          boot: undefined,
          next: undefined,
        });
  }

  /** Whether anything was sent again at all; if not, the second pass has nothing to do. */
  get any(): boolean {
    return this.#any;
  }

  /** First pass. */
  collect(notification: SensorNotification): void {
    const channel = this.#channels.get(notification.slot);
    if (channel === undefined || !looksResent(notification.bytes)) return;
    const packet = decoded(channel, notification.bytes);
    if (packet?.resent !== true || packet.sampleIndex === undefined) return;
    channel.resent.push({ notification, boot: packet.bootCount, index: packet.sampleIndex });
    channel.any = true;
    this.#any = true;
  }

  /** The first pass is over. */
  collected(): void {
    for (const { resent } of this.#channels.values()) resent.sort((a, b) => a.index - b.index);
  }

  /** Second pass: what goes in this notification's place. */
  place(notification: SensorNotification): readonly SensorNotification[] {
    const channel = this.#channels.get(notification.slot);
    if (channel?.any !== true) return [notification];
    if (looksResent(notification.bytes)) {
      // It goes where it belongs, or out at the end.
      return decoded(channel, notification.bytes)?.resent === true ? [] : [notification];
    }
    const packet = decoded(channel, notification.bytes);
    if (packet?.sampleIndex === undefined) return [notification];
    const index = packet.sampleIndex;
    const { next, boot } = channel;
    const restarted = packet.bootCount !== boot;
    channel.boot = packet.bootCount;
    channel.next = restarted ? index + packet.count : Math.max(next ?? 0, index + packet.count);
    if (next === undefined || (!restarted && index <= next)) return [notification];
    const { receivedS } = notification;
    const inHole = (r: Resent): boolean => r.boot === boot && r.index >= next && (restarted || r.index < index);
    const filling = channel.resent.filter(inHole).map((r) => ({ ...r.notification, receivedS }));
    if (filling.length === 0) return [notification];
    const left = channel.resent.filter((r) => !inHole(r));
    channel.resent.splice(0, channel.resent.length, ...left);
    return [...filling, notification];
  }

  /** After the second pass: resent packets that fill no hole between two others. */
  rest(): readonly SensorNotification[] {
    return [...this.#channels.values()].flatMap(({ resent }) => resent.map((r) => r.notification));
  }
}

/** A cheap look at the type, so that the other packets need not be decoded. */
const looksResent = (bytes: Uint8Array): boolean => ((bytes[0] ?? 0) & 0x0f) === PACKET_TYPE.imu_resent;

function decoded(channel: Channel, bytes: Uint8Array): DecodedPacket | undefined {
  const result = channel.decoder.decode(bytes);
  return result.ok ? result.packet : undefined;
}
