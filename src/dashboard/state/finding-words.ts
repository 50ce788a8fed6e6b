import type { FindingRecord } from '../api/types.ts';
import { currentLanguage, t, tMaybe } from '../i18n/language.svelte.ts';
import { fixed, signed } from '../i18n/numbers.ts';

/** How sure a finding is, as bars. */
export const certaintyLevel = (confidence: number): 1 | 2 | 3 => (confidence >= 0.85 ? 3 : confidence >= 0.6 ? 2 : 1);

export interface FindingWords {
  readonly title: string;
  readonly text: string;
  /** The size with its sign, for a small page; empty where there is none. */
  readonly short: string;
  /** About what the wearer does, not about a sensor: only these sound a cue. */
  readonly aboutGait: boolean;
  /** Once per this and walk. */
  readonly key: string;
}

const number = (value: unknown): number | null => (typeof value === 'number' ? value : null);
const round5 = (minute: number) => 5 * Math.round(minute / 5);

function sideWord(finding: FindingRecord): string {
  return finding.side === null ? '' : t(finding.side === 'left' ? 'side.left' : 'side.right');
}

function size(data: Record<string, unknown>): string {
  const value = number(data['size']);
  const sd = number(data['size_sd']) ?? 0;
  if (value === null) return '';
  const low = Math.max(0, Math.abs(value) - 1.28 * sd);
  const high = Math.abs(value) + 1.28 * sd;
  if (data['unit'] === 'deg')
    return t('finding.size.deg', { value: fixed(Math.abs(value), 1), low: fixed(low, 1), high: fixed(high, 1) });
  if (data['unit'] === 'ms')
    return t('finding.size.ms', { value: fixed(Math.abs(value)), low: fixed(low), high: fixed(high) });
  return t('finding.size.percent', { value: fixed(100 * Math.abs(Math.expm1(value))) });
}

function signedSize(data: Record<string, unknown>): string {
  const value = number(data['size']);
  if (value === null) return '';
  if (data['unit'] === 'deg') return `${signed(value, 1)}°`;
  if (data['unit'] === 'ms') return `${signed(value, 0)} ms`;
  return `${signed(100 * Math.expm1(value), 0)} %`;
}

/** A finding in the page's language, made from its kind and data; the service's own sentence where a kind is new. */
export function findingWords(finding: FindingRecord): FindingWords {
  const data = finding.data ?? {};
  const metric = typeof data['metric'] === 'string' ? data['metric'] : '';
  const side = sideWord(finding);
  if (finding.kind === 'drift' || finding.kind === 'sudden_change') {
    const direction = (number(data['size']) ?? 0) >= 0 ? 'more' : 'less';
    const what = tMaybe(`finding.${metric}.${direction}`);
    const onset = Array.isArray(data['onset_min']) ? (data['onset_min'] as unknown[]) : [];
    const [from, to] = [number(onset[0]), number(onset[1])];
    const since =
      finding.kind === 'sudden_change'
        ? t('finding.sudden', { minute: String(Math.round(number(data['at_min']) ?? finding.at_s / 60)) })
        : from === null || to === null
          ? ''
          : round5(from) === round5(to)
            ? t('finding.since.one', { from: String(round5(from)) })
            : t('finding.since', { from: String(round5(from)), to: String(round5(to)) });
    return {
      title: what ?? (currentLanguage() === 'en' ? finding.text : t('finding.new')),
      text: [since, size(data), finding.kind === 'drift' ? t('finding.needNotStop') : ''].filter(Boolean).join(' '),
      short: signedSize(data),
      aboutGait: true,
      key: `${finding.kind} ${metric}`,
    };
  }
  const title = tMaybe(`finding.kind.${finding.kind}`, { side }) ?? finding.text;
  const text = tMaybe(`finding.kind.${finding.kind}.text`, { side }) ?? finding.text;
  return {
    title,
    text,
    short: '',
    aboutGait: finding.kind === 'sensors_swapped',
    key: `${finding.kind} ${finding.side ?? ''}`,
  };
}
