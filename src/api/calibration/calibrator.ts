import type { SensorHub, SensorStatus } from '../../ble/sensor-hub.ts';
import { siteOfSide } from '../../domain/sites.ts';
import type { WalkStore } from '../../store/walk-store.ts';
import type { ServiceClock } from '../clock.ts';
import type { Calibration } from '../contract.ts';
import { ProblemError } from '../problem.ts';
import type { WalkClock } from '../recorder/walk-clock.ts';
import type { WalkHost } from '../recorder/walk-host.ts';
import { CALIBRATION_STEPS, CalibrationRun } from './calibration-run.ts';
import { FitMemory, type Fit } from './fit-memory.ts';

export interface CalibratorOptions {
  readonly hub: SensorHub;
  readonly host: WalkHost;
  readonly store: WalkStore;
  readonly clock: ServiceClock;
  readonly walkClock: WalkClock;
  /** Something that is remembered of a mounting has changed. */
  readonly onRemembered: () => void;
}

const LOOK_EVERY_MS = 100;
/** One that is not done by then is given up: the wearer has gone elsewhere [s]. */
const LONGEST_S = 300;

/** The calibration under way, if one is, and what was found of each mounting. At most one runs. */
export class Calibrator {
  readonly #options: CalibratorOptions;
  readonly #memory: FitMemory;
  readonly #unsubscribe: () => void;
  #run: CalibrationRun | undefined;
  #end: (() => void) | undefined;

  constructor(options: CalibratorOptions) {
    this.#options = options;
    this.#memory = new FitMemory(options.store.settings);
    this.#unsubscribe = options.store.onStored((walkId, entries) => {
      if (walkId !== options.host.currentId) return;
      for (const { entry } of entries)
        if (entry.type === 'finding' && entry.kind === 'sensor_slipped' && entry.side !== null)
          this.#slipped(walkId, siteOfSide(entry.side));
        else if (entry.type === 'finding' && entry.kind === 'belt_slipped') this.#slipped(walkId, 'pelvis');
    });
  }

  /** What the last calibration said of a sensor where it is worn now. */
  fitOf(sensor: Pick<SensorStatus, 'id' | 'site'>): Fit | undefined {
    return this.#memory.of(sensor);
  }

  state(): Calibration {
    return this.#run?.state() ?? IDLE;
  }

  /** Begins, or begins anew. @throws ProblemError 409 where no sensor is worn */
  start(skipStill: boolean): Calibration {
    this.stop();
    const { hub, host, clock, walkClock } = this.#options;
    const run = new CalibrationRun(hub, walkClock, skipStill);
    if (run.sensorIds.length === 0)
      throw new ProblemError(409, 'no_sensors', 'Expected at least one paired sensor, found none.', {
        whatToDo: 'Pair your sensors first; the virtual walker has some to try with.',
      });
    const startS = clock.monotonicS();
    const stops = [
      host.watch(),
      hub.onNotification(({ sensorId, bytes }) => {
        run.push(sensorId, bytes);
        this.#takeResult(run);
      }),
      clock.every(LOOK_EVERY_MS, () => {
        run.look();
        if (clock.monotonicS() - startS > LONGEST_S) this.stop();
      }),
    ];
    this.#run = run;
    this.#end = () => {
      for (const stop of stops) stop();
    };
    return run.state();
  }

  /** Gives up what runs; a grade that was found stays remembered. */
  stop(): void {
    this.#end?.();
    this.#run = this.#end = undefined;
  }

  close(): void {
    this.stop();
    this.#unsubscribe();
  }

  #takeResult(run: CalibrationRun): void {
    const { result } = run;
    if (result === undefined || this.#end === undefined) return;
    this.#end();
    this.#end = undefined;
    const atMs = this.#options.clock.wallMs();
    for (const { id, site } of this.#options.hub.sensors())
      if (site !== undefined && run.sensorIds.includes(id)) this.#memory.remember(id, { site, atMs, ...result });
    this.#options.onRemembered();
  }

  #slipped(walkId: string, site: 'left_foot' | 'right_foot' | 'pelvis'): void {
    const { store, clock } = this.#options;
    const id = store.walks.find(walkId)?.slots.find((slot) => slot.site === site)?.deviceId;
    if (id === undefined) return;
    this.#memory.slipped(id, site, clock.wallMs());
    this.#options.onRemembered();
  }
}

const IDLE: Calibration = {
  phase: 'idle',
  still_share: 0,
  moved_dps: null,
  still_skipped: false,
  step_sides: [],
  steps_wanted: CALIBRATION_STEPS,
  grade: null,
  reasons: [],
};
