import { serialize } from 'node:v8';
import type { StrideRecord } from '../../src/domain/records.ts';
import type { ImuBlock } from '../../src/domain/samples.ts';
import { DriftPanel } from '../../src/drift/drift-panel.ts';
import { FootPipeline } from '../../src/pipeline/foot/foot-pipeline.ts';
import { InclinationFilter } from '../../src/pipeline/orientation/orientation-filter.ts';
import type { PelvisInput } from '../../src/pipeline/pelvis/pelvis-output.ts';
import { PelvisPipeline } from '../../src/pipeline/pelvis/pelvis-pipeline.ts';
import { SpectralMetrics } from '../../src/pipeline/spectrum/spectral-metrics.ts';
import { sensorModel } from '../../src/protocol/models/index.ts';
import { SensorTimeline } from '../../src/timeline/sensor-timeline.ts';
import type { WalkSession } from '../../src/walk/walk-session.ts';
import { blocksOf, type BenchWalk } from './walks.ts';

/** Each stage of the path by itself as a session has it, ready to run: what it needs from those before was worked out beforehand. */
export function stagesOf(walk: BenchWalk): Record<'decode' | 'timeline' | 'feet' | 'pelvis' | 'evenness', () => void> {
  const left = blocksOf(walk, 'left_foot');
  const right = blocksOf(walk, 'right_foot');
  const pelvis = blocksOf(walk, 'pelvis');
  const inputs: { readonly atS: number; readonly input: PelvisInput }[] = pelvis.map((block) => ({
    atS: block.startS + block.accMps2.length / 3 / block.rateHz,
    input: block,
  }));
  for (const [side, blocks] of [
    ['left', left],
    ['right', right],
  ] as const)
    runFoot(side, blocks, (timeS, kind, atS) =>
      inputs.push({ atS, input: { type: 'foot_contact', side, kind, timeS } }),
    );
  inputs.sort((a, b) => a.atS - b.atS);
  return {
    decode: () => {
      const decoders = decodersOf(walk);
      for (const n of walk.notifications) decoders.get(n.slot)!.decode(n.bytes);
    },
    // The decoder's time is in it: its arrays are the timeline's input.
    timeline: () => {
      const decoders = decodersOf(walk);
      const timelines = new Map(
        walk.slots.map(({ slot, site, model }) => {
          const { clock, nominalRateHz } = sensorModel(model);
          return [slot, new SensorTimeline({ site, clock, nominalRateHz, lendBlocks: true })];
        }),
      );
      let blocks = 0;
      for (const n of walk.notifications) {
        const result = decoders.get(n.slot)!.decode(n.bytes);
        if (result.ok && result.packet !== undefined)
          timelines.get(n.slot)!.push(result.packet, n.receivedS, () => blocks++);
      }
      if (blocks === 0) throw new Error('the timelines gave no blocks');
    },
    feet: () => {
      runFoot('left', left, () => undefined);
      runFoot('right', right, () => undefined);
    },
    pelvis: () => {
      const stage = new PelvisPipeline({ feetWorn: true, curves: false });
      let strides = 0;
      for (const { input } of inputs) stage.push(input, (out) => (strides += out.type === 'pelvic_stride' ? 1 : 0));
      if (strides === 0) throw new Error('the pelvis gave no strides');
    },
    evenness: () => {
      const stage = new SpectralMetrics({ site: 'pelvis' });
      for (const block of pelvis) stage.push(block, () => undefined);
    },
  };
}

function runFoot(
  side: 'left' | 'right',
  blocks: readonly ImuBlock[],
  onContact: (timeS: number, kind: 'ic' | 'fc', knownAtS: number) => void,
): void {
  const stage = new FootPipeline({ side, curves: false });
  let contacts = 0;
  for (const block of blocks)
    stage.push(block, (out) => {
      if (out.type !== 'event') return;
      contacts++;
      onContact(out.time_s, out.kind, out.known_at_s);
    });
  if (contacts === 0) throw new Error(`the ${side} foot gave no contacts`);
}

const decodersOf = (walk: BenchWalk) => new Map(walk.slots.map((s) => [s.slot, sensorModel(s.model).createDecoder()]));

/** Samples of the blocks one after the other, through the orientation filter in blocks of 16. */
export function filterTask(blocks: readonly ImuBlock[]): { readonly samples: number; readonly run: () => void } {
  const samples = blocks.reduce((n, b) => n + b.accMps2.length / 3, 0);
  const acc = new Float64Array(3 * samples);
  const gyr = new Float64Array(3 * samples);
  let at = 0;
  for (const block of blocks) {
    acc.set(block.accMps2, at);
    gyr.set(block.gyrRadps, at);
    at += block.accMps2.length;
  }
  const q = new Float64Array(64);
  const strap = new Float64Array(64);
  return {
    samples,
    run: () => {
      const filter = new InclinationFilter();
      for (let from = 0; from < samples; from += 16)
        filter.update(104, acc, gyr, from, Math.min(16, samples - from), q, strap);
      if (!Number.isFinite(q[0])) throw new Error('the filter lost its numbers');
    },
  };
}

/** The drift panel over a walk's strides; gives what it would keep. */
export function runDrift(strides: readonly StrideRecord[]): DriftPanel {
  const panel = new DriftPanel();
  for (const stride of strides) panel.push(stride, () => undefined);
  return panel;
}

/** Bytes of each part of a session's state as `v8.serialize` writes them. */
export function stateParts(session: WalkSession): Record<string, number> {
  const state = session.snapshot() as Record<string, unknown>;
  return Object.fromEntries(Object.entries(state).map(([name, part]) => [name, serialize(part).length]));
}
