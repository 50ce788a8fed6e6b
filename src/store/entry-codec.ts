import type { CurveRecord, StrideRecord } from '../domain/records.ts';
import { crc32c } from './crc32c.ts';
import type { WalkEntry } from './walk-entry.ts';

/** An entry as its row holds it. */
export interface EntryRow {
  readonly type: string;
  readonly side: string | null;
  readonly at_s: number;
  readonly body: string | Uint8Array;
  /** Over type, side, time and body. */
  readonly crc32c: number;
}

const CURVE_POINTS = 51;
const CURVE_KINDS = ['eversion_over_stance', 'obliquity_over_cycle'] as const satisfies readonly CurveRecord['kind'][];
/** Curves are kept to a hundredth of a degree, a tenth of what a sensor can tell. */
const CURVE_STEPS_PER_DEG = 100;

/**
 * JSON, and curves as 112 bytes. A number that is none (NaN, infinite) becomes null; in a stride with the reason
 * `impossible`. @returns undefined for an entry without a time: it can't be placed in a walk
 */
export function encodeEntry(entry: WalkEntry): EntryRow | undefined {
  const at_s = timeOf(entry);
  if (!Number.isFinite(at_s)) return undefined;
  const side = 'side' in entry ? entry.side : null;
  const body =
    entry.type === 'curve' ? encodeCurve(entry) : JSON.stringify(entry.type === 'stride' ? withReasons(entry) : entry);
  const row = { type: entry.type, side, at_s, body };
  return { ...row, crc32c: crcOf(row) };
}

function crcOf({ type, side, at_s, body }: Omit<EntryRow, 'crc32c'>): number {
  const bytes = typeof body === 'string' ? Buffer.from(body, 'utf8') : body;
  return crc32c(bytes, crc32c(Buffer.from(`${type} ${side ?? ''} ${at_s}`, 'utf8')));
}

/** @returns undefined where the row can't be read or was changed */
export function decodeEntry(row: EntryRow): WalkEntry | undefined {
  if (crcOf(row) !== row.crc32c) return undefined;
  if (row.type === 'curve') return decodeCurve(row);
  if (typeof row.body !== 'string') return undefined;
  try {
    const value = JSON.parse(row.body) as unknown;
    return isEntry(value, row.type) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isEntry(value: unknown, type: string): value is WalkEntry {
  return typeof value === 'object' && value !== null && 'type' in value && value.type === type;
}

/** When it happened [s of the walk]. */
function timeOf(entry: WalkEntry): number {
  switch (entry.type) {
    case 'event':
    case 'orientation':
      return entry.time_s;
    case 'stride':
    case 'step':
    case 'curve':
      return entry.ic_s;
    case 'finding':
    case 'tags':
    case 'pause':
    case 'state':
      return entry.at_s;
    case 'mark':
      return entry.atS;
    case 'walk':
      return entry.known_at_s;
  }
}

function withReasons(stride: StrideRecord): StrideRecord {
  const wrong = Object.entries(stride).filter(([, v]) => typeof v === 'number' && !Number.isFinite(v));
  if (wrong.length === 0) return stride;
  const reasons = { ...stride.reasons };
  for (const [field] of wrong) reasons[field] ??= 'impossible';
  return { ...stride, ...Object.fromEntries(wrong.map(([field]) => [field, null])), reasons };
}

/** `u8 kind`, `u8 0`, `f64 known_at_s`, 51 x `i16` hundredths of a degree; little-endian. Side and time are columns. */
function encodeCurve(curve: CurveRecord): Uint8Array {
  const bytes = new Uint8Array(10 + 2 * CURVE_POINTS);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, CURVE_KINDS.indexOf(curve.kind));
  view.setFloat64(2, curve.known_at_s, true);
  for (let i = 0; i < CURVE_POINTS; i++) {
    const steps = Math.round((curve.values_deg[i] ?? 0) * CURVE_STEPS_PER_DEG);
    view.setInt16(10 + 2 * i, Math.max(-32768, Math.min(32767, steps)), true);
  }
  return bytes;
}

function decodeCurve(row: EntryRow): CurveRecord | undefined {
  const { body, side } = row;
  if (typeof body === 'string' || body.length !== 10 + 2 * CURVE_POINTS) return undefined;
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const kind = CURVE_KINDS[view.getUint8(0)];
  if (kind === undefined || (side !== 'left' && side !== 'right')) return undefined;
  const values_deg = Array.from(
    { length: CURVE_POINTS },
    (_, i) => view.getInt16(10 + 2 * i, true) / CURVE_STEPS_PER_DEG,
  );
  return { type: 'curve', kind, side, ic_s: row.at_s, values_deg, known_at_s: view.getFloat64(2, true) };
}
