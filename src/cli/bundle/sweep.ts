import { maskIssuedCards } from "../../codec/card-numbers.ts";

/** What stood in a text and stands there no more. */
export type Finds = { readonly cards: number; readonly secrets: number; readonly keys: number };

export type Swept =
  | { readonly kind: "clean"; readonly text: string; readonly finds: Finds }
  /** What is left of it could still hold something. */
  | { readonly kind: "notClean" };

const HIDDEN = "[hidden]";
/** Anywhere, also inside other words. */
const LONG_SECRET = 8;
/** Between what is no letter and no digit; a shorter one would be found in every date. */
const SHORTEST_SECRET = 4;
const LONGEST_KEY_CHARACTERS = 20_000;

const KEY = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----[^]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----|$)/g;
const KEY_END = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----/g;
const KEY_TEXT = /[A-Za-z0-9+/=\s\\]/;
/** Who calls, in an address. */
const USER_IN_URL = /(:\/\/)(?!\[hidden\]@)[^\s/@"'<>]{1,200}@/g;
const SECRETIVE = "token|secret|password|passwd|apikey|api_key|login|signature|pairingcode|authorization|cookie";
const PARAMETER = new RegExp(
  `((?:^|[?&#;\\s])[\\w.-]{0,40}(?:${SECRETIVE})[\\w.-]{0,40}=)(?!\\[hidden\\])[^\\s&"'#<>]+`,
  "gim",
);
const HEADER = /\b(Bearer|Basic)[ \t]+(?!\[hidden\])[A-Za-z0-9._~+/=-]{6,}/gi;
/** Not `{"secret": NAME}`, which names one and is none; nor the authorizationCode, which stands on a slip. */
const FIELD = `[^"\\\\]{0,60}(?:${SECRETIVE.replace("authorization", "authorization(?!code)")})[^"\\\\]{0,60}`;
const JSON_FIELD = new RegExp(`("(?!secret")${FIELD}"\\s{0,3}:\\s{0,3}")(?!\\[hidden\\]")(?:[^"\\\\]|\\\\.)+`, "gi");
/** JSON that stands as a text in JSON, as deep as one finds it. */
const QUOTED_FIELD = new RegExp(
  `(\\\\{1,8}"(?!secret\\\\)${FIELD}\\\\{1,8}"\\s{0,3}:\\s{0,3}\\\\{1,8}")(?!\\[hidden\\])(?:[^"\\\\]|\\\\(?!\\\\{0,8}"))+`,
  "gi",
);

/**
 * Takes out of a text what nobody else may have: every stored secret in the spellings that it could have, keys, tokens, numbers and tracks
 * of cards. What was taken out is counted, and the text is looked through again afterwards.
 *
 * @param secrets values as they are stored
 */
export function createSweep(secrets: readonly string[]): (text: string) => Swept {
  const spellings = [...new Set(secrets.flatMap(spellingsOf))].sort((one, other) => other.length - one.length);
  return (text) => {
    const first = sweep(text, spellings);
    const again = sweep(first.text, spellings);
    return again.text === first.text ? { kind: "clean", ...first } : { kind: "notClean" };
  };
}

function sweep(text: string, spellings: readonly string[]): { readonly text: string; readonly finds: Finds } {
  let [keys, secrets] = [0, 0];
  let left = withoutKeyEnds(
    text.replace(KEY, () => {
      keys += 1;
      return HIDDEN;
    }),
    () => (keys += 1),
  );
  for (const spelling of spellings) {
    left = replaced(left, spelling, () => (secrets += 1));
  }
  for (const pattern of [USER_IN_URL, PARAMETER, HEADER, JSON_FIELD, QUOTED_FIELD]) {
    left = left.replace(pattern, (_found, before: string) => {
      secrets += 1;
      if (pattern === USER_IN_URL) return `${before}${HIDDEN}@`;
      return pattern === HEADER ? `${before} ${HIDDEN}` : `${before}${HIDDEN}`;
    });
  }
  const masked = maskIssuedCards(left);
  return { text: masked, finds: { cards: linesThatDiffer(left, masked), secrets, keys } };
}

/** The tail of a log may begin in the middle of a key. */
function withoutKeyEnds(text: string, found: () => void): string {
  let done = 0;
  let left = "";
  for (const { 0: end, index } of text.matchAll(KEY_END)) {
    let start = index;
    const earliest = Math.max(done, index - LONGEST_KEY_CHARACTERS);
    while (start > earliest && KEY_TEXT.test(text.charAt(start - 1))) start -= 1;
    left += text.slice(done, start) + HIDDEN;
    done = index + end.length;
    found();
  }
  return left + text.slice(done);
}

function replaced(text: string, spelling: string, found: () => void): string {
  if (!text.includes(spelling)) return text;
  const parts = text.split(spelling);
  return parts.slice(1).reduce((left, part, index) => {
    const isWhole = spelling.length >= LONG_SECRET || !(isWord(left.at(-1)) || isWord(parts[index + 1]?.at(0)));
    if (isWhole) found();
    return `${left}${isWhole ? HIDDEN : spelling}${part}`;
  }, parts[0] ?? "");
}

function isWord(character: string | undefined): boolean {
  return character !== undefined && /[\p{L}\p{N}]/u.test(character);
}

/** As it is, as JSON, in an address, in a form, in base64 and in hexadecimal; a long one also line by line, as keys are. */
function spellingsOf(secret: string): readonly string[] {
  const value = secret.trim();
  const bytes = Buffer.from(value, "utf8");
  const lines = value.split(/\r?\n/).filter((line) => line.length >= 16 && !line.startsWith("-----"));
  const encoded = [
    bytes.toString("base64").replace(/=+$/, ""),
    bytes.toString("base64url"),
    bytes.toString("hex"),
    bytes.toString("hex").toUpperCase(),
  ].filter((spelling) => value.length >= LONG_SECRET && spelling.length >= LONG_SECRET);
  // A form's spelling has a plus for a space, and leaves less as it is than an address does.
  const inForm = new URLSearchParams({ "": value }).toString().slice(1);
  return [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value), inForm, ...encoded, ...lines].filter(
    (spelling) => spelling.length >= SHORTEST_SECRET && spelling !== HIDDEN,
  );
}

/** Masking keeps lines as they are. */
function linesThatDiffer(before: string, after: string): number {
  if (before === after) return 0;
  const [old, now] = [before.split("\n"), after.split("\n")];
  return old.filter((line, place) => line !== now[place]).length;
}
