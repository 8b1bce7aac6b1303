import { maskCardNumbers } from "../../codec/card-numbers.ts";
import type { Json } from "../../core/json.ts";

const LONGEST_CODE = 2_000;

/**
 * What the scanner read. An article's number can look like a card's, and a till needs it whole: where its own check digit is right it
 * is left as it is, because no card in use has so few digits.
 */
export function scannedText(value: Json | undefined): string {
  const text = typeof value === "string" || typeof value === "number" ? String(value) : "";
  return isArticleNumber(text) ? text : maskCardNumbers(text).slice(0, LONGEST_CODE);
}

/** GTIN-13, by the check digit of the GS1 General Specifications, 7.9. */
export function isArticleNumber(text: string): boolean {
  if (!/^\d{13}$/.test(text)) return false;
  const sum = Array.from(text)
    .reverse()
    .reduce((total, digit, place) => total + Number(digit) * (place % 2 === 0 ? 1 : 3), 0);
  return sum % 10 === 0;
}
