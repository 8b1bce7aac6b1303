/** What only the machine knows. */
export type LiveKind = "terminals" | "transactions" | "pos" | "secrets" | "vendors";

type ValueKind = LiveKind | "files" | "shells";

const BY_OPTION: Readonly<Record<string, LiveKind>> = {
  "--terminal": "terminals",
  "--transaction": "transactions",
  "--original": "transactions",
  "--despite": "transactions",
  "--pos": "pos",
  "--vendor": "vendors",
};

/** The first words of commands, and what their argument names. What is yet to get its name has none. */
const BY_WORDS: readonly (readonly [words: RegExp, kind: ValueKind])[] = [
  [/^terminals (?!add )/, "terminals"],
  [/^transactions /, "transactions"],
  [/^pos (?!add )/, "pos"],
  [/^secret /, "secrets"],
  [/^simulate /, "vendors"],
  [/^completion /, "shells"],
];

const FILES = /[<[](?:FILE|PATH|DIR|FOLDER|LINK)\b/;

/**
 * @param words of the command, as in its syntax
 * @param place `--terminal <ID>` or `<ID>`
 */
export function valueKindOf(words: string, place: string): ValueKind | undefined {
  if (FILES.test(place)) return "files";
  if (place.startsWith("-")) return BY_OPTION[place.split(" ")[0] ?? ""];
  return BY_WORDS.find(([known]) => known.test(words))?.[1];
}
