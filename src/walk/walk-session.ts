import type { ReasonCode } from '../domain/reasons.ts';
import type {
  CurveRecord,
  FindingRecord,
  GaitRecord,
  StepRecord,
  StrideRecord,
  WalkRecord,
} from '../domain/records.ts';
import type { SensorNotification, SensorSlot } from '../domain/notification.ts';
import type { ImuBlock } from '../domain/samples.ts';
import { SIDES, sideOfSite, type SensorSite, type Side } from '../domain/sites.ts';
import { changesContext, type Pause, type WearerTold } from '../domain/wearer-told.ts';
import type { FootOutput } from '../pipeline/foot/foot-output.ts';
import { DriftPanel, type DriftPanelState } from '../drift/drift-panel.ts';
import { FootPipeline } from '../pipeline/foot/foot-pipeline.ts';
import { strideMetrics, withDerivedMetrics, withinRange } from '../pipeline/metrics/index.ts';
import { OrientationFilter } from '../pipeline/orientation/orientation-filter.ts';
import type { PelvicStride, PelvisOutput } from '../pipeline/pelvis/pelvis-output.ts';
import { PelvisPipeline } from '../pipeline/pelvis/pelvis-pipeline.ts';
import type { TimelineCounts, TimelineOutput } from '../timeline/timeline-output.ts';
import { Evenness } from './evenness.ts';
import type { LiveSnapshot } from './live-snapshot.ts';
import { LiveValues } from './live-values.ts';
import { MissingSteps } from './missing-steps.ts';
import { Pauses } from './pauses.ts';
import { Runs } from './runs.ts';
import { strideFromPelvis } from './pelvis-only.ts';
import { byRelease } from './release-order.ts';
import { SensorChannel } from './sensor-channel.ts';
import { rebootFinding } from './sensor-findings.ts';
import { SideWatch } from './side-watch.ts';
import { StepJoin } from './step-join.ts';
import { StrideJoin } from './stride-join.ts';
import { StuckWatch } from './stuck-watch.ts';
import { WalkSummary } from './walk-summary.ts';

export interface WalkOptions {
  /** One sensor a site. */
  readonly slots: readonly SensorSlot[];
  /** Also give each stride's curves. */
  readonly curves?: boolean;
  /** Also give the orientation of every sensor, sample by sample. */
  readonly orientation?: boolean;
}

/** All that a block of one sensor goes to. */
interface Lane {
  readonly slot: number;
  readonly site: SensorSite;
  readonly channel: SensorChannel;
  readonly stuck: StuckWatch;
  readonly orientation: OrientationFilter | undefined;
  readonly side: Side | undefined;
  readonly foot: FootPipeline | undefined;
  readonly onFoot: (output: FootOutput) => void;
  readonly onTimeline: (output: TimelineOutput) => void;
}

/** Gaps that a walk record lists; further ones are only counted. */
const LISTED_GAPS = 500;

/**
 * One walk, from notifications to records: synchronous, no clock, no I/O. Live walks, replays and analyses of recordings
 * are this same code, and the same notifications in the same order give the same records, bit for bit.
 */
export class WalkSession {
  readonly #options: WalkOptions;
  /** Few enough to be searched: a map's three tables would be fetched from memory for every packet. */
  readonly #lanes: Lane[] = [];
  readonly #feet: Partial<Record<Side, FootPipeline>> = {};
  readonly #pelvis: PelvisPipeline | undefined;
  readonly #bothFeet: boolean;
  readonly #steps: StepJoin;
  readonly #strides: StrideJoin;
  readonly #sides = new SideWatch();
  readonly #missing = new MissingSteps();
  readonly #summary = new WalkSummary(strideMetrics);
  readonly #liveValues = new LiveValues();
  readonly #drift = new DriftPanel();
  readonly #evenness: Evenness;
  readonly #pauses = new Pauses();
  readonly #runs = new Runs();
  #out: GaitRecord[] = [];
  #clockS = 0;
  #footClockS = -Infinity;
  #firstS = Infinity;
  #gaps: WalkRecord['gaps'] = [];
  #gapCount = 0;
  #unknownSlots = 0;
  #said: string[] = [];

  /** @throws where two slots share a site or a model is not known */
  constructor(options: WalkOptions) {
    this.#options = options;
    for (const slot of options.slots) {
      for (const { channel: other } of this.#lanes)
        if (other.slot.site === slot.site)
          throw new Error(`Two sensors for one site: slots ${other.slot.slot} and ${slot.slot} both say ${slot.site}.`);
      const lane = this.#lane(slot, options.orientation === true);
      this.#lanes.push(lane);
      if (lane.side !== undefined && lane.foot !== undefined) this.#feet[lane.side] = lane.foot;
    }
    this.#bothFeet = this.#feet.left !== undefined && this.#feet.right !== undefined;
    const pelvisWorn = options.slots.some((s) => s.site === 'pelvis');
    this.#pelvis = pelvisWorn
      ? new PelvisPipeline({ feetWorn: this.#bothFeet, curves: options.curves === true })
      : undefined;
    this.#evenness = new Evenness(
      options.slots.map((s) => s.site),
      this.#pauses,
      this.#runs,
    );
    const anyFoot = this.#feet.left !== undefined || this.#feet.right !== undefined;
    this.#steps = new StepJoin(this.#bothFeet || (pelvisWorn && !this.#bothFeet));
    this.#strides = new StrideJoin(pelvisWorn && anyFoot);
  }

  #lane(slot: SensorSlot, orientation: boolean): Lane {
    const side = sideOfSite(slot.site);
    const lane: Lane = {
      slot: slot.slot,
      site: slot.site,
      channel: new SensorChannel(slot),
      stuck: new StuckWatch(),
      orientation: orientation ? new OrientationFilter({ site: slot.site }) : undefined,
      side,
      foot: side === undefined ? undefined : new FootPipeline({ side, curves: this.#options.curves === true }),
      onFoot: side === 'left' ? this.#onLeft : this.#onRight,
      onTimeline: (output) => {
        if (output.type === 'gap') this.#onGap(output);
        else this.#onBlock(lane, output.block);
      },
    };
    return lane;
  }

  /** Takes what one sensor sent; gives the records that it released. Bad bytes are counted, never thrown. */
  push(notification: SensorNotification): readonly GaitRecord[] {
    const lane = this.#laneOf(notification.slot);
    if (lane === undefined) {
      this.#unknownSlots++;
      return [];
    }
    this.#touch(lane);
    lane.channel.push(notification.bytes, notification.receivedS, lane.onTimeline);
    return this.#release(false);
  }

  #laneOf(slot: number): Lane | undefined {
    for (const lane of this.#lanes) if (lane.slot === slot) return lane;
    return undefined;
  }

  /** Reads what the next packet needs, all of it at once: see docs/decisions/002-many-walkers.md. */
  #touch({ site, channel, stuck, foot }: Lane): void {
    const own = this.#clockS + this.#footClockS + this.#firstS + this.#steps.touch() + this.#strides.touch();
    const body = foot?.touch() ?? (this.#pelvis?.touch() ?? 0) + this.#evenness.touch(site);
    touched[0] = channel.touch() + stuck.touch() + own + body;
  }

  /**
   * The wearer said that something changed at this moment (luggage, shoes, insoles, ground): a level that jumps then is no drift.
   * Told before or when it happens, live and replay agree.
   */
  contextChanged(atS: number): void {
    this.#drift.contextChanged(atS);
  }

  /**
   * When the wearer paused, all in all so far: strides, steps, events and curves of that time are not told, and neither summary,
   * drift nor steadiness learns from them. Told before or when it happens, live and replay agree; saying it again changes nothing.
   */
  setPauses(pauses: readonly Pause[]): void {
    this.#pauses.set(pauses);
  }

  /** Since when the wearer has paused [s]; null while the walk goes on. */
  get pausedSinceS(): number | null {
    return this.#pauses.sinceS;
  }

  /** All that the wearer said so far, of a recording or a stored walk. */
  told({ pauses, tag_changes: changes, steady }: WearerTold): void {
    if (steady === true) this.#drift.beSteady();
    for (const { at_s, tags } of changes) if (changesContext(tags)) this.contextChanged(at_s);
    this.setPauses(pauses);
  }

  /** The walk is over: what was still held, then the walk record. */
  finish(): readonly GaitRecord[] {
    for (const { channel, onTimeline } of this.#lanes) channel.flush(onTimeline);
    this.#feet.left?.flush(this.#onLeft);
    this.#feet.right?.flush(this.#onRight);
    this.#pelvis?.flush(this.#onPelvis);
    const records = [...this.#release(true)];
    this.#evenness.settle(Infinity);
    this.#drift.finish(this.#clockS, (finding) => records.push(finding));
    records.push(this.#walkRecord());
    return records;
  }

  #onBlock(lane: Lane, block: ImuBlock): void {
    const count = block.accMps2.length / 3;
    const endS = block.startS + (count - 1) / block.rateHz;
    if (block.startS < this.#firstS) this.#firstS = block.startS;
    if (endS > this.#clockS) this.#clockS = endS;
    lane.orientation?.push(block, this.#give);
    this.#evenness.block(block);
    const stuck = lane.stuck.push(block);
    if (stuck !== undefined) this.#finding(stuck);
    const { side } = lane;
    if (side !== undefined) {
      lane.foot?.push(block, lane.onFoot);
      this.#steps.clock(side, endS);
      this.#missing.sent(side, block.startS, endS);
      if (endS > this.#footClockS) this.#footClockS = endS;
    } else if (block.site === 'pelvis') {
      this.#pelvis?.push(block, this.#onPelvis);
      this.#strides.pelvisClock(endS);
      if (!this.#bothFeet) for (const s of SIDES) if (this.#feet[s] === undefined) this.#steps.clock(s, endS - 1.5);
    }
  }

  readonly #give = (record: GaitRecord): void => {
    this.#out.push(record);
  };

  readonly #onLeft = (output: FootOutput): void => {
    this.#onFoot('left', output);
  };

  readonly #onRight = (output: FootOutput): void => {
    this.#onFoot('right', output);
  };

  #onFoot(side: Side, output: FootOutput): void {
    switch (output.type) {
      case 'event':
        if (!this.#pauses.holds(output.time_s)) this.#out.push(output);
        if (output.kind === 'ic') this.#steps.contact(output);
        if (this.#bothFeet)
          this.#pelvis?.push({ type: 'foot_contact', side, kind: output.kind, timeS: output.time_s }, this.#onPelvis);
        break;
      case 'stride':
        this.#strides.stride(output);
        break;
      case 'curve':
        this.#curve(output);
        break;
      case 'finding':
        this.#finding(output);
        break;
      case 'side_vote': {
        const finding = this.#bothFeet ? this.#sides.vote(side, output.weight, output.atS, output.atS) : undefined;
        if (finding !== undefined) this.#finding(finding);
        break;
      }
    }
  }

  #onPelvis = (output: PelvisOutput): void => {
    switch (output.type) {
      case 'pelvic_stride':
        this.#pelvicStride(output);
        break;
      case 'event':
        // With one shoe the pelvis speaks for the other foot only.
        if (this.#feet[output.side] !== undefined) break;
        if (!this.#pauses.holds(output.time_s)) this.#out.push(output);
        if (output.kind === 'ic') this.#steps.contact(output);
        break;
      case 'curve':
        this.#curve(output);
        break;
      case 'finding':
        this.#finding(output);
        break;
    }
  };

  #finding(finding: FindingRecord): void {
    // Shoes and pelvis may both notice it: said once.
    if (ONCE_A_WALK.has(finding.kind)) {
      if (this.#said.includes(finding.kind)) return;
      this.#said.push(finding.kind);
    }
    if (finding.kind === 'sensor_slipped') this.#drift.slipped('eversion_excursion_deg', finding.at_s);
    if (finding.kind === 'belt_slipped') this.#drift.slipped('pelvic_drop_excursion_deg', finding.at_s);
    this.#out.push(finding);
  }

  #pelvicStride(stride: PelvicStride): void {
    if (this.#feet[stride.side] !== undefined) this.#strides.pelvic(stride);
    else this.#takeStride(strideFromPelvis(stride));
  }

  #curve(curve: CurveRecord): void {
    if (this.#options.curves === true && !this.#pauses.holds(curve.ic_s)) this.#out.push(curve);
  }

  #onGap(gap: Extract<TimelineOutput, { type: 'gap' }>): void {
    this.#gapCount++;
    if (this.#gaps.length < LISTED_GAPS) this.#gaps.push({ site: gap.site, from_s: gap.fromS, to_s: gap.toS });
    if (gap.cause === 'reboot') this.#out.push(rebootFinding(gap.site, gap.toS));
  }

  #takeStride = (measured: StrideRecord): void => {
    if (this.#pauses.holds(measured.ic_s)) return;
    const stride = withinRange(withDerivedMetrics(measured));
    this.#runs.stride(stride);
    this.#summary.stride(stride);
    this.#liveValues.stride(stride);
    this.#evenness.stride(stride);
    this.#out.push(stride);
    this.#drift.push(stride, this.#give);
  };

  readonly #takeStep = (step: StepRecord): void => {
    if (this.#pauses.holds(step.ic_s)) {
      this.#liveValues.pausedStep();
      return;
    }
    const missing = this.#bothFeet ? this.#missing.step(step) : undefined;
    if (missing !== undefined) this.#finding(missing);
    this.#summary.step();
    this.#liveValues.step(step);
    this.#out.push(step);
  };

  #release(all: boolean): readonly GaitRecord[] {
    this.#steps.release(this.#takeStep, all);
    this.#strides.release(this.#footClockS, this.#takeStride, all);
    if (this.#out.length === 0) return NOTHING;
    const records = this.#out;
    this.#out = [];
    records.sort(byRelease);
    return records;
  }

  #walkRecord(): WalkRecord {
    const sites = this.#eachChannel().map((c) => c.slot.site);
    const reasons: Record<string, ReasonCode> = {};
    if (sites.every((s) => s === 'sensor')) reasons['strides'] = 'not_gait';
    if (!sites.includes('pelvis')) reasons['pelvic_drop_deg'] = 'no_pelvis_sensor';
    if (this.#feet.left === undefined && this.#feet.right === undefined)
      reasons['eversion_excursion_deg'] = 'no_foot_sensor';
    else if (!this.#bothFeet) reasons['symmetry'] = 'one_foot_only';
    return this.#summary.record({
      durationS: Number.isFinite(this.#firstS) ? this.#clockS - this.#firstS : 0,
      sites,
      gaps: this.#gaps,
      pauses: this.#pauses.ended(this.#clockS),
      running: this.#runs.told(),
      sensors: this.#eachChannel().map(({ slot, counts, model }) => ({
        ...slot,
        ...counts,
        ...(model.qualityLimit === undefined ? {} : { quality_limit: model.qualityLimit }),
      })),
      reasons,
      knownAtS: this.#clockS,
      drift: this.#drift.readings(),
      extra: {
        ...this.#evenness.metrics(),
        ...(this.#drift.steady ? { drift_steady: true } : {}),
        gap_count: this.#gapCount,
        unknown_slot_notifications: this.#unknownSlots,
        sides_in_doubt: this.#sides.swapped,
      },
    });
  }

  /** What each sensor sent, lost and repeated so far. */
  status(): readonly { readonly slot: SensorSlot; readonly counts: TimelineCounts }[] {
    return this.#eachChannel().map((channel) => ({ slot: channel.slot, counts: channel.counts }));
  }

  #eachChannel(): SensorChannel[] {
    return this.#lanes.map((lane) => lane.channel);
  }

  /** The walk as of its newest samples, for drawing. */
  live(): LiveSnapshot {
    const drift = this.#drift.readings();
    return this.#liveValues.snapshot({
      timeS: this.#clockS,
      feet: { left: this.#feet.left?.live() ?? null, right: this.#feet.right?.live() ?? null },
      pelvis: this.#pelvis?.live() ?? null,
      rollInLevel: (side) => this.#summary.rollInLevel(side, drift),
      pausedSinceS: this.pausedSinceS,
    });
  }

  /** Scores, symmetry, variability and drift as they stand now. */
  metrics(): Record<string, unknown> {
    const drift = this.#drift.readings();
    return { ...this.#summary.metrics(drift), ...this.#evenness.metrics(), drift };
  }

  /** Everything the rest of the walk depends on; plain data. */
  snapshot(): unknown {
    return {
      channels: this.#lanes.map(({ slot, channel }) => [slot, channel.snapshot()]),
      feet: Object.fromEntries(SIDES.map((s) => [s, this.#feet[s]?.snapshot()])),
      pelvis: this.#pelvis?.snapshot(),
      orientation: this.#lanes.map(({ slot, orientation }) => [slot, orientation?.snapshot()]),
      stuck: this.#lanes.map(({ slot, stuck }) => [slot, stuck.snapshot()]),
      steps: this.#steps.snapshot(),
      strides: this.#strides.snapshot(),
      sides: this.#sides.snapshot(),
      missing: this.#missing.snapshot(),
      summary: this.#summary.snapshot(),
      live: this.#liveValues.snapshotState(),
      drift: this.#drift.snapshot(),
      evenness: this.#evenness.snapshot(),
      pauses: this.#pauses.snapshot(),
      runs: this.#runs.snapshot(),
      own: structuredClone({
        clockS: this.#clockS,
        footClockS: this.#footClockS,
        firstS: this.#firstS,
        gaps: this.#gaps,
        gapCount: this.#gapCount,
        unknownSlots: this.#unknownSlots,
        said: this.#said,
      }),
    };
  }

  /** Goes on from a snapshot of a session with the same options. */
  restore(snapshot: unknown): void {
    const s = snapshot as {
      channels: [number, unknown][];
      feet: Partial<Record<Side, ReturnType<FootPipeline['snapshot']>>>;
      pelvis?: ReturnType<PelvisPipeline['snapshot']>;
      orientation: [number, ReturnType<OrientationFilter['snapshot']> | undefined][];
      stuck: [number, unknown][];
      steps: unknown;
      strides: unknown;
      sides: unknown;
      missing: unknown;
      summary: ReturnType<WalkSummary['snapshot']>;
      live: ReturnType<LiveValues['snapshotState']>;
      drift: DriftPanelState;
      evenness: unknown;
      pauses: readonly Pause[];
      runs: unknown;
      own: {
        clockS: number;
        footClockS: number;
        firstS: number;
        gaps: WalkRecord['gaps'];
        gapCount: number;
        unknownSlots: number;
        said: string[];
      };
    };
    for (const [slot, state] of s.channels) this.#laneOf(slot)?.channel.restore(state);
    for (const side of SIDES) {
      const state = s.feet[side];
      if (state !== undefined) this.#feet[side]?.restore(state);
    }
    if (s.pelvis !== undefined) this.#pelvis?.restore(s.pelvis);
    for (const [slot, state] of s.orientation) if (state !== undefined) this.#laneOf(slot)?.orientation?.restore(state);
    for (const [slot, state] of s.stuck) this.#laneOf(slot)?.stuck.restore(state);
    this.#steps.restore(s.steps);
    this.#strides.restore(s.strides);
    this.#sides.restore(s.sides);
    this.#missing.restore(s.missing);
    this.#summary.restore(s.summary);
    this.#liveValues.restoreState(s.live);
    this.#drift.restore(s.drift);
    this.#evenness.restore(s.evenness);
    this.#pauses.set(s.pauses);
    this.#runs.restore(s.runs);
    const own = structuredClone(s.own);
    this.#clockS = own.clockS;
    this.#footClockS = own.footClockS;
    this.#firstS = own.firstS;
    this.#gaps = own.gaps;
    this.#gapCount = own.gapCount;
    this.#unknownSlots = own.unknownSlots;
    this.#said = own.said;
  }
}

const ONCE_A_WALK: ReadonlySet<string> = new Set(['sensors_swapped', 'pelvis_reversed', 'site_suspect']);
/** Where the sum of what was read goes: reads that nothing comes of would be optimised away. */
const touched = new Float64Array(1);
const NOTHING: readonly GaitRecord[] = [];
