import { decimalsOf, MAX_AMOUNT_MINOR, type Money } from "../../../core/money.ts";
import type { Language } from "../language.ts";
import type { Words } from "../words/words.ts";

/** What a person typed as an amount: `12.50`, `12,50`, `1500`. Undefined where it is none, or nothing at all. */
export function amountTyped(text: string, currency: string): Money | undefined {
  const decimals = decimalsOf(currency);
  const [, whole, fraction = ""] = /^(\d{1,12})(?:[.,](\d{1,4}))?$/.exec(text.trim()) ?? [];
  // More digits than the currency has may be a thousands separator: that would be another amount.
  if (decimals === undefined || whole === undefined || fraction.length > decimals) return undefined;
  const value = Number(`${whole}${fraction.padEnd(decimals, "0")}`);
  return Number.isSafeInteger(value) && value > 0 && value <= MAX_AMOUNT_MINOR ? { value, currency } : undefined;
}

/** Why what was typed is no amount, with one that is. The currency is one that is known. */
export function amountFault(currency: string, words: Words, language: Language): string {
  const decimals = decimalsOf(currency) ?? 0;
  const format = new Intl.NumberFormat(language, { minimumFractionDigits: decimals, useGrouping: false });
  return words.faults.amount(currency, decimals, format.format(decimals === 0 ? 1250 : 12.5));
}
