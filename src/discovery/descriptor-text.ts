const MAX_CHARACTERS = 100;

/** Text of a device that anybody can plug in: one line, without control characters, of a length that people read. */
export function descriptorText(text: string): string {
  return text
    .slice(0, 2 * MAX_CHARACTERS)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, " ")
    .slice(0, MAX_CHARACTERS)
    .toWellFormed()
    .trim();
}
