import { assert } from "../../src/core/assert.ts";
import type { Fact } from "../../src/core/facts.ts";
import { applyFact, foldFacts, isOpen, stateOf, type Folded, type Transaction } from "../../src/core/transaction.ts";
import {
  toldTypeOf,
  type Append,
  type Appended,
  type AuditEntry,
  type Found,
  type KeptEvent,
  type Pruned,
  type Told,
  type TransactionQuery,
  type VerifyReport,
} from "../../src/journal/journal.ts";
import type { Reads } from "../../src/journal/reads.ts";
import type { Event, Memory } from "./journal-memory.ts";
import { prunable } from "./memory-pruning.ts";

export type MemoryStore = Omit<Reads, "load"> & {
  append(append: Append): Appended;
  audit(entry: AuditEntry): void;
  seen(transaction: string, at: string): void;
  bury(pos: string, requestId: string, transaction: string): void;
  prune(before: string, limit: number): Pruned;
  all(): readonly Transaction[];
  verify(): VerifyReport;
};

/** The rules of a journal, without a disk and at once. */
export function createMemoryStore(memory: Memory): MemoryStore {
  const folds = new Map<string, Transaction>();
  const byRequest = new Map<string, string>();
  let inOrder: readonly Transaction[] | undefined;

  function keep(transaction: Transaction): void {
    folds.set(transaction.id, transaction);
    byRequest.set(keyOf(transaction.pos, transaction.requestId), transaction.id);
    inOrder = undefined;
  }

  function factsOf(id: string, upTo?: number): Fact[] {
    return (memory.facts.get(id) ?? []).slice(0, upTo).map((text) => JSON.parse(text) as Fact);
  }

  function all(): readonly Transaction[] {
    inOrder ??= [...folds.values()];
    return inOrder;
  }

  function find(pos: string, requestId: string): Found | undefined {
    const key = keyOf(pos, requestId);
    const transaction = folds.get(byRequest.get(key) ?? "");
    return transaction === undefined ? memory.tombstones.get(key) : { kind: "transaction", transaction };
  }

  for (const id of memory.facts.keys()) keep(folded(id, foldFacts(id, factsOf(id))));

  function keptEvent(event: Event, seq: number): KeptEvent {
    const { at, alarm, transaction: id, place } = event;
    if (alarm !== undefined) return { seq, at, kind: "alarm", alarm };
    const facts = factsOf(id, place + 1);
    const last = facts.at(-1);
    const type = last && toldTypeOf(last);
    assert(type !== undefined, `event ${seq} tells no fact`);
    return { seq, at, kind: "transaction", type, transaction: folded(id, foldFacts(id, facts)) };
  }

  return {
    append: (append) => {
      const refused = refusalOf(append, memory, find);
      if (refused !== undefined) return refused;
      const { facts, transaction } = fold(append, folds.get(append.transaction));
      keep(transaction);
      return write(memory, append, facts, transaction.pos);
    },
    audit: (entry) => void memory.audit.push(entry),
    seen: (transaction, at) => {
      const known = folds.get(transaction);
      if (known !== undefined && stateOf(known) === "dispatched") memory.signsOfLife.set(transaction, at);
    },
    lastSeen: (transaction) => memory.signsOfLife.get(transaction),
    bury(pos, requestId, transaction) {
      memory.tombstones.set(keyOf(pos, requestId), { kind: "tombstone", transaction, pos, requestId });
    },
    prune(before, limit) {
      const pruned = prunable(memory, all(), before, limit);
      for (const { id, pos, requestId } of pruned) {
        memory.tombstones.set(keyOf(pos, requestId), { kind: "tombstone", transaction: id, pos, requestId });
        memory.facts.delete(id);
        folds.delete(id);
        byRequest.delete(keyOf(pos, requestId));
        inOrder = undefined;
        const events = memory.outbox.get(pos) ?? [];
        for (const [index, event] of events.entries())
          if (event.transaction === id) events[index] = { ...event, isPruned: true };
      }
      return { transactions: pruned.length, ...(pruned.length === limit ? { cursor: "0" } : {}) };
    },
    verify: () => ({
      transactions: all().length,
      facts: [...memory.facts.values()].reduce((count, facts) => count + facts.length, 0),
      faults: [],
    }),
    all,
    find,
    get: (id) => folds.get(id),
    facts: (id) => factsOf(id),
    list: (query) => listOf(all(), query),
    open: () => all().filter(isOpen),
    unacknowledged: (pos, limit) =>
      all()
        .filter((one) => one.pos === pos && isUnacknowledged(one))
        .slice(0, limit),
    successors: (original) => all().filter((one) => one.original === original),
    byTicket: (terminal, ticket) =>
      all().findLast((one) => one.terminal === terminal && one.dispatched?.ticket === ticket),
    claimed: (movements) => movements.filter((movement) => memory.claims.has(movement)),
    lastSeq: (pos) => memory.outbox.get(pos)?.length ?? 0,
    keptAfter: (pos, seq, limit) =>
      (memory.outbox.get(pos) ?? [])
        .slice(seq)
        .map((event, index) => ({ event, number: seq + index + 1 }))
        .filter(({ event }) => event.isPruned === undefined)
        .slice(0, limit)
        .map(({ event, number }) => keptEvent(event, number)),
  };
}

function refusalOf(
  { transaction, facts: [first], movement }: Append,
  memory: Memory,
  find: MemoryStore["find"],
): Exclude<Appended, { kind: "appended" }> | undefined {
  const stored = first.kind === "accepted" ? find(first.pos, first.requestId) : undefined;
  if (stored !== undefined) return { kind: "duplicate", stored };
  const by = movement === undefined ? undefined : memory.claims.get(movement);
  return by === undefined || by === transaction ? undefined : { kind: "claimed", by };
}

/** The facts as they are kept, and what they make of the transaction. */
function fold(
  { transaction: id, place, facts }: Append,
  known: Transaction | undefined,
): { readonly facts: readonly string[]; readonly transaction: Transaction } {
  const length = known?.length ?? 0;
  assert(length === place, `transaction ${id} has ${length} facts, not ${place}: another writer was faster`);
  const kept = facts.map((fact) => JSON.stringify(fact));
  const transaction = kept.reduce<Transaction | undefined>(
    (before, text) => folded(id, applyFact(id, before, JSON.parse(text) as Fact)),
    known,
  );
  assert(transaction !== undefined, "an append has a fact");
  return { facts: kept, transaction };
}

function folded(id: string, fold: Folded): Transaction {
  assert(fold.kind === "legal", `transaction ${id}: ${fold.kind === "illegal" ? fold.why : ""}`);
  return fold.transaction;
}

function write(
  memory: Memory,
  { transaction: id, place, facts, alarms = [], movement }: Append,
  kept: readonly string[],
  pos: string,
): Appended {
  const lines = memory.facts.get(id) ?? [];
  memory.facts.set(id, lines);
  lines.push(...kept);
  if (movement !== undefined) memory.claims.set(movement, id);
  if (facts.some(({ kind }) => kind === "settled")) memory.signsOfLife.delete(id);

  const events = memory.outbox.get(pos) ?? [];
  memory.outbox.set(pos, events);
  const tell = (event: Event): Told => ({ pos, seq: events.push(event), place: event.place });
  const told = facts.flatMap((fact, index) =>
    toldTypeOf(fact) === undefined ? [] : [tell({ at: fact.at, transaction: id, place: place + index })],
  );
  const last = { at: facts.at(-1)?.at ?? facts[0].at, transaction: id, place: place + facts.length - 1 };
  return { kind: "appended", told, alarms: alarms.map((alarm) => tell({ ...last, alarm })) };
}

function listOf(transactions: readonly Transaction[], query: TransactionQuery) {
  const end = query.cursor === undefined ? transactions.length : Number(query.cursor);
  const matching = transactions
    .map((transaction, number) => ({ transaction, number }))
    .filter(({ transaction, number }) => number < end && matches(transaction, query))
    .reverse();
  const page = matching.slice(0, query.limit);
  const last = page.at(-1);
  return {
    transactions: page.map(({ transaction }) => transaction),
    ...(matching.length > query.limit && last !== undefined ? { cursor: String(last.number) } : {}),
  };
}

function matches(one: Transaction, query: TransactionQuery): boolean {
  const created = Date.parse(one.createdAt);
  return (
    (query.pos ?? one.pos) === one.pos &&
    (query.terminal ?? one.terminal) === one.terminal &&
    (query.state ?? stateOf(one)) === stateOf(one) &&
    (query.reference ?? one.operation.reference) === one.operation.reference &&
    (query.unacknowledged ?? isUnacknowledged(one)) === isUnacknowledged(one) &&
    (query.outcome === undefined || query.outcome.some((kind) => kind === one.outcome?.kind)) &&
    (query.from === undefined || created >= Date.parse(query.from)) &&
    (query.to === undefined || created < Date.parse(query.to))
  );
}

function isUnacknowledged(one: Transaction): boolean {
  return one.outcome !== undefined && one.outcome.revision > one.acknowledgedRevision;
}

function keyOf(pos: string, requestId: string): string {
  return JSON.stringify([pos, requestId]);
}
