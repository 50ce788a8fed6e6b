import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ImuBlock } from '../../../src/domain/samples.ts';
import type {
  FootContact,
  PelvisInput,
  PelvisOutput,
  PelvicStride,
} from '../../../src/pipeline/pelvis/pelvis-output.ts';
import { PelvisPipeline } from '../../../src/pipeline/pelvis/pelvis-pipeline.ts';
import { simulateWalk, type SimulatedSamples } from '../../../src/simulator/simulate-walk.ts';
import type { Truth } from '../../../src/simulator/truth.ts';
import { recordingBlocks, recordingFolder } from '../orientation/recordings.ts';

export type Rotation = readonly [readonly number[], readonly number[], readonly number[]];

export const UPSIDE_DOWN: Rotation = [
  [-1, 0, 0],
  [0, 1, 0],
  [0, 0, -1],
];
/** Turned by a third of a circle about an oblique axis, and a bit. */
export const TWISTED: Rotation = (() => {
  const [x, y, z] = [0.48, -0.6, 0.64];
  const [c, s] = [Math.cos(2.3), Math.sin(2.3)];
  const k = 1 - c;
  return [
    [c + x * x * k, x * y * k - z * s, x * z * k + y * s],
    [y * x * k + z * s, c + y * y * k, y * z * k - x * s],
    [z * x * k - y * s, z * y * k + x * s, c + z * z * k],
  ];
})();

const turn = (m: Rotation, v: Float64Array): Float64Array =>
  v.map((_, i) => {
    const row = m[i % 3]!;
    const at = i - (i % 3);
    return row[0]! * v[at]! + row[1]! * v[at + 1]! + row[2]! * v[at + 2]!;
  });

/** The same walk with the sensor mounted another way, from a time on. */
export const mounted = (blocks: readonly ImuBlock[], m: Rotation, fromS = -Infinity): ImuBlock[] =>
  blocks.map((b) => (b.startS < fromS ? b : { ...b, accMps2: turn(m, b.accMps2), gyrRadps: turn(m, b.gyrRadps) }));

/** The same walk without the samples of a time. */
export const takenOff = (blocks: readonly ImuBlock[], fromS: number, toS: number): ImuBlock[] =>
  blocks
    .filter((b) => b.startS < fromS || b.startS >= toS)
    .map((b, i, all) => ({ ...b, afterGap: b.afterGap || (i > 0 && b.startS >= toS && all[i - 1]!.startS < fromS) }));

export type SimulationOptions = Omit<Parameters<typeof simulateWalk>[0], 'sites'>;

/** Samples of a pelvis sensor in blocks. @param size samples a block */
export function pelvisBlocks(samples: SimulatedSamples, size: number): ImuBlock[] {
  const startS = samples.timesS[0]!;
  const rateHz = (samples.count - 1) / (samples.timesS[samples.count - 1]! - startS);
  const blocks: ImuBlock[] = [];
  for (let i = 0; i < samples.count; i += size) {
    const end = Math.min(samples.count, i + size);
    blocks.push({
      site: 'pelvis',
      startS: startS + i / rateHz,
      afterGap: i === 0,
      rateHz,
      accMps2: samples.accMps2.slice(3 * i, 3 * end),
      gyrRadps: samples.gyrRadps.slice(3 * i, 3 * end),
    });
  }
  return blocks;
}

/** A simulated pelvis sensor in blocks of about 0.1 s, with the truth. */
export function simulatedPelvis(options: SimulationOptions): { blocks: ImuBlock[]; truth: Truth } {
  const walk = simulateWalk({ ...options, sites: ['pelvis'] });
  return { blocks: pelvisBlocks(walk.samples()[0]!, 10), truth: walk.truth };
}

/** Contacts exactly when they were. */
export const contactsOf = (
  events: readonly { readonly side: 'left' | 'right'; readonly kind: 'ic' | 'fc'; readonly time_s: number }[],
): FootContact[] =>
  events
    .map((e) => ({ type: 'foot_contact' as const, side: e.side, kind: e.kind, timeS: e.time_s }))
    .sort((a, b) => a.timeS - b.timeS);

/** Contacts as two shoes would find them: 12 ms late, scattered by 8 ms (from a fixed sequence). */
export function shoeContacts(truth: Truth): FootContact[] {
  let seed = 7;
  const even = (): number => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) / 4294967296;
  const scatter = (): number => (even() + even() + even() - 1.5) * 2 * 0.008;
  return truth.events
    .map((e) => ({ type: 'foot_contact' as const, side: e.side, kind: e.kind, timeS: e.time_s + 0.012 + scatter() }))
    .sort((a, b) => a.timeS - b.timeS);
}

/** Contacts of a reference file. */
export function referenceContacts(name: string): FootContact[] {
  const text = readFileSync(path.join(recordingFolder(name), 'reference.json'), 'utf8');
  const { events } = JSON.parse(text) as { events: { side: 'left' | 'right'; kind: 'ic' | 'fc'; time_s: number }[] };
  return contactsOf(events);
}
export const recordedPelvis = (name: string): ImuBlock[] => recordingBlocks(name, 'pelvis', 10);

/** Blocks and contacts in the order in which they come when the shoes speak `lateS` after the contact. */
export function merged(blocks: readonly ImuBlock[], contacts: readonly FootContact[], lateS = 0.12): PelvisInput[] {
  const inputs: PelvisInput[] = [];
  let k = 0;
  for (const block of blocks) {
    for (; k < contacts.length && contacts[k]!.timeS + lateS < block.startS; k++) inputs.push(contacts[k]!);
    inputs.push(block);
  }
  inputs.push(...contacts.slice(k));
  return inputs;
}

export function run(inputs: readonly PelvisInput[], pipeline: PelvisPipeline): PelvisOutput[] {
  const outputs: PelvisOutput[] = [];
  for (const input of inputs) pipeline.push(input, (o) => outputs.push(o));
  pipeline.flush((o) => outputs.push(o));
  return outputs;
}

/** With both shoes, or with the pelvis alone where there are no contacts. */
export const analysed = (blocks: readonly ImuBlock[], contacts?: readonly FootContact[]): PelvisOutput[] =>
  run(merged(blocks, contacts ?? []), new PelvisPipeline({ feetWorn: contacts !== undefined }));

export const stridesOf = (outputs: readonly PelvisOutput[]): PelvicStride[] =>
  outputs.filter((o): o is PelvicStride => o.type === 'pelvic_stride');
export const findingsOf = (outputs: readonly PelvisOutput[]) => outputs.filter((o) => o.type === 'finding');
export const eventsOf = (outputs: readonly PelvisOutput[]) => outputs.filter((o) => o.type === 'event');

export const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

/** F1 of contacts found within 0.1 s of the true ones, and the share of near ones that have the right side. */
export function stepScore(
  outputs: readonly PelvisOutput[],
  truth: readonly { side: string; kind: string; time_s: number; optional?: true }[],
): { f1: number; sideRight: number; near: number } {
  const wanted = truth.filter((e) => e.kind === 'ic' && e.optional === undefined);
  const optional = truth.filter((e) => e.kind === 'ic' && e.optional === true);
  const found = eventsOf(outputs);
  const used = new Set<number>();
  for (const w of wanted) {
    const at = found.findIndex((f, i) => !used.has(i) && f.side === w.side && Math.abs(f.time_s - w.time_s) <= 0.1);
    if (at >= 0) used.add(at);
  }
  const counted = found.filter(
    (f, i) => used.has(i) || !optional.some((o) => o.side === f.side && Math.abs(o.time_s - f.time_s) < 0.15),
  );
  let near = 0;
  let right = 0;
  for (const f of found) {
    const w = [...wanted, ...optional].sort((a, b) => Math.abs(a.time_s - f.time_s) - Math.abs(b.time_s - f.time_s))[0];
    if (w === undefined || Math.abs(w.time_s - f.time_s) > 0.1) continue;
    near++;
    if (w.side === f.side) right++;
  }
  return { f1: (2 * used.size) / (wanted.length + counted.length), sideRight: right / near, near };
}
