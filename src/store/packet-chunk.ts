import type { SensorNotification } from '../domain/notification.ts';
import { crc32c } from './crc32c.ts';

/**
 * The notifications of one sensor slot in one second. Body, little-endian, a frame after the other:
 * `u32 order` (place of arrival within the second, over all slots), `f64 receivedS`, `u32 length`, `length` bytes.
 * The CRC is over `u32 slot`, `u32 count`, `f64 fromS`, `f64 toS`, then the body.
 */
export interface PacketChunk {
  readonly slot: number;
  readonly fromS: number;
  readonly toS: number;
  readonly count: number;
  readonly crc32c: number;
  readonly body: Uint8Array;
}

/** A row of `chunks`. */
export interface ChunkRow {
  readonly seq: number;
  readonly slot: number;
  readonly from_s: number;
  readonly to_s: number;
  readonly count: number;
  readonly crc32c: number;
  readonly body: Uint8Array;
}

/** The chunk that a row holds. */
export const chunkOf = (row: ChunkRow): PacketChunk => ({
  slot: row.slot,
  fromS: row.from_s,
  toS: row.to_s,
  count: row.count,
  crc32c: row.crc32c,
  body: row.body,
});

const HEAD_BYTES = 16;

/** Splits a second's notifications by slot and frames them. The bytes are copied. */
export function encodeChunks(notifications: readonly SensorNotification[]): PacketChunk[] {
  const bySlot = new Map<number, { order: number; notification: SensorNotification }[]>();
  for (const [order, notification] of notifications.entries()) {
    const frames = bySlot.get(notification.slot);
    if (frames === undefined) bySlot.set(notification.slot, [{ order, notification }]);
    else frames.push({ order, notification });
  }
  return [...bySlot].map(([slot, frames]) => {
    const size = frames.reduce((sum, f) => sum + HEAD_BYTES + f.notification.bytes.length, 0);
    const body = new Uint8Array(size);
    const view = new DataView(body.buffer);
    let at = 0;
    let fromS = Infinity;
    let toS = -Infinity;
    for (const { order, notification } of frames) {
      view.setUint32(at, order, true);
      view.setFloat64(at + 4, notification.receivedS, true);
      view.setUint32(at + 12, notification.bytes.length, true);
      body.set(notification.bytes, at + HEAD_BYTES);
      at += HEAD_BYTES + notification.bytes.length;
      fromS = Math.min(fromS, notification.receivedS);
      toS = Math.max(toS, notification.receivedS);
    }
    const chunk = { slot, fromS, toS, count: frames.length, body };
    return { ...chunk, crc32c: chunkCrc(chunk) };
  });
}

export type DecodedChunk =
  | {
      readonly ok: true;
      readonly frames: readonly { readonly order: number; readonly notification: SensorNotification }[];
    }
  | { readonly ok: false; readonly why: string };

function chunkCrc(chunk: Omit<PacketChunk, 'crc32c'>): number {
  const head = new DataView(new ArrayBuffer(24));
  head.setUint32(0, chunk.slot, true);
  head.setUint32(4, chunk.count, true);
  head.setFloat64(8, chunk.fromS, true);
  head.setFloat64(16, chunk.toS, true);
  return crc32c(chunk.body, crc32c(new Uint8Array(head.buffer)));
}

/** The frames of a chunk, or why it can't be trusted. The bytes are views of `body`. */
export function decodeChunk(chunk: PacketChunk): DecodedChunk {
  const { body } = chunk;
  const found = chunkCrc(chunk);
  if (found !== chunk.crc32c)
    return { ok: false, why: `CRC-32C should be ${hex(chunk.crc32c)}, is ${hex(found)} (${body.length} bytes)` };
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const frames: { order: number; notification: SensorNotification }[] = [];
  let at = 0;
  while (at + HEAD_BYTES <= body.length) {
    const length = view.getUint32(at + 12, true);
    const end = at + HEAD_BYTES + length;
    if (end > body.length) break;
    const bytes = body.subarray(at + HEAD_BYTES, end);
    const receivedS = view.getFloat64(at + 4, true);
    frames.push({ order: view.getUint32(at, true), notification: { slot: chunk.slot, receivedS, bytes } });
    at = end;
  }
  if (at !== body.length || frames.length !== chunk.count)
    return { ok: false, why: `should hold ${chunk.count} notifications, holds ${frames.length}` };
  return { ok: true, frames };
}

/** The chunks of one second, merged back into the order of arrival. */
export function mergeFrames(
  chunks: readonly (readonly { readonly order: number; readonly notification: SensorNotification }[])[],
): SensorNotification[] {
  return chunks
    .flat()
    .sort((a, b) => a.order - b.order)
    .map((f) => f.notification);
}

const hex = (n: number): string => '0x' + n.toString(16).padStart(8, '0');
