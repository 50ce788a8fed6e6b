import { describe, expect, it } from 'vitest';
import type { FindingRecord } from '../../src/domain/records.ts';
import type { ImuBlock } from '../../src/domain/samples.ts';
import { NO_FAULTS } from '../../src/simulator/faults.ts';
import type { ScenarioName } from '../../src/simulator/scenario.ts';
import { simulateWalk } from '../../src/simulator/simulate-walk.ts';
import { StuckWatch } from '../../src/walk/stuck-watch.ts';

interface Samples {
  acc: Float64Array;
  gyr: Float64Array;
  rateHz: number;
}

function samplesOf(scenario: ScenarioName, sensors: 'realistic' | 'ideal'): Samples[] {
  const walk = simulateWalk({ scenario, seed: 3, seconds: 40, faults: { ...NO_FAULTS, sensors } });
  return walk.samples().map((s) => ({
    acc: s.accMps2.slice(),
    gyr: s.gyrRadps.slice(),
    rateHz: (s.count - 1) / (s.timesS[s.count - 1]! - s.timesS[0]!),
  }));
}

/** What is told of these samples, in blocks of 16. @param from first value that the watch has not seen yet */
function told({ acc, gyr, rateHz }: Samples, watch = new StuckWatch(), from = 0): FindingRecord[] {
  const findings: FindingRecord[] = [];
  for (let i = from; i < acc.length; i += 48) {
    const block: ImuBlock = {
      site: 'left_foot',
      startS: i / 3 / rateHz,
      afterGap: i === 0,
      rateHz,
      accMps2: acc.slice(i, i + 48),
      gyrRadps: gyr.slice(i, i + 48),
    };
    const finding = watch.push(block);
    if (finding !== undefined) findings.push(finding);
  }
  return findings;
}

/** Holds values from a second on for so long. */
function hold(values: Float64Array, rateHz: number, fromS: number, seconds: number): void {
  const from = 3 * Math.round(fromS * rateHz);
  for (let i = from + 3; i < from + 3 * seconds * rateHz; i++) values[i] = values[i - 3]!;
}

describe('B7: a sensor that repeats itself', () => {
  it.each(['healthy', 'standing', 'sitting', 'car'] as const)('is not seen in sound sensors: %s', (scenario) => {
    for (const sensors of ['realistic', 'ideal'] as const)
      for (const samples of samplesOf(scenario, sensors)) expect(told(samples)).toEqual([]);
  });

  it('is not seen in a coarse sensor that lies still', () => {
    for (const { acc, gyr, rateHz } of samplesOf('standing', 'realistic'))
      expect(
        told({
          acc: acc.map((v) => Math.round(v / 0.5) * 0.5),
          gyr: gyr.map((v) => (Math.abs(v) < 0.05 ? 0 : v)),
          rateHz,
        }),
      ).toEqual([]);
  });

  it.each(['acc', 'gyr'] as const)('is told within 1.2 s, once, and again when it happens again: %s', (which) => {
    for (const samples of samplesOf('healthy', 'realistic'))
      for (const fromS of [15.1, 15.5, 15.9]) {
        const held = { ...samples, acc: samples.acc.slice(), gyr: samples.gyr.slice() };
        for (const atS of [fromS, fromS + 8]) hold(held[which], held.rateHz, atS, 4);
        const findings = told(held);
        expect(findings.map((f) => f.kind)).toEqual(['sensor_stuck', 'sensor_stuck']);
        expect(findings[0]!.at_s).toBeCloseTo(fromS, 1);
        expect(findings[0]!.known_at_s - fromS).toBeLessThan(1.2);
      }
  });

  it('is told of all six values together, unless they stand at what a still sensor measures', () => {
    let seen = 0;
    let held = 0;
    for (const samples of samplesOf('healthy', 'realistic'))
      for (let fromS = 10; fromS < 30; fromS += 1.3) {
        const both = { ...samples, acc: samples.acc.slice(), gyr: samples.gyr.slice() };
        hold(both.acc, both.rateHz, fromS, 4);
        hold(both.gyr, both.rateHz, fromS, 4);
        seen += told(both).length;
        held++;
      }
    expect(seen / held).toBeGreaterThan(0.8);
    expect(seen).toBeLessThanOrEqual(held);
  });

  it('is seen across a restart', () => {
    const [samples] = samplesOf('healthy', 'realistic');
    hold(samples!.gyr, samples!.rateHz, 15.5, 4);
    const cut = 3 * 16 * Math.round((16 * samples!.rateHz) / 16);
    const before = new StuckWatch();
    expect(told({ ...samples!, acc: samples!.acc.slice(0, cut), gyr: samples!.gyr.slice(0, cut) }, before)).toEqual([]);
    const after = new StuckWatch();
    after.restore(before.snapshot());
    expect(told(samples!, after, cut)).toHaveLength(1);
  });
});
