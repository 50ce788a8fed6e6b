import { RAD_PER_DEG, STANDARD_GRAVITY_MPS2 } from '../domain/units.ts';
import { SENSOR_SITES } from '../domain/sites.ts';
import type { GyrUnit } from '../protocol/models/walk-samples.ts';
import { decimalPointIn, parseNumber, type DecimalPoint } from './csv-numbers.ts';
import type { Line } from './csv-lines.ts';
import { RecordingError } from './recording.ts';

/** Header of the interchange form. */
export const CSV_HEADER = 'time_s,sensor,acc_x_mps2,acc_y_mps2,acc_z_mps2,gyr_x_dps,gyr_y_dps,gyr_z_dps' as const;

/** Why a row was not taken. */
export const ROW_TROUBLES = {
  fields: 'fields missing',
  commas: 'more fields than columns: with decimal commas the columns have to be separated by semicolons or tabs',
  number: 'not a number',
  sensor: 'unknown sensor',
  range: 'a value that no sensor can give',
  time: 'a time that is days away from the others',
} as const;
export type RowTrouble = keyof typeof ROW_TROUBLES;

const AXES = ['x', 'y', 'z'] as const;
const ACC_UNITS = { mps2: 1, g: STANDARD_GRAVITY_MPS2 } as const;
const GYR_UNITS: Readonly<Record<string, GyrUnit>> = { dps: 'deg/s', radps: 'rad/s' };
const TIME_UNITS = { time_s: 1, time_ms: 1e-3, time_us: 1e-6 } as const;
const SITES = SENSOR_SITES.map((site) => new TextEncoder().encode(site));
/** No shoe is ever so fast or hit so hard: in whichever unit it comes, a garbled row [m/s², deg/s or rad/s]. */
const LARGEST_ACC = 1e4;
const LARGEST_GYR = 1e5;
const IGNORED = -1;
const TIME = 0;
const SENSOR = 1;
const FIRST_VALUE = 2;
const QUOTE = 34;
const COMMA = 44;

/** Which times belong to the walk [s], as the file writes them, and which of them is the walk's 0. */
export interface TimeWindow {
  readonly fromS: number;
  readonly toS: number;
  readonly zeroS: number;
}
export const ANY_TIME: TimeWindow = { fromS: -Infinity, toS: Infinity, zeroS: 0 };

/** The columns of one file, found by name; reads rows into its own fields. */
export class CsvTable {
  readonly gyrUnit: GyrUnit;
  readonly #delimiter: number;
  readonly #roles: Int8Array;
  readonly #timeFactor: number;
  readonly #accFactor: number;
  readonly #window: TimeWindow;
  /** As the file's first decimals have it: a comma in a file with points is no decimal point, and the other way about. */
  #point: DecimalPoint | undefined;
  /** Of the row that was read last: time [s], index into SENSOR_SITES, acc [m/s²] and gyr [gyrUnit]. */
  timeS = 0;
  site = 0;
  readonly values = new Float64Array(6);
  /** Text of the sensor column where it names no known sensor. */
  stranger = '';

  /**
   * @param header first line of the file
   * @throws RecordingError where columns are missing
   */
  constructor(header: string, fileName: string, window: TimeWindow) {
    const delimiter = [',', ';', '\t'].find((d) => header.includes(d)) ?? ',';
    const names = header.split(delimiter).map((name) => name.trim().replace(/^"|"$/g, '').toLowerCase());
    const timeName = (Object.keys(TIME_UNITS) as (keyof typeof TIME_UNITS)[]).find((n) => names.includes(n));
    const accUnit = (Object.keys(ACC_UNITS) as (keyof typeof ACC_UNITS)[]).find((u) => names.includes(`acc_x_${u}`));
    const gyrUnit = Object.keys(GYR_UNITS).find((u) => names.includes(`gyr_x_${u}`));
    if (timeName === undefined && accUnit === undefined && gyrUnit === undefined)
      throw new RecordingError(
        `"${fileName}" is not a recording: expected an MCAP file, or a CSV file whose first line names the columns ` +
          `${CSV_HEADER}; found ${quote(header)}.`,
      );
    const wanted = [
      timeName ?? 'time_s',
      'sensor',
      ...AXES.map((axis) => `acc_${axis}_${accUnit ?? 'mps2'}`),
      ...AXES.map((axis) => `gyr_${axis}_${gyrUnit ?? 'dps'}`),
    ];
    const missing = wanted.filter((name) => !names.includes(name));
    if (missing.length > 0) throw new RecordingError(missingColumns(fileName, missing, header));
    this.#delimiter = delimiter.charCodeAt(0);
    this.#roles = Int8Array.from(names, (name) => wanted.indexOf(name));
    this.#timeFactor = TIME_UNITS[timeName ?? 'time_s'];
    this.#accFactor = ACC_UNITS[accUnit ?? 'mps2'];
    this.#window = window;
    this.gyrUnit = GYR_UNITS[gyrUnit ?? 'dps'] ?? 'deg/s';
  }

  /** Reads a row; undefined where it was taken, else why not. Blank lines and lines that begin with # are `blank`. */
  read(line: Line): RowTrouble | 'blank' | undefined {
    const { bytes, to } = line;
    let at = line.from;
    if (at === to || bytes[at] === 35) return 'blank';
    let found = 0;
    let trouble: RowTrouble | undefined;
    let column = 0;
    for (; at <= to; column++) {
      const end = this.#fieldEnd(bytes, at, to);
      const role = this.#roles[column] ?? IGNORED;
      if (role === SENSOR) {
        found++;
        if (!this.#readSite(bytes, at, end)) trouble ??= 'sensor';
      } else if (role !== IGNORED) {
        found++;
        this.#point ??= decimalPointIn(bytes, at, end);
        const value = parseNumber(bytes, at, end, this.#point);
        if (!Number.isFinite(value)) trouble ??= at === end ? 'fields' : 'number';
        else if (role === TIME) trouble ??= this.#readTime(value);
        else trouble ??= this.#readValue(role - FIRST_VALUE, value);
      }
      at = end + 1;
    }
    if (trouble !== undefined && column > this.#roles.length && this.#delimiter === COMMA) return 'commas';
    return found < FIRST_VALUE + 6 ? 'fields' : trouble;
  }

  /** A field in quotes may hold the delimiter. */
  #fieldEnd(bytes: Uint8Array, at: number, to: number): number {
    let end = at;
    if (bytes[at] === QUOTE) {
      const close = bytes.indexOf(QUOTE, at + 1);
      if (close >= 0 && close < to) end = close;
    }
    while (end < to && bytes[end] !== this.#delimiter) end++;
    return end;
  }

  #readTime(value: number): RowTrouble | undefined {
    const timeS = this.#timeFactor === 1 ? value : value * this.#timeFactor;
    const { fromS, toS, zeroS } = this.#window;
    if (timeS < fromS || timeS > toS) return 'time';
    // Unless the clock is moved, the number is the one that was written.
    this.timeS = zeroS === 0 ? timeS : timeS - zeroS;
    return undefined;
  }

  #readValue(axis: number, value: number): RowTrouble | undefined {
    this.values[axis] = axis < 3 && this.#accFactor !== 1 ? value * this.#accFactor : value;
    return Math.abs(this.values[axis]) > (axis < 3 ? LARGEST_ACC : LARGEST_GYR) ? 'range' : undefined;
  }

  #readSite(bytes: Uint8Array, from: number, to: number): boolean {
    let start = from;
    let end = to;
    while (start < end && (bytes[start] === QUOTE || bytes[start] === 32)) start++;
    while (end > start && (bytes[end - 1] === QUOTE || bytes[end - 1] === 32)) end--;
    for (let s = 0; s < SITES.length; s++) {
      const name = SITES[s]!;
      if (name.length !== end - start) continue;
      let i = 0;
      while (i < name.length && name[i] === bytes[start + i]) i++;
      if (i === name.length) {
        this.site = s;
        return true;
      }
    }
    this.stranger = new TextDecoder().decode(bytes.subarray(start, Math.min(end, start + 40)));
    return false;
  }
}

/** [rad/s] per unit in which the angular rates of a file came. */
export const radpsPer = (unit: GyrUnit): number => (unit === 'deg/s' ? RAD_PER_DEG : 1);

function missingColumns(fileName: string, missing: readonly string[], header: string): string {
  const gyr = missing.filter((name) => name.startsWith('gyr_')).length === 3;
  const acc = missing.filter((name) => name.startsWith('acc_')).length === 3;
  const what = gyr
    ? 'has no gyroscope columns'
    : acc
      ? 'has no accelerometer columns'
      : `lacks the column${missing.length === 1 ? '' : 's'} ${missing.join(', ')}`;
  const todo = gyr
    ? ` Gait can't be read from acceleration alone: record angular rate as well (${missing.join(', ')}).`
    : missing.includes('sensor')
      ? ` Add a column "sensor" that says for each row where it was worn: ${SENSOR_SITES.join(', ')}.`
      : '';
  return `"${fileName}" ${what}. Expected ${CSV_HEADER}; found ${quote(header)}.${todo}`;
}

/** Text of a file for a message: printable, short. */
function quote(text: string): string {
  const clean = text.replace(/[^\x20-\x7e]+/g, '?').slice(0, 120);
  return clean === '' ? 'an empty line' : `"${clean}${text.length > 120 ? '...' : ''}"`;
}
