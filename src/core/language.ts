/** The languages in which people are spoken to. */
export const LANGUAGES = ["en", "es", "pt", "de"] as const;
export type Language = (typeof LANGUAGES)[number];

/** The language of a tag such as `es-CL`; English where it is none of ours. */
export function languageOf(tag: string | undefined): Language {
  const primary = tag?.split("-", 1)[0]?.toLowerCase();
  return LANGUAGES.find((language) => language === primary) ?? "en";
}
