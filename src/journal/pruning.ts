import type { DatabaseSync } from "node:sqlite";
import type { Fact } from "../core/facts.ts";
import { failureOf } from "./failure.ts";
import type { Folded } from "./fold-cache.ts";
import { JournalFailure, toldTypeOf, type Pruned } from "./journal.ts";
import { blob, integer, text, type Row } from "./rows.ts";

/** How many transactions one step looks at: those that have to stay cost it a look each time. */
const LOOKED_AT = 1_000;
/** How many kept events are read at a time. */
const EVENTS_READ = 32;

type Prune = (before: string, limit: number, cursor: string | undefined, at: string) => Pruned;

export type PruningPorts = {
  readonly database: DatabaseSync;
  /** Throws where the transaction's facts are damaged: those are evidence and stay. */
  readonly load: (id: string) => Folded | undefined;
  readonly forget: (id: string) => void;
};

/** One step of pruning, inside a commit of the caller's. What it takes away leaves a tombstone with the hashes of its facts. */
export function createPruning({ database, load, forget }: PruningPorts): Prune {
  const statement = statements(database);

  function isPrunable(row: Row, before: string): boolean {
    if (text(row, "created_at") >= before || integer(row, "open") === 1) return false;
    const id = text(row, "id");
    if (statement.isKept.get({ id, original: row["original"] ?? null, pos: text(row, "pos") }) !== undefined)
      return false;
    const lastFact = statement.lastFact.get(id);
    return lastFact !== undefined && text(lastFact, "at") < before && isWhole(id);
  }

  function isWhole(id: string): boolean {
    try {
      return load(id) !== undefined;
    } catch (error) {
      // Of the file's own failures SQLite's are the causes; this one is about the transaction alone.
      if (error instanceof JournalFailure && error.cause === undefined) return false;
      throw failureOf(error) ?? error;
    }
  }

  function prune(row: Row, at: string): void {
    const id = text(row, "id");
    const pos = text(row, "pos");
    const facts = statement.facts.all(id);
    const told = facts.filter((fact) => toldTypeOf({ kind: text(fact, "kind") as Fact["kind"] }) !== undefined).length;
    const events = dropEvents(pos, id, told);
    const hashes = Buffer.concat(facts.map((fact) => blob(fact, "hash")));
    statement.tombstone.run(pos, text(row, "request_id"), id, at, events, hashes);
    statement.dropFacts.run(id);
    statement.dropRow.run(id);
    forget(id);
  }

  /** They lie near the oldest of their POS. Alarms of what was pruned before, which were told later, go with them. */
  function dropEvents(pos: string, id: string, told: number): number {
    let dropped = 0;
    let missing = told;
    let seq = 0;
    while (missing > 0) {
      const page = statement.events.all(pos, seq, EVENTS_READ);
      for (const row of page) {
        seq = integer(row, "seq");
        const isOurs = text(row, "transaction_id") === id;
        if (!isOurs && integer(row, "is_left") === 0) continue;
        statement.dropEvent.run(pos, seq);
        dropped += 1;
        if (isOurs && row["alarm"] === null) missing -= 1;
      }
      if (page.length < EVENTS_READ) break;
    }
    return dropped;
  }

  return (before, limit, cursor, at) => {
    const rows = statement.oldest.all(Number(cursor ?? 0), LOOKED_AT);
    let transactions = 0;
    let sawOld = false;
    for (const row of rows) {
      sawOld ||= text(row, "created_at") < before;
      if (!isPrunable(row, before)) continue;
      prune(row, at);
      transactions += 1;
      if (transactions === limit) return { transactions, cursor: String(integer(row, "number")) };
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < LOOKED_AT || !sawOld) return { transactions };
    return { transactions, cursor: String(integer(last, "number")) };
  };
}

function statements(database: DatabaseSync) {
  return {
    oldest: database.prepare(
      "SELECT number, id, pos, request_id, original, created_at, open FROM transactions WHERE number > ? ORDER BY number LIMIT ?",
    ),
    // An original stays for what is still open about it, a refund as long as its original, which it uses up; and the newest event of
    // a POS, from which its numbers go on.
    isKept: database.prepare(
      `SELECT 1 WHERE EXISTS (SELECT 1 FROM transactions WHERE original = :id AND open = 1)
         OR EXISTS (SELECT 1 FROM transactions WHERE id = :original)
         OR (SELECT transaction_id FROM outbox WHERE pos = :pos ORDER BY seq DESC LIMIT 1) = :id`,
    ),
    lastFact: database.prepare("SELECT at FROM facts WHERE transaction_id = ? ORDER BY place DESC LIMIT 1"),
    facts: database.prepare("SELECT kind, hash FROM facts WHERE transaction_id = ? ORDER BY place"),
    events: database.prepare(
      `SELECT seq, transaction_id, alarm, EXISTS (SELECT 1 FROM tombstones p WHERE p.transaction_id = o.transaction_id) AS is_left
         FROM outbox o WHERE pos = ? AND seq > ? ORDER BY seq LIMIT ?`,
    ),
    dropEvent: database.prepare("DELETE FROM outbox WHERE pos = ? AND seq = ?"),
    tombstone: database.prepare(
      "INSERT INTO tombstones (pos, request_id, transaction_id, pruned_at, events, hashes) VALUES (?, ?, ?, ?, ?, ?)",
    ),
    dropFacts: database.prepare("DELETE FROM facts WHERE transaction_id = ?"),
    dropRow: database.prepare("DELETE FROM transactions WHERE id = ?"),
  };
}
