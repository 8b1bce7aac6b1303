import { issuedNumberAt, passesLuhn } from "./card-issuers.ts";
import { DIGIT_RUN, readDigitRun, starred, type Stretch } from "./digit-runs.ts";
import { maskHexadecimal, maskTracks } from "./track-data.ts";

const SHORTEST = 13;
const LONGEST = 19;
const VISIBLE = 4;
const LONGEST_RUN = 64;
/** A run of digits and hyphens in which a card number could be found by chance, although everybody sees what it is. */
const UUID = /(?<![0-9a-z])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9a-z])/gi;

/** How many digits from `start` on could be a card number; 0 where none could. */
type Rule = (digits: string, start: number) => number;

/** By the check digit alone, the longest such. */
const checkedNumberAt: Rule = (digits, start) => {
  for (let length = Math.min(LONGEST, digits.length - start); length >= SHORTEST; length -= 1) {
    if (passesLuhn(digits.slice(start, start + length))) return length;
  }
  return 0;
};

/** What begins like a card's number and is one from end to end. */
const wholeNumberAt: Rule = (digits, start) =>
  start === 0 && issuedNumberAt(digits, 0) === digits.length ? digits.length : 0;

/**
 * Masks the card numbers in a run of digits, also where other digits (an expiry date) stand next to them: all that could be one
 * are hidden, even where they overlap. A stretch that is longer than anything sensible is hidden as a whole.
 */
function maskRun(run: string, numberAt: Rule): string {
  const { stretches, groups } = readDigitRun(run);
  const hidden = new Set<number>();
  const hide = (start: number, length: number) => {
    for (let place = start; place < start + length - VISIBLE; place += 1) hidden.add(place);
  };
  for (const { digits, first } of stretches) {
    if (digits.length > LONGEST_RUN) hide(first, digits.length);
    else for (let start = 0; start < digits.length; start += 1) hide(first + start, numberAt(digits, start));
  }
  for (let from = 0; from < groups.length; from += 1) {
    const first = groups[from]?.first ?? 0;
    hide(first, groupedNumberAt(groups, from));
  }
  return hidden.size === 0 ? run : starred(run, (place) => hidden.has(place));
}

/**
 * In groups with anything between them, where a list of other numbers is likelier: only from the edge of a group to the edge of a
 * group, with groups as cards have them, and only what an issuer's number begins like.
 */
function groupedNumberAt(groups: readonly Stretch[], from: number): number {
  let digits = "";
  const lengths: number[] = [];
  for (let place = from; digits.length < LONGEST && place < groups.length; place += 1) {
    const group = groups[place]?.digits ?? "";
    digits += group;
    lengths.push(group.length);
    const looksGrouped =
      lengths.slice(0, -1).every((length) => length >= 3) || lengths.every((length) => length === lengths[0]);
    if (looksGrouped && digits.length >= SHORTEST && issuedNumberAt(digits, 0) === digits.length) return digits.length;
  }
  return 0;
}

function maskBy(numberAt: Rule, text: string): string {
  if (text.length < SHORTEST) return text;
  return exceptUuids(maskHexadecimal(text), (part) => part.replace(DIGIT_RUN, (run) => maskRun(run, numberAt)));
}

/** One of letters and digits is nobody's card; one of digits alone is looked at like all else. */
function exceptUuids(text: string, mask: (part: string) => string): string {
  let done = 0;
  let masked = "";
  for (const { 0: uuid, index } of text.matchAll(UUID)) {
    if (!/[a-f]/i.test(uuid)) continue;
    masked += mask(text.slice(done, index)) + uuid;
    done = index + uuid.length;
  }
  return masked + mask(text.slice(done));
}

/** All but the last four characters become stars; four or fewer characters are stars all through. */
export function maskAllButLast4(text: string): string {
  if (text.length <= VISIBLE) return "*".repeat(text.length);
  return "*".repeat(text.length - VISIBLE) + text.slice(-VISIBLE);
}

/**
 * Masks whatever could be a card number, in any spelling, and the data of its tracks. It would rather mask a long number of another
 * meaning than let one pass: for what comes from where cards are read.
 */
export function maskCardNumbers(text: string): string {
  return maskTracks(maskBy(checkedNumberAt, text));
}

/**
 * Masks what looks like the number of a card that somebody issued. For texts in which numbers mean something else as a rule: a
 * time, a reference, a hash.
 */
export function maskIssuedCards(text: string): string {
  return maskTracks(maskBy(issuedNumberAt, text));
}

/** Whether somebody wrote a card's number, or its track, where another text belongs. A number that only has one inside is none. */
export function holdsIssuedCard(text: string): boolean {
  return maskTracks(maskBy(wholeNumberAt, text)) !== text;
}

/** A number that could be a card number leaves as masked text. Beyond 2^53 the check digit is lost, so all of those are masked. */
export function maskCardNumber(value: number): number | string {
  const text = String(value);
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER) return maskAllButLast4(text);
  const masked = maskCardNumbers(text);
  return masked === text ? value : masked;
}
