import type { TrialInfo, Walk } from '../../api/types.ts';
import { shortDate } from '../../i18n/numbers.ts';
import { groundText, insolesWords } from '../../state/tags.ts';

/** Tags by which walks can be put into a set. */
export type SetTag = 'insoles' | 'shoes' | 'ground';
export const SET_TAGS: readonly SetTag[] = ['insoles', 'shoes', 'ground'];

/** One walk, all walks with a tag, or one arm of a trial. */
export type WalkSet =
  | { readonly kind: 'none' }
  | { readonly kind: 'walk'; readonly id: string }
  | { readonly kind: 'tag'; readonly tag: SetTag; readonly value: string }
  /** Walks of a trial, without or with the exercise. */
  | { readonly kind: 'trial'; readonly key: string; readonly name: string; readonly ids: readonly string[] };

/** The walks of a set, newest first. */
export function walksOf(walks: readonly Walk[], set: WalkSet): readonly Walk[] {
  if (set.kind === 'none') return [];
  if (set.kind === 'walk') return walks.filter((w) => w.id === set.id);
  if (set.kind === 'trial') return walks.filter((w) => set.ids.includes(w.id));
  return walks.filter((w) => w.tags[set.tag] === set.value);
}

export function tagText(tag: SetTag, value: string): string {
  return tag === 'insoles' ? insolesWords(value) : tag === 'ground' ? groundText(value) : value;
}

/** Short name of a set. */
export function setName(set: WalkSet, walks: readonly Walk[]): string {
  if (set.kind === 'none') return '–';
  if (set.kind === 'tag') return tagText(set.tag, set.value);
  if (set.kind === 'trial') return set.name;
  const walk = walks.find((w) => w.id === set.id);
  return walk === undefined ? '–' : walk.title === '' ? shortDate(walk.started_at) : walk.title;
}

/** Values of a tag with their number of walks, most first. */
export function tagValues(walks: readonly Walk[], tag: SetTag): [string, number][] {
  const count: Record<string, number> = {};
  for (const walk of walks) {
    const value = walk.tags[tag];
    if (value !== undefined && value !== '') count[value] = (count[value] ?? 0) + 1;
  }
  return Object.entries(count).sort((a, b) => b[1] - a[1]);
}

/** Both arms of every trial that has walks in both; walks that were not comparable are left out. */
export function trialSets(trials: readonly TrialInfo[], name: (trial: TrialInfo, arm: 'A' | 'B') => string): WalkSet[] {
  return trials.flatMap((trial) => {
    const arms = (['A', 'B'] as const).map((arm) => ({
      kind: 'trial' as const,
      key: `${trial.id}-${arm}`,
      name: name(trial, arm),
      ids: trial.walks.filter((w) => w.arm === arm && !w.spoiled).map((w) => w.walk_id),
    }));
    return arms.every((arm) => arm.ids.length > 0) ? arms : [];
  });
}

/** What to show first: insoles out and in where both were walked, else the asked or newest walk against the one before. */
export function guessSets(walks: readonly Walk[], asked: string): [WalkSet, WalkSet] {
  if (asked === '')
    for (const tag of SET_TAGS) {
      const [first, second] = tagValues(walks, tag).filter(([, count]) => count >= 2);
      if (first !== undefined && second !== undefined) {
        const sorted = [first[0], second[0]].sort().reverse();
        return [
          { kind: 'tag', tag, value: sorted[0] ?? '' },
          { kind: 'tag', tag, value: sorted[1] ?? '' },
        ];
      }
    }
  const b = walks.find((w) => w.id === asked) ?? walks[0];
  const a = walks.find((w) => w !== b);
  return [
    a === undefined ? { kind: 'none' } : { kind: 'walk', id: a.id },
    b === undefined ? { kind: 'none' } : { kind: 'walk', id: b.id },
  ];
}
