import type { GuidanceWords, Language } from './catalogue.ts';
import { en } from './en.ts';
import { ja } from './ja.ts';

const CATALOGUES: Record<Language, GuidanceWords> = { en, ja };

/** The words of a language. */
export const wordsOf = (language: Language): GuidanceWords => CATALOGUES[language];
