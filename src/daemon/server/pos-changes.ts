import type { PosRecord } from "../../core/pos.ts";

/** What the audit tells of a change besides the names: everything but what a token leaves behind. */
const TOLD = ["scopes", "shared", "lan", "limits", "signingKey", "origin"] as const satisfies (keyof PosRecord)[];

/** What an administrator changed of a POS, for the audit: `scopes ["status"] -> ["status","pay"]`. */
export function changesOf(before: PosRecord | undefined, after: PosRecord): string {
  const changes = TOLD.flatMap((field) => {
    const [was, is] = [textOf(before?.[field]), textOf(after[field])];
    return was === is ? [] : [`${field} ${was} -> ${is}`];
  });
  const what = before === undefined ? "new" : "known";
  return [`${after.pos} (${what})`, ...changes].join("; ");
}

function textOf(value: unknown): string {
  return value === undefined ? "none" : JSON.stringify(value);
}
