import { serialize } from 'node:v8';
import { describe, expect, it } from 'vitest';
import type { PelvisInput, PelvisOutput } from '../../../src/pipeline/pelvis/pelvis-output.ts';
import { PelvisPipeline } from '../../../src/pipeline/pelvis/pelvis-pipeline.ts';
import { splitBlocks } from '../orientation/recordings.ts';
import { analysed, eventsOf, merged, run, shoeContacts, simulatedPelvis, stridesOf } from './pelvis-walks.ts';

const walk = simulatedPelvis({ scenario: 'turns', seed: 5, seconds: 40 });
const contacts = shoeContacts(walk.truth);
// a hole that is bridged, one that isn't, one that breaks the walk
const holed = walk.blocks
  .filter(
    (b) =>
      !(b.startS > 12 && b.startS < 12.03) &&
      !(b.startS > 15 && b.startS < 15.15) &&
      !(b.startS > 22 && b.startS < 22.6),
  )
  .map((b, i, all) => ({ ...b, afterGap: i === 0 || b.startS - all[i - 1]!.startS > 1.5 * (10 / b.rateHz) }));

describe.each([
  ['with both shoes', true],
  ['alone', false],
])('the pelvis path %s obeys the laws of a stage', (_, feetWorn) => {
  const inputs = feetWorn ? merged(holed, contacts) : holed;
  const fresh = (): PelvisPipeline => new PelvisPipeline({ feetWorn });
  const whole = run(inputs, fresh());

  it('finds something to hold the laws against', () => {
    expect(stridesOf(whole).filter((s) => s.pelvicDropDeg !== null).length).toBeGreaterThan(20);
    if (!feetWorn) expect(eventsOf(whole).length).toBeGreaterThan(40);
  });

  it('gives the same bits however blocks are cut', () => {
    const cut = inputs.flatMap((x): PelvisInput[] => ('type' in x ? [x] : splitBlocks([x], [3, 1, 4])));
    expect(run(cut, fresh())).toEqual(whole);
  });

  it('is as new after a reset', () => {
    const pipeline = fresh();
    run(inputs, pipeline);
    pipeline.reset();
    expect(run(inputs, pipeline)).toEqual(whole);
  });

  it('goes on from a snapshot as if never interrupted', () => {
    for (let at = 7; at < inputs.length; at += 41) {
      const outputs: PelvisOutput[] = [];
      const before = fresh();
      for (const x of inputs.slice(0, at)) before.push(x, (o) => outputs.push(o));
      const after = fresh();
      after.restore(structuredClone(before.snapshot()));
      expect(after.live()).toEqual(before.live());
      outputs.push(...run(inputs.slice(at), after));
      expect(outputs, `cut at input ${at}`).toEqual(whole);
    }
  });

  it('leaves its inputs alone and speaks in the order of time', () => {
    const copy = structuredClone(inputs);
    const outputs = run(inputs, fresh());
    expect(inputs).toEqual(copy);
    const times = outputs.map((o) => (o.type === 'pelvic_stride' ? o.knownAtS : o.known_at_s));
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  it('never says NaN; a null has its reason', () => {
    for (const s of stridesOf(whole))
      for (const [field, value] of [
        ['pelvic_drop_deg', s.pelvicDropDeg],
        ['pelvic_drop_excursion_deg', s.pelvicDropExcursionDeg],
        ['pelvic_obliquity_range_deg', s.obliquityRangeDeg],
        ['pelvic_tilt_mean_deg', s.tiltMeanDeg],
        ['pelvic_rotation_range_deg', s.rotationRangeDeg],
      ] as const) {
        if (value === null) expect(s.reasons[field], field).toBeDefined();
        else expect(Number.isFinite(value), `${field} at ${s.icS}`).toBe(true);
      }
    expect(JSON.stringify(whole)).not.toContain('null,null,null');
  });

  it('lets no stride reach over a gap of more than 200 ms', () => {
    for (const s of stridesOf(whole)) expect(s.icS < 22 && s.nextIcS > 22.6).toBe(false);
  });

  it('keeps no more than 40 kB', () => {
    const pipeline = fresh();
    let most = 0;
    for (const [i, x] of inputs.entries()) {
      pipeline.push(x, () => undefined);
      if (i % 50 === 0) most = Math.max(most, serialize(pipeline.snapshot()).length);
    }
    expect(most).toBeLessThan(40_000);
  });
});

describe('contacts and samples wait for each other', () => {
  it('gives the same strides whether the shoes speak early or late', () => {
    const wanted = stridesOf(run(merged(walk.blocks, contacts, 0.05), new PelvisPipeline({ feetWorn: true })));
    for (const lateS of [-0.4, 0.15, 0.25]) {
      const strides = stridesOf(run(merged(walk.blocks, contacts, lateS), new PelvisPipeline({ feetWorn: true })));
      expect(strides, `shoes ${lateS} s late`).toEqual(wanted);
    }
  });

  it('tells a stride within 0.35 s of its end once it knows the mounting', () => {
    const late = stridesOf(analysed(walk.blocks, contacts))
      .slice(3)
      .map((s) => s.knownAtS - s.nextIcS);
    expect(Math.max(...late)).toBeLessThan(0.35);
  });
});

describe('live drawing', () => {
  it('has no angles before walking, and small ones about walking itself afterwards', () => {
    const pipeline = new PelvisPipeline({ feetWorn: true });
    expect(pipeline.live()).toEqual({ timeS: 0, rollDeg: null, tiltDeg: null, provisional: true });
    const { blocks, truth } = simulatedPelvis({ scenario: 'healthy', seed: 2, seconds: 40 });
    let sum = 0;
    let most = 0;
    let n = 0;
    for (const input of merged(blocks, shoeContacts(truth))) {
      pipeline.push(input, () => undefined);
      const { timeS, rollDeg } = pipeline.live();
      if (timeS < 25) continue;
      sum += rollDeg!;
      most = Math.max(most, Math.abs(rollDeg!));
      n++;
    }
    expect(Math.abs(sum / n)).toBeLessThan(0.5);
    expect(most).toBeGreaterThan(1.5);
    expect(most).toBeLessThan(9);
    expect(pipeline.live().provisional).toBe(false);
  });
});
