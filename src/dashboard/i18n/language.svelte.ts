import { keep, kept } from '../state/kept.ts';
import { en, type MessageKey, type Messages } from './en.ts';
import { formatMessage, type MessageValues } from './message.ts';

export type Language = 'en' | 'ja';

const KEPT = 'gaitkeeper.language';
const chosen = kept(KEPT);
const preferred: Language = navigator.language.toLowerCase().startsWith('ja') ? 'ja' : 'en';
const first: Language = chosen === 'en' || chosen === 'ja' ? chosen : preferred;

let language = $state<Language>('en');
let messages = $state.raw<Messages>(en);
/** Words for what the service says in English; none on the English page, which shows the service's own. */
let serviceWords = $state.raw<Readonly<Record<string, string>>>({});

/** Loads the catalogue and shows the page in it. */
export async function setLanguage(next: Language, keeps = true): Promise<void> {
  if (next === 'en') [messages, serviceWords] = [en, {}];
  else {
    const [{ ja }, { jaService }] = await Promise.all([import('./ja.ts'), import('./ja-service.ts')]);
    [messages, serviceWords] = [ja, jaService];
  }
  language = next;
  document.documentElement.lang = next;
  if (keeps) keep(KEPT, next);
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

/**
 * What the service says, in the page's language: by its stable key where the catalogue has it, else as the service said it.
 * @param english the service's own words
 */
export const serviceText = (key: string, english: string, values: MessageValues = {}): string => {
  const message = serviceWords[key];
  return message === undefined ? english : formatMessage(message, values, language);
};
