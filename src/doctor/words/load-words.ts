import type { Language } from "../../core/language.ts";
import type { DoctorWords } from "./doctor-words.ts";

const LOADERS: Readonly<Record<Language, () => Promise<{ readonly words: DoctorWords }>>> = {
  en: () => import("./english/words.ts"),
  es: () => import("./spanish/words.ts"),
  pt: () => import("./portuguese/words.ts"),
  de: () => import("./german/words.ts"),
};

/** A language is a folder of its own: the service does not carry four to tell one. */
export async function loadWords(language: Language): Promise<DoctorWords> {
  return (await LOADERS[language]()).words;
}
