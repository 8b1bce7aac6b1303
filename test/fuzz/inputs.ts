import assert from "node:assert/strict";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export const bytesOf = (text: string): Uint8Array => encoder.encode(text);

/** As UTF-8; what is none becomes U+FFFD. */
export const textOf = (bytes: Uint8Array): string => decoder.decode(bytes);

/** A byte for a character. */
export const latin1Of = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");

export const fromLatin1 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "latin1"));

/** Numbers of test cards of the schemes, which a terminal may say in any field. */
export const CARD_NUMBERS = ["4111111111111111", "5500000000000004", "378282246310005"] as const;

/** What a cloud calls a command, by which alone it can be asked about it: whatever it is, it is kept as it is. */
const NAMED_BY_THE_CLOUD: ReadonlySet<string> = new Set(["idPosTxs"]);

/** As it leaves, without what has to be kept. */
export const toldIn = (value: unknown): string =>
  JSON.stringify(value, (name, told: unknown) => (NAMED_BY_THE_CLOUD.has(name) ? undefined : told));

const SPELLINGS = CARD_NUMBERS.map((number) => new RegExp(`(?<!\\d)${Array.from(number).join("[ -]?")}(?!\\d)`));

/** None of them, written out in any usual way, is in what leaves. A longer number that only has one inside is none. */
export function assertNoCardNumbers(text: string, where: string): void {
  // The digits of an escape are none of a number that follows it.
  const readable = text.replaceAll(/\\u[0-9a-f]{4}/gi, "?");
  for (const spelling of SPELLINGS) assert(!spelling.test(readable), `a card number is in ${where}`);
}
