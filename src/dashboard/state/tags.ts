import type { Tags } from '../api/types.ts';
import type { IconName } from '../parts/icon-paths.ts';
import { t } from '../i18n/language.svelte.ts';
import { withUnit } from '../i18n/numbers.ts';

/** The tags of a walk as short pieces, with what each is about. */
export function tagChips(tags: Tags): { icon: IconName; name: string; text: string }[] {
  const out: { icon: IconName; name: string; text: string }[] = [];
  if (tags.shoes) out.push({ icon: 'shoe', name: t('tag.shoes'), text: tags.shoes });
  if (tags.insoles) out.push({ icon: 'insole', name: t('tag.insoles'), text: insolesWords(tags.insoles) });
  const luggage = luggageText(tags);
  if (luggage !== '') out.push({ icon: 'bag', name: t('tag.luggage'), text: luggage });
  if (tags.ground) out.push({ icon: 'ground', name: t('tag.ground'), text: groundText(tags.ground) });
  if (tags.route) out.push({ icon: 'walk', name: t('tag.route'), text: tags.route });
  if (tags.cold !== undefined)
    out.push({ icon: 'cold', name: t('tag.cold'), text: t(tags.cold ? 'cold.words.yes' : 'cold.words.no') });
  return out;
}

export const INSOLES = ['in', 'out'] as const;
export const GROUNDS = ['pavement', 'gravel', 'forest', 'track', 'indoors', 'mixed'] as const;

/** The words for a value that is one of ours; free text stays as it is. */
export function insoleText(value: string): string {
  return value === 'in' ? t('insoles.in') : value === 'out' ? t('insoles.out') : value;
}

/** `insoles in`: understood without its label. */
export function insolesWords(value: string): string {
  return value === 'in' ? t('insoles.words.in') : value === 'out' ? t('insoles.words.out') : value;
}

export function groundText(value: string): string {
  const known = GROUNDS.find((g) => g === value);
  return known === undefined ? value : t(`ground.${known}`);
}

export function luggageText(tags: Tags): string {
  const kg = tags.luggage_kg;
  if (kg === undefined) return '';
  return kg === 0 ? t('luggage.none') : withUnit(kg, 'kg', kg % 1 === 0 ? 0 : 1);
}
