import type { Language } from "../language.ts";
import type { Words } from "./words.ts";

const LOADERS: Readonly<Record<Language, () => Promise<{ readonly words: Words }>>> = {
  en: () => import("./en.ts"),
  es: () => import("./es.ts"),
  pt: () => import("./pt.ts"),
  de: () => import("./de.ts"),
};

/** A language is a file of its own: nobody loads four to read one. */
export async function loadWords(language: Language): Promise<Words> {
  return (await LOADERS[language]()).words;
}
