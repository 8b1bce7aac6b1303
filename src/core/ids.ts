import type { Clock, Crypto } from "./ports.ts";

const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const TIME_CHARACTERS = 9;
const RANDOM_CHARACTERS = 11;

/**
 * A new id: 20 characters of Crockford's base 32, the first 9 the time in milliseconds, the rest 55 random bits. It sorts by
 * age, and it fits the ticket fields of the vendors, so that a terminal can be asked about it.
 */
export function newId(clock: Clock, crypto: Crypto): string {
  let time = Math.max(0, Math.floor(clock.now()));
  let id = "";
  for (let index = 0; index < TIME_CHARACTERS; index += 1) {
    id = CROCKFORD.charAt(time % 32) + id;
    time = Math.floor(time / 32);
  }
  for (const byte of crypto.randomBytes(RANDOM_CHARACTERS)) id += CROCKFORD.charAt(byte % 32);
  return id;
}
