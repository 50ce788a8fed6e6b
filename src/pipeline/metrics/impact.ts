import type { StrideMetric } from './stride-metric.ts';

export const IMPACT_METRICS: readonly StrideMetric[] = [
  {
    name: 'impact_attenuation_pct',
    label: 'Landing shock kept from the pelvis (whole leg)',
    unit: '%',
    kind: 'angle',
    definition:
      'Share of the landing shock at the shoe that does not come to the pelvis: 100 x (1 - shock at the pelvis / shock at the shoe).',
    rule: 'shock: root mean square of the specific force about its own straight line, all axes, from 20 ms before to 150 ms after initial contact, both sensors averaged to a grid of 50 to 100 Hz (so up to some 25 Hz)',
    range: [-50, 100],
    source:
      'science notes S31 (normalised RMS from heel to thigh) and its range 75 to 90 % for 1 - sacrum / foot (from memory)',
    limits:
      'A property of the whole leg, shoe and mounting: ankle, knee, hip, muscles and soft tissue together, never of one joint; the sacroiliac joints cannot be measured from outside. Withheld where the shoe sensor reached the end of its range (16 g) or measures below 50 Hz. A soft shoe or a loose belt changes it as a body does: compare with your own start, in the same shoes.',
    derive: ({ foot_impact_mps2: foot, pelvis_impact_mps2: pelvis }) =>
      typeof foot === 'number' && typeof pelvis === 'number' && foot > 0 ? 100 * (1 - pelvis / foot) : null,
  },
];
