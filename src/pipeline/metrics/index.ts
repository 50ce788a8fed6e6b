import type { StrideRecord } from '../../domain/records.ts';
import { FOOT_ANGLE_METRICS } from './foot-angles.ts';
import { IMPACT_METRICS } from './impact.ts';
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
  ...IMPACT_METRICS,
];

const derived = strideMetrics.filter((m) => m.derive !== undefined);

/** Adds the fields that follow from a stride's others, in place. Gives the same stride. */
export function withDerivedMetrics(stride: StrideRecord): StrideRecord {
  for (const { name, derive } of derived) stride[name] = derive!(stride);
  return stride;
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
