import { en, type MessageKey, type Messages } from './en.ts';
import { formatMessage, type MessageValues } from './message.ts';

export type Language = 'en' | 'ja';

const KEPT = 'gaitkeeper.language';
const kept = localStorage.getItem(KEPT);
const preferred: Language = navigator.language.toLowerCase().startsWith('ja') ? 'ja' : 'en';
const first: Language = kept === 'en' || kept === 'ja' ? kept : preferred;

let language = $state<Language>('en');
let messages = $state.raw<Messages>(en);

/** Loads the catalogue and shows the page in it. */
export async function setLanguage(next: Language, keep = true): Promise<void> {
  messages = next === 'en' ? en : (await import('./ja.ts')).ja;
  language = next;
  document.documentElement.lang = next;
  if (keep) localStorage.setItem(KEPT, next);
}

/** The language in which to begin: the one chosen before, or the browser's. */
export const startLanguage = (): Promise<void> => setLanguage(first, false);

export const currentLanguage = (): Language => language;

/** The text of a key in the page's language. */
export const t = (key: MessageKey, values: MessageValues = {}): string =>
  formatMessage(messages[key], values, language);

/** The text of a key made at run time; undefined where there is none. */
export const tMaybe = (key: string, values: MessageValues = {}): string | undefined => {
  const message = (messages as Readonly<Record<string, string>>)[key];
  return message === undefined ? undefined : formatMessage(message, values, language);
};
