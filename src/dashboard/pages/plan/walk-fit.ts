import type { Trends, TrialInfo } from '../../api/types.ts';

const SHORTEST_MIN = 60;
const APART_HOURS = [24, 96] as const;
const LUGGAGE_KG = 2;
const ALIKE = ['shoes', 'route', 'ground'] as const;

/** Why a walk can only be entered as not comparable; null where it counts. The service holds to the same rules. */
export type WalkMisfit =
  | 'too_short'
  | 'too_soon'
  | 'too_late'
  | `other_${(typeof ALIKE)[number]}`
  | 'other_luggage'
  | 'other_insoles'
  | 'insoles_not_as_drawn';

type Walk = Trends['items'][number];

/**
 * Whether a walk fits as the next of a trial: an hour at least, one to four days after the other of its pair, and alike in what is
 * tagged.
 * @param walks all that are known, for the tags of the other
 */
export function walkMisfit(trial: TrialInfo, walk: Walk, walks: readonly Walk[] = []): WalkMisfit | null {
  if (walk.duration_min < SHORTEST_MIN) return 'too_short';
  if (trial.kind !== 'pairs') return null;
  const insoles = plain(walk.tags['insoles']);
  if (trial.exercise === 'insole' && insoles !== '' && (insoles === 'out') !== (trial.next === 'A'))
    return 'insoles_not_as_drawn';
  let waiting: TrialInfo['walks'][number] | null = null;
  for (const done of trial.walks) waiting = done.spoiled || waiting !== null ? null : done;
  if (waiting === null) return null;
  const hours = (Date.parse(walk.started_at) - Date.parse(waiting.at)) / 3_600_000;
  if (hours < APART_HOURS[0]) return 'too_soon';
  if (hours > APART_HOURS[1]) return 'too_late';
  const { walk_id: other } = waiting;
  const before = walks.find((w) => w.walk_id === other)?.tags;
  return before === undefined ? null : difference(trial, walk.tags, before);
}

function difference(trial: TrialInfo, tags: Walk['tags'], before: Walk['tags']): WalkMisfit | null {
  const differs = (tag: string): boolean => {
    const [a, b] = [plain(tags[tag]), plain(before[tag])];
    return a !== '' && b !== '' && a !== b;
  };
  for (const tag of ALIKE) if (differs(tag)) return `other_${tag}`;
  const [kg, was] = [tags['luggage_kg'], before['luggage_kg']];
  if (typeof kg === 'number' && typeof was === 'number' && Math.abs(kg - was) > LUGGAGE_KG) return 'other_luggage';
  return trial.exercise !== 'insole' && differs('insoles') ? 'other_insoles' : null;
}

const plain = (text: unknown): string => (typeof text === 'string' ? text.normalize('NFKC').trim().toLowerCase() : '');
