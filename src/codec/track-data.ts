import { issuedNumberAt } from "./card-issuers.ts";

/** ISO/IEC 7813: `%B number ^ name ^ expiry, service code, and what the issuer checks ?` */
const TRACK_1 = /(%?[A-Z][\d* ]{8,23})\^([^^?\r\n]{2,30})\^([^?\s"\\]{3,80})/g;
/** `; number = expiry, service code, and what the issuer checks ?`; a chip has the same with a D (tags 57 and 9F6B). */
const TRACK_2 = /([\d*](?: ?[\d*]){11,18}) ?([=D]) ?([\d*]{4,}[\d*F]*)/gi;
/** Three or four digits mean nothing alone; behind one of these names they are what proves a card that is not there. */
const VERIFICATION =
  /(?<![a-z])(c[vs][vc][ _-]?2?|cvn2?|cid2|security[ _-]?code|card[ _-]?verification(?:[ _-]?(?:value|code|number))?|pin[ _-]?block)(\\?["']?\s{0,3}[:=]\s{0,3}\\?["']?)([0-9a-f]{16}|\d{3,4})(?![0-9a-z])/gi;
/** A number in ASCII, shown as hexadecimal. */
const HEXADECIMAL = /(?:3\d){14,}/g;
const VISIBLE = 4;

const stars = (text: string): string => "*".repeat(text.length);
const starDigits = (text: string): string => text.replace(/\d/g, "*");

/**
 * What is on the magnetic stripe or stands for it, and the codes that prove a card: none of it is needed after a payment.
 *
 * @param text in which card numbers may be masked already
 */
export function maskTracks(text: string): string {
  return text
    .replace(TRACK_1, (_track, number: string, name: string, rest: string) => {
      return `${starDigits(number.slice(0, -VISIBLE))}${number.slice(-VISIBLE)}^${stars(name)}^${stars(rest)}`;
    })
    .replace(TRACK_2, (_track, number: string, mark: string, rest: string) => {
      return `${starDigits(number.slice(0, -VISIBLE))}${number.slice(-VISIBLE)}${mark}${stars(rest)}`;
    })
    .replace(VERIFICATION, (_field, name: string, between: string, code: string) => `${name}${between}${stars(code)}`);
}

export function maskHexadecimal(text: string): string {
  return text.replace(HEXADECIMAL, maskNumberInHexadecimal);
}

function maskNumberInHexadecimal(text: string): string {
  const digits = text.replace(/3(\d)/g, "$1");
  for (let start = 0; start < digits.length; start += 1) {
    if (issuedNumberAt(digits, start) > 0) return stars(text);
  }
  return text;
}
