import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Fact, FactKind } from "../core/facts.ts";
import { foldFacts, type Transaction } from "../core/transaction.ts";
import { chainAudit, chainFact, chainStart } from "./chain.ts";
import { openForReading } from "./database.ts";
import { verifyEventNumbers } from "./verify-events.ts";
import { verifyHistory, type Report } from "./verify-history.ts";
import { failureOf, guarded } from "./failure.ts";
import { toldTypeOf, type Checkpoint, type VerifyReport } from "./journal.ts";
import { originOf, progressOf } from "./projection.ts";
import { sameBytes, storedFact } from "./reads.ts";
import { blob, integer, text, type Row } from "./rows.ts";
import { unpackFact } from "./stored-fact.ts";

/** A journal can be damaged all through; this many faults say so. */
const MOST_FAULTS = 1000;

/**
 * Checks every line of the journal of a directory, with the daemon running or not; reads only and leaves no file behind. Throws
 * `JournalFailure` where there is no journal to be read at all.
 *
 * @param expected the hash of a checkpoint, kept elsewhere: it has to be one of this journal's
 */
export function verifyJournal(directory: string, expected?: string): VerifyReport {
  return guarded(() => {
    const database = openForReading(directory);
    try {
      return verifyDatabase(database, expected);
    } finally {
      database.close();
    }
  });
}

export type RecentReport = {
  readonly transactions: number;
  readonly facts: number;
  readonly faults: readonly string[];
  /** When the newest one was created, RFC 3339. Undefined where there is none yet. */
  readonly newestAt?: string;
};

/**
 * Checks the newest transactions alone, which takes milliseconds beside running payments: whether the journal can be read, and each
 * of their facts is whole and in order. Damage that is older is for `verifyJournal` to find. Throws `JournalFailure` as that does.
 */
export function verifyRecent(directory: string, most: number): RecentReport {
  return guarded(() => {
    const database = openForReading(directory);
    try {
      return recentIn(database, most);
    } finally {
      database.close();
    }
  });
}

function recentIn(database: DatabaseSync, most: number): RecentReport {
  const faults: string[] = [];
  const projection = database.prepare("SELECT * FROM transactions WHERE id = ?");
  const factsOf = database.prepare(
    "SELECT transaction_id, place, kind, at, body, hash FROM facts WHERE transaction_id = ? ORDER BY place",
  );
  database.exec("BEGIN");
  const newest = database.prepare("SELECT id, created_at FROM transactions ORDER BY number DESC LIMIT ?").all(most);
  let facts = 0;
  for (const row of newest) {
    const id = text(row, "id");
    const rows = factsOf.all(id);
    facts += rows.length;
    if (rows.length === 0) faults.push(`transaction ${id} has no facts`);
    const transaction = rows.length === 0 ? undefined : verifyFacts(id, rows, (fault) => faults.push(fault));
    if (transaction !== undefined) verifyProjection(transaction, projection, (fault) => faults.push(fault));
  }
  const [latest] = newest;
  const newestAt = latest === undefined ? {} : { newestAt: text(latest, "created_at") };
  return { transactions: newest.length, facts, faults, ...newestAt };
}

function verifyDatabase(database: DatabaseSync, expected: string | undefined): VerifyReport {
  const faults: string[] = [];
  const report: Report = (fault) => {
    if (faults.length < MOST_FAULTS) faults.push(fault);
  };
  // One snapshot for all the checks, while others go on writing. It ends with the connection.
  database.exec("BEGIN");
  let counts = { transactions: 0, facts: 0 };
  let checkpoint: Checkpoint | undefined;
  const checks = [
    () => reportDamage(database, report),
    () => (counts = verifyTransactions(database, report)),
    () => verifyEventNumbers(database, report),
    () => verifyAudit(database, report),
    () => (checkpoint = verifyHistory(database, expected, report)),
    () => reportRows(database, ORPHANS, report),
  ];
  for (const check of checks) reportEnd(check, report);
  return { ...counts, ...(checkpoint === undefined ? {} : { checkpoint }), faults };
}

/** Damage can end a check half way; the others still say what they find. */
function reportEnd(check: () => void, report: Report): void {
  try {
    check();
  } catch (error) {
    const failure = failureOf(error);
    if (failure === undefined) throw error;
    report(failure.message);
  }
}

function reportDamage(database: DatabaseSync, report: Report): void {
  for (const row of database.prepare(`PRAGMA integrity_check(${MOST_FAULTS})`).iterate()) {
    const finding = text(row, "integrity_check");
    if (finding !== "ok") report(`the file: ${finding}`);
  }
}

/** What no pass over single transactions sees. Each row is a fault in words. */
const ORPHANS = [
  `SELECT 'transaction ' || id || ' has no facts' AS fault FROM transactions
     WHERE NOT EXISTS (SELECT 1 FROM facts WHERE transaction_id = id)`,
  `SELECT 'request id ' || t.request_id || ' of ' || t.pos || ' belongs to transaction ' || t.id || ' and to the pruned ' ||
     p.transaction_id AS fault FROM tombstones p JOIN transactions t ON t.pos = p.pos AND t.request_id = p.request_id`,
  `SELECT 'movement ' || movement || ' is claimed by transaction ' || transaction_id || ', which is not there' AS fault
     FROM claims c WHERE NOT EXISTS (SELECT 1 FROM transactions t WHERE t.id = c.transaction_id)
     AND NOT EXISTS (SELECT 1 FROM tombstones p WHERE p.transaction_id = c.transaction_id)`,
];

function reportRows(database: DatabaseSync, queries: readonly string[], report: Report): void {
  for (const query of queries) {
    for (const row of database.prepare(query).iterate()) report(text(row, "fault"));
  }
}

/** One walk over the facts in their order, with the events that tell them walking beside it. */
function verifyTransactions(
  database: DatabaseSync,
  report: Report,
): { readonly transactions: number; readonly facts: number } {
  const projection = database.prepare("SELECT * FROM transactions WHERE id = ?");
  const told = toldFacts(database);
  let transactions = 0;
  let facts = 0;
  for (const rows of byTransaction(database)) {
    transactions += 1;
    facts += rows.length;
    const id = text(rows[0] ?? {}, "transaction_id");
    const transaction = verifyFacts(id, rows, report);
    if (transaction !== undefined) verifyProjection(transaction, projection, report);
    for (const row of rows) verifyTold(row, told, transaction, report);
  }
  for (let event = told.current(); event !== undefined; event = told.next()) report(untrueEvent(event));
  return { transactions, facts };
}

function* byTransaction(database: DatabaseSync): Generator<readonly Row[]> {
  const walk = database.prepare(
    "SELECT transaction_id, place, kind, at, body, hash FROM facts ORDER BY transaction_id, place",
  );
  let rows: Row[] = [];
  for (const row of walk.iterate()) {
    if (rows[0]?.["transaction_id"] !== row["transaction_id"] && rows.length > 0) {
      yield rows;
      rows = [];
    }
    rows.push(row);
  }
  if (rows.length > 0) yield rows;
}

/** The fold, or undefined where the facts are not to be believed. */
function verifyFacts(id: string, rows: readonly Row[], report: Report): Transaction | undefined {
  let hash = chainStart(id);
  const facts: Fact[] = [];
  for (const [index, row] of rows.entries()) {
    const stored = storedFact(row);
    hash = chainFact(hash, stored);
    if (stored.place !== index || !sameBytes(hash, blob(row, "hash"))) {
      report(`transaction ${id}: fact ${stored.place} is not the one that was written there`);
      return undefined;
    }
    facts.push(unpackFact(stored));
  }
  const folded = foldFacts(id, facts);
  if (folded.kind === "legal") return folded.transaction;
  report(`transaction ${id}: fact ${folded.place}: ${folded.why}`);
  return undefined;
}

function verifyProjection(transaction: Transaction, projection: StatementSync, report: Report): void {
  const row = projection.get(transaction.id);
  if (row === undefined) return report(`transaction ${transaction.id} has facts and no row to find it by`);
  for (const [column, value] of Object.entries({ ...originOf(transaction), ...progressOf(transaction) })) {
    if (row[column] === value) continue;
    report(`transaction ${transaction.id}: ${column} is ${String(row[column])}, its facts say ${String(value)}`);
  }
}

type ToldFacts = { current(): Row | undefined; next(): Row | undefined };

function toldFacts(database: DatabaseSync): ToldFacts {
  const walk = database
    .prepare(
      "SELECT transaction_id, place, pos, seq FROM outbox WHERE alarm IS NULL ORDER BY transaction_id, place, pos, seq",
    )
    .iterate();
  let current: Row | undefined;
  const next = (): Row | undefined => {
    const step = walk.next();
    current = step.done === true ? undefined : step.value;
    return current;
  };
  next();
  return { current: () => current, next };
}

/** Both walks are sorted alike, so an event that lies before the fact tells a fact that is not there. */
function verifyTold(fact: Row, told: ToldFacts, transaction: Transaction | undefined, report: Report): void {
  const id = text(fact, "transaction_id");
  const place = integer(fact, "place");
  let event = told.current();
  while (event !== undefined && comesBefore(event, id, place)) {
    report(untrueEvent(event));
    event = told.next();
  }
  const isTold = toldTypeOf({ kind: text(fact, "kind") as FactKind }) !== undefined;
  const tells = event !== undefined && text(event, "transaction_id") === id && integer(event, "place") === place;
  if (isTold && !tells) report(`transaction ${id}: nothing tells its fact ${place}`);
  if (event === undefined || !tells) return;
  if (!isTold) report(untrueEvent(event));
  if (transaction !== undefined && text(event, "pos") !== transaction.pos) {
    report(`transaction ${id}: fact ${place} is told to ${text(event, "pos")} and belongs to ${transaction.pos}`);
  }
  told.next();
}

function comesBefore(event: Row, id: string, place: number): boolean {
  const eventId = text(event, "transaction_id");
  return eventId < id || (eventId === id && integer(event, "place") < place);
}

function untrueEvent(event: Row): string {
  return `event ${integer(event, "seq")} of ${text(event, "pos")} tells fact ${integer(event, "place")} of transaction ${text(event, "transaction_id")}, which is not there or is not told once`;
}

function verifyAudit(database: DatabaseSync, report: Report): void {
  let previous = chainStart("audit");
  for (const row of database
    .prepare("SELECT number, at, what, by, detail, hash FROM audit ORDER BY number")
    .iterate()) {
    const entry = { at: text(row, "at"), what: text(row, "what"), by: text(row, "by"), detail: text(row, "detail") };
    const hash = blob(row, "hash");
    if (!sameBytes(chainAudit(previous, entry), hash))
      report(`audit entry ${integer(row, "number")} is not the one that was written there`);
    previous = hash;
  }
}
