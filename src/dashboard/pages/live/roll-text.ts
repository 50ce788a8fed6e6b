import type { LiveFrame, Side } from '../../api/types.ts';
import { t } from '../../i18n/language.svelte.ts';
import { signedDegrees } from '../../i18n/numbers.ts';
import type { ViewState } from '../../state/live.svelte.ts';
import { START_MIN_STRIDES, START_UNTIL_S } from '../../state/walk-series.ts';

/** The wearer's own start of one shoe's roll-in; null until it is learned. */
export function ownBand(frame: LiveFrame | null, side: Side): { level: number; sd: number } | null {
  const roll = frame?.roll_in[side];
  if (frame === null || roll === undefined || roll.start_level === null || roll.start_sd === null) return null;
  if (frame.time_s < START_UNTIL_S || roll.start_strides < START_MIN_STRIDES) return null;
  return { level: roll.start_level, sd: roll.start_sd };
}

/** What stands under a number: how it compares, or why it is not there. `more` marks what left the wearer's own band. */
export interface Caption {
  readonly text: string;
  readonly more: boolean;
}

const plain = (text: string): Caption => ({ text, more: false });

/** Words for how fresh a number is; null where there is nothing to say. */
export function freshness(view: ViewState, ageMs: number | null): Caption | null {
  if (view === 'error') return plain(t('state.noSignal'));
  if (view === 'stale')
    return { text: t('state.old', { seconds: Math.max(2, Math.round((ageMs ?? 0) / 1000)) }), more: true };
  return null;
}

/** Caption of one shoe's roll-in. */
export function rollCaption(frame: LiveFrame | null, side: Side, view: ViewState, ageMs: number | null): Caption {
  if (view === 'empty') return plain(t('state.noShoeSensor'));
  const old = freshness(view, ageMs);
  if (old !== null) return old;
  if (frame !== null && frame.running_since_s !== null) return plain(t('state.running'));
  const value = frame?.roll_in[side].value ?? null;
  if (frame === null || value === null)
    return plain(frame?.feet[side]?.provisional === true ? t('state.findingAxes') : t('state.firstStrides'));
  const band = ownBand(frame, side);
  const few = view === 'degraded' ? ` · ${t('state.weakLink')}` : '';
  if (band === null) return plain(t(frame.time_s < START_UNTIL_S ? 'state.learning' : 'state.noStart') + few);
  const change = value - band.level;
  if (Math.abs(change) <= band.sd) return plain(t('state.asAtStart') + few);
  return { text: `${change > 0 ? '▲' : '▼'} ${signedDegrees(change)}${few}`, more: true };
}
