import { redactText } from "../redaction.ts";

/** Controls, what changes the direction of text, line breaks of any alphabet, halves of pairs, and the escape itself. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\\]/gu;
const MAX_CHARACTERS = 200;

/**
 * Text from outside as it may stand in a log or in the audit: cut, on one line, with everything that could forge another line as
 * JSON writes it, and without what could be a card number.
 */
export function printable(text: string, maxCharacters: number = MAX_CHARACTERS): string {
  // Looked through before the last cut, so that no half of a number is left.
  const looked = redactText(text.slice(0, 2 * maxCharacters));
  const escaped = looked.slice(0, maxCharacters).replace(UNPRINTABLE, escapedOf);
  return looked.length > maxCharacters ? `${escaped}... (${text.length} characters)` : escaped;
}

function escapedOf(character: string): string {
  if (character === "\\") return "\\\\";
  return Array.from(
    { length: character.length },
    (_none, place) => `\\u${character.charCodeAt(place).toString(16).padStart(4, "0")}`,
  ).join("");
}
