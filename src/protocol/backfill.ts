import { LAYOUT, PACKET_TYPE, PROTOCOL_VERSION } from './wire-v1.ts';

const { bytes: noteBytes, at } = LAYOUT.backfill_note;

/** What a sensor says on its backfill characteristic beside the samples themselves. */
export type BackfillNote =
  /** The beginning was overwritten: from `firstIndex` on, `count` samples are still held. */
  | { readonly type: 'gone'; readonly counter: number; readonly firstIndex: number; readonly count: number }
  /** The resend is over: `count` samples from `firstIndex` on were sent. */
  | { readonly type: 'resend_done'; readonly counter: number; readonly firstIndex: number; readonly count: number };

/** The note in a notification of the backfill characteristic; undefined where it holds samples or nothing sensible. */
export function decodeBackfillNote(bytes: Uint8Array): BackfillNote | undefined {
  const verType = bytes[at.ver_type];
  if (verType === undefined || bytes.length !== noteBytes || verType >> 4 !== PROTOCOL_VERSION) return undefined;
  const type = verType & 0x0f;
  if (type !== PACKET_TYPE.gone && type !== PACKET_TYPE.resend_done) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    type: type === PACKET_TYPE.gone ? 'gone' : 'resend_done',
    counter: view.getUint16(at.counter, true),
    firstIndex: view.getUint32(at.first_index, true),
    count: view.getUint32(at.count, true),
  };
}

/** The opposite of {@link decodeBackfillNote}, for a sensor's side in simulation. */
export function encodeBackfillNote(note: BackfillNote): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(noteBytes);
  const view = new DataView(bytes.buffer);
  view.setUint8(at.ver_type, (PROTOCOL_VERSION << 4) | PACKET_TYPE[note.type]);
  view.setUint16(at.counter, note.counter, true);
  view.setUint32(at.first_index, note.firstIndex % 0x100000000, true);
  view.setUint32(at.count, note.count, true);
  return bytes;
}
