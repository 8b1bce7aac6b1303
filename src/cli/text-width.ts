import { eastAsianWidth } from "get-east-asian-width";

/** Printable ASCII alone: as wide as it is long. Nearly all that is measured is of it. */
const PLAIN = /^[\x20-\x7e]*$/;
/** Stands on the character before it, or is not seen. */
const NO_WIDTH = /^[\p{Mn}\p{Me}\p{Default_Ignorable_Code_Point}\p{Cc}]$/u;
const SHOWN_AS_PICTURE = 0xfe0f;
const SKIN = { from: 0x1f3fb, to: 0x1f3ff } as const;

/** How many columns of a terminal the text takes. It holds no colours. */
export function textWidth(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let width = 0;
  let last = 0;
  for (const character of text) {
    last = characterWidth(character, last);
    width += last;
  }
  return width;
}

/** @param before the width of the character before it, which a picture's own marks change */
export function characterWidth(character: string, before: number): number {
  const point = character.codePointAt(0) ?? 0;
  if (point === SHOWN_AS_PICTURE) return before === 1 ? 1 : 0;
  if (before === 2 && point >= SKIN.from && point <= SKIN.to) return 0;
  if (point > 0x7e && NO_WIDTH.test(character)) return 0;
  return eastAsianWidth(point);
}
