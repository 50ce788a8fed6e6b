import type { StrideRecord } from '../../domain/records.ts';
import { FOOT_ANGLE_METRICS } from './foot-angles.ts';
import { PELVIS_METRICS } from './pelvis.ts';
import { SPATIAL_METRICS } from './spatial.ts';
import type { StrideMetric } from './stride-metric.ts';
import { TEMPORAL_METRICS } from './temporal.ts';

/** Every metric of a stride, in the order of tables and exports. A new one: a file beside this and one line here. */
export const strideMetrics: readonly StrideMetric[] = [
  ...TEMPORAL_METRICS,
  ...SPATIAL_METRICS,
  ...FOOT_ANGLE_METRICS,
  ...PELVIS_METRICS,
];

const derived = strideMetrics.filter((m) => m.derive !== undefined);

/** The stride with the fields that follow from its others. */
export function withDerivedMetrics(stride: StrideRecord): StrideRecord {
  const out: StrideRecord = { ...stride };
  for (const { name, derive } of derived) out[name] = derive!(stride);
  return out;
}

/**
 * Withholds what is not possible for a walking person, with the reason `impossible`: the last gate before a record goes out,
 * so that no NaN and no absurd number ever leaves the signal path.
 */
export function withinRange(stride: StrideRecord): StrideRecord {
  let out = stride;
  for (const { name, range } of strideMetrics) {
    const value = stride[name];
    if (typeof value !== 'number' || (value >= range[0] && value <= range[1])) continue;
    if (out === stride) out = { ...stride, reasons: { ...stride.reasons } };
    out[name] = null;
    out.reasons[name] = 'impossible';
  }
  return out;
}
