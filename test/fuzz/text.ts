import assert from "node:assert/strict";
import { decodeBase64, encodeBase64 } from "../../src/codec/base64.ts";
import { maskCardNumbers } from "../../src/codec/card-numbers.ts";
import { parseJson } from "../../src/codec/json-text.ts";
import { parseStrictJson, readStrictJson, toAsciiJson } from "../../src/codec/strict-json.ts";
import { decodeUtf8, encodeUtf8 } from "../../src/codec/utf8.ts";
import { readJson } from "../../src/protocol/json.ts";

const DEPTH = 32;

/** Texts that readers have read in different ways. */
export const JSON_TEXTS = [
  '{"a":1,"a":2}',
  '{"a":1,"\\u0061":2}',
  "[1250.0,1e3,-0,9007199254740993,1250.0000000000000001]",
  '{"jsonrpc":"2.0","id":7,"method":"ping","params":{"x":[true,false,null,"é€😀"]}}',
  `${"[".repeat(33)}${"]".repeat(33)}`,
  "TWFueSBoYW5kcw==",
  "\ufeff{}",
  '"\\ud83d"',
  "\u00ed\u00a0\u0080",
] as const;

/** What everything else is read with, held against the runtime's own readers. */
export function assertReadAlike(input: Uint8Array): void {
  const text = sameUtf8(input);
  sameBase64(Buffer.from(input).toString("latin1"));
  if (text === undefined) assert.equal(readStrictJson(input, DEPTH).kind, "fault");
  else sameJson(text);
}

function sameUtf8(input: Uint8Array): string | undefined {
  const decoded = decodeUtf8(input);
  let expected: string | undefined;
  try {
    expected = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(input);
  } catch {
    expected = undefined;
  }
  assert.equal(decoded, expected, "UTF-8 is read otherwise than by the runtime");
  if (decoded !== undefined) assert.deepEqual(encodeUtf8(decoded), new Uint8Array(input), "UTF-8 is written otherwise");
  return decoded;
}

function sameBase64(text: string): void {
  const decoded = decodeBase64(text);
  if (decoded !== undefined) assert.equal(encodeBase64(decoded), text, "base64 that is written otherwise was read");
  else assert.notEqual(Buffer.from(text, "base64").toString("base64"), text, "good base64 was refused");
}

function sameJson(text: string): void {
  let expected: unknown;
  let isJson = true;
  try {
    expected = JSON.parse(text);
  } catch {
    isJson = false;
  }
  const strict = parseStrictJson(text, DEPTH);
  const loose = parseJson(text, DEPTH);
  const read = readJson(text);
  if (!isJson) {
    assert.deepEqual([strict.kind, loose, read.kind], ["fault", undefined, "notJson"], "what is no JSON was read");
    return;
  }
  if (strict.kind === "value") {
    assert.deepEqual(strict.value, expected);
    assert.deepEqual(loose, expected, "a reader that allows more refuses it");
    // Without the sign of a zero, as all JSON is written.
    assert.deepEqual(
      JSON.parse(toAsciiJson(strict.value)),
      JSON.parse(JSON.stringify(expected)),
      "it is written otherwise",
    );
  }
  if (loose === undefined && strict.kind === "value") assert.fail("depths are counted in two ways");
}

/** Digits in any spelling, and what a track is made of. */
const CARD_DATA = /[\p{N}\p{L}=^/. -]/u;
/** Everybody sees what it is, and its digits are left. */
const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;
const DIGITS = /\d(?:[ -]?\d){12,}/g;

/** Texts with numbers in which a card number may stand, or that are none. */
export const NUMBERS = [
  "4111111111111111",
  "4111 1111 1111 1111 12/29",
  "pan=5500-0000-0000-0004;378282246310005",
  "0".repeat(70),
  "1-2 3-4 5-6 7-8 9-0 1-2 3-4 5-6",
  "6011111111111117 6011111111111117",
] as const;

/** No number of digits alone that could be a card's is left, nothing else than what a card's data is made of is touched, and each star stands for one of it. */
export function assertMasked(text: string): void {
  const masked = Array.from(maskCardNumbers(text));
  const characters = Array.from(text);
  assert.equal(masked.length, characters.length, "its length changed");
  for (const [place, character] of characters.entries())
    if (masked[place] !== character) assertHidden(character, masked[place]);
  for (const [run] of masked.join("").replaceAll(UUID, "").matchAll(DIGITS)) assertNoCardNumber(run);
}

function assertHidden(character: string, by: string | undefined): void {
  assert.equal(by, "*", `${character} became ${by ?? "nothing"}`);
  assert.match(character, CARD_DATA, `${character} was hidden`);
}

function assertNoCardNumber(run: string): void {
  const digits = Array.from(run.replaceAll(/\D/g, ""), Number);
  for (let end = 13; end <= digits.length; end += 1) {
    for (let length = 13; length <= Math.min(19, end); length += 1)
      assert(!isCardNumber(digits, end - length, end), `${run} is left`);
  }
}

/** ISO/IEC 7812-1, annex B, written anew, so that a mistake is not made twice. */
function isCardNumber(digits: readonly number[], start: number, end: number): boolean {
  let sum = 0;
  for (let place = end - 1; place >= start; place -= 1) {
    const digit = digits[place] ?? 0;
    const isDoubled = (end - place) % 2 === 0;
    sum += isDoubled ? ((digit * 2) % 10) + Math.floor(digit / 5) : digit;
  }
  return sum % 10 === 0;
}
