import type { Language } from "./language.ts";
import { GERMAN } from "./words-de.ts";
import { ENGLISH } from "./words-en.ts";
import { SPANISH } from "./words-es.ts";
import { PORTUGUESE } from "./words-pt.ts";
import type { Words } from "./words.ts";

const WORDS: Readonly<Record<Language, Words>> = { en: ENGLISH, es: SPANISH, pt: PORTUGUESE, de: GERMAN };

export function wordsIn(language: Language): Words {
  return WORDS[language];
}
