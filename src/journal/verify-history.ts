import type { DatabaseSync } from "node:sqlite";
import { chainCheckpoint, chainStart, hex } from "./chain.ts";
import { createHashes, HASH_BYTES, historyLine, PRUNED, type Hashes, type HistoryLine } from "./history.ts";
import type { Checkpoint } from "./journal.ts";
import { readMeta } from "./migrations.ts";
import { blob, integer, text, type Row } from "./rows.ts";

export type Report = (fault: string) => void;

/**
 * Follows the chain of checkpoints over all that was written and pruned, and looks for each line that they stand for. Answers the
 * newest one; undefined where there is none.
 */
export function verifyHistory(
  database: DatabaseSync,
  expected: string | undefined,
  report: Report,
): Checkpoint | undefined {
  // The first schema knew none.
  const isThere = database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'history'").get() !== undefined;
  const checkpoints = isThere ? verifyCheckpoints(database, expected, report) : { newest: undefined, found: false };
  if (expected !== undefined && !checkpoints.found) {
    report(`no checkpoint has the hash ${expected}: it is of another journal, or what it stands for was changed`);
  }
  if (!isThere) return undefined;
  const lines = new Lines(database, report);
  const last = checkpoints.newest === undefined ? 0 : integer(checkpoints.newest, "last");
  const younger = lines.countAfter(last);
  reportUnlisted(database, report);
  return checkpoints.newest === undefined ? undefined : checkpointOf(checkpoints.newest, younger);
}

function verifyCheckpoints(
  database: DatabaseSync,
  expected: string | undefined,
  report: Report,
): { readonly newest: Row | undefined; readonly found: boolean } {
  const lines = new Lines(database, report);
  let previous = chainStart(readMeta(database).origin);
  let newest: Row | undefined;
  let found = false;
  for (const row of database
    .prepare("SELECT number, at, last, audit, hash FROM checkpoints ORDER BY number")
    .iterate()) {
    const number = integer(row, "number");
    const expectedNumber: number = (newest === undefined ? 0 : integer(newest, "number")) + 1;
    if (number !== expectedNumber) report(`checkpoint ${expectedNumber} is missing`);
    const audit = integer(row, "audit");
    const last = integer(row, "last");
    const auditHash = lines.hashes.ofAudit(audit);
    if (auditHash === undefined) report(`audit entry ${audit} was written and is not there`);
    const covered = lines.look(newest === undefined ? 0 : integer(newest, "last"), last);
    const hash = chainCheckpoint(previous, {
      at: text(row, "at"),
      last,
      audit,
      auditHash: auditHash ?? "",
      lines: covered.map(({ hash: line }) => line),
    });
    const stored = blob(row, "hash");
    if (hex(hash) !== hex(stored)) {
      report(
        `checkpoint ${number} of ${text(row, "at")}: what it stands for was changed, removed or put in another order`,
      );
    }
    found ||= hex(stored) === expected?.toLowerCase();
    previous = stored;
    newest = row;
  }
  reportCutOff(database, newest, report);
  return { newest, found };
}

const PAGE = 4_096;

class Lines {
  readonly hashes: Hashes;
  readonly #between;
  readonly #report: Report;

  constructor(database: DatabaseSync, report: Report) {
    this.hashes = createHashes(database);
    this.#report = report;
    this.#between = database.prepare(
      "SELECT number, transaction_id, place FROM history WHERE number > ? AND number <= ? ORDER BY number",
    );
  }

  /** The facts after a number; page by page, because a journal of the first schema has no checkpoint for any of them yet. */
  countAfter(number: number): number {
    let count = 0;
    for (let after = number; ;) {
      const page = this.look(after, after + PAGE);
      count += page.filter(({ place }) => place !== PRUNED).length;
      if (page.length === 0) return count;
      after += PAGE;
    }
  }

  /** The lines after one number up to another. One whose fact or tombstone is gone is a fault. */
  look(after: number, upTo: number): readonly (HistoryLine & { readonly hash: string })[] {
    return this.#between.all(after, upTo).map((row) => {
      const line = historyLine(row);
      const hash = this.hashes.ofLine(line);
      if (hash === undefined) this.#report(missing(line));
      return { ...line, hash: hash ?? "" };
    });
  }
}

function missing({ transaction, place }: HistoryLine): string {
  return place === PRUNED
    ? `transaction ${transaction}: it was pruned, and its tombstone is not there`
    : `transaction ${transaction}: fact ${place} was written and is not there`;
}

/** The numbers that were given say that there was one more. */
function reportCutOff(database: DatabaseSync, newest: Row | undefined, report: Report): void {
  const given = database.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'checkpoints'").get();
  const last = newest === undefined ? 0 : integer(newest, "number");
  if (given !== undefined && integer(given, "seq") > last) {
    report(`checkpoint ${integer(given, "seq")} was written and is not there`);
  }
}

/** Facts that history does not name, which the checkpoints would not miss. */
function reportUnlisted(database: DatabaseSync, report: Report): void {
  const count = (sql: string): number => integer(database.prepare(sql).get() ?? {}, "count");
  const listed = count("SELECT count(*) AS count FROM history WHERE place >= 0");
  const facts = count("SELECT count(*) AS count FROM facts");
  const pruned = count(`SELECT coalesce(sum(length(hashes)), 0) / ${HASH_BYTES} AS count FROM tombstones`);
  if (listed === facts + pruned) return;
  const unlisted = database.prepare(
    "SELECT transaction_id, place FROM facts EXCEPT SELECT transaction_id, place FROM history LIMIT 20",
  );
  for (const row of unlisted.iterate()) {
    report(
      `transaction ${text(row, "transaction_id")}: fact ${integer(row, "place")} is not in the order of what was written`,
    );
  }
  report(`the order of what was written has ${listed} facts, the journal ${facts} and ${pruned} pruned ones`);
}

function checkpointOf(row: Row, younger: number): Checkpoint {
  return { number: integer(row, "number"), at: text(row, "at"), hash: hex(blob(row, "hash")), younger };
}
