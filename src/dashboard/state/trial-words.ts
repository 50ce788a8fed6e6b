import type { TrialInfo } from '../api/types.ts';
import { t } from '../i18n/language.svelte.ts';
import { signed } from '../i18n/numbers.ts';

/** Which half of a trial a walk belongs to: without or with the exercise, before or after it was begun. */
export function armText(kind: TrialInfo['kind'], arm: 'A' | 'B'): string {
  const [first, second] = kind === 'pairs' ? (['without', 'with'] as const) : (['before', 'after'] as const);
  return t(`trial.${arm === 'A' ? first : second}`);
}

/** What a trial found of the pain, with its range; the mean alone where there is no range. */
export const effectText = ({ mean, low, high }: NonNullable<TrialInfo['effect']>): string =>
  t('trial.effect', { mean: signed(mean), low: signed(low ?? mean), high: signed(high ?? mean) });
