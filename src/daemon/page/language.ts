import { LANGUAGES, type Language } from "../../client/pay-button/language.ts";

export { amountIn, LANGUAGES, languageOf, type Language } from "../../client/pay-button/language.ts";

/** What each calls itself. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = {
  en: "English",
  es: "Español",
  pt: "Português",
  de: "Deutsch",
};

export function isLanguage(text: string): text is Language {
  return LANGUAGES.some((language) => language === text);
}
