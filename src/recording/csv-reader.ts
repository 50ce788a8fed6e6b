import { LONGEST_WALK_S, type SensorNotification, type SensorSlot } from '../domain/notification.ts';
import { SENSOR_SITES } from '../domain/sites.ts';
import { encodeWalkSamples, walkSamples, type GyrUnit } from '../protocol/models/walk-samples.ts';
import type { ByteSource } from './byte-source.ts';
import { LineCutter } from './csv-lines.ts';
import { ANY_TIME, CsvTable, ROW_TROUBLES, type RowTrouble, type TimeWindow } from './csv-table.ts';
import { metaOfZero, RecordingError, recordingOf, type Recording } from './recording.ts';

/** Rows of one sensor that travel together: at most so long and so many. */
const BATCH_S = 0.2;
const BATCH_ROWS = 128;
/** A sensor's rows go on at the latest when another sensor is this far ahead [s]. */
const STALE_S = 0.4;
/** Rows further back in time than this mean that the file is not in the order of time [s]. */
const DISORDER_S = 0.3;
/** Rows whose middle time says around when the file plays: a garbled one among them does not matter. */
const FIRST_ROWS = 101;
/** Line numbers that a warning names. */
const NAMED_LINES = 5;

interface Survey {
  /** Rows a site. */
  readonly rows: readonly number[];
  readonly sorted: boolean;
  readonly window: TimeWindow;
  readonly warnings: string[];
}

/**
 * Opens a recording in the CSV interchange form: looks through it once for its sensors, then gives its rows as
 * notifications of the model `walk-samples`, in the numbers that were written. Bad rows are missing samples, and told.
 * @throws RecordingError where it has no usable rows or columns
 */
export async function openCsv(source: ByteSource): Promise<Recording> {
  const survey = await lookThrough(source);
  const slots: SensorSlot[] = [];
  for (const [i, site] of SENSOR_SITES.entries())
    if (survey.rows[i]! > 0) slots.push({ slot: i, site, model: walkSamples.id });
  if (slots.length === 0)
    throw new RecordingError(
      `"${source.name}" names its columns but holds no row of samples that can be read.` +
        (survey.warnings.length > 0 ? ` ${survey.warnings.join(' ')}` : ''),
    );
  const progress = { readBytes: 0 };
  return recordingOf({
    format: 'csv',
    slots,
    meta: metaOfZero(survey.window.zeroS),
    warnings: survey.warnings,
    sizeBytes: source.sizeBytes,
    progress,
    batches: survey.sorted
      ? readSorted(source, survey.window, progress)
      : readUnsorted(source, survey.window, progress),
  });
}

/** Takes the rows of a file, the header apart, as pieces of it come. */
class RowReader {
  table: CsvTable | undefined;
  readonly #cutter: LineCutter;

  constructor(
    source: ByteSource,
    window: TimeWindow,
    onRow: (table: CsvTable, trouble: RowTrouble | undefined, line: number) => void,
  ) {
    this.#cutter = new LineCutter((line) => {
      if (this.table !== undefined) {
        const trouble = this.table.read(line);
        if (trouble !== 'blank') onRow(this.table, trouble, line.number);
        return;
      }
      const text = new TextDecoder().decode(line.bytes.subarray(line.from, Math.min(line.to, line.from + 4096)));
      const header = text.replace(/^\uFEFF/, '').trim();
      if (header !== '' && !header.startsWith('#')) this.table = new CsvTable(header, source.name, window);
    });
  }

  push(bytes: Uint8Array): void {
    this.#cutter.push(bytes);
    if (this.#cutter.tooLong && this.table === undefined)
      throw new RecordingError('This is not a recording: expected an MCAP or CSV file, found one endless line.');
  }

  end(): void {
    this.#cutter.end();
  }
}

/** Times of the walk that the first rows are of; as the file writes them. */
async function windowOf(source: ByteSource): Promise<TimeWindow> {
  const timesS: number[] = [];
  const reader = new RowReader(source, ANY_TIME, (table, trouble) => {
    if (trouble === undefined && timesS.length < FIRST_ROWS) timesS.push(table.timeS);
  });
  for await (const bytes of source.read()) {
    reader.push(bytes);
    if (timesS.length === FIRST_ROWS) break;
  }
  reader.end();
  const middleS = timesS.sort((a, b) => a - b)[timesS.length >> 1] ?? 0;
  return { fromS: middleS - LONGEST_WALK_S / 2, toS: middleS + LONGEST_WALK_S / 2, zeroS: 0 };
}

async function lookThrough(source: ByteSource): Promise<Survey> {
  const window = await windowOf(source);
  const rows: number[] = SENSOR_SITES.map(() => 0);
  const troubles = new Map<string, { count: number; lines: number[] }>();
  const order = { firstS: Infinity, latestS: -Infinity, sorted: true };
  const reader = new RowReader(source, window, (table, trouble, line) => {
    if (trouble !== undefined) {
      const what = trouble === 'sensor' ? `${ROW_TROUBLES.sensor} "${table.stranger}"` : ROW_TROUBLES[trouble];
      const entry = troubles.get(what) ?? { count: 0, lines: [] };
      if (troubles.size < 20 || troubles.has(what)) troubles.set(what, entry);
      entry.count++;
      if (entry.lines.length < NAMED_LINES) entry.lines.push(line);
      return;
    }
    rows[table.site]!++;
    if (table.timeS < order.firstS) order.firstS = table.timeS;
    if (table.timeS > order.latestS) order.latestS = table.timeS;
    else if (order.latestS - table.timeS > DISORDER_S) order.sorted = false;
  });
  for await (const bytes of source.read()) reader.push(bytes);
  reader.end();
  if (reader.table === undefined) throw new RecordingError(`"${source.name}" is empty: expected a recording.`);
  const warnings = [...troubles].map(([what, { count, lines }]) => {
    const where = `line${count === 1 ? '' : 's'} ${lines.join(', ')}${count > lines.length ? ', ...' : ''}`;
    const hint = what.startsWith(ROW_TROUBLES.sensor) ? ` Known sensors: ${SENSOR_SITES.join(', ')}.` : '';
    return `${count} row${count === 1 ? ' was' : 's were'} left out: ${what} (${where}).${hint}`;
  });
  if (!order.sorted) warnings.push('The rows are not in the order of time; they were put in order on the way in.');
  // A clock that is the walk's own is kept to the digit; one that counts from 1970, or from before the walk, is not.
  const moved = order.firstS < 0 || order.latestS > LONGEST_WALK_S;
  const zeroS = moved && Number.isFinite(order.firstS) ? order.firstS : 0;
  if (zeroS !== 0) warnings.push(`The times in the file begin at ${zeroS} s; the walk's clock begins at 0 with them.`);
  return { rows, sorted: order.sorted, window: { ...window, zeroS }, warnings };
}

/** Gathers one sensor's rows into a notification. */
class Batch {
  readonly #slot: number;
  readonly #timesS = new Float64Array(BATCH_ROWS);
  readonly #acc = new Float64Array(3 * BATCH_ROWS);
  readonly #gyr = new Float64Array(3 * BATCH_ROWS);
  count = 0;
  firstS = 0;
  lastS = -Infinity;

  constructor(slot: number) {
    this.#slot = slot;
  }

  add(timeS: number, values: Float64Array): void {
    const i = this.count++;
    if (i === 0) this.firstS = this.lastS = timeS;
    else if (timeS > this.lastS) this.lastS = timeS;
    this.#timesS[i] = timeS;
    for (let axis = 0; axis < 3; axis++) {
      this.#acc[3 * i + axis] = values[axis]!;
      this.#gyr[3 * i + axis] = values[3 + axis]!;
    }
  }

  get full(): boolean {
    return this.count === BATCH_ROWS || (this.count > 0 && this.lastS - this.firstS >= BATCH_S);
  }

  take(gyrUnit: GyrUnit, receivedS: number): SensorNotification {
    const rows = { gyrUnit, timesS: this.#timesS, accMps2: this.#acc, gyr: this.#gyr };
    const bytes = encodeWalkSamples(rows, 0, this.count);
    this.count = 0;
    return { slot: this.#slot, receivedS, bytes };
  }
}

async function* readSorted(
  source: ByteSource,
  window: TimeWindow,
  progress: { readBytes: number },
): AsyncGenerator<readonly SensorNotification[]> {
  const gatherer = new Gatherer();
  const reader = new RowReader(source, window, (table, trouble) => {
    if (trouble === undefined) gatherer.add(table.site, table.timeS, table.values, table.gyrUnit);
  });
  for await (const bytes of source.read()) {
    reader.push(bytes);
    progress.readBytes += bytes.length;
    yield gatherer.take();
  }
  reader.end();
  yield gatherer.end();
}

/** A file that is not in the order of time (each sensor after the other, for instance) is held in memory and sorted. */
async function* readUnsorted(
  source: ByteSource,
  window: TimeWindow,
  progress: { readBytes: number },
): AsyncGenerator<readonly SensorNotification[]> {
  const times: number[] = [];
  const sites: number[] = [];
  const values: number[] = [];
  const units = new Set<GyrUnit>();
  const reader = new RowReader(source, window, (table, trouble) => {
    if (trouble !== undefined) return;
    units.add(table.gyrUnit);
    times.push(table.timeS);
    sites.push(table.site);
    for (let i = 0; i < 6; i++) values.push(table.values[i]!);
  });
  for await (const bytes of source.read()) {
    reader.push(bytes);
    progress.readBytes += bytes.length;
  }
  reader.end();
  const order = Uint32Array.from(times.keys()).sort((a, b) => times[a]! - times[b]! || a - b);
  const gatherer = new Gatherer();
  const row = new Float64Array(6);
  const [gyrUnit = 'deg/s'] = units;
  let count = 0;
  for (const i of order) {
    for (let k = 0; k < 6; k++) row[k] = values[6 * i + k]!;
    gatherer.add(sites[i]!, times[i]!, row, gyrUnit);
    if (++count % 4096 === 0) yield gatherer.take();
  }
  yield gatherer.end();
}

/** Makes notifications of rows that come in the order of time. */
class Gatherer {
  readonly #batches = SENSOR_SITES.map((_, slot) => new Batch(slot));
  #ready: SensorNotification[] = [];
  #latestS = -Infinity;
  #gyrUnit: GyrUnit = 'deg/s';

  add(site: number, timeS: number, values: Float64Array, gyrUnit: GyrUnit): void {
    this.#gyrUnit = gyrUnit;
    const batch = this.#batches[site]!;
    batch.add(timeS, values);
    if (timeS > this.#latestS) this.#latestS = timeS;
    if (!batch.full) return;
    this.#finish(batch);
    for (const other of this.#batches)
      if (other.count > 0 && this.#latestS - other.firstS > STALE_S) this.#finish(other);
  }

  /** What is ready. */
  take(): readonly SensorNotification[] {
    const ready = this.#ready;
    this.#ready = [];
    return ready;
  }

  /** All that is left. */
  end(): readonly SensorNotification[] {
    for (const batch of this.#batches) if (batch.count > 0) this.#finish(batch);
    return this.take();
  }

  #finish(batch: Batch): void {
    this.#ready.push(batch.take(this.#gyrUnit, this.#latestS));
  }
}
