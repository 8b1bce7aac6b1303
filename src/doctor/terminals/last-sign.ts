import type { Said } from "../check.ts";

/** Behind a sentence; nothing where there was none. */
export function lastSign(lastSeen: string | undefined): Said {
  return ({ link: words }) => (lastSeen === undefined ? "" : ` ${words.lastSign(lastSeen)}`);
}
