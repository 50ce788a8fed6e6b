import { StrideRecord, type GaitRecord } from '../domain/records.ts';
import { strideMetrics } from '../pipeline/metrics/index.ts';
import { findingLine, strideHeader, strideLine, walkText } from './record-table.ts';

/** How records are printed: text before the first, for each, nothing after the last. */
export interface RecordFormat {
  readonly head: string;
  /** Empty where this format leaves the record out. */
  line(record: GaitRecord): string;
}

export const RECORD_FORMATS = ['table', 'ndjson', 'csv'] as const;
export type RecordFormatName = (typeof RECORD_FORMATS)[number];

/** The format of a name. */
export function recordFormat(name: RecordFormatName): RecordFormat {
  switch (name) {
    case 'ndjson':
      return { head: '', line: (record) => `${json(record)}\n` };
    case 'csv':
      return strideCsv();
    case 'table':
      return table();
  }
}

/** `type` first, so that a reader knows at once what it has before it. */
function json(record: GaitRecord): string {
  for (const first in record) {
    if (first === 'type') return JSON.stringify(record);
    break;
  }
  const { type, ...rest } = record;
  return JSON.stringify({ type, ...rest });
}

/** One stride a row: the named fields, then the registry's further metrics, then the reasons as `field:code;...`. */
function strideCsv(): RecordFormat {
  const named = Object.keys(StrideRecord.properties).filter((key) => key !== 'type' && key !== 'reasons');
  const further = strideMetrics.map((metric) => metric.name).filter((name) => !named.includes(name));
  const columns = [...named, ...further];
  return {
    head: `${[...columns, 'reasons'].join(',')}\n`,
    line(record) {
      if (record.type !== 'stride') return '';
      const cells = columns.map((column) => cell(record[column]));
      const reasons = Object.entries(record.reasons).map(([field, code]) => `${field}:${code}`);
      return `${[...cells, reasons.join(';')].join(',')}\n`;
    },
  };
}

const cell = (value: unknown): string =>
  typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string' ? String(value) : '';

/** Strides and findings line by line as they are known, the summary at the end. */
function table(): RecordFormat {
  let headed = false;
  return {
    head: '',
    line(record) {
      if (record.type === 'finding') return findingLine(record);
      if (record.type === 'walk') return walkText(record);
      if (record.type !== 'stride') return '';
      const head = headed ? '' : strideHeader();
      headed = true;
      return head + strideLine(record);
    },
  };
}
