import type { Report, Side } from '../api/types.ts';
import type { MessageKey } from '../i18n/en.ts';
import type { ReportData } from './report-data.ts';
import { changeOf, type Change } from './report-math.ts';

/** A row of the report's table: one field of one side, with how to write it. */
export interface ReportField {
  readonly field: string;
  readonly name: MessageKey;
  readonly unit: string;
  /** What to multiply by before writing (metres to centimetres, seconds to milliseconds). */
  readonly factor: number;
  readonly decimals: number;
  readonly more: MessageKey;
  readonly less: MessageKey;
}

const REPORT_FIELDS: readonly ReportField[] = [
  {
    field: 'eversion_excursion_deg',
    name: 'metric.rollIn',
    unit: '°',
    factor: 1,
    decimals: 1,
    more: 'reading.more',
    less: 'reading.less',
  },
  {
    field: 'pelvic_drop_excursion_deg',
    name: 'metric.dip',
    unit: '°',
    factor: 1,
    decimals: 1,
    more: 'reading.more',
    less: 'reading.less',
  },
  {
    field: 'pelvic_drop_deg',
    name: 'metric.dipMiddle',
    unit: '°',
    factor: 1,
    decimals: 1,
    more: 'reading.more',
    less: 'reading.less',
  },
  {
    field: 'stance_time_s',
    name: 'metric.stance',
    unit: 'ms',
    factor: 1000,
    decimals: 0,
    more: 'reading.longer',
    less: 'reading.shorter',
  },
  {
    field: 'stride_length_m',
    name: 'metric.strideLength',
    unit: 'cm',
    factor: 100,
    decimals: 0,
    more: 'reading.longer',
    less: 'reading.shorter',
  },
  {
    field: 'walking_speed_mps',
    name: 'metric.speed',
    unit: 'm/s',
    factor: 1,
    decimals: 2,
    more: 'reading.faster',
    less: 'reading.slower',
  },
  {
    field: 'foot_clearance_m',
    name: 'metric.clearance',
    unit: 'cm',
    factor: 100,
    decimals: 1,
    more: 'reading.more',
    less: 'reading.less',
  },
];

/** One dip: that against the middle is only shown where no shoe tells the instant of contact. */
export function fieldsShown(has: (field: string) => boolean): readonly ReportField[] {
  const hidden =
    has('pelvic_drop_deg') && !has('pelvic_drop_excursion_deg') ? 'pelvic_drop_excursion_deg' : 'pelvic_drop_deg';
  return REPORT_FIELDS.filter((spec) => spec.field !== hidden);
}

export interface ReportRow {
  readonly spec: ReportField;
  readonly side: Side;
  readonly change: Change;
}

/** Every field and side of which a start and an end are known. */
export function reportRows(data: ReportData): ReportRow[] {
  const rows = data.report === null ? rowsOfTimeline(data) : rowsOf(data.report);
  const shown = fieldsShown((field) => rows.some((row) => row.spec.field === field));
  return rows.filter((row) => shown.includes(row.spec));
}

function rowsOfTimeline(data: ReportData): ReportRow[] {
  return REPORT_FIELDS.flatMap((spec) =>
    (['left', 'right'] as const).flatMap((side) => {
      const change = changeOf(data.timeline, spec.field, side, data.durationS);
      return change === null ? [] : [{ spec, side, change }];
    }),
  );
}

/** The same from the service's report, which reads every stride. */
function rowsOf(report: Report): ReportRow[] {
  return REPORT_FIELDS.flatMap((spec) =>
    report.rows.flatMap(({ metric, side, start, end, change }) =>
      metric !== spec.field || start === null || end === null || change === null
        ? []
        : [
            {
              spec,
              side,
              change: {
                start: { value: start.median, half: start.half_width, bins: start.strides },
                end: { value: end.median, half: end.half_width, bins: end.strides },
                value: change.value,
                half: change.half_width,
                clear: change.clear,
              },
            },
          ],
    ),
  );
}

/** What clearly changed. */
export const clearChanges = (data: ReportData): ReportRow[] => reportRows(data).filter((row) => row.change.clear);
