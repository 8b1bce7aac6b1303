/** The check digit of ISO/IEC 7812-1, annex B. */
export function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let place = 0; place < digits.length; place += 1) {
    const digit = digits.charCodeAt(digits.length - 1 - place) - 0x30;
    const doubled = digit * 2;
    sum += place % 2 === 0 ? digit : doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

type Issuer = {
  readonly from: string;
  readonly to: string;
  /** Lengths that are looked for inside of a longer number too. */
  readonly usual: readonly number[];
  /** Lengths that are believed where nothing else stands beside it. */
  readonly rare: readonly number[];
};

const SIXTEEN_TO_19 = [16, 17, 18, 19];
const RARE = [14, 15, 17, 18, 19];

/**
 * What cards begin with, of the schemes that a terminal in a shop sees. Thirteen digits are left out: no such card is issued any more,
 * and articles (EAN) and times in milliseconds have as many.
 */
const ISSUERS: readonly Issuer[] = [
  { from: "2200", to: "2204", usual: [16], rare: [17, 18, 19] },
  { from: "2221", to: "2720", usual: [16], rare: [] },
  { from: "300", to: "305", usual: [14], rare: SIXTEEN_TO_19 },
  { from: "34", to: "34", usual: [15], rare: [] },
  { from: "3528", to: "3589", usual: [16], rare: [17, 18, 19] },
  { from: "36", to: "36", usual: [14], rare: SIXTEEN_TO_19 },
  { from: "37", to: "37", usual: [15], rare: [] },
  { from: "38", to: "39", usual: [14], rare: SIXTEEN_TO_19 },
  { from: "4", to: "4", usual: [16], rare: [19] },
  // Maestro, Elo, Naranja, Cabal, Verve, RuPay
  { from: "50", to: "50", usual: [16], rare: RARE },
  { from: "51", to: "55", usual: [16], rare: [] },
  { from: "56", to: "61", usual: [16], rare: RARE },
  // UnionPay
  { from: "62", to: "62", usual: [16, 19], rare: [14, 15, 17, 18] },
  // Maestro, Discover, Elo, Hipercard
  { from: "63", to: "69", usual: [16], rare: RARE },
  { from: "81", to: "82", usual: [16], rare: [17, 18, 19] },
  { from: "9792", to: "9792", usual: [16], rare: [] },
];

function begins(digits: string, start: number, { from, to }: Issuer): boolean {
  const prefix = digits.slice(start, start + from.length);
  return prefix >= from && prefix <= to;
}

/**
 * How many digits from `start` on are a card number by what it begins with, its length and its check digit; 0 where none are. Of
 * numbers of sixteen digits that mean something else one in twenty looks like that, of times and articles none.
 */
export function issuedNumberAt(digits: string, start: number): number {
  for (const issuer of ISSUERS) {
    if (!begins(digits, start, issuer)) continue;
    const isAlone = (length: number) => start === 0 && length === digits.length;
    const lengths = [...issuer.usual, ...issuer.rare.filter(isAlone)].filter(
      (length) => start + length <= digits.length && passesLuhn(digits.slice(start, start + length)),
    );
    return Math.max(0, ...lengths);
  }
  return 0;
}
