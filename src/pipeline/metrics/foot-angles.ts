import type { StrideMetric } from './stride-metric.ts';

const AXES =
  "zero at foot-flat; angles are elevations of the foot's own axes (never Euler angles); the long axis is the mean of four directions, each less its population offset: travel, least roll variation in stance, flat-to-toe-off, across the main axis of rotation; a foot that turns about one axis all the time is told by their lie to each other";
const ROLL_IN_LIMITS =
  'It is the shoe against the ground, not the ankle joint. The long axis is uncertain by about 5 degrees between people (some 1.5 degrees of roll-in), the same all walk long: compare with your own start.';
const EVERSION_FRAME = 'medial side of the shoe down +: + roll about x left, - roll right';

export const FOOT_ANGLE_METRICS: readonly StrideMetric[] = [
  {
    name: 'pitch_ic_deg',
    label: 'Foot pitch at contact',
    unit: 'deg',
    kind: 'angle',
    definition: 'Pitch of the foot at initial contact against foot-flat.',
    frame: 'toes up +',
    rule: AXES,
    range: [-40, 60],
    source: 'Mariani 2012; Falbriard 2018',
    limits: 'About 0.4 degrees against markers. Withheld in a run.',
  },
  {
    name: 'pitch_fc_deg',
    label: 'Foot pitch at toe-off',
    unit: 'deg',
    kind: 'angle',
    definition: 'Pitch of the foot at final contact against foot-flat.',
    frame: 'toes up + (so negative at toe-off)',
    rule: AXES,
    range: [-110, 20],
    source: 'Mariani 2012; Falbriard 2018',
    limits: 'About 0.4 degrees against markers; 10 ms of final contact are several degrees. Withheld in a run.',
  },
  {
    name: 'eversion_at_ic_deg',
    label: 'Roll-in at contact',
    unit: 'deg',
    kind: 'angle',
    definition:
      'Roll-in of the shoe at initial contact against foot-flat (mostly negative: the shoe lands on its outer edge).',
    frame: EVERSION_FRAME,
    rule: AXES,
    range: [-50, 40],
    source: 'science notes S3, S14, S15 in docs/evidence.md',
    limits: ROLL_IN_LIMITS,
  },
  {
    name: 'eversion_peak_deg',
    label: 'Highest roll-in',
    unit: 'deg',
    kind: 'angle',
    definition: 'Highest roll-in in the first 60 % of stance against foot-flat.',
    frame: EVERSION_FRAME,
    rule: AXES,
    range: [-30, 40],
    source: 'science notes S3, S7',
    limits: ROLL_IN_LIMITS,
  },
  {
    name: 'eversion_excursion_deg',
    label: 'Roll-in',
    unit: 'deg',
    kind: 'angle',
    definition: 'From roll-in at initial contact to the highest in the first 60 % of stance.',
    frame: EVERSION_FRAME,
    rule: AXES,
    range: [-5, 60],
    source: 'RunScribe definition (S3); repeatability S1, S15',
    limits: `${ROLL_IN_LIMITS} 10 ms of initial contact are 1 to 2 degrees: compare only numbers with the same contact rule.`,
  },
  {
    name: 'eversion_peak_velocity_dps',
    label: 'Roll-in speed',
    unit: 'deg/s',
    kind: 'angle',
    definition: 'Highest roll-in velocity in the first half of stance.',
    frame: EVERSION_FRAME,
    rule: AXES,
    range: [-50, 1500],
    source: 'science notes S2, S3c',
    limits: ROLL_IN_LIMITS,
  },
  {
    name: 'eversion_peak_at_pct_stance',
    label: 'Time of highest roll-in',
    unit: '%',
    kind: 'positive',
    definition: 'When 99.8 % of the roll-in is reached, per cent of stance.',
    rule: AXES,
    range: [0, 100],
    source: 'science note S7',
    limits: 'Jumps where roll-in is flat at its top; about 9 % of stance against markers.',
  },
];
