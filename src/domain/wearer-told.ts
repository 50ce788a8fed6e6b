/** The wearer paused the walk from here to there [s of the walk]; `to_s` is null while the pause lasts. */
export interface Pause {
  readonly from_s: number;
  readonly to_s: number | null;
}

/** What the wearer said had changed in mid-walk: tags by their names. */
export interface ToldChange {
  readonly at_s: number;
  readonly tags: Readonly<Record<string, unknown>>;
}

/** What the wearer said during a walk, as far as the analysis depends on it. */
export interface WearerTold {
  readonly pauses: readonly Pause[];
  readonly tag_changes: readonly ToldChange[];
  /** The wearer's walks keep alarming without pain: drift is weighed against twice the noise. */
  readonly steady?: boolean;
}

/** Tags that say how one walks; a note says nothing of that. */
const CONTEXT_TAGS = ['shoes', 'insoles', 'luggage_kg', 'ground'] as const;

/** Whether tags that changed in mid-walk may move the level of what is measured. */
export const changesContext = (tags: Readonly<Record<string, unknown>>): boolean =>
  CONTEXT_TAGS.some((tag) => tags[tag] !== undefined);

const isTime = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Reads what a recording says the wearer told; what isn't of that form is left out. Both lists in order of time. */
export function wearerToldOf(meta: Readonly<Record<string, unknown>>): WearerTold {
  const list = (value: unknown): Record<string, unknown>[] => (Array.isArray(value) ? value.filter(isObject) : []);
  const pauses: Pause[] = [];
  for (const { from_s, to_s } of list(meta['pauses'])) {
    if (!isTime(from_s) || !(to_s === null || (isTime(to_s) && to_s >= from_s))) continue;
    pauses.push({ from_s, to_s });
  }
  const tag_changes: ToldChange[] = [];
  for (const { at_s, tags } of list(meta['tag_changes']))
    if (isTime(at_s) && isObject(tags)) tag_changes.push({ at_s, tags });
  return {
    pauses: pauses.sort((a, b) => a.from_s - b.from_s),
    tag_changes: tag_changes.sort((a, b) => a.at_s - b.at_s),
    ...(meta['steady'] === true ? { steady: true } : {}),
  };
}
