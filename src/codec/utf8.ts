const REPLACEMENT = 0xfffd;

/** The UTF-8 bytes of a text. A lone surrogate, which has none, becomes U+FFFD, as everywhere in the web's encoders. */
export function encodeUtf8(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 3);
  let length = 0;
  for (const character of text) {
    const scalar = character.codePointAt(0) ?? REPLACEMENT;
    const point = scalar >= 0xd800 && scalar <= 0xdfff ? REPLACEMENT : scalar;
    if (point < 0x80) {
      bytes[length++] = point;
    } else if (point < 0x800) {
      bytes[length++] = 0xc0 | (point >> 6);
      bytes[length++] = 0x80 | (point & 0x3f);
    } else if (point < 0x10000) {
      bytes[length++] = 0xe0 | (point >> 12);
      bytes[length++] = 0x80 | ((point >> 6) & 0x3f);
      bytes[length++] = 0x80 | (point & 0x3f);
    } else {
      bytes[length++] = 0xf0 | (point >> 18);
      bytes[length++] = 0x80 | ((point >> 12) & 0x3f);
      bytes[length++] = 0x80 | ((point >> 6) & 0x3f);
      bytes[length++] = 0x80 | (point & 0x3f);
    }
  }
  return bytes.slice(0, length);
}

/** How a sequence begins: how many bytes follow, the first byte's part of the code point, and the least that is no overlong form. */
function leadOf(
  byte: number,
): { readonly following: number; readonly bits: number; readonly least: number } | undefined {
  if (byte < 0x80) return { following: 0, bits: byte, least: 0 };
  if ((byte & 0xe0) === 0xc0) return { following: 1, bits: byte & 0x1f, least: 0x80 };
  if ((byte & 0xf0) === 0xe0) return { following: 2, bits: byte & 0x0f, least: 0x800 };
  if ((byte & 0xf8) === 0xf0) return { following: 3, bits: byte & 0x07, least: 0x10000 };
  return undefined;
}

/** Strict: undefined where the bytes are not UTF-8 (RFC 3629: no overlong forms, no surrogates, nothing beyond U+10FFFF). */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  const pieces: string[] = [];
  let points: number[] = [];
  for (let index = 0; index < bytes.length;) {
    const lead = leadOf(bytes[index++] ?? 0xff);
    if (lead === undefined) return undefined;
    let point = lead.bits;
    for (let following = 0; following < lead.following; following += 1) {
      const byte = bytes[index++] ?? 0xff;
      if ((byte & 0xc0) !== 0x80) return undefined;
      point = (point << 6) | (byte & 0x3f);
    }
    if (point < lead.least || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) return undefined;
    points.push(point);
    // In pieces, because a call takes only so many arguments.
    if (points.length === 4096) {
      pieces.push(String.fromCodePoint(...points));
      points = [];
    }
  }
  pieces.push(String.fromCodePoint(...points));
  return pieces.join("");
}
