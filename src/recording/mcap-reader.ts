import { McapStreamReader, type McapTypes } from '@mcap/core';
import type { SensorNotification, SensorSlot } from '../domain/notification.ts';
import { SENSOR_SITES } from '../domain/sites.ts';
import type { ByteSource } from './byte-source.ts';
import {
  chunkCompression,
  chunkIntact,
  chunkTimesS,
  endsData,
  McapRecords,
  OPCODE,
  readRecords,
  type McapPiece,
} from './mcap-records.ts';
import { PROFILE } from './mcap-writer.ts';
import { ResentPackets } from './resent-packets.ts';
import { gaitkeeper } from '../protocol/models/gaitkeeper.ts';
import { RecordingError, recordingOf, type Recording, type RecordingMeta } from './recording.ts';

/** Records that only speed up random access: passed over. */
const INDEXES = new Set([7, 8, 10, 13, 14]);

interface Contents {
  slots: SensorSlot[];
  meta: RecordingMeta;
  /** MCAP channel -> slot */
  slotOf: Map<number, number>;
  topics: string[];
}

/**
 * Opens an MCAP recording. Damage and a missing end are no reason to refuse it: what can be read is read, and the
 * warnings say what is missing.
 * @throws RecordingError where it holds no sensors of ours
 */
export async function openMcap(source: ByteSource, resent: 'in place' | 'as they came'): Promise<Recording> {
  const contents = await readContents(source);
  const again = resent === 'in place' ? await collectResent(source, contents) : undefined;
  const warnings: string[] = [];
  const progress = { readBytes: 0 };
  return recordingOf({
    format: 'mcap',
    slots: contents.slots,
    meta: contents.meta,
    warnings,
    sizeBytes: source.sizeBytes,
    progress,
    batches: placed(readBatches(source, contents, warnings, progress), again),
  });
}

/** What sensors sent again after a lost link; undefined where nothing was. */
async function collectResent(source: ByteSource, contents: Contents): Promise<ResentPackets | undefined> {
  if (!contents.slots.some((slot) => slot.model === gaitkeeper.id)) return undefined;
  const packets = new ResentPackets(contents.slots);
  for await (const batch of readBatches(source, contents, [], { readBytes: 0 }, false))
    for (const notification of batch) packets.collect(notification);
  packets.collected();
  return packets.any ? packets : undefined;
}

async function* placed(
  batches: AsyncIterable<readonly SensorNotification[]>,
  again: ResentPackets | undefined,
): AsyncGenerator<readonly SensorNotification[]> {
  if (again === undefined) {
    yield* batches;
    return;
  }
  for await (const batch of batches) yield batch.flatMap((notification) => again.place(notification));
  yield again.rest();
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
  const contents: Contents = { slots: [], meta: {}, slotOf: new Map(), topics: [] };
  for await (const piece of pieces(source, { readBytes: 0 })) {
    if (piece.kind !== 'record' || INDEXES.has(piece.opcode)) continue;
    const own = ownContents(piece.bytes);
    if (own !== undefined) return own;
    readRecords(
      piece.bytes,
      () => undefined,
      (bytes) => {
        const record = parseRecord(bytes);
        if (record?.type === 'Channel') addChannel(contents, record);
      },
    );
  }
  if (contents.slots.length === 0) {
    const { topics } = contents;
    const found = topics.length === 0 ? 'no channel at all' : `only ${topics.slice(0, 8).join(', ')}`;
    throw new RecordingError(
      `"${source.name}" is an MCAP file, but not of a walk: expected channels of sensors as Gaitkeeper writes them, found ` +
        `${found}. If it was recorded by something else, bring it into the CSV form first.`,
    );
  }
  return contents;
}

/** What our writer says at the head of a file. */
function ownContents(bytes: Uint8Array): Contents | undefined {
  if (bytes[0] !== OPCODE.metadata) return undefined;
  const record = parseRecord(bytes);
  if (record?.type !== 'Metadata' || record.name !== PROFILE) return undefined;
  const walk = jsonObject(record.metadata.get('walk') ?? '');
  const ids = new Map(jsonPairs(record.metadata.get('channels') ?? ''));
  const slots = slotsOf(walk?.['slots']);
  if (walk === undefined || slots?.every((slot) => ids.has(slot.slot)) !== true) return undefined;
  const { slots: _slots, ...meta } = walk;
  return { slots, meta, slotOf: new Map([...ids].map(([slot, id]) => [id, slot])), topics: [] };
}

function addChannel(contents: Contents, channel: McapTypes.Channel): void {
  contents.topics.push(channel.topic.slice(0, 64));
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

async function* readBatches(
  source: ByteSource,
  contents: Contents,
  warnings: string[],
  progress: { readBytes: number },
  checked = true,
): AsyncGenerator<readonly SensorNotification[]> {
  let lastS = 0;
  let complete = false;
  let batch: SensorNotification[] = [];
  const take = (channelId: number, logNs: number, bytes: Uint8Array): void => {
    const slot = contents.slotOf.get(channelId);
    if (slot === undefined) return;
    const receivedS = logNs / 1e9;
    if (receivedS > lastS) lastS = receivedS;
    batch.push({ slot, receivedS, bytes });
  };
  for await (const piece of pieces(source, progress)) {
    if (piece.kind === 'damage') {
      if (piece.offset + piece.length < source.sizeBytes)
        warnings.push(damagedBytes(piece.offset, piece.length, lastS));
      continue;
    }
    const opcode = piece.kind === 'record' ? piece.opcode : piece.bytes[0];
    if (piece.kind === 'record' && endsData(piece.bytes)) complete = true;
    if (opcode !== OPCODE.chunk && opcode !== OPCODE.message) continue;
    complete = false;
    if (opcode === OPCODE.chunk) {
      const compression = chunkCompression(piece.bytes);
      if (/^[a-z0-9]{1,16}$/.test(compression)) throw compressed(source.name, compression);
      if (compression !== '' || (checked && piece.kind === 'record' && chunkIntact(piece.bytes) === false)) {
        warnings.push(damagedChunk(piece.bytes, lastS));
        continue;
      }
    }
    // Whoever takes a notification may keep its bytes: one copy for all of the chunk.
    readRecords(piece.bytes.slice(), take, () => undefined);
    const out = batch;
    batch = [];
    yield out;
  }
  if (!complete)
    warnings.push(
      `The recording has no end: it was cut off after ${lastS.toFixed(1)} s of the walk. What came before was read; ` +
        'what came after is missing.',
    );
}

function damagedBytes(offset: number, length: number, lastS: number): string {
  return (
    `Bytes ${offset} to ${offset + length} of the file are damaged and were passed over: something is missing after ` +
    `${lastS.toFixed(1)} s of the walk.`
  );
}

function damagedChunk(chunk: Uint8Array, lastS: number): string {
  const { fromS, toS } = chunkTimesS(chunk);
  // The damage may be in these two numbers themselves.
  const plausible = fromS <= toS && fromS >= lastS - 60 && toS - lastS < 3600;
  const when = plausible ? ` (about ${fromS.toFixed(1)} to ${toS.toFixed(1)} s)` : '';
  return `A part of the file is damaged: what the sensors sent in it${when} is missing.`;
}

function compressed(name: string, compression: string): RecordingError {
  return new RecordingError(
    `"${name}" is compressed with ${compression}; Gaitkeeper reads MCAP files without compression. ` +
      `Run: mcap decompress "${name}" -o walk.mcap`,
  );
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
