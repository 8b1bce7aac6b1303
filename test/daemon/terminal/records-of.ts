import assert from "node:assert/strict";
import type { FactBody } from "../../../src/core/facts.ts";
import type { Transaction } from "../../../src/core/transaction.ts";
import { foldFacts } from "../../../src/core/transaction.ts";
import type { DaemonEvent } from "../../../src/daemon/api.ts";
import { TransactionRecord } from "../../../src/daemon/record.ts";
import { Records } from "../../../src/daemon/records.ts";
import { createMemoryJournal, type MemoryJournal } from "../../support/memory-journal.ts";
import { createVirtualClock, type VirtualClock } from "../../support/virtual-clock.ts";

const eur = (value: number) => ({ value, currency: "EUR" });

export const approvedVerdict = (value: number) =>
  ({ kind: "approved", amounts: { approved: eur(value) }, partial: false, captured: true, final: true }) as const;

export const dispatchedFact: FactBody = {
  kind: "dispatched",
  attempt: 1,
  request: "",
  ticket: "T1",
  driver: { id: "toy", version: "1" },
  link: "tcp toy #1",
  deadline: "2026-01-02T03:06:15.000Z",
  lastSeen: "2026-01-02T03:04:05.000Z",
};

export type Desk = {
  readonly clock: VirtualClock;
  readonly journal: MemoryJournal;
  readonly events: DaemonEvent[];
  /** Empty: what is made here is in nobody's hands. */
  readonly records: Records;
  /** A sale of 10.00 EUR, accepted, with what followed. */
  accepted(id: string, ...facts: readonly FactBody[]): Promise<TransactionRecord>;
  /** As the next process loads it. */
  reopened(id: string): Promise<TransactionRecord>;
};

/** Records over a journal in memory, each with its sale accepted. */
export function openDesk(): Desk {
  const clock = createVirtualClock();
  const journal = createMemoryJournal();
  const events: DaemonEvent[] = [];
  const ports = {
    clock,
    journal,
    settings: { appendLimitMs: 2000 },
    emit: (event: DaemonEvent) => void events.push(event),
  };
  return {
    clock,
    journal,
    events,
    records: new Records(ports),
    accepted: async (id, ...facts) => {
      const accepted: FactBody = {
        kind: "accepted",
        pos: "till-1",
        requestId: `request-${id}`,
        terminal: "counter-1",
        operation: { type: "sale", amount: eur(1000) },
        content: "{}",
      };
      const at = new Date(clock.now()).toISOString();
      await journal.append({ transaction: id, place: 0, facts: [{ ...accepted, at }] });
      const folded = foldFacts(id, [{ ...accepted, at }]);
      assert(folded.kind === "legal");
      const record = new TransactionRecord(ports, folded.transaction);
      for (const fact of facts) await record.write(() => ({ facts: [fact] }));
      return record;
    },
    reopened: async (id) => new TransactionRecord(ports, await stored(journal, id)),
  };
}

/** What a new process would find. */
export async function stored(journal: MemoryJournal, id: string): Promise<Transaction> {
  const transaction = await journal.get(id);
  assert(transaction !== undefined);
  return transaction;
}
