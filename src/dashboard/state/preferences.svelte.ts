import { service } from '../api/service.ts';
import type { Preferences, Tags } from '../api/types.ts';
import { keep, kept } from './kept.ts';
import { currentLanguage, setLanguage, type Language } from '../i18n/language.svelte.ts';

export type Theme = 'system' | 'light' | 'dark';

interface Kept {
  theme: Theme;
  sound: boolean;
  vibration: boolean;
  leftHanded: boolean;
  /** Single-key shortcuts on the live page (P, R, S). */
  shortcuts: boolean;
  /** The media button of a headset marks pain. Of this browser only: it is about the phone in the pocket. */
  headset: boolean;
  region: string;
  lastTags: Tags;
}

const KEPT = 'gaitkeeper.preferences';
const DEFAULTS: Kept = {
  theme: 'system',
  sound: true,
  vibration: true,
  leftHanded: false,
  shortcuts: true,
  headset: false,
  region: '',
  lastTags: {},
};

function readKept(): Kept {
  try {
    return { ...DEFAULTS, ...(JSON.parse(kept(KEPT) ?? '{}') as Partial<Kept>) };
  } catch {
    return DEFAULTS;
  }
}

/** How the wearer wants the page. Kept in this browser at once, and with the service so that other devices follow. */
export const preferences = $state<Kept>(readKept());

/** Puts the theme on the page; a `theme` event tells drawings to take new colours. */
export function applyTheme(): void {
  const root = document.documentElement;
  if (preferences.theme === 'system') root.removeAttribute('data-theme');
  else root.setAttribute('data-theme', preferences.theme);
  dispatchEvent(new Event('gaitkeeper-theme'));
}

/** Follows the system's own change between light and dark. */
export function watchSystemTheme(): void {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () =>
    dispatchEvent(new Event('gaitkeeper-theme')),
  );
}

/** Keeps what changed, here and with the service (a service that is away is asked next time). */
export function keepPreferences(change: Partial<Kept>): void {
  Object.assign(preferences, change);
  keep(KEPT, JSON.stringify(preferences));
  applyTheme();
  void service.savePreferences(forService()).catch(() => undefined);
}

const forService = (): Preferences => ({
  language: currentLanguage(),
  theme: preferences.theme,
  sound: preferences.sound,
  vibration: preferences.vibration,
  left_handed: preferences.leftHanded,
  region: preferences.region,
  last_tags: { ...preferences.lastTags },
});

/** Chooses the language and keeps it. */
export async function chooseLanguage(language: Language): Promise<void> {
  await setLanguage(language);
  keepPreferences({});
}

/** Takes what the service knows, where this browser has nothing of its own yet. */
export async function takePreferences(from: Preferences): Promise<void> {
  if (kept(KEPT) !== null) return;
  if (from.theme !== undefined) preferences.theme = from.theme;
  if (from.sound !== undefined) preferences.sound = from.sound;
  if (from.vibration !== undefined) preferences.vibration = from.vibration;
  if (from.left_handed !== undefined) preferences.leftHanded = from.left_handed;
  if (from.region !== undefined) preferences.region = from.region;
  if (from.last_tags !== undefined) preferences.lastTags = from.last_tags;
  applyTheme();
  if (from.language !== undefined && from.language !== currentLanguage()) await setLanguage(from.language);
}
