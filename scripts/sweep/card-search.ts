import { issuedNumberAt } from "../../src/codec/card-issuers.ts";
import { DIGIT_RUN, readDigitRun, type Stretch } from "../../src/codec/digit-runs.ts";
import { shownNumber, type Find } from "./find.ts";

/** Hashes, ids and keys in hexadecimal: digits stand in them by chance. A number that is known is looked for in them too. */
const HEX_WORD =
  /(?<![0-9a-z])(?=[0-9a-f-]*[a-f])(?:[0-9a-f]{32,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?![0-9a-z])/gi;
/** A chip's tags in hexadecimal, which is no hash: the number (5A) or track 2 (57, 9F6B), and how long it is. */
const TAGGED = /(?:5A0[78AF]|57[01][0-9A-F]|9F6B[01][0-9A-F])(\d{14,19})(?=[DF]|\D|$|[0-9A-F]{2})/gi;
const TRACK_1 = /%?[A-Z][\d*]{8,19}\^[^^?\r\n]{2,30}\^\d{4}/;
const TRACK_2 = /[\d*]{12,19}[=D]\d{7,}/;
const SHORTEST = 14;
const LONGEST = 19;
const MOST_BETWEEN = 6;

/** The numbers of cards in a text, in any spelling. */
export function cardsIn(text: string, known: readonly string[]): readonly Find[] {
  const finds: Find[] = known.flatMap((number) => knownIn(text, number));
  const plain = text.replace(HEX_WORD, (word) => " ".repeat(word.length));
  for (const { 0: run, index } of plain.matchAll(DIGIT_RUN)) {
    const { stretches, groups } = readDigitRun(run);
    for (const digits of [
      ...stretches.flatMap(insideOf),
      ...groups.flatMap((_group, from) => groupedFrom(groups, from)),
    ])
      finds.push({ place: `at ${index}`, kind: "card number", shown: shownNumber(digits) });
  }
  for (const { 1: digits = "", index } of text.matchAll(TAGGED)) {
    for (const found of insideOf({ digits, first: 0 }).slice(0, 1))
      finds.push({ place: `at ${index}`, kind: "card number", shown: shownNumber(found) });
  }
  for (const track of [TRACK_1, TRACK_2]) {
    const found = track.exec(plain);
    if (found !== null)
      finds.push({ place: `at ${found.index}`, kind: "track data", shown: `${found[0].length} characters` });
  }
  return finds;
}

/** Whatever stands between its digits. */
function knownIn(text: string, number: string): readonly Find[] {
  const spelled = new RegExp(Array.from(number).join(`[^0-9A-Za-z]{0,${MOST_BETWEEN}}`), "g");
  return Array.from(text.matchAll(spelled), ({ index }) => ({
    place: `at ${index}`,
    kind: "card number",
    shown: `${shownNumber(number)} (used in this run)`,
  }));
}

function insideOf({ digits }: Stretch): readonly string[] {
  const found: string[] = [];
  for (let start = 0; start <= digits.length - SHORTEST; start += 1) {
    const length = issuedNumberAt(digits, start);
    if (length > 0) found.push(digits.slice(start, start + length));
  }
  return found;
}

function groupedFrom(groups: readonly Stretch[], from: number): readonly string[] {
  let [digits, alike] = ["", true];
  const first = groups[from]?.digits.length ?? 0;
  for (let place = from; place < groups.length && digits.length < LONGEST; place += 1) {
    const group = groups[place]?.digits ?? "";
    alike &&= group.length >= 3 || group.length === first || place === from;
    digits += group;
    if (place > from && alike && digits.length >= SHORTEST && issuedNumberAt(digits, 0) === digits.length)
      return [digits];
  }
  return [];
}

/** Two digits a byte, as chips and many terminals write them. */
export function knownPackedIn(bytes: Buffer, known: readonly string[]): readonly Find[] {
  return known.flatMap((number) => {
    const even = number.length % 2 === 0;
    return (even ? [number] : [`${number}f`, `0${number}`]).flatMap((packed) => {
      const at = bytes.indexOf(Buffer.from(packed, "hex"));
      return at === -1 ? [] : [packedFind(at, `${shownNumber(number)} (used in this run)`)];
    });
  });
}

/** In more than that, what looks like a number and has no tag before it is chance. */
const MAX_UNTAGGED_BYTES = 1_024;

export function packedCardsIn(bytes: Buffer): readonly Find[] {
  const found = [...taggedIn(bytes), ...(bytes.length <= MAX_UNTAGGED_BYTES ? untaggedIn(bytes) : [])];
  return found.flatMap(({ at, hex }) =>
    [hex, hex.replace(/^0/, "")]
      .filter((digits) => issuedNumberAt(digits, 0) === digits.length)
      .slice(0, 1)
      .map((digits) => packedFind(at, shownNumber(digits))),
  );
}

type Packed = { readonly at: number; readonly hex: string };

/** Tag, length and value, as a chip has its number (5A) and its track 2 (57). */
function* taggedIn(bytes: Buffer): Generator<Packed> {
  for (let at = 0; at < bytes.length - 2; at += 1) {
    const [tag, length = 0] = [bytes[at], bytes[at + 1]];
    const isLong = tag === 0x57 ? length >= 12 && length <= 19 : tag === 0x5a && length >= 7 && length <= 10;
    const [hex = ""] = isLong ? bytes.toString("hex", at + 2, at + 2 + length).split(/[df]/) : [];
    if (/^\d{14,19}$/.test(hex)) yield { at, hex };
  }
}

/** What could be a text as well is none of it: every second letter of the alphabet looks like two digits. */
function* untaggedIn(bytes: Buffer): Generator<Packed> {
  for (let at = 0; at < bytes.length; at += 1) {
    const end = endOfPacked(bytes, at);
    const run = bytes.subarray(at, end);
    if (run.length >= 7 && run.length <= 10 && run.some((byte) => byte < 0x20))
      yield { at, hex: run.toString("hex").replace(/f$/, "") };
    at = Math.max(at, end);
  }
}

const packedFind = (at: number, shown: string): Find => ({
  place: `packed decimal at ${at}`,
  kind: "card number",
  shown,
});

/** Behind the last byte of two digits from here on; one digit and a filler end it. */
function endOfPacked(bytes: Buffer, start: number): number {
  let end = start;
  for (; end < bytes.length; end += 1) {
    const byte = bytes[end] ?? 0;
    const [high, low] = [byte >> 4, byte & 0x0f];
    if (high > 9) break;
    if (low === 0x0f) return end + 1;
    if (low > 9) break;
  }
  return end;
}
