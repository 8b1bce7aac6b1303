/** In any script, also raised and lowered. */
const DIGIT = String.raw`[\p{Nd}⁰¹²³⁴-⁹₀-₉]`;
/** Blanks of any width, controls, hyphens, underscores, dots and the like; and what is not seen at all. */
const BETWEEN = String.raw`[\p{Z}\p{Cc}\p{Cf}\p{Mn}\p{Me}\p{Pd}\p{Pc}.,/\\·•∙−|'+]`;
const MOST_BETWEEN = 4;
const SHORTEST = 13;
const LONGEST = 19;

/** As many characters as a card number can take, however it is spelled: what is cut off is looked at this much further. */
export const LONGEST_SPELLING = LONGEST + (LONGEST - 1) * MOST_BETWEEN;

/** Where a card number may be. */
export const DIGIT_RUN = new RegExp(`${DIGIT}(?:${BETWEEN}{0,${MOST_BETWEEN}}${DIGIT}){${SHORTEST - 1},}`, "gu");

const IS_DIGIT = new RegExp(`^${DIGIT}$`, "u");
const INVISIBLE = /^[\p{Cf}\p{Mn}\p{Me}]$/u;
/** The way numbers are usually printed in groups. */
const USUAL_GAP = /^[ -]$/;
const DECIMAL = /^\p{Nd}$/u;

/** Digits that stand together, as ASCII, and the place of each among all digits of the run. */
export type Stretch = { readonly digits: string; readonly first: number };

export type DigitRun = {
  /** Without a gap, or with one blank or hyphen in each. */
  readonly stretches: readonly Stretch[];
  /** Without a gap. */
  readonly groups: readonly Stretch[];
};

/** Takes apart what `DIGIT_RUN` found. */
export function readDigitRun(run: string): DigitRun {
  const stretches: Stretch[] = [];
  const groups: Stretch[] = [];
  let [stretch, group, gap, count] = ["", "", "", 0];
  const endGroup = () => {
    if (group !== "") groups.push({ digits: group, first: count - group.length });
    group = "";
  };
  const endStretch = () => {
    if (stretch !== "") stretches.push({ digits: stretch, first: count - stretch.length });
    stretch = "";
  };
  for (const character of run) {
    if (INVISIBLE.test(character)) continue;
    if (!IS_DIGIT.test(character)) {
      gap += character;
      continue;
    }
    if (gap !== "") endGroup();
    if (gap !== "" && !USUAL_GAP.test(gap)) endStretch();
    const digit = asciiOf(character);
    [stretch, group, gap, count] = [stretch + digit, group + digit, "", count + 1];
  }
  endGroup();
  endStretch();
  return { stretches, groups };
}

/** The run with those of its digits starred that are to be hidden, counted from 0. */
export function starred(run: string, isHidden: (place: number) => boolean): string {
  let place = -1;
  return Array.from(run, (character) => (IS_DIGIT.test(character) && isHidden(++place) ? "*" : character)).join("");
}

/** The digits of every script lie in tens, one after the other, and `0` comes first. */
function asciiOf(character: string): string {
  const plain = character.normalize("NFKC");
  if (/^[0-9]$/.test(plain)) return plain;
  const code = character.codePointAt(0) ?? 0;
  let zero = code;
  while (DECIMAL.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return String((code - zero) % 10);
}
