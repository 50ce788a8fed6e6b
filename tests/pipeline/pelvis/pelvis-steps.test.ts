import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { PelvisPipeline } from '../../../src/pipeline/pelvis/pelvis-pipeline.ts';
import { recordingFolder, recordingsHere } from '../orientation/recordings.ts';
import {
  analysed,
  eventsOf,
  findingsOf,
  mounted,
  recordedPelvis,
  referenceContacts,
  run,
  simulatedPelvis,
  stepScore,
  stridesOf,
  takenOff,
  TWISTED,
  UPSIDE_DOWN,
} from './pelvis-walks.ts';

const RECORDINGS = [
  'back-only-HA-001-Test5-Trial1',
  'feet-and-back-1-1',
  'feet-and-back-12-1',
  'feet-and-back-14-1',
  'feet-and-back-4-5',
  'feet-and-back-7-4',
];

describe('steps from the pelvis alone', () => {
  it.each(['healthy', 'slow', 'fast', 'mixed', 'hip_drop', 'limping', 'turns', 'stops', 'stairs'] as const)(
    'are found and sided in a simulated walk: %s',
    (scenario) => {
      for (const seed of [21, 22]) {
        const { blocks, truth } = simulatedPelvis({ scenario, seed, seconds: 60 });
        const score = stepScore(analysed(blocks), truth.events);
        expect(score.f1, `seed ${seed}`).toBeGreaterThan(0.95);
        expect(score.sideRight, `seed ${seed}`).toBe(1);
      }
    },
  );

  it.each(['standing', 'sitting', 'fidgeting', 'car', 'bicycle'] as const)('are not made up: %s', (scenario) => {
    for (const seed of [31, 32]) {
      const { blocks } = simulatedPelvis({ scenario, seed, seconds: 150 });
      expect(eventsOf(analysed(blocks))).toEqual([]);
    }
  });

  it('make strides with a drop, but none that hangs on the very instant of contact', () => {
    const { blocks } = simulatedPelvis({ scenario: 'healthy', seed: 23, seconds: 30 });
    const strides = stridesOf(analysed(blocks)).filter((s) => s.pelvicDropDeg !== null);
    expect(strides.length).toBeGreaterThan(30);
    for (const s of strides) {
      expect(s.reasons['pelvic_drop_excursion_deg']).toBe('no_foot_sensor');
      expect(s.flags).toContain('events_pelvis');
    }
  });

  it('keep their sides when the sensor is put on again upside down, and say so', () => {
    const { blocks, truth } = simulatedPelvis({ scenario: 'healthy', seed: 24, seconds: 60 });
    const outputs = analysed(takenOff(mounted(blocks, UPSIDE_DOWN, 30), 28, 30.5));
    expect(findingsOf(outputs).map((f) => f.kind)).toContain('belt_slipped');
    const late = stepScore(
      outputs.filter((o) => o.type !== 'event' || o.time_s > 40),
      truth.events.filter((e) => e.time_s > 40),
    );
    expect(late.sideRight).toBe(1);
    expect(late.f1).toBeGreaterThan(0.9);
  });
});

describe.skipIf(!recordingsHere)('steps of real people from the pelvis alone (needs ../shared/data)', () => {
  const truthOf = (name: string) => {
    const text = readFileSync(path.join(recordingFolder(name), 'reference.json'), 'utf8');
    return (JSON.parse(text) as { events: { side: string; kind: string; time_s: number }[] }).events;
  };

  it('reach F1 0.95 at 100 ms, 0.93 in each recording, every side right', () => {
    const scores = RECORDINGS.map((name) => stepScore(analysed(recordedPelvis(name)), truthOf(name)));
    for (const [i, s] of scores.entries()) {
      expect(s.f1, RECORDINGS[i]).toBeGreaterThan(0.93);
      expect(s.sideRight, RECORDINGS[i]).toBe(1);
    }
    expect(scores.reduce((sum, s) => sum + s.f1, 0) / scores.length).toBeGreaterThan(0.95);
  });

  it.each([
    ['upside down', UPSIDE_DOWN],
    ['twisted', TWISTED],
  ] as const)('do not mind a sensor mounted %s', (_, rotation) => {
    for (const name of RECORDINGS) {
      const score = stepScore(analysed(mounted(recordedPelvis(name), rotation)), truthOf(name));
      expect(score.f1, name).toBeGreaterThan(0.93);
      expect(score.sideRight, name).toBe(1);
    }
  });

  it('agree with the shoes on left and right, and give a drop in all straight strides but the first', () => {
    for (const name of RECORDINGS) {
      const blocks = recordedPelvis(name);
      const pipeline = new PelvisPipeline({ feetWorn: true });
      const contacts = referenceContacts(name);
      const outputs = run(interleaved(blocks, contacts), pipeline);
      expect(findingsOf(outputs), name).toEqual([]);
      const straight = stridesOf(outputs).filter((s) => !s.turning);
      const given = straight.filter((s) => s.pelvicDropDeg !== null);
      expect(given.length, name).toBeGreaterThanOrEqual(straight.length - 1);
    }
  });
});

function interleaved(
  blocks: ReturnType<typeof recordedPelvis>,
  contacts: ReturnType<typeof referenceContacts>,
): (ReturnType<typeof recordedPelvis>[number] | ReturnType<typeof referenceContacts>[number])[] {
  return [...blocks.map((b) => [b.startS, b] as const), ...contacts.map((c) => [c.timeS + 0.15, c] as const)]
    .sort((a, b) => a[0] - b[0])
    .map(([, x]) => x);
}
