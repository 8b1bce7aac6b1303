/** Controls, what changes the direction of text, halves of pairs. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
const MAX_CHARACTERS = 1_000;

/** A terminal, a till or a person wrote it: on one line, of a length that a page can take, and with nothing that is not seen. */
export function plain(text: string): string {
  const cut = text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS)}...` : text;
  return cut.replace(UNPRINTABLE, "\u{FFFD}");
}
