import type { DatabaseSync } from "node:sqlite";
import { assert } from "../core/assert.ts";
import type { Fact } from "../core/facts.ts";
import { foldFacts, type Transaction } from "../core/transaction.ts";
import { chainFact, chainStart, type StoredFact } from "./chain.ts";
import { damaged } from "./failure.ts";
import type { Folded } from "./fold-cache.ts";
import {
  toldTypeOf,
  type Alarm,
  type Found,
  type Journal,
  type KeptEvent,
  type TransactionPage,
  type TransactionQuery,
} from "./journal.ts";
import { listStatement } from "./list.ts";
import { blob, integer, optionalText, text, type Row } from "./rows.ts";
import { unpackFact } from "./stored-fact.ts";

export type ReadMethod =
  | "find"
  | "get"
  | "facts"
  | "list"
  | "open"
  | "unacknowledged"
  | "successors"
  | "byTicket"
  | "claimed"
  | "lastSeq"
  | "lastSeen"
  | "keptAfter";

/** The questions of a journal, answered at once. */
export type Reads = {
  readonly [Method in ReadMethod]: (...args: Parameters<Journal[Method]>) => Awaited<ReturnType<Journal[Method]>>;
} & {
  readonly load: (id: string) => Folded | undefined;
};

export function createReads(database: DatabaseSync): Reads {
  const statement = statements(database);
  const list = listStatement(database);

  function load(id: string): Folded | undefined {
    const { facts, hash } = readFacts(id, Number.MAX_SAFE_INTEGER);
    if (facts.length === 0) return undefined;
    const folded = foldFacts(id, facts);
    if (folded.kind === "illegal") throw damaged(`transaction ${id}: ${folded.why}`);
    assert(folded.transaction.length === facts.length, `transaction ${id} folded to another length than it has facts`);
    return { transaction: folded.transaction, hash };
  }

  /** The chain is checked whenever facts are read: a changed or missing line is never taken for the truth. */
  function readFacts(id: string, upTo: number): { readonly facts: readonly Fact[]; readonly hash: Uint8Array } {
    let hash = chainStart(id);
    const facts = statement.facts.all(id, upTo).map((row, index) => {
      const stored = storedFact(row);
      hash = chainFact(hash, stored);
      if (stored.place !== index || !sameBytes(hash, blob(row, "hash")))
        throw damaged(`transaction ${id}: fact ${index} was changed`);
      return unpackFact(stored);
    });
    return { facts, hash };
  }

  function transactionOf(row: Row): Transaction {
    const id = text(row, "id");
    const loaded = load(id);
    if (loaded?.transaction.length !== integer(row, "length")) throw damaged(`transaction ${id}: facts are missing`);
    return loaded.transaction;
  }

  function keptEvent(row: Row): KeptEvent {
    const kept = { seq: integer(row, "seq"), at: text(row, "at") };
    const alarm = optionalText(row, "alarm");
    if (alarm !== undefined) return { ...kept, kind: "alarm", alarm: JSON.parse(alarm) as Alarm };
    const id = text(row, "transaction_id");
    const place = integer(row, "place");
    const { facts } = readFacts(id, place);
    const last = facts.at(-1);
    const folded = foldFacts(id, facts);
    const type = last === undefined ? undefined : toldTypeOf(last);
    if (folded.kind === "illegal" || type === undefined || facts.length !== place + 1)
      throw damaged(`transaction ${id}: event ${kept.seq} tells no fact`);
    return { ...kept, kind: "transaction", type, transaction: folded.transaction };
  }

  function find(pos: string, requestId: string): Found | undefined {
    const row = statement.find.get(pos, requestId);
    if (row !== undefined) return { kind: "transaction", transaction: transactionOf(row) };
    const tombstone = statement.tombstone.get(pos, requestId);
    if (tombstone === undefined) return undefined;
    return { kind: "tombstone", transaction: text(tombstone, "transaction_id"), pos, requestId };
  }

  return {
    load,
    find,
    get: (id) => load(id)?.transaction,
    facts: (id) => readFacts(id, Number.MAX_SAFE_INTEGER).facts,
    list: (query: TransactionQuery): TransactionPage => {
      const { rows, cursor } = list(query);
      return { transactions: rows.map(transactionOf), ...(cursor === undefined ? {} : { cursor }) };
    },
    open: () => statement.open.all().map(transactionOf),
    unacknowledged: (pos, limit) => statement.unacknowledged.all(pos, limit).map(transactionOf),
    successors: (original) => statement.successors.all(original).map(transactionOf),
    byTicket: (terminal, ticket) => {
      const row = statement.byTicket.get(ticket, terminal);
      return row === undefined ? undefined : transactionOf(row);
    },
    claimed: (movements) => statement.claimed.all(JSON.stringify(movements)).map((row) => text(row, "movement")),
    lastSeq: (pos) => integer(statement.lastSeq.get(pos) ?? {}, "last"),
    lastSeen: (transaction) => {
      const row = statement.lastSeen.get(transaction);
      return row === undefined ? undefined : text(row, "at");
    },
    keptAfter: (pos, seq, limit) => statement.keptAfter.all(pos, seq, limit).map(keptEvent),
  };
}

function statements(database: DatabaseSync) {
  return {
    facts: database.prepare(
      "SELECT place, kind, at, body, hash FROM facts WHERE transaction_id = ? AND place <= ? ORDER BY place",
    ),
    find: database.prepare("SELECT id, length FROM transactions WHERE pos = ? AND request_id = ?"),
    tombstone: database.prepare("SELECT transaction_id FROM tombstones WHERE pos = ? AND request_id = ?"),
    open: database.prepare("SELECT id, length FROM transactions WHERE open = 1 ORDER BY number"),
    unacknowledged: database.prepare(
      "SELECT id, length FROM transactions WHERE pos = ? AND revision > acknowledged ORDER BY number LIMIT ?",
    ),
    successors: database.prepare("SELECT id, length FROM transactions WHERE original = ? ORDER BY number"),
    byTicket: database.prepare(
      "SELECT id, length FROM transactions WHERE ticket = ? AND terminal = ? ORDER BY number DESC LIMIT 1",
    ),
    claimed: database.prepare("SELECT movement FROM claims WHERE movement IN (SELECT value FROM json_each(?))"),
    lastSeq: database.prepare("SELECT coalesce(max(seq), 0) AS last FROM outbox WHERE pos = ?"),
    lastSeen: database.prepare("SELECT at FROM signs_of_life WHERE transaction_id = ?"),
    keptAfter: database.prepare(
      "SELECT seq, at, transaction_id, place, alarm FROM outbox WHERE pos = ? AND seq > ? ORDER BY seq LIMIT ?",
    ),
  };
}

export function storedFact(row: Row): StoredFact {
  return { place: integer(row, "place"), kind: text(row, "kind"), at: text(row, "at"), body: text(row, "body") };
}

export function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}
