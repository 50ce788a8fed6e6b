import type { StrideMetric } from './stride-metric.ts';

const STRAPDOWN =
  'strapdown from the stillest 60 ms of stance to the next, velocity zero (or rolling about the sole) at both ends, gravity there as felt less what turning gives a sensor at its height (learnt from the strides), the residual put where the accelerometer was rough (the impact) or a hole was bridged';

export const SPATIAL_METRICS: readonly StrideMetric[] = [
  {
    name: 'stride_length_m',
    label: 'Stride length',
    unit: 'm',
    kind: 'positive',
    definition: 'Horizontal displacement of the foot from mid-stance to the next mid-stance.',
    rule: STRAPDOWN,
    range: [0, 2.5],
    source: 'Mariani 2010; Rampp 2015; residual by impact: docs/accuracy.md',
    limits:
      'Withheld when the foot never was still, a gap is longer than 45 ms, the gait is a run, or the height ends more than 25 cm off (60 cm where the foot stood truly still: stairs).',
  },
  {
    name: 'walking_speed_mps',
    label: 'Walking speed',
    unit: 'm/s',
    kind: 'positive',
    definition: 'Stride length over stride time.',
    rule: STRAPDOWN,
    range: [0, 3],
    source: 'Mobilise-D (Kluge 2021)',
    limits: 'As stride length.',
  },
  {
    name: 'foot_clearance_m',
    label: 'Highest lift',
    unit: 'm',
    kind: 'positive',
    definition: "The sensor's highest point in swing above foot-flat.",
    rule: `${STRAPDOWN}; height returns to where it began`,
    range: [0, 0.6],
    source: 'Mariani 2010',
    limits: 'Depends on where on the shoe the sensor sits; on slopes and stairs the height change is taken out.',
  },
  {
    name: 'foot_progression_deg',
    label: 'Foot progression',
    unit: 'deg',
    kind: 'angle',
    definition: "Angle of the foot's long axis against its own displacement.",
    frame: 'toes out +, both sides',
    rule: 'long axis as for roll-in; displacement by strapdown',
    range: [-45, 60],
    source: 'Huang 2016; foot axes: docs/decisions',
    limits:
      'The long axis is found from motion alone: uncertain by about 5 degrees between people, steady within a walk.',
  },
];
