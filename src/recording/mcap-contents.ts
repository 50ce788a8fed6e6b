import { McapStreamReader, type McapTypes } from '@mcap/core';
import { LONGEST_WALK_S, type SensorSlot } from '../domain/notification.ts';
import { SENSOR_SITES } from '../domain/sites.ts';
import { chunkIntact, OPCODE, readRecords, type McapPiece } from './mcap-records.ts';
import { PROFILE, WALK_CHANNEL } from './mcap-writer.ts';
import { metaOfZero, type RecordingMeta } from './recording.ts';

/** Records that only speed up random access: passed over. */
const INDEXES = new Set([7, 8, 10, 13, 14]);

/** What an MCAP file says of its walk. */
export interface Contents {
  readonly slots: SensorSlot[];
  readonly meta: RecordingMeta;
  /** MCAP channel -> slot */
  readonly slotOf: Map<number, number>;
  /** Log time that is the walk's 0 [ns]; other writers count from 1970. */
  readonly zeroNs: number;
  readonly topics: string[];
  /** Our own writer's file, in which neither place that names the walk can be read. */
  readonly nameless: boolean;
}

/**
 * Slots and metadata. Our writer tells them twice: in a record of its own, and in the first chunk, which alone has a sum over it.
 * So the first chunk counts if it is whole, else that record, else whatever names a sensor anywhere in the file.
 */
export async function readContents(pieces: AsyncIterable<McapPiece>): Promise<Contents> {
  const found = new ContentsReader();
  let outside: Contents | undefined;
  let ours = false;
  for await (const piece of pieces) {
    if (piece.kind !== 'record' || INDEXES.has(piece.opcode)) continue;
    ours ||= piece.opcode === OPCODE.header && isOurHeader(piece.bytes);
    outside ??= ownContents(piece.bytes);
    if (piece.opcode === OPCODE.chunk) {
      const inside = chunkIntact(piece.bytes) === true ? new ContentsReader().read(piece.bytes).own() : undefined;
      if (inside !== undefined || outside !== undefined) return (inside ?? outside)!;
    }
    found.read(piece.bytes);
  }
  return outside ?? found.any(ours);
}

/** Gathers what channels and the message about the walk say. */
class ContentsReader {
  readonly #slots: SensorSlot[] = [];
  readonly #slotOf = new Map<number, number>();
  readonly #topics: string[] = [];
  #walkChannel: number | undefined;
  #firstNs = Infinity;
  #walk: Record<string, unknown> | undefined;

  read(record: Uint8Array): this {
    let firstNs = Infinity;
    readRecords(
      record,
      (channelId, logNs, data) => {
        if (channelId === this.#walkChannel) this.#walk ??= jsonObject(new TextDecoder().decode(data));
        else if (this.#slotOf.has(channelId)) firstNs = Math.min(firstNs, logNs);
      },
      (bytes) => {
        const channel = parseRecord(bytes);
        if (channel?.type === 'Channel') this.#addChannel(channel);
      },
    );
    // Other writers need not keep the order of time. What is days before the rest is garbled.
    const earlierNs = this.#firstNs - firstNs;
    if (earlierNs === Infinity || (earlierNs > 0 && earlierNs < LONGEST_WALK_S * 1e9)) this.#firstNs = firstNs;
    return this;
  }

  get #zeroNs(): number {
    return this.#firstNs > LONGEST_WALK_S * 1e9 && this.#firstNs < Infinity ? this.#firstNs : 0;
  }

  /** As the message about the walk says; undefined where there is none, or its sensors have no channels. */
  own(): Contents | undefined {
    return this.#walk === undefined ? undefined : contentsOf(this.#walk, this.#slotOf, this.#zeroNs);
  }

  any(ours: boolean): Contents {
    return {
      slots: this.#slots,
      meta: metaOfZero(this.#zeroNs / 1e9),
      slotOf: this.#slotOf,
      zeroNs: this.#zeroNs,
      topics: this.#topics,
      nameless: ours,
    };
  }

  #addChannel(channel: McapTypes.Channel): void {
    if (channel.topic === WALK_CHANNEL.topic) this.#walkChannel ??= channel.id;
    this.#topics.push(channel.topic.slice(0, 64));
    const slot = Number(channel.metadata.get('slot') ?? NaN);
    const found = slotsOf([
      {
        slot,
        site: channel.metadata.get('site'),
        model: channel.metadata.get('model'),
        deviceId: channel.metadata.get('device_id'),
        name: channel.metadata.get('name'),
      },
    ])?.[0];
    if (found === undefined || this.#slotOf.has(channel.id)) return;
    this.#slotOf.set(channel.id, found.slot);
    if (!this.#slots.some((s) => s.slot === found.slot)) this.#slots.push(found);
  }
}

/** What our writer says at the head of a file. */
function ownContents(bytes: Uint8Array): Contents | undefined {
  if (bytes[0] !== OPCODE.metadata) return undefined;
  const record = parseRecord(bytes);
  if (record?.type !== 'Metadata' || record.name !== PROFILE) return undefined;
  const walk = jsonObject(record.metadata.get('walk') ?? '');
  const ids = jsonPairs(record.metadata.get('channels') ?? '');
  return walk === undefined ? undefined : contentsOf(walk, new Map(ids?.map(([slot, id]) => [id, slot])), 0);
}

/** @param slotOf channel -> slot; every slot of the walk has to have one */
function contentsOf(walk: Record<string, unknown>, slotOf: Map<number, number>, zeroNs: number): Contents | undefined {
  const { slots: told, ...meta } = walk;
  const slots = slotsOf(told);
  const known = new Set(slotOf.values());
  if (slots?.every(({ slot }) => known.has(slot)) !== true || slots.length === 0) return undefined;
  return { slots, meta, slotOf, zeroNs, topics: [], nameless: false };
}

function isOurHeader(bytes: Uint8Array): boolean {
  const record = parseRecord(bytes);
  return record?.type === 'Header' && record.profile === PROFILE;
}

/** One record, parsed; undefined where it is damaged. */
function parseRecord(bytes: Uint8Array): McapTypes.TypedMcapRecord | undefined {
  try {
    const reader = new McapStreamReader({ noMagicPrefix: true });
    reader.append(bytes);
    return reader.nextRecord();
  } catch {
    return undefined;
  }
}

function jsonObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function jsonPairs(text: string): [number, number][] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (!Array.isArray(value)) return undefined;
    return value.filter(
      (pair): pair is [number, number] => Array.isArray(pair) && Number.isInteger(pair[0]) && Number.isInteger(pair[1]),
    );
  } catch {
    return undefined;
  }
}

/** Slots as a file tells them; undefined where any of them makes no sense. */
function slotsOf(value: unknown): SensorSlot[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const slots: SensorSlot[] = [];
  for (const item of value) {
    if (!isObject(item)) return undefined;
    const site = SENSOR_SITES.find((s) => s === item['site']);
    const { slot, model, deviceId, name } = item;
    if (typeof slot !== 'number' || !Number.isInteger(slot) || site === undefined || typeof model !== 'string')
      return undefined;
    slots.push({
      slot,
      site,
      model,
      ...(typeof deviceId === 'string' ? { deviceId } : {}),
      ...(typeof name === 'string' ? { name } : {}),
    });
  }
  return slots;
}
