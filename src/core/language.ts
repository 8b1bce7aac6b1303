/** The languages in which people are spoken to. */
export const LANGUAGES = ["en", "es", "pt", "de"] as const;
export type Language = (typeof LANGUAGES)[number];

/** The language of a tag such as `es-CL`; undefined where it is none of ours. */
export function knownLanguageOf(tag: string): Language | undefined {
  const primary = tag.split("-", 1)[0]?.toLowerCase();
  return LANGUAGES.find((language) => language === primary);
}

/** The same; English where it is none of ours. */
export function languageOf(tag: string | undefined): Language {
  return (tag === undefined ? undefined : knownLanguageOf(tag)) ?? "en";
}
