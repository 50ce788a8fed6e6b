import type { ImuBlock, WalkSeconds } from '../../domain/samples.ts';
import type { Stage } from '../../domain/stage.ts';
import { degFromRad } from '../../domain/units.ts';
import { PelvicStrides, type PelvicStridesState } from './pelvic-strides.ts';
import { PelvisGrid, type PelvisGridState } from './pelvis-grid.ts';
import type { FootContact, PelvisInput, PelvisLive, PelvisOutput } from './pelvis-output.ts';
import { PELVIS_DEFAULTS, type PelvisParams } from './pelvis-params.ts';
import { indexAt, newestS, slotOf } from './pelvis-ring.ts';
import { PelvisSteps, type PelvisStepsState, type StepHost } from './pelvis-steps.ts';

/** Plain data of a {@link PelvisPipeline}. */
export interface PelvisPipelineState {
  readonly grid: PelvisGridState;
  readonly strides: PelvicStridesState;
  readonly steps: PelvisStepsState | null;
  readonly contacts: readonly FootContact[];
}

/** Contacts that can wait; the oldest is forgotten beyond. */
const MAX_CONTACTS = 48;

/**
 * The signal path of the pelvis: any mounting, found by the physics of walking; drop, range, tilt and rotation a stride.
 * With both shoes their contacts mark the strides; without, the pelvis finds steps and sides itself. Contacts may come
 * before or after the pelvis' samples of the same time: they wait for each other.
 */
export class PelvisPipeline implements Stage<PelvisInput, PelvisOutput, PelvisPipelineState> {
  readonly #params: PelvisParams;
  readonly #grid: PelvisGrid;
  readonly #strides: PelvicStrides;
  readonly #steps: PelvisSteps | undefined;
  readonly #host: StepHost;
  #contacts: FootContact[] = [];
  #emit: (output: PelvisOutput) => void = ignore;

  /** @param options `curves` false: none are worked out */
  constructor(options: { readonly feetWorn: boolean; readonly curves?: boolean; readonly params?: PelvisParams }) {
    this.#params = options.params ?? PELVIS_DEFAULTS;
    this.#grid = new PelvisGrid(
      this.#params,
      !options.feetWorn,
      () => this.#sample(),
      () => this.#broken(),
    );
    this.#strides = new PelvicStrides(this.#params, options.feetWorn, options.curves !== false);
    this.#steps = options.feetWorn ? undefined : new PelvisSteps(this.#params);
    this.#host = this.#makeHost();
  }

  #makeHost(): StepHost {
    const grid = this.#grid;
    const strides = this.#strides;
    return {
      get ring() {
        return grid.ring;
      },
      alignment: strides.alignment,
      align: (fromS, toS, knownS) => strides.align(grid.ring, fromS, toS, undefined, knownS, this.#emit),
      realign: (atS, knownS) => strides.realign(atS, knownS, this.#emit),
      contact: this.#contact,
      emit: (output) => this.#emit(output),
    };
  }

  /** Reads what the next packet needs, all of it at once: see docs/decisions/002-many-walkers.md. */
  touch(): number {
    return this.#grid.touch() + this.#contacts.length;
  }

  push(input: PelvisInput, emit: (output: PelvisOutput) => void): void {
    this.#emit = emit;
    if ('type' in input) {
      this.#contact(input);
      this.#drain(newestS(this.#grid.ring) - this.#params.settleS, false);
    } else this.#grid.push(input satisfies ImuBlock);
    this.#emit = ignore;
  }

  #contact = (contact: FootContact): void => {
    const contacts = this.#contacts;
    let at = contacts.length;
    while (at > 0 && after(contacts[at - 1]!, contact)) at--;
    contacts.splice(at, 0, contact);
    if (contacts.length > MAX_CONTACTS) contacts.shift();
  };

  #sample(): void {
    const ring = this.#grid.ring;
    const nowS = ring.timeS[slotOf(ring.count - 1)]!;
    this.#steps?.sample(this.#host);
    this.#drain(nowS - this.#params.settleS, false);
    this.#strides.tick(ring, nowS, this.#emit);
  }

  /** Works up the contacts up to a time, oldest first. */
  #drain(untilS: WalkSeconds, ended: boolean): void {
    const ring = this.#grid.ring;
    while (this.#contacts.length > 0 && this.#contacts[0]!.timeS <= untilS) {
      const contact = this.#contacts.shift()!;
      // The sample that makes a shoe's contact ripe, whenever the contact itself came.
      const ripe = this.#steps === undefined && !ended ? indexAt(ring, contact.timeS + this.#params.settleS) : NaN;
      const knownS = Number.isNaN(ripe) ? newestS(ring) : ring.timeS[slotOf(Math.ceil(ripe))]!;
      this.#strides.contact(ring, contact, knownS, this.#emit);
    }
  }

  #broken(): void {
    const lastS = newestS(this.#grid.ring);
    this.#steps?.finish(this.#host);
    this.#drain(lastS, true);
    this.#strides.broken(this.#grid.ring, lastS, this.#emit);
  }

  flush(emit: (output: PelvisOutput) => void): void {
    this.#emit = emit;
    this.#steps?.finish(this.#host);
    this.#drain(newestS(this.#grid.ring), true);
    this.#strides.flush(this.#grid.ring, newestS(this.#grid.ring), emit);
    this.#emit = ignore;
  }

  /** The pelvis as of its newest sample. */
  live(): PelvisLive {
    const ring = this.#grid.ring;
    const { alignment, level } = this.#strides;
    const timeS = ring.count === 0 ? 0 : newestS(ring);
    if (alignment.status === 'none' || ring.count === 0)
      return { timeS, rollDeg: null, tiltDeg: null, provisional: true };
    const [w, x, y, z] = this.#grid.orientation as unknown as [number, number, number, number];
    const upX = 2 * (x * z - w * y);
    const upY = 2 * (y * z + w * x);
    const upZ = 1 - 2 * (x * x + y * y);
    const along = (v: Float64Array): number =>
      degFromRad(Math.asin(Math.max(-1, Math.min(1, upX * v[0]! + upY * v[1]! + upZ * v[2]!))));
    return {
      timeS,
      rollDeg: along(alignment.lateral) - level.roll,
      tiltDeg: -along(alignment.forward) - level.tilt,
      provisional: alignment.status !== 'locked',
    };
  }

  reset(): void {
    this.#grid.reset();
    this.#strides.reset();
    this.#steps?.reset();
    this.#contacts = [];
  }

  snapshot(): PelvisPipelineState {
    return {
      grid: this.#grid.snapshot(),
      strides: this.#strides.snapshot(),
      steps: this.#steps?.snapshot() ?? null,
      contacts: structuredClone(this.#contacts),
    };
  }

  restore(state: PelvisPipelineState): void {
    this.#grid.restore(state.grid);
    this.#strides.restore(state.strides);
    if (state.steps !== null) this.#steps?.restore(state.steps);
    this.#contacts = structuredClone(state.contacts) as FootContact[];
  }
}

const ignore = (): void => undefined;

/** Whether `a` comes after `b`: by time, then so that every order of arrival gives the same. */
function after(a: FootContact, b: FootContact): boolean {
  if (a.timeS !== b.timeS) return a.timeS > b.timeS;
  return a.side + a.kind > b.side + b.kind;
}
