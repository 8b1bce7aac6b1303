const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const SEXTETS: ReadonlyMap<string, number> = new Map(Array.from(ALPHABET, (character, value) => [character, value]));

/** Base64 of RFC 4648, section 4, in one line, with padding. */
export function encodeBase64(bytes: Uint8Array): string {
  let text = "";
  for (let index = 0; index < bytes.length; index += 3) {
    const [first = 0, second = 0, third = 0] = bytes.subarray(index, index + 3);
    const group = (first << 16) | (second << 8) | third;
    const sextets = [group >> 18, (group >> 12) & 0x3f, (group >> 6) & 0x3f, group & 0x3f];
    const length = Math.min(3, bytes.length - index) + 1;
    text += sextets
      .slice(0, length)
      .map((sextet) => ALPHABET.charAt(sextet))
      .join("")
      .padEnd(4, "=");
  }
  return text;
}

/** Strict: undefined for white space, missing padding, other alphabets, and bits that belong to no byte. */
export function decodeBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0) return undefined;
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3);
  let length = 0;
  for (let index = 0; index < text.length; index += 4) {
    let group = 0;
    for (let place = index; place < index + 4; place += 1) {
      const sextet = place >= text.length - padding ? 0 : SEXTETS.get(text.charAt(place));
      if (sextet === undefined) return undefined;
      group = (group << 6) | sextet;
    }
    bytes[length++] = group >> 16;
    bytes[length++] = (group >> 8) & 0xff;
    bytes[length++] = group & 0xff;
  }
  const end = length - padding;
  return bytes.subarray(end).some((byte) => byte !== 0) ? undefined : bytes.slice(0, end);
}
