import type { WalkStore } from '../../store/walk-store.ts';

const KEY = 'active_profile';

/** The person who walks: the chosen one, else the first. */
export function activeProfileId(store: WalkStore): string {
  const chosen = store.settings.get(null, KEY);
  if (typeof chosen === 'string' && store.profiles.list().some((profile) => profile.id === chosen)) return chosen;
  return store.profiles.first().id;
}

export const chooseProfile = (store: WalkStore, profileId: string): void => store.settings.set(null, KEY, profileId);
