import { McapRecordBuilder, McapStreamReader, type McapTypes } from '@mcap/core';
import type { SensorNotification, SensorSlot } from '../domain/notification.ts';
import { SENSOR_SITES } from '../domain/sites.ts';
import type { ByteSource } from './byte-source.ts';
import { chunkTimesS, McapRecords, OPCODE, recordsOfCutChunk, type McapPiece } from './mcap-records.ts';
import { PROFILE, sensorChannel, WALK_CHANNEL } from './mcap-writer.ts';
import { RecordingError, type Recording, type RecordingMeta } from './recording.ts';

/** Records that only speed up random access: passed over. */
const INDEXES = new Set([7, 8, 10, 13, 14]);

interface Contents {
  slots: SensorSlot[];
  meta: RecordingMeta;
  /** MCAP channel -> slot */
  slotOf: Map<number, number>;
  channels: McapTypes.Channel[];
}

/**
 * Opens an MCAP recording. Damage and a missing end are no reason to refuse it: what can be read is read, and the
 * warnings say what is missing.
 * @throws RecordingError where it holds no sensors of ours
 */
export async function openMcap(source: ByteSource): Promise<Recording> {
  const contents = await readContents(source);
  const warnings: string[] = [];
  const progress = { readBytes: 0 };
  return {
    format: 'mcap',
    slots: contents.slots,
    meta: contents.meta,
    warnings,
    sizeBytes: source.sizeBytes,
    get readBytes() {
      return progress.readBytes;
    },
    notifications: readNotifications(source, contents, warnings, progress),
  };
}

async function* pieces(source: ByteSource, progress: { readBytes: number }): AsyncGenerator<McapPiece> {
  const records = new McapRecords();
  for await (const bytes of source.read()) {
    records.append(bytes);
    for (let piece = records.next(); piece !== undefined; piece = records.next()) yield piece;
    progress.readBytes += bytes.length;
  }
  records.end();
  for (let piece = records.next(); piece !== undefined; piece = records.next()) yield piece;
  const rest = records.rest();
  if (rest !== undefined) yield rest;
}

/** Slots and metadata: from the file's first record of ours, else from whatever names a sensor anywhere in it. */
async function readContents(source: ByteSource): Promise<Contents> {
  const contents: Contents = { slots: [], meta: {}, slotOf: new Map(), channels: [] };
  const parser = new TolerantParser();
  for await (const piece of pieces(source, { readBytes: 0 })) {
    if (piece.kind !== 'record' || INDEXES.has(piece.opcode)) continue;
    for (const record of parser.parse(piece.bytes) ?? []) {
      if (record.type === 'Metadata' && record.name === PROFILE) {
        const walk = jsonObject(record.metadata.get('walk') ?? '');
        const ids = new Map(jsonPairs(record.metadata.get('channels') ?? ''));
        const slots = slotsOf(walk?.['slots']);
        if (walk === undefined || slots?.every((slot) => ids.has(slot.slot)) !== true) continue;
        const { slots: _slots, ...meta } = walk;
        const channels = slots.map((slot) => ({ id: ids.get(slot.slot)!, ...sensorChannel(slot) }));
        return { slots, meta, slotOf: new Map([...ids].map(([slot, id]) => [id, slot])), channels };
      }
      if (record.type === 'Channel') addChannel(contents, record);
    }
  }
  if (contents.slots.length === 0) {
    const topics = contents.channels.map((channel) => channel.topic.slice(0, 64));
    const found = topics.length === 0 ? 'no channel at all' : `only ${topics.slice(0, 8).join(', ')}`;
    throw new RecordingError(
      `"${source.name}" is an MCAP file, but not of a walk: expected channels of sensors as Gaitkeeper writes them, found ` +
        `${found}. If it was recorded by something else, bring it into the CSV form first.`,
    );
  }
  return contents;
}

function addChannel(contents: Contents, channel: McapTypes.Channel): void {
  contents.channels.push(channel);
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
  if (found === undefined || contents.slotOf.has(channel.id)) return;
  contents.slotOf.set(channel.id, found.slot);
  if (!contents.slots.some((s) => s.slot === found.slot)) contents.slots.push(found);
}

async function* readNotifications(
  source: ByteSource,
  contents: Contents,
  warnings: string[],
  progress: { readBytes: number },
): AsyncGenerator<SensorNotification> {
  const parser = new TolerantParser(contents.channels);
  let lastS = 0;
  let complete = false;
  let strangers = 0;
  const toNotification = (record: McapTypes.TypedMcapRecord): SensorNotification | undefined => {
    if (record.type !== 'Message') return undefined;
    const slot = contents.slotOf.get(record.channelId);
    if (slot === undefined) {
      if (parser.topic(record.channelId) !== WALK_CHANNEL.topic) strangers++;
      return undefined;
    }
    const receivedS = Number(record.logTime) / 1e9;
    if (receivedS > lastS) lastS = receivedS;
    return { slot, receivedS, bytes: record.data };
  };
  for await (const piece of pieces(source, progress)) {
    if (piece.kind === 'damage') {
      const toEnd = piece.offset + piece.length >= source.sizeBytes;
      if (!toEnd)
        warnings.push(
          `Bytes ${piece.offset} to ${piece.offset + piece.length} of the file are damaged and were passed over, after ` +
            `${lastS.toFixed(1)} s of the walk.`,
        );
      continue;
    }
    if (piece.kind === 'rest') {
      for (const bytes of recordsOfCutChunk(piece.bytes))
        for (const record of parser.parse(bytes) ?? []) {
          const notification = toNotification(record);
          if (notification !== undefined) yield notification;
        }
      continue;
    }
    if (piece.opcode === OPCODE.dataEnd) complete = true;
    if (INDEXES.has(piece.opcode) || piece.opcode === OPCODE.footer) continue;
    const records = parser.parse(piece.bytes);
    if (records === undefined) {
      const compression = parser.compression;
      if (compression !== undefined)
        throw new RecordingError(
          `"${source.name}" is compressed with ${compression}; Gaitkeeper reads MCAP files without compression. ` +
            `Run: mcap decompress "${source.name}" -o walk.mcap`,
        );
      if (piece.opcode !== OPCODE.chunk) continue;
      const { fromS, toS } = chunkTimesS(piece.bytes);
      const when =
        fromS <= toS && toS - lastS < 3600 && toS >= lastS ? ` (about ${fromS.toFixed(1)} to ${toS.toFixed(1)} s)` : '';
      warnings.push(`A part of the file is damaged: what the sensors sent in it${when} is missing.`);
      continue;
    }
    for (const record of records) {
      const notification = toNotification(record);
      if (notification !== undefined) yield notification;
    }
  }
  if (!complete)
    warnings.push(
      `The recording has no end: it was cut off after ${lastS.toFixed(1)} s of the walk. What came before was read; ` +
        'what came after is missing.',
    );
  if (strangers > 0)
    warnings.push(`${strangers} messages belong to channels that are no sensors; they were passed over.`);
}

/** Parses one top-level record at a time and survives bad ones. */
class TolerantParser {
  #reader = new McapStreamReader({ noMagicPrefix: true });
  readonly #channels = new Map<number, McapTypes.Channel>();
  /** Compression of the chunk that could not be read for that reason. */
  compression: string | undefined;

  /** @param known channels that may never be introduced because their first chunk is damaged */
  constructor(known: readonly McapTypes.Channel[] = []) {
    for (const channel of known) this.#channels.set(channel.id, channel);
    this.#renew();
  }

  /** Topic of a channel, as far as it was introduced. */
  topic(channelId: number): string | undefined {
    return this.#channels.get(channelId)?.topic;
  }

  /** The records in it (those of a chunk one by one); undefined where it is damaged. */
  parse(bytes: Uint8Array): McapTypes.TypedMcapRecord[] | undefined {
    const records: McapTypes.TypedMcapRecord[] = [];
    try {
      this.#reader.append(bytes);
      for (let record = this.#reader.nextRecord(); record !== undefined; record = this.#reader.nextRecord()) {
        if (record.type === 'Channel') this.#channels.set(record.id, record);
        records.push(record);
      }
      return records;
    } catch (error) {
      this.compression = /Unsupported compression (\w+)/.exec((error as Error).message)?.[1];
      this.#renew();
      return undefined;
    }
  }

  /** A reader that threw is of no more use: a new one is told the channels. */
  #renew(): void {
    this.#reader = new McapStreamReader({ noMagicPrefix: true });
    const builder = new McapRecordBuilder();
    for (const channel of this.#channels.values()) builder.writeChannel(channel);
    this.#reader.append(builder.buffer.slice());
    while (this.#reader.nextRecord() !== undefined) continue;
  }
}

function jsonObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

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
  for (const item of value as Record<string, unknown>[]) {
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
