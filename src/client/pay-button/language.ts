import { decimalsOf, formatMoney, type Money } from "../../core/money.ts";

export const LANGUAGES = ["en", "es", "pt", "de"] as const;
export type Language = (typeof LANGUAGES)[number];

/** The first of these tags (`es-CL`) that is one of ours; English where none is. */
export function languageOf(tags: readonly (string | undefined)[]): Language {
  for (const tag of tags) {
    const found = LANGUAGES.find((language) => language === tag?.split("-", 1)[0]?.toLowerCase());
    if (found !== undefined) return found;
  }
  return "en";
}

/** As people write it where the language is spoken, with as many decimals as ISO 4217 says. */
export function amountIn(language: Language, money: Money): string {
  const digits = decimalsOf(money.currency);
  if (digits === undefined) return formatMoney(money);
  const format = new Intl.NumberFormat(language, {
    style: "currency",
    currency: money.currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  // An amount has twelve digits at most: a double holds it to the last one.
  return format.format(money.value / 10 ** digits);
}
