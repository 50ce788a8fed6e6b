import type { ExerciseId } from './exercises.ts';
import type { Arm } from './trial-order.ts';

/** What a walk was made in, as far as its wearer tagged it. */
export interface WalkContext {
  readonly shoes?: string;
  readonly insoles?: string;
  readonly luggage_kg?: number;
  readonly ground?: string;
  readonly route?: string;
}

/** Why two walks of a pair are no like for like. `insoles_not_as_drawn`: the lot said with (or without) insoles. */
export const PAIR_DIFFERENCES = [
  'other_shoes',
  'other_route',
  'other_ground',
  'other_luggage',
  'other_insoles',
  'insoles_not_as_drawn',
] as const;
export type PairDifference = (typeof PAIR_DIFFERENCES)[number];

/** What a pair must have in common and was not tagged in both walks, so that nobody could check it. */
export const PAIR_TAGS = ['shoes', 'route', 'ground'] as const;
export type PairTag = (typeof PAIR_TAGS)[number];

/** Luggage that differs by more is another walk [kg]. */
const LUGGAGE_KG = 2;

const OTHER = { shoes: 'other_shoes', route: 'other_route', ground: 'other_ground' } as const;

/** How the second walk of a pair differs from the first; undefined where both, as far as tagged, are alike. */
export function pairDifference(
  exercise: ExerciseId,
  walk: WalkContext,
  partner: WalkContext,
): PairDifference | undefined {
  for (const tag of PAIR_TAGS) {
    const [a, b] = [plain(walk[tag]), plain(partner[tag])];
    if (a !== '' && b !== '' && a !== b) return OTHER[tag];
  }
  const [kg, before] = [walk.luggage_kg, partner.luggage_kg];
  if (kg !== undefined && before !== undefined && Math.abs(kg - before) > LUGGAGE_KG) return 'other_luggage';
  const [insoles, others] = [plain(walk.insoles), plain(partner.insoles)];
  if (exercise !== 'insole' && insoles !== '' && others !== '' && insoles !== others) return 'other_insoles';
  return undefined;
}

/** Whether insoles were worn as the lot said, where insoles are what is tried and the walk is tagged. */
export function insolesAsDrawn(exercise: ExerciseId, arm: Arm, walk: WalkContext): boolean {
  const insoles = plain(walk.insoles);
  if (exercise !== 'insole' || insoles === '') return true;
  return (insoles === 'out') === (arm === 'A');
}

/** Tags that one of both walks lacks. */
export const uncheckedTags = (walk: WalkContext, partner: WalkContext): readonly PairTag[] =>
  PAIR_TAGS.filter((tag) => plain(walk[tag]) === '' || plain(partner[tag]) === '');

/** "Trail shoes " and "trail shoes" are the same shoes. */
const plain = (text: string | undefined): string => (text ?? '').normalize('NFKC').trim().toLowerCase();
