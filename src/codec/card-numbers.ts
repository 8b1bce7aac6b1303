/** Where a card number may be: 13 digits or more, at most one blank or hyphen between two of them. */
const CANDIDATE = /\d(?:[ -]?\d){12,}/g;
const SHORTEST = 13;
const LONGEST = 19;
const VISIBLE = 4;
const LONGEST_RUN = 64;

/** The check digit of ISO/IEC 7812-1, annex B. */
function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let place = 0; place < digits.length; place += 1) {
    const digit = digits.charCodeAt(digits.length - 1 - place) - 0x30;
    const doubled = digit * 2;
    sum += place % 2 === 0 ? digit : doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** How many digits from `start` on could be a card number, the longest such; 0 where none could. */
function cardNumberAt(digits: string, start: number): number {
  for (let length = Math.min(LONGEST, digits.length - start); length >= SHORTEST; length -= 1) {
    if (passesLuhn(digits.slice(start, start + length))) return length;
  }
  return 0;
}

/**
 * Masks the card numbers in a run of digits, also where other digits (an expiry date) stand next to them: all that could be one
 * are hidden, even where they overlap. A run that is longer than anything sensible is hidden as a whole.
 */
function maskRun(run: string): string {
  const digits = run.replace(/\D/g, "");
  if (digits.length > LONGEST_RUN) return maskAllButLast4(run);
  const hidden = new Set<number>();
  for (let start = 0; start < digits.length; start += 1) {
    const length = cardNumberAt(digits, start);
    for (let place = start; place < start + length - VISIBLE; place += 1) hidden.add(place);
  }
  let place = -1;
  return run.replace(/\d/g, (digit) => (hidden.has(++place) ? "*" : digit));
}

/** All but the last four characters become stars; four or fewer characters are stars all through. */
export function maskAllButLast4(text: string): string {
  if (text.length <= VISIBLE) return "*".repeat(text.length);
  return "*".repeat(text.length - VISIBLE) + text.slice(-VISIBLE);
}

/** Masks whatever could be a card number. It would rather mask a long number of another meaning than let one pass. */
export function maskCardNumbers(text: string): string {
  return text.replace(CANDIDATE, maskRun);
}

/** A number that could be a card number leaves as masked text. Beyond 2^53 the check digit is lost, so all of those are masked. */
export function maskCardNumber(value: number): number | string {
  const text = String(value);
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER) return maskAllButLast4(text);
  const masked = maskCardNumbers(text);
  return masked === text ? value : masked;
}
