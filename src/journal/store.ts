import type { DatabaseSync } from "node:sqlite";
import { assert } from "../core/assert.ts";
import type { Fact } from "../core/facts.ts";
import { applyFact } from "../core/transaction.ts";
import { chainAudit, chainFact, chainStart } from "./chain.ts";
import { createCheckpoints } from "./checkpoints.ts";
import type { OpenedDatabase } from "./database.ts";
import { createFoldCache, type Folded } from "./fold-cache.ts";
import { JournalFailure, type Append, type Appended, type AuditEntry, type Pruned } from "./journal.ts";
import { createOutbox } from "./outbox.ts";
import { createProjection } from "./projection.ts";
import { createPruning } from "./pruning.ts";
import { createReads, type Reads } from "./reads.ts";
import { blob, integer, text } from "./rows.ts";
import { packFact, unpackFact } from "./stored-fact.ts";
import { createTakeBack } from "./take-back.ts";

/** The journal over one open database, synchronous. Its writes belong between `begin` and `commit`. */
export type Store = {
  readonly reads: Reads;
  begin(): void;
  commit(): void;
  /** All of it or, where it throws, nothing of it; what was written before in the same transaction stays. */
  append(append: Append): Appended;
  audit(entry: AuditEntry): void;
  seen(transaction: string, at: string): void;
  /** Removes what a commit wrote that failed after all: its writers were told that it is not there. */
  takeBack(appends: readonly Append[]): void;
  /** Transactions that are not at their end. */
  running(): number;
  /** One step of `Journal.prune`; `at` is this moment. */
  prune(before: string, limit: number, cursor: string | undefined, at: string): Pruned;
  /** Covers what no checkpoint stands for, so much of it at a time; true where there is more. */
  writeCheckpoint(at: string): boolean;
  /** Moves what is in the log into the file, outside every commit. */
  moveLog(): void;
  close(): void;
};

type Refusal = Exclude<Appended, { kind: "appended" }>;

export function createStore({ database, origin, assertInPlace }: OpenedDatabase): Store {
  const statement = statements(database);
  const reads = createReads(database);
  const folds = createFoldCache(reads.load);
  const projection = createProjection(database);
  const tell = createOutbox(database, reads.lastSeq);

  function write(append: Append): Appended {
    const refused = refusal(append);
    if (refused !== undefined) return refused;
    const { transaction: id, place, facts, movement } = append;
    let folded = folds.get(id);
    const length = folded?.transaction.length ?? 0;
    if (length === 0 && statement.isPruned.get(id) !== undefined) throw pruned(id);
    assert(length === place, `transaction ${id} has ${length} facts, not ${place}: another writer was faster`);
    const before = folded?.transaction;
    for (const fact of facts) folded = writeFact(id, folded, fact);
    assert(folded?.transaction.length === place + facts.length, `transaction ${id} lost a fact while it was written`);
    if (before === undefined) projection.add(folded.transaction);
    else projection.change(before, folded.transaction);
    if (movement !== undefined) statement.claim.run(movement, id, place);
    if (facts.some(({ kind }) => kind === "settled")) statement.forgetSeen.run(id);
    const told = tell(append, folded.transaction.pos);
    // Last, so that what is kept was written whole.
    folds.keep(folded);
    return { kind: "appended", ...told };
  }

  function refusal({ transaction, facts: [first], movement }: Append): Refusal | undefined {
    if (first.kind === "accepted") {
      const stored = reads.find(first.pos, first.requestId);
      if (stored !== undefined) return { kind: "duplicate", stored };
    }
    const claim = movement === undefined ? undefined : statement.claimant.get(movement);
    if (claim === undefined) return undefined;
    const by = text(claim, "transaction_id");
    return by === transaction ? undefined : { kind: "claimed", by };
  }

  function writeFact(id: string, before: Folded | undefined, fact: Fact): Folded {
    const stored = packFact(fact, before?.transaction.length ?? 0);
    // What is folded is what was stored, not what the writer held in its hand.
    const folded = applyFact(id, before?.transaction, unpackFact(stored));
    if (folded.kind === "illegal") assert(false, `transaction ${id}: ${folded.why}`);
    const hash = chainFact(before?.hash ?? chainStart(id), stored);
    statement.fact.run(id, stored.place, stored.kind, stored.at, stored.body, hash);
    return { transaction: folded.transaction, hash };
  }

  return {
    reads,
    begin() {
      assertInPlace();
      statement.begin.run();
    },
    commit: () => void statement.commit.run(),
    append(append) {
      statement.savepoint.run();
      try {
        const appended = write(append);
        statement.release.run();
        return appended;
      } catch (error) {
        // Some failures (a full disk) have rolled back everything already.
        if (database.isTransaction) {
          statement.rollbackTo.run();
          statement.release.run();
        }
        throw error;
      }
    },
    audit(entry) {
      const last = statement.lastAudit.get();
      const hash = chainAudit(last === undefined ? chainStart("audit") : blob(last, "hash"), entry);
      statement.audit.run(entry.at, entry.what, entry.by, entry.detail, hash);
    },
    seen: (transaction, at) => void statement.seen.run(at, transaction),
    takeBack: createTakeBack(database, reads, projection),
    running: () => integer(statement.running.get() ?? {}, "running"),
    prune: createPruning({ database, load: reads.load, forget: folds.forget }),
    writeCheckpoint: createCheckpoints(database, origin),
    moveLog: () => void statement.moveLog.get(),
    close: () => database.close(),
  };
}

function pruned(id: string): JournalFailure {
  return new JournalFailure(
    `journal.db: transaction ${id} was pruned: it ended long ago, and nothing can be added to it.`,
  );
}

function statements(database: DatabaseSync) {
  return {
    begin: database.prepare("BEGIN IMMEDIATE"),
    commit: database.prepare("COMMIT"),
    savepoint: database.prepare("SAVEPOINT append"),
    release: database.prepare("RELEASE append"),
    rollbackTo: database.prepare("ROLLBACK TO append"),
    moveLog: database.prepare("PRAGMA wal_checkpoint(PASSIVE)"),
    fact: database.prepare("INSERT INTO facts (transaction_id, place, kind, at, body, hash) VALUES (?, ?, ?, ?, ?, ?)"),
    claim: database.prepare(
      "INSERT INTO claims (movement, transaction_id, place) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
    ),
    claimant: database.prepare("SELECT transaction_id FROM claims WHERE movement = ?"),
    seen: database.prepare(
      "INSERT INTO signs_of_life (transaction_id, at) SELECT id, ? FROM transactions WHERE id = ? AND state = 'dispatched' " +
        "ON CONFLICT DO UPDATE SET at = excluded.at",
    ),
    isPruned: database.prepare("SELECT 1 FROM tombstones WHERE transaction_id = ?"),
    forgetSeen: database.prepare("DELETE FROM signs_of_life WHERE transaction_id = ?"),
    running: database.prepare("SELECT count(*) AS running FROM transactions WHERE open = 1"),
    lastAudit: database.prepare("SELECT hash FROM audit ORDER BY number DESC LIMIT 1"),
    audit: database.prepare("INSERT INTO audit (at, what, by, detail, hash) VALUES (?, ?, ?, ?, ?)"),
  };
}
