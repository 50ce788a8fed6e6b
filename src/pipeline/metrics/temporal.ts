import { FOOT_PARAMS } from '../foot/foot-params.ts';
import type { StrideMetric } from './stride-metric.ts';

const percent = (share: number): string => `${Math.round(100 * share)} %`;
const ms = (s: number): string => `${Math.round(1000 * s)} ms`;
const p = FOOT_PARAMS;
const EVENT_RULE =
  `initial contact (IC): ${percent(p.icLoadedShare)} of the way from the pitch rate's fall through zero (15 Hz) to its fall through ` +
  `${percent(p.icLevel)} of the loading minimum; final contact (FC): ${ms(p.fcFadedLeadS)} before the push-off minimum (25 Hz) has faded to ` +
  `${percent(p.fcFadedLevel)}, held between ${ms(p.fcEarliestS)} and ${ms(p.fcLatestS)} before the pitch rate's rise through zero`;
const EVENT_LIMITS =
  'references disagree by 25 to 30 ms on when contact is; compare numbers only with the same rule, best with your own';

export const TEMPORAL_METRICS: readonly StrideMetric[] = [
  {
    name: 'stride_time_s',
    label: 'Stride time',
    unit: 's',
    kind: 'positive',
    definition: 'Time from initial contact to the next of the same foot.',
    rule: EVENT_RULE,
    range: [0.5, 3],
    source: 'Kluge 2017; Mobilise-D (Kluge 2021)',
    limits: 'Rule bias cancels between two contacts of one foot.',
  },
  {
    name: 'stance_time_s',
    label: 'Stance time',
    unit: 's',
    kind: 'positive',
    definition: 'Time from initial contact to final contact.',
    rule: EVENT_RULE,
    range: [0.25, 2.5],
    source: 'Laidig 2021; Rampp 2015',
    limits: EVENT_LIMITS,
  },
  {
    name: 'swing_time_s',
    label: 'Swing time',
    unit: 's',
    kind: 'positive',
    definition: 'Time from final contact to the next initial contact.',
    rule: EVENT_RULE,
    range: [0.2, 1.2],
    source: 'Laidig 2021',
    limits: EVENT_LIMITS,
  },
  {
    name: 'stance_pct',
    label: 'Stance share',
    unit: '%',
    kind: 'positive',
    definition: 'Stance time over stride time.',
    rule: EVENT_RULE,
    range: [45, 85],
    source: 'Laidig 2021',
    limits: EVENT_LIMITS,
    derive: (s) =>
      s.stance_time_s === null || s.stride_time_s === null ? null : (100 * s.stance_time_s) / s.stride_time_s,
  },
  {
    name: 'heel_off_pct_stance',
    label: 'Heel-off',
    unit: '%',
    kind: 'positive',
    definition: 'When the heel leaves the ground, per cent of stance.',
    rule: 'from the deepest push-off pitch rate (15 Hz) back to where the foot surely pitches down (6 % of that rate, 0.25 rad/s at least), and from there as far back as the rate took to become four times as large',
    range: [20, 100],
    source: 'science notes, section on other causes (60 to 65 % of stance, from memory)',
    limits:
      'Depends on the rule and on the shoe: compare only with your own start. On simulated walks within 2 % of stance at usual and fast pace, about 6 % late in slow walking, where the heel rises slowly (docs/accuracy.md).',
  },
];
