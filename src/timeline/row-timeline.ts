import type { SensorSite } from '../domain/sites.ts';
import type { DecodedPacket } from '../protocol/sensor-model.ts';
import { BlockWriter } from './block-writer.ts';
import { fitRowGrid } from './row-rate.ts';
import { RowWindow } from './row-window.ts';
import type { RunningCounts, TimelineOutput } from './timeline-output.ts';

type Emit = (output: TimelineOutput) => void;

/** Rows that the grid is learned from, and rows that may still be put before a later one. */
const LEARN_ROWS = 240;
const SORT_ROWS = 16;
/** Rows closer together than any sensor samples tell no rate [s]. */
const CLOSEST_S = 1e-5;
/** Neighbours further apart than this many periods have a hole between them. */
const HOLE = 1.5;
/** A grid point beside a hole is still resampled this near to a row [periods]. */
const EDGE = 0.3;
/** The grid starts anew after a longer hole [s], and is learned anew after a much longer one. */
const SHORT_GAP_S = 0.2;
const LEARN_AGAIN_S = 2;
/** Grid points after which the grid is held against the rows again. */
const SEGMENT = 64;
/** Length of the blocks handed on [s]. */
const BLOCK_S = 0.125;

interface Grid {
  /** Time of grid point n: fromS + (n - from) * stepS. */
  from: number;
  fromS: number;
  stepS: number;
  /** The period that the steps swing about, and the one first learned [s]. */
  periodS: number;
  learnedS: number;
  toleranceS: number;
  rateHz: number;
  blockSamples: number;
  /** Next grid point to be filled. */
  next: number;
  /** Distances of rows from their grid points in this segment [s]. */
  offSum: number;
  offCount: number;
}

interface State {
  grid: Grid | undefined;
  /** The next row is the first on its grid. */
  fresh: boolean;
  /** Grid points that no row speaks for, before the next sample. */
  missing: number;
  lastS: number | undefined;
  acc: Float64Array;
  gyr: Float64Array;
  filled: number;
  startS: number;
}

/**
 * Time line of a recording whose rows carry their own times. Its even grid is learned from the first rows and follows
 * them slowly; a row that lies on the grid passes unchanged, between rows closer than 1.5 periods the grid point is
 * interpolated (cubic), and where rows are missing there is a gap.
 */
export class RowTimeline {
  readonly #site: SensorSite;
  readonly #rows = new RowWindow();
  readonly #writer: BlockWriter;
  #s: State = {
    grid: undefined,
    fresh: true,
    missing: 0,
    lastS: undefined,
    acc: new Float64Array(0),
    gyr: new Float64Array(0),
    filled: 0,
    startS: 0,
  };

  constructor(site: SensorSite, lendBlocks: boolean) {
    this.#site = site;
    this.#writer = new BlockWriter(site, lendBlocks);
  }

  /** Takes rows; gives why they were refused, or undefined. */
  push(packet: DecodedPacket, _receivedS: number, counts: RunningCounts, emit: Emit): string | undefined {
    const { timesS, accMps2, gyrRadps, count } = packet;
    if (timesS === undefined) return 'rows without times';
    for (let i = 0; i < count; i++) {
      const fate = this.#rows.put(timesS[i]!, accMps2, gyrRadps, i);
      if (fate === 'repeated') counts.duplicates++;
      else if (fate === 'late') counts.lateSamples++;
      else {
        if (fate === 'reordered') counts.reordered++;
        this.#advance(this.#s.grid === undefined ? LEARN_ROWS : SORT_ROWS, counts, emit);
      }
    }
    return undefined;
  }

  /** The recording has ended. */
  flush(counts: RunningCounts, emit: Emit): void {
    while (this.#rows.settled < this.#rows.end) this.#advance(0, counts, emit);
    this.#out(emit);
  }

  snapshot(): unknown {
    return structuredClone({ own: this.#s, rows: this.#rows.snapshot(), writer: this.#writer.snapshot() });
  }

  restore(snapshot: unknown): void {
    const state = structuredClone(snapshot) as {
      own: State;
      rows: ReturnType<RowWindow['snapshot']>;
      writer: ReturnType<BlockWriter['snapshot']>;
    };
    this.#s = state.own;
    this.#rows.restore(state.rows);
    this.#writer.restore(state.writer);
  }

  /** Reads what the next packet needs, all of it at once: see docs/decisions/002-many-walkers.md. */
  touch(): number {
    return this.#s.filled;
  }

  /** Works through the rows of which `ahead` later ones are there. */
  #advance(ahead: number, counts: RunningCounts, emit: Emit): void {
    const rows = this.#rows;
    if (rows.end - rows.settled <= ahead) return;
    if (this.#s.grid === undefined) this.#learn(counts);
    const keep = Math.min(ahead, SORT_ROWS);
    while (rows.end - rows.settled > keep) {
      const { grid } = this.#s;
      if (grid === undefined) return;
      const row = rows.settled;
      if (this.#follows(row, grid, counts)) this.#row(row, grid, counts, emit);
      if (this.#s.grid === grid) rows.settle(row + 1);
    }
  }

  #learn(counts: RunningCounts): void {
    const rows = this.#rows;
    const times: number[] = [];
    for (let row = rows.settled; row < rows.end; row++) {
      const timeS = rows.timeS(row);
      if (times.length === 0 || timeS > times[times.length - 1]! + CLOSEST_S) times.push(timeS);
    }
    const first = times[0]!;
    // One row alone has no rate.
    const { startS, periodS, toleranceS } =
      times.length > 1
        ? fitRowGrid(Float64Array.from(times))
        : { startS: first, periodS: 1 / (Number.isNaN(counts.rateHz) ? 100 : counts.rateHz), toleranceS: 0 };
    const rateHz = Number((1 / periodS).toPrecision(7));
    const blockSamples = Math.max(1, Math.round(BLOCK_S * rateHz));
    const s = this.#s;
    if (s.acc.length < 3 * blockSamples) {
      s.acc = new Float64Array(3 * blockSamples);
      s.gyr = new Float64Array(3 * blockSamples);
    }
    s.grid = {
      from: 0,
      fromS: startS,
      stepS: periodS,
      periodS,
      learnedS: periodS,
      toleranceS,
      rateHz,
      blockSamples,
      next: Math.ceil((first - startS - toleranceS) / periodS),
      offSum: 0,
      offCount: 0,
    };
    counts.rateHz = 1 / periodS;
  }

  /** Whether the row is one of its own: a doubled time is mended where the next row is missing, else the row is dropped. */
  #follows(row: number, grid: Grid, counts: RunningCounts): boolean {
    const rows = this.#rows;
    if (row === 0 || rows.timeS(row - 1) < rows.timeS(row)) return true;
    const roomS = row + 1 < rows.end ? rows.timeS(row + 1) - rows.timeS(row) : 0;
    if (roomS < HOLE * grid.periodS || roomS > 2.5 * grid.periodS) {
      counts.duplicates++;
      return false;
    }
    rows.setTimeS(row, rows.timeS(row) + roomS / 2);
    return true;
  }

  #row(row: number, grid: Grid, counts: RunningCounts, emit: Emit): void {
    const rows = this.#rows;
    const timeS = rows.timeS(row);
    const s = this.#s;
    const place = Math.round(grid.from + (timeS - grid.fromS) / grid.stepS);
    const offS = timeS - gridS(grid, place);
    const { toleranceS, periodS } = grid;
    if (s.fresh) {
      s.fresh = false;
      if (place >= grid.next && Math.abs(offS) <= toleranceS) {
        grid.next = place;
        this.#copy(row, grid, counts, emit);
      } else grid.next = Math.ceil(grid.from + (timeS - grid.fromS) / grid.stepS);
      return;
    }
    const holeS = timeS - rows.timeS(row - 1);
    if (holeS >= HOLE * periodS) {
      if (gridS(grid, grid.next) - rows.timeS(row - 1) <= EDGE * periodS) this.#between(row, false, grid, counts, emit);
      if (holeS > SHORT_GAP_S) {
        this.#startAnew(row, grid, holeS, place, counts, emit);
        return;
      }
      const last = Math.floor(grid.from + (timeS + toleranceS - grid.fromS) / grid.stepS);
      const edge = timeS - gridS(grid, last) <= Math.max(toleranceS, EDGE * periodS) ? last : last + 1;
      if (edge > grid.next) {
        s.missing += edge - grid.next;
        grid.next = edge;
      }
    } else if (Math.abs(offS) < 0.5 * periodS) {
      grid.offSum += offS;
      grid.offCount++;
    }
    const cubic = holeS < HOLE * periodS && this.#evenAround(row, periodS);
    for (;;) {
      const dueS = gridS(grid, grid.next);
      if (dueS > timeS + toleranceS) break;
      if (Math.abs(dueS - timeS) <= toleranceS) this.#copy(row, grid, counts, emit);
      else this.#between(row, cubic, grid, counts, emit);
    }
  }

  #startAnew(row: number, grid: Grid, holeS: number, place: number, counts: RunningCounts, emit: Emit): void {
    const s = this.#s;
    s.missing += Math.max(1, place - grid.next);
    if (holeS >= LEARN_AGAIN_S) {
      // Everything may have changed: the rows from here on are looked at afresh.
      this.#out(emit);
      s.grid = undefined;
      s.fresh = true;
      return;
    }
    grid.from = grid.next = Math.max(place, grid.next);
    grid.fromS = this.#rows.timeS(row);
    grid.offSum = grid.offCount = 0;
    this.#copy(row, grid, counts, emit);
  }

  /** Whether the four rows about the interval that ends at `row` are near enough to each other for a cubic. */
  #evenAround(row: number, periodS: number): boolean {
    const rows = this.#rows;
    if (row < 2 || row + 1 >= rows.end) return false;
    const before = rows.timeS(row - 1) - rows.timeS(row - 2);
    const after = rows.timeS(row + 1) - rows.timeS(row);
    const least = 0.2 * periodS;
    return before > least && before < HOLE * periodS && after > least && after < HOLE * periodS;
  }

  #copy(row: number, grid: Grid, counts: RunningCounts, emit: Emit): void {
    this.#begin(grid, counts, emit);
    this.#rows.copy(row, this.#s.acc, this.#s.gyr, this.#s.filled);
    this.#end(grid, counts, emit);
  }

  /** Fills the next grid point from the rows before and after it. */
  #between(row: number, cubic: boolean, grid: Grid, counts: RunningCounts, emit: Emit): void {
    this.#begin(grid, counts, emit);
    const { acc, gyr, filled } = this.#s;
    const rows = this.#rows;
    const t1 = rows.timeS(row - 1);
    const t2 = rows.timeS(row);
    const spanS = t2 - t1;
    const u = (gridS(grid, grid.next) - t1) / spanS;
    for (let axis = 0; axis < 6; axis++) {
      const v1 = rows.value(row - 1, axis);
      const v2 = rows.value(row, axis);
      let value: number;
      if (cubic) {
        // Hermite cubic, slopes from the neighbours on both sides.
        const m1 = ((v2 - rows.value(row - 2, axis)) / (t2 - rows.timeS(row - 2))) * spanS;
        const m2 = ((rows.value(row + 1, axis) - v1) / (rows.timeS(row + 1) - t1)) * spanS;
        const d = v2 - v1;
        value = v1 + u * (m1 + u * (3 * d - 2 * m1 - m2 + u * (m1 + m2 - 2 * d)));
      } else value = v1 + u * (v2 - v1);
      if (axis < 3) acc[3 * filled + axis] = value;
      else gyr[3 * filled + axis - 3] = value;
    }
    counts.resampled++;
    this.#end(grid, counts, emit);
  }

  #begin(grid: Grid, counts: RunningCounts, emit: Emit): void {
    const s = this.#s;
    const timeS = gridS(grid, grid.next);
    if (s.missing > 0 && s.lastS !== undefined) {
      this.#out(emit);
      this.#writer.breakHere(emit);
      counts.gaps++;
      counts.lostSamples += s.missing;
      const fromS = Math.min(timeS, s.lastS + grid.stepS);
      emit({ type: 'gap', site: this.#site, fromS, toS: timeS, lostSamples: s.missing, cause: 'loss' });
    }
    s.missing = 0;
    if (s.filled === 0) s.startS = timeS;
  }

  #end(grid: Grid, counts: RunningCounts, emit: Emit): void {
    const s = this.#s;
    s.lastS = gridS(grid, grid.next);
    s.filled++;
    grid.next++;
    counts.samples++;
    counts.lastSampleS = s.lastS;
    if (s.filled >= grid.blockSamples) this.#out(emit);
    if (grid.next - grid.from >= SEGMENT) follow(grid, counts);
  }

  #out(emit: Emit): void {
    const s = this.#s;
    if (s.filled === 0 || s.grid === undefined) return;
    const { filled } = s;
    s.filled = 0;
    this.#writer.write(s.acc, s.gyr, 0, filled, s.startS, s.grid.rateHz, emit);
    this.#writer.flush(emit);
  }
}

const gridS = (grid: Grid, point: number): number => grid.fromS + (point - grid.from) * grid.stepS;

/** Lets the grid follow the rows: a quarter of their distance in the next segment, a little of it for good. */
function follow(grid: Grid, counts: RunningCounts): void {
  grid.fromS = gridS(grid, grid.next);
  grid.from = grid.next;
  const off = grid.offCount > SEGMENT / 4 ? grid.offSum / grid.offCount : 0;
  grid.offSum = grid.offCount = 0;
  // Exactly even rows must find an exactly even grid: rounding errors move nothing.
  const seen = Math.abs(off) > 1e-3 * grid.periodS ? off : 0;
  const periodS = grid.periodS + (0.02 * seen) / SEGMENT;
  grid.periodS = Math.max(0.99 * grid.learnedS, Math.min(1.01 * grid.learnedS, periodS));
  const fastest = 0.002 * grid.periodS;
  grid.stepS = grid.periodS + Math.max(-fastest, Math.min(fastest, (0.25 * seen) / SEGMENT));
  counts.rateHz = 1 / grid.periodS;
}
