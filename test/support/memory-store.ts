import { assert } from "../../src/core/assert.ts";
import type { Fact } from "../../src/core/facts.ts";
import { foldFacts, isOpen, stateOf, type Transaction } from "../../src/core/transaction.ts";
import {
  toldTypeOf,
  type Alarm,
  type Append,
  type Appended,
  type AuditEntry,
  type Found,
  type KeptEvent,
  type Told,
  type TransactionQuery,
  type VerifyReport,
} from "../../src/journal/journal.ts";
import type { Reads } from "../../src/journal/reads.ts";

type Event = { readonly at: string; readonly transaction: string; readonly place: number; readonly alarm?: Alarm };

/** What a journal remembers, in plain values. */
export type Memory = {
  readonly id: string;
  /** Facts as JSON by transaction, in the order of acceptance: what comes out is never the object that went in. */
  readonly facts: Map<string, string[]>;
  readonly tombstones: Map<string, Extract<Found, { kind: "tombstone" }>>;
  readonly claims: Map<string, string>;
  readonly outbox: Map<string, Event[]>;
  readonly audit: AuditEntry[];
  readonly signsOfLife: Map<string, string>;
};

export type MemoryStore = Omit<Reads, "load"> & {
  append(append: Append): Appended;
  audit(entry: AuditEntry): void;
  seen(transaction: string, at: string): void;
  bury(pos: string, requestId: string, transaction: string): void;
  all(): readonly Transaction[];
  verify(): VerifyReport;
};

/** The rules of a journal, without a disk and at once. */
export function createMemoryStore(memory: Memory): MemoryStore {
  function factsOf(id: string, upTo?: number): Fact[] {
    return (memory.facts.get(id) ?? []).slice(0, upTo).map((text) => JSON.parse(text) as Fact);
  }

  function fold(id: string, facts: readonly Fact[]): Transaction {
    const folded = foldFacts(id, facts);
    assert(folded.kind === "legal", `transaction ${id}: ${folded.kind === "illegal" ? folded.why : ""}`);
    return folded.transaction;
  }

  function get(id: string): Transaction | undefined {
    return memory.facts.has(id) ? fold(id, factsOf(id)) : undefined;
  }

  function all(): Transaction[] {
    return [...memory.facts.keys()].map((id) => fold(id, factsOf(id)));
  }

  function find(pos: string, requestId: string): Found | undefined {
    const transaction = all().find((one) => one.pos === pos && one.requestId === requestId);
    if (transaction !== undefined) return { kind: "transaction", transaction };
    return memory.tombstones.get(keyOf(pos, requestId));
  }

  function keptEvent(event: Event, seq: number): KeptEvent {
    const { at, alarm, transaction: id, place } = event;
    if (alarm !== undefined) return { seq, at, kind: "alarm", alarm };
    const facts = factsOf(id, place + 1);
    const last = facts.at(-1);
    const type = last && toldTypeOf(last);
    assert(type !== undefined, `event ${seq} tells no fact`);
    return { seq, at, kind: "transaction", type, transaction: fold(id, facts) };
  }

  return {
    append: (append) => appendTo(memory, append, find, fold, factsOf),
    audit: (entry) => void memory.audit.push(entry),
    seen: (transaction, at) => {
      const known = get(transaction);
      if (known !== undefined && stateOf(known) === "dispatched") memory.signsOfLife.set(transaction, at);
    },
    lastSeen: (transaction) => memory.signsOfLife.get(transaction),
    bury(pos, requestId, transaction) {
      memory.tombstones.set(keyOf(pos, requestId), { kind: "tombstone", transaction, pos, requestId });
    },
    verify: () => ({
      transactions: all().length,
      facts: [...memory.facts.values()].reduce((count, facts) => count + facts.length, 0),
      faults: [],
    }),
    all,
    find,
    get,
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
      (memory.outbox.get(pos) ?? []).slice(seq, seq + limit).map((event, index) => keptEvent(event, seq + index + 1)),
  };
}

function appendTo(
  memory: Memory,
  { transaction: id, place, facts, alarms = [], movement }: Append,
  find: MemoryStore["find"],
  fold: (id: string, facts: readonly Fact[]) => Transaction,
  factsOf: (id: string) => Fact[],
): Appended {
  const [first] = facts;
  const stored = first.kind === "accepted" ? find(first.pos, first.requestId) : undefined;
  if (stored !== undefined) return { kind: "duplicate", stored };
  const by = movement === undefined ? undefined : memory.claims.get(movement);
  if (by !== undefined && by !== id) return { kind: "claimed", by };

  const lines = memory.facts.get(id) ?? [];
  assert(
    lines.length === place,
    `transaction ${id} has ${lines.length} facts, not ${place}: another writer was faster`,
  );
  const added = facts.map((fact) => JSON.stringify(fact));
  const { pos } = fold(id, [...factsOf(id), ...added.map((text) => JSON.parse(text) as Fact)]);
  memory.facts.set(id, [...lines, ...added]);
  if (movement !== undefined) memory.claims.set(movement, id);
  if (facts.some(({ kind }) => kind === "settled")) memory.signsOfLife.delete(id);

  const events = memory.outbox.get(pos) ?? [];
  memory.outbox.set(pos, events);
  const tell = (event: Event): Told => ({ pos, seq: events.push(event), place: event.place });
  const told = facts.flatMap((fact, index) =>
    toldTypeOf(fact) === undefined ? [] : [tell({ at: fact.at, transaction: id, place: place + index })],
  );
  const last = { at: facts.at(-1)?.at ?? first.at, transaction: id, place: place + facts.length - 1 };
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
