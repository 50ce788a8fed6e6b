import type { StrideMetric } from './stride-metric.ts';

const SENSOR = 'Needs a pelvis sensor; shoes alone never give degrees of the pelvis.';
const FRAME = 'hip of the swinging leg lower +: + roll in left stance, - roll in right stance';

export const PELVIS_METRICS: readonly StrideMetric[] = [
  {
    name: 'pelvic_drop_deg',
    label: 'Pelvic drop',
    unit: 'deg',
    kind: 'angle',
    definition:
      "Highest drop in 5 to 50 % of this foot's stance against the rolling neutral (mean of both sides' last ten pre-contact levels).",
    frame: FRAME,
    rule: 'up from whole-stride mean acceleration, side and forward from acceleration physics, 6 Hz',
    range: [-15, 25],
    source: 'science notes S19, S30; definition F',
    limits: `${SENSOR} Level is good to about 3 degrees (mounting), change within a walk to about 0.3.`,
  },
  {
    name: 'pelvic_drop_excursion_deg',
    label: 'Pelvic dip',
    unit: 'deg',
    kind: 'angle',
    definition: "Highest drop in 5 to 50 % of this foot's stance against the 80 ms before its contact.",
    frame: FRAME,
    rule: 'as pelvic drop',
    range: [-10, 30],
    source: 'science notes S19, S21; definition B80',
    limits: `${SENSOR} Used for left against right and for change; 10 ms of contact are 0.3 degrees.`,
  },
  {
    name: 'pelvic_obliquity_range_deg',
    label: 'Pelvic obliquity range',
    unit: 'deg',
    kind: 'positive',
    definition: 'Highest less lowest obliquity within the stride.',
    rule: 'as pelvic drop',
    range: [0, 40],
    source: 'science note S19',
    limits: `${SENSOR} Soft tissue adds about 1 degree.`,
  },
  {
    name: 'pelvic_tilt_mean_deg',
    label: 'Pelvic tilt',
    unit: 'deg',
    kind: 'angle',
    definition: 'Mean forward tilt of the pelvis sensor over the stride, from when its alignment was settled.',
    frame: 'forward +',
    rule: 'as pelvic drop',
    range: [-60, 90],
    source: 'science note S30',
    limits: `${SENSOR} The absolute value is the mounting: only its change within a walk says something.`,
  },
  {
    name: 'pelvic_rotation_range_deg',
    label: 'Pelvic rotation range',
    unit: 'deg',
    kind: 'positive',
    definition: 'Range of rotation about the vertical within the stride, its linear trend removed.',
    rule: 'as pelvic drop',
    range: [0, 50],
    source: 'science note S30',
    limits: `${SENSOR} Low confidence.`,
  },
];
