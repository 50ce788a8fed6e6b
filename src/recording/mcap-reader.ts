import { LONGEST_WALK_S, type SensorNotification } from '../domain/notification.ts';
import type { ByteSource } from './byte-source.ts';
import { readContents, type Contents } from './mcap-contents.ts';
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
import { ResentPackets } from './resent-packets.ts';
import { SENSOR_MODELS } from '../protocol/models/index.ts';
import { gaitkeeper } from '../protocol/models/gaitkeeper.ts';
import { RecordingError, recordingOf, type Recording } from './recording.ts';

/**
 * Opens an MCAP recording. Damage and a missing end are no reason to refuse it: what can be read is read, and the
 * warnings say what is missing.
 * @throws RecordingError where it holds no sensors of ours
 */
export async function openMcap(source: ByteSource, resent: 'in place' | 'as they came'): Promise<Recording> {
  const contents = await readContents(pieces(source, { readBytes: 0 }));
  const refusal = whyNoWalk(contents);
  if (refusal !== undefined) throw new RecordingError(`"${source.name}" ${refusal}`);
  const again = resent === 'in place' ? await collectResent(source, contents) : undefined;
  const warnings = contents.nameless
    ? ['What the file says of the walk itself (start, title, tags, pauses) is damaged and missing.']
    : [];
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

/** Why this is no walk that can be read; undefined where it is one. */
function whyNoWalk({ slots, topics }: Contents): string | undefined {
  if (slots.length === 0) {
    const found = topics.length === 0 ? 'no channel at all' : `only ${topics.slice(0, 8).join(', ')}`;
    return (
      `is an MCAP file, but not of a walk: expected channels of sensors as Gaitkeeper writes them, found ${found}. ` +
      'If it was recorded by something else, bring it into the CSV form first.'
    );
  }
  const twice = slots.find((a, i) => slots.some((b, k) => k < i && (a.slot === b.slot || a.site === b.site)));
  if (twice !== undefined) return `has two sensors for one place (${twice.site}): expected one walk, found several.`;
  const stranger = slots.find(({ model }) => !SENSOR_MODELS.some(({ id }) => id === model));
  if (stranger === undefined) return undefined;
  return (
    `is of a sensor model that this version does not know (${printable(stranger.model)}, ${stranger.site}). ` +
    `Known: ${SENSOR_MODELS.map(({ id }) => id).join(', ')}.`
  );
}

const printable = (text: string): string => text.replace(/[^\x20-\x7e]+/g, '?').slice(0, 64);

/** What sensors sent again after a lost link; undefined where nothing was. */
async function collectResent(source: ByteSource, contents: Contents): Promise<ResentPackets | undefined> {
  if (!contents.slots.some((slot) => slot.model === gaitkeeper.id)) return undefined;
  const packets = new ResentPackets(contents.slots);
  for await (const batch of readBatches(source, contents, [], { readBytes: 0 }))
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
  yield* records.rest();
}

async function* readBatches(
  source: ByteSource,
  contents: Contents,
  warnings: string[],
  progress: { readBytes: number },
): AsyncGenerator<readonly SensorNotification[]> {
  let lastS = 0;
  let complete = false;
  let sums = false;
  let misplaced = 0;
  let finished = false;
  let damagedTail: string | undefined;
  let batch: SensorNotification[] = [];
  const take = (channelId: number, logNs: number, bytes: Uint8Array): void => {
    const slot = contents.slotOf.get(channelId);
    if (slot === undefined) return;
    const receivedS = (logNs - contents.zeroNs) / 1e9;
    if (receivedS < 0 || receivedS > LONGEST_WALK_S) {
      misplaced++;
      return;
    }
    if (receivedS > lastS) lastS = receivedS;
    batch.push({ slot, receivedS, bytes });
  };
  for await (const piece of pieces(source, progress)) {
    if (piece.kind === 'end') {
      finished = piece.finished;
      break;
    }
    if (piece.kind === 'damage') {
      const told = damagedBytes(piece.offset, piece.length, lastS);
      if (piece.offset + piece.length < source.sizeBytes) warnings.push(told);
      else damagedTail = told;
      continue;
    }
    const opcode = piece.kind === 'record' ? piece.opcode : piece.bytes[0];
    if (piece.kind === 'record' && endsData(piece.bytes)) complete = true;
    if (opcode !== OPCODE.chunk && opcode !== OPCODE.message) continue;
    if (opcode === OPCODE.message && sums) {
      // Whoever writes chunks with sums puts all messages into them: this is another record with a damaged first byte.
      warnings.push(damagedBytes(piece.offset, piece.bytes.length, lastS));
      continue;
    }
    complete = false;
    if (opcode === OPCODE.chunk) {
      const compression = chunkCompression(piece.bytes);
      if (/^[a-z0-9]{1,16}$/.test(compression)) throw compressed(source.name, compression);
      // What the file's end cut off can't agree with its sum.
      const intact = piece.kind === 'record' ? chunkIntact(piece.bytes) : undefined;
      if (compression !== '' || intact === false) {
        warnings.push(damagedChunk(piece.bytes, lastS));
        continue;
      }
      sums ||= intact === true;
    }
    // Whoever takes a notification may keep its bytes: one copy for all of the chunk.
    readRecords(piece.bytes.slice(), take, () => undefined);
    const out = batch;
    batch = [];
    yield out;
  }
  if (misplaced > 0)
    warnings.push(
      `${misplaced} packet${misplaced === 1 ? ' was' : 's were'} left out, with receive times days away from the first.`,
    );
  if (complete) return;
  if (!finished)
    warnings.push(
      `The recording has no end: it was cut off after ${lastS.toFixed(1)} s of the walk. What came before was read; ` +
        'what came after is missing.',
    );
  // All of it is there, but no chunk was found behind the damage: only the index may stand there, or the walk's last seconds.
  else if (damagedTail !== undefined) warnings.push(damagedTail);
}

function damagedBytes(offset: number, length: number, lastS: number): string {
  return (
    `Bytes ${offset} to ${offset + length} of the file are damaged and were passed over: something may be missing after ` +
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
