import type { DatabaseSync } from "node:sqlite";
import { chainCheckpoint, chainStart } from "./chain.ts";
import { createHashes, historyLine } from "./history.ts";
import { blob, integer } from "./rows.ts";

/** So many lines at most: a step takes a few milliseconds, and a sale may wait for it. */
const MOST_LINES = 512;

/**
 * Writes the next checkpoint, in a commit of its own; true where there is more to be covered. What a killed process, a migration or
 * the release before left without one comes first.
 */
export type WriteCheckpoint = (at: string) => boolean;

export function createCheckpoints(database: DatabaseSync, origin: string): WriteCheckpoint {
  const hashes = createHashes(database);
  const latest = database.prepare("SELECT last, audit, hash FROM checkpoints ORDER BY number DESC LIMIT 1");
  const uncovered = database.prepare(
    "SELECT number, transaction_id, place FROM history WHERE number > ? ORDER BY number LIMIT ?",
  );
  const lastAudit = database.prepare("SELECT coalesce(max(number), 0) AS number FROM audit");
  const insert = database.prepare("INSERT INTO checkpoints (at, last, audit, hash) VALUES (?, ?, ?, ?)");

  return (at) => {
    const before = latest.get();
    const from = before === undefined ? 0 : integer(before, "last");
    const lines = uncovered.all(from, MOST_LINES).map(historyLine);
    const audit = integer(lastAudit.get() ?? {}, "number");
    if (lines.length === 0 && audit === (before === undefined ? 0 : integer(before, "audit"))) return false;
    const last = lines.at(-1)?.number ?? from;
    const hash = chainCheckpoint(before === undefined ? chainStart(origin) : blob(before, "hash"), {
      at,
      last,
      audit,
      auditHash: hashes.ofAudit(audit) ?? "",
      // What is not there has no hash. It is a fault all the same, which `verify` tells.
      lines: lines.map((line) => hashes.ofLine(line) ?? ""),
    });
    insert.run(at, last, audit, hash);
    return lines.length === MOST_LINES;
  };
}
