import type { KeptEntry } from "./kept-entry.ts";

/** Looking for numbers of cards in so much takes milliseconds, also where a terminal says nothing but digits. */
const CHARACTERS = 8 * 1024;
const ENTRIES = 25;

/** The newest of these that take no more than so much. */
export function newestOf(entries: readonly KeptEntry[], characters: number): readonly KeptEntry[] {
  let from = entries.length;
  for (let left = characters; from > 0; from -= 1) {
    left -= entries[from - 1]?.size ?? 0;
    if (left < 0) break;
  }
  return entries.slice(from);
}

/**
 * So many of these, from this place on, as are made text of between two looks at everything else that waits: another terminal's
 * answer does not wait for the whole recording. At least one, where one is left.
 */
export function portionOf(entries: readonly KeptEntry[], from: number): readonly KeptEntry[] {
  let characters = 0;
  let until = from;
  while (until < entries.length && until - from < ENTRIES && characters < CHARACTERS) {
    characters += entries[until]?.size ?? 0;
    until += 1;
  }
  return entries.slice(from, until);
}
