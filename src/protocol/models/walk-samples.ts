import { LONGEST_WALK_S } from '../../domain/notification.ts';
import { RAD_PER_DEG } from '../../domain/units.ts';
import type { DecodeResult, PacketDecoder, SensorModel } from '../sensor-model.ts';

/**
 * Samples whose times are already on the walk's clock: the rows of an imported CSV, kept as the 64-bit numbers they were.
 * 32-byte header: 'W', version 1, unit of the angular rate (0 rad/s, 1 deg/s), 0; u32 count; f64 period [s], f64 full
 * scales [m/s²] and [rad/s] (0: not known). Then `count` rows of 7 f64: time [s], acc x y z [m/s²], gyr x y z. Little-endian.
 */
const MAGIC = 0x57;
const VERSION = 1;
const HEADER_BYTES = 32;
const ROW_BYTES = 56;
/** Most rows one notification may hold. */
export const MAX_WALK_SAMPLES = 8192;

const UNITS = ['rad/s', 'deg/s'] as const;
/** Unit in which the angular rates came and are kept. */
export type GyrUnit = (typeof UNITS)[number];

/** Rows of one sensor as they stood in the file. */
export interface WalkSampleRows {
  readonly gyrUnit: GyrUnit;
  /** [s] on the walk's clock, one a row. */
  readonly timesS: ArrayLike<number>;
  /** x0 y0 z0 x1 ... [m/s²] */
  readonly accMps2: ArrayLike<number>;
  /** same layout, in `gyrUnit` */
  readonly gyr: ArrayLike<number>;
  /** The recording's nominal time between samples [s], where it is known. */
  readonly periodS?: number;
  /** Full scales, where they are known. */
  readonly accRangeMps2?: number;
  readonly gyrRangeRadps?: number;
}

/**
 * One notification of rows `from` to `from + count`.
 * @throws where a value is not finite or there are no rows or too many
 */
export function encodeWalkSamples(
  rows: WalkSampleRows,
  from = 0,
  count = rows.timesS.length - from,
): Uint8Array<ArrayBuffer> {
  if (!Number.isInteger(count) || count < 1 || count > MAX_WALK_SAMPLES) {
    throw new RangeError(`A notification of walk samples holds 1 to ${MAX_WALK_SAMPLES} rows, not ${count}.`);
  }
  const bytes = new Uint8Array(HEADER_BYTES + count * ROW_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, MAGIC);
  view.setUint8(1, VERSION);
  view.setUint8(2, UNITS.indexOf(rows.gyrUnit));
  view.setUint32(4, count, true);
  view.setFloat64(8, rows.periodS ?? 0, true);
  view.setFloat64(16, rows.accRangeMps2 ?? 0, true);
  view.setFloat64(24, rows.gyrRangeRadps ?? 0, true);
  let at = HEADER_BYTES;
  const put = (value: number | undefined, row: number) => {
    if (value === undefined || !Number.isFinite(value)) {
      throw new RangeError(`Row ${row} of the walk samples holds ${value ?? 'nothing'} where a number is expected.`);
    }
    view.setFloat64(at, value, true);
    at += 8;
  };
  for (let i = from; i < from + count; i++) {
    put(rows.timesS[i], i);
    for (let axis = 0; axis < 3; axis++) put(rows.accMps2[3 * i + axis], i);
    for (let axis = 0; axis < 3; axis++) put(rows.gyr[3 * i + axis], i);
  }
  return bytes;
}

const REASONS = {
  header: 'not walk samples of version 1',
  count: 'row count out of range',
  length: 'length does not match the row count',
  value: 'a value is not a number',
  time: 'a time beyond any walk',
} as const;

interface Layout {
  readonly view: DataView;
  readonly count: number;
  readonly gyrUnit: GyrUnit;
}

function layoutOf(bytes: Uint8Array): Layout | keyof typeof REASONS {
  if (bytes.length < HEADER_BYTES || bytes[0] !== MAGIC || bytes[1] !== VERSION) return 'header';
  const gyrUnit = UNITS[bytes[2]!];
  if (gyrUnit === undefined || bytes[3] !== 0) return 'header';
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = view.getUint32(4, true);
  if (count < 1 || count > MAX_WALK_SAMPLES) return 'count';
  if (bytes.length !== HEADER_BYTES + count * ROW_BYTES) return 'length';
  return { view, count, gyrUnit };
}

/** The rows exactly as they were encoded, in new arrays; undefined where the bytes are not walk samples. For export. */
export function readWalkSamples(
  bytes: Uint8Array,
): { gyrUnit: GyrUnit; timesS: Float64Array; accMps2: Float64Array; gyr: Float64Array } | undefined {
  const layout = layoutOf(bytes);
  if (typeof layout === 'string') return undefined;
  const { view, count, gyrUnit } = layout;
  const rows = {
    gyrUnit,
    timesS: new Float64Array(count),
    accMps2: new Float64Array(3 * count),
    gyr: new Float64Array(3 * count),
  };
  return readRows(view, count, 1, rows.timesS, rows.accMps2, rows.gyr) ? rows : undefined;
}

function readRows(
  view: DataView,
  count: number,
  gyrFactor: number,
  timesS: Float64Array,
  acc: Float64Array,
  gyr: Float64Array,
): boolean {
  for (let i = 0, j = 0, at = HEADER_BYTES; i < count; i++, j += 3, at += ROW_BYTES) {
    timesS[i] = view.getFloat64(at, true);
    acc[j] = view.getFloat64(at + 8, true);
    acc[j + 1] = view.getFloat64(at + 16, true);
    acc[j + 2] = view.getFloat64(at + 24, true);
    gyr[j] = view.getFloat64(at + 32, true) * gyrFactor;
    gyr[j + 1] = view.getFloat64(at + 40, true) * gyrFactor;
    gyr[j + 2] = view.getFloat64(at + 48, true) * gyrFactor;
    if (!Number.isFinite(timesS[i]!) || !finite3(acc, j) || !finite3(gyr, j)) return false;
  }
  return true;
}

const finite3 = (values: Float64Array, at: number): boolean =>
  Number.isFinite(values[at]!) && Number.isFinite(values[at + 1]!) && Number.isFinite(values[at + 2]!);

function createDecoder(): PacketDecoder {
  let timesS = new Float64Array(64);
  let accMps2 = new Float64Array(192);
  let gyrRadps = new Float64Array(192);
  return {
    decode(bytes): DecodeResult {
      const layout = layoutOf(bytes);
      if (typeof layout === 'string') return { ok: false, reason: REASONS[layout] };
      const { view, count, gyrUnit } = layout;
      if (timesS.length < count) {
        timesS = new Float64Array(count);
        accMps2 = new Float64Array(3 * count);
        gyrRadps = new Float64Array(3 * count);
      }
      const factor = gyrUnit === 'deg/s' ? RAD_PER_DEG : 1;
      const periodS = view.getFloat64(8, true);
      const accRange = view.getFloat64(16, true);
      const gyrRange = view.getFloat64(24, true);
      const finite = readRows(view, count, factor, timesS, accMps2, gyrRadps);
      if (!finite || !(periodS >= 0 && accRange >= 0 && gyrRange >= 0 && periodS < Infinity)) {
        return { ok: false, reason: REASONS.value };
      }
      for (let i = 0; i < count; i++)
        if (Math.abs(timesS[i]!) > LONGEST_WALK_S) return { ok: false, reason: REASONS.time };
      const spanS = timesS[count - 1]! - timesS[0]!;
      return {
        ok: true,
        packet: {
          count,
          periodS: periodS > 0 ? periodS : count > 1 && spanS > 0 ? spanS / (count - 1) : 0.01,
          timesS,
          accMps2,
          gyrRadps,
          accRangeMps2: accRange > 0 ? accRange : Infinity,
          gyrRangeRadps: gyrRange > 0 ? gyrRange : Infinity,
        },
      };
    },
    reset() {
      // A notification stands for itself: nothing is kept between two.
    },
  };
}

/** An imported recording: samples on the walk's clock, never quantised. */
export const walkSamples: SensorModel = {
  id: 'walk-samples',
  name: 'Imported recording',
  clock: 'walk',
  nominalRateHz: 100,
  createDecoder,
};
