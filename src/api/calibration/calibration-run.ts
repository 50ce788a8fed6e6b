import type { SensorHub, SensorStatus } from '../../ble/sensor-hub.ts';
import type { SensorSlot } from '../../domain/notification.ts';
import type { GaitRecord } from '../../domain/records.ts';
import type { Side } from '../../domain/sites.ts';
import { WalkSession } from '../../walk/walk-session.ts';
import type { Calibration, FitGrade, FitReason } from '../contract.ts';
import type { WalkClock } from '../recorder/walk-clock.ts';
import { gradeFit } from './fit-grade.ts';
import { StillWatch } from './still-watch.ts';

/** Steps of the check. */
export const CALIBRATION_STEPS = 10;

/**
 * One calibration: it looks at the worn sensors until they stood still, then counts steps in an analysis of its own, which
 * nobody stores. `look` is to be called some times a second, `push` with all that the sensors send.
 */
export class CalibrationRun {
  readonly #hub: SensorHub;
  readonly #walkClock: WalkClock;
  readonly #zeroNs: bigint;
  readonly #session: WalkSession;
  readonly #slots: ReadonlyMap<string, number>;
  readonly #still = new StillWatch();
  readonly #sides: Side[] = [];
  readonly #skipped: boolean;
  #share = 0;
  #phase: 'still' | 'steps' | 'graded';
  #swapped = false;
  #slipped = false;
  #result: { readonly grade: FitGrade; readonly reasons: readonly FitReason[] } | undefined;

  constructor(hub: SensorHub, walkClock: WalkClock, skipStill: boolean) {
    this.#hub = hub;
    this.#walkClock = walkClock;
    this.#zeroNs = walkClock.nowNs();
    this.#skipped = skipStill;
    this.#phase = skipStill ? 'steps' : 'still';
    const worn = this.#worn();
    const slots: SensorSlot[] = worn.map(({ site, model }, slot) => ({ slot, site: site!, model }));
    this.#slots = new Map(worn.map(({ id }, slot) => [id, slot]));
    this.#session = new WalkSession({ slots });
  }

  /** Sensors that it looks at. */
  get sensorIds(): readonly string[] {
    return [...this.#slots.keys()];
  }

  /** The grade, once it is there. */
  get result(): { readonly grade: FitGrade; readonly reasons: readonly FitReason[] } | undefined {
    return this.#result;
  }

  state(): Calibration {
    return {
      phase: this.#phase,
      still_share: this.#share,
      moved_dps: this.#still.movedDps ?? null,
      still_skipped: this.#skipped,
      step_sides: [...this.#sides],
      steps_wanted: CALIBRATION_STEPS,
      grade: this.#result?.grade ?? null,
      reasons: [...(this.#result?.reasons ?? [])],
    };
  }

  /** How still do they stand now? */
  look(): void {
    if (this.#phase !== 'still') return;
    const motions = this.#worn().map((sensor) => (sensor.state === 'streaming' ? sensor.motionDps : undefined));
    this.#share = this.#still.look(motions, this.#nowS());
    if (this.#share >= 1) this.#phase = 'steps';
  }

  /** Takes what a sensor sent. */
  push(sensorId: string, bytes: Uint8Array): void {
    const slot = this.#slots.get(sensorId);
    if (slot === undefined || this.#phase === 'graded') return;
    const records = this.#session.push({ slot, receivedS: this.#nowS(), bytes: new Uint8Array(bytes) });
    for (const record of records) this.#take(record);
  }

  #take(record: GaitRecord): void {
    if (record.type === 'finding') {
      this.#swapped ||= record.kind === 'sensors_swapped';
      this.#slipped ||= record.kind === 'sensor_slipped' || record.kind === 'belt_slipped';
    }
    if (record.type !== 'step' || this.#phase !== 'steps') return;
    this.#sides.push(record.side);
    if (this.#sides.length === CALIBRATION_STEPS) this.#grade();
  }

  #grade(): void {
    const worn = this.#worn();
    const { feet } = this.#session.live();
    this.#result = gradeFit({
      stepSides: this.#sides,
      losses: worn.map((sensor) => sensor.lossShare),
      silent: worn.some((sensor) => sensor.state !== 'streaming'),
      axesProvisional: feet.left?.provisional === true || feet.right?.provisional === true,
      swapped: this.#swapped,
      slipped: this.#slipped,
      feet: worn.filter((sensor) => sensor.site === 'left_foot' || sensor.site === 'right_foot').length,
      pelvis: worn.some((sensor) => sensor.site === 'pelvis'),
      stillDone: !this.#skipped,
    });
    this.#phase = 'graded';
  }

  /** Paired sensors, one a site of the body. */
  #worn(): readonly SensorStatus[] {
    return this.#hub.sensors().filter((s) => s.paired && s.site !== undefined && s.site !== 'sensor');
  }

  #nowS(): number {
    return Number(this.#walkClock.nowNs() - this.#zeroNs) / 1e9;
  }
}
