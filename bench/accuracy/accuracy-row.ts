/** One line of the table: a figure with what it must and should be. */
export interface AccuracyRow {
  readonly metric: string;
  readonly data: string;
  readonly measured: string;
  readonly must: string;
  readonly aim: string;
  readonly verdict: 'aim' | 'must' | 'missed' | 'info';
}

/** Smaller is better: the absolute value is held against must and aim. */
export function atMost(value: number | undefined, must: number, aim: number): AccuracyRow['verdict'] {
  if (value === undefined || !Number.isFinite(value)) return 'missed';
  const v = Math.abs(value);
  return v <= aim ? 'aim' : v <= must ? 'must' : 'missed';
}

/** Larger is better. */
export function atLeast(value: number | undefined, must: number, aim: number): AccuracyRow['verdict'] {
  if (value === undefined || !Number.isFinite(value)) return 'missed';
  return value >= aim ? 'aim' : value >= must ? 'must' : 'missed';
}

const WORST = ['info', 'aim', 'must', 'missed'] as const;
/** The worst of several verdicts. */
export const worst = (...verdicts: AccuracyRow['verdict'][]): AccuracyRow['verdict'] =>
  WORST[Math.max(...verdicts.map((v) => WORST.indexOf(v)))]!;

const MARKS = { aim: 'aim reached', must: 'must reached', missed: '**missed**', info: '' } as const;

/** The rows as a Markdown table. */
export function table(rows: readonly AccuracyRow[]): string {
  const lines = rows.map(
    (r) => `| ${r.metric} | ${r.data} | ${r.measured} | ${r.must} | ${r.aim} | ${MARKS[r.verdict]} |`,
  );
  return ['| metric | data | measured | must | aim | |', '| --- | --- | --- | --- | --- | --- |', ...lines].join('\n');
}

/** Digits for people: three significant ones. */
export function figure(value: number | undefined, unit = ''): string {
  if (value === undefined || !Number.isFinite(value)) return '–';
  const text = Math.abs(value) >= 100 ? value.toFixed(0) : Number(value.toPrecision(3)).toString();
  return `${text.replace('-', '−')}${unit}`;
}
