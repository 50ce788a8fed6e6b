import { McapWriter, type IWritable, type McapTypes } from '@mcap/core';
import type { SensorNotification, SensorSlot } from '../domain/notification.ts';
import type { RecordingMeta } from './recording.ts';

/** Profile named in the file's header. */
export const PROFILE = 'gaitkeeper';
type ChannelText = Omit<McapTypes.Channel, 'id'>;

/** Message encoding of what a sensor sent: the bytes of one notification, as they came. */
const NOTIFICATION_ENCODING = 'gaitkeeper.notification.v1';

/** The channel that tells about the walk. */
export const WALK_CHANNEL: ChannelText = {
  schemaId: 0,
  topic: '/walk',
  messageEncoding: 'json',
  metadata: new Map(),
};

/** The channel of one sensor. */
export function sensorChannel(slot: SensorSlot): ChannelText {
  const metadata = new Map([
    ['slot', String(slot.slot)],
    ['site', slot.site],
    ['model', slot.model],
  ]);
  if (slot.deviceId !== undefined) metadata.set('device_id', slot.deviceId);
  if (slot.name !== undefined) metadata.set('name', slot.name);
  return { schemaId: 0, topic: `/imu/${slot.site}`, messageEncoding: NOTIFICATION_ENCODING, metadata };
}

/** Some four seconds of three sensors: what a flipped bit costs at most [bytes]. */
const CHUNK_BYTES = 32 * 1024;

/** Where the bytes of a recording go. They are the writer's own: copy what is kept after the promise resolved. */
export type WriteBytes = (bytes: Uint8Array) => Promise<void>;

/**
 * Writes a walk as MCAP: one channel a sensor with the notifications as they came, and the channel `/walk` with what is
 * known of it (JSON). Log times are the walk's clock in whole nanoseconds. Call one method at a time, `end` last.
 */
export class RecordingWriter {
  readonly #mcap: McapWriter;
  readonly #slots: readonly SensorSlot[];
  readonly #channels = new Map<number, number>();
  readonly #sequence = new Map<number, number>();

  constructor(write: WriteBytes, slots: readonly SensorSlot[]) {
    let position = 0n;
    const writable: IWritable = {
      write: (bytes) => {
        position += BigInt(bytes.length);
        return write(bytes);
      },
      position: () => position,
    };
    this.#mcap = new McapWriter({ writable, chunkSize: CHUNK_BYTES });
    this.#slots = slots;
  }

  async start(meta: RecordingMeta): Promise<void> {
    await this.#mcap.start({ profile: PROFILE, library: PROFILE });
    const walkChannel = await this.#mcap.registerChannel(WALK_CHANNEL);
    for (const slot of this.#slots)
      this.#channels.set(slot.slot, await this.#mcap.registerChannel(sensorChannel(slot)));
    const walk = JSON.stringify({ ...meta, slots: this.#slots });
    // Once outside the chunks, so that a damaged first chunk doesn't leave the rest without a name.
    const channels = JSON.stringify([...this.#channels]);
    await this.#mcap.addMetadata({ name: PROFILE, metadata: new Map(Object.entries({ walk, channels })) });
    await this.#add(walkChannel, 0n, new TextEncoder().encode(walk));
  }

  /** @throws where its slot was not declared */
  async add(notification: SensorNotification): Promise<void> {
    const channel = this.#channels.get(notification.slot);
    if (channel === undefined) throw new RangeError(`Slot ${notification.slot} was not declared for this recording.`);
    const ns = BigInt(Math.max(0, Math.round(notification.receivedS * 1e9)));
    await this.#add(channel, ns, notification.bytes);
  }

  /** The index; without it the recording can still be read, as one that was cut off. */
  async end(): Promise<void> {
    await this.#mcap.end();
  }

  async #add(channelId: number, logTime: bigint, data: Uint8Array): Promise<void> {
    const sequence = this.#sequence.get(channelId) ?? 0;
    this.#sequence.set(channelId, sequence + 1);
    await this.#mcap.addMessage({ channelId, sequence, logTime, publishTime: logTime, data });
  }
}
