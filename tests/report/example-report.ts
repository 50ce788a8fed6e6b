import type { StrideRecord, WalkRecord } from '../../src/domain/records.ts';
import { ReportBuilder, type WalkReport } from '../../src/guidance/walk-report.ts';

/** The report of a two-hour walk in which the roll-in grew, with pain and a change of load. */
export function exampleReport(): WalkReport {
  const durationS = 7200;
  const builder = new ReportBuilder(durationS);
  for (let t = 0; t < durationS; t += 1.1)
    for (const side of ['left', 'right'] as const) {
      builder.record({
        type: 'stride',
        side,
        ic_s: t,
        next_ic_s: t + 1.1,
        stride_time_s: 1.1,
        eversion_excursion_deg: 9 + (1.5 * t) / durationS + 0.1 * Math.sin(t),
        stride_length_m: 1.3,
        turning: false,
        quality: 0.9,
        reasons: {},
        known_at_s: t,
      } as unknown as StrideRecord);
      const values_deg = Array.from({ length: 51 }, (_, i) => -5 + i / 5);
      builder.record({
        type: 'curve',
        kind: 'eversion_over_stance',
        side,
        ic_s: t,
        values_deg,
        known_at_s: t,
      });
    }
  const data = { metric: 'eversion_excursion_deg', unit: 'deg', size: 1.4, size_sd: 0.3, onset_min: [38, 52] };
  builder.record({
    type: 'finding',
    kind: 'drift',
    at_s: 1,
    side: null,
    text: '',
    confidence: 0.97,
    data,
    known_at_s: 1,
  });
  const walk = {
    type: 'walk',
    duration_s: durationS,
    sites: ['left_foot', 'right_foot'],
    steps: 13090,
    strides: 13090,
    distance_m: 8500,
    cadence_spm: 109,
    walking_speed_mps: 1.18,
    left: { strides: 6545, valid_strides: 6400, medians: { impact_attenuation_pct: 81.4 } },
    right: { strides: 6545, valid_strides: 6400, medians: { impact_attenuation_pct: 78.2 } },
    metrics: { gap_count: 1 },
    gaps: [{ site: 'left_foot', from_s: 3000, to_s: 3030 }],
    sensors: [],
    reasons: {},
    known_at_s: durationS,
  } as unknown as WalkRecord;
  return builder.build(walk, {
    title: 'River',
    startedAtMs: Date.UTC(2026, 4, 3, 9, 30),
    tags: { shoes: 'trainers' },
    tagChanges: [{ atS: 2400, tags: { shoes: 'trainers', luggage_kg: 4 } }],
    marks: [{ atS: 5000, place: 'back_right', strength: 5 }],
    safety: { state: 'open', yes: [], dueBecause: undefined, validUntilMs: 1 },
    tried: new Set(),
    version: '9.9.9',
  });
}
