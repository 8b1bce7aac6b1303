import type { Fact } from "../../src/core/facts.ts";
import type { Transaction } from "../../src/core/transaction.ts";
import { openForReading } from "../../src/journal/database.ts";
import { createReads, type Reads } from "../../src/journal/reads.ts";

/** A transaction as the journal has it, with all of its facts. */
export type Written = {
  readonly id: string;
  readonly pos: string;
  readonly requestId: string;
  readonly terminal: string;
  readonly ticket?: string;
  readonly facts: readonly Fact[];
};

/** What a killed daemon had still to do or to tell; the journal is only looked at. */
export function readUnended(directory: string): readonly Written[] {
  return reading(directory, (reads) => {
    const unacknowledged = reads.list({ unacknowledged: true, limit: MOST }).transactions;
    const ids = new Map([...reads.open(), ...unacknowledged].map((transaction) => [transaction.id, transaction]));
    return [...ids.values()].map((transaction) => withFacts(reads, transaction));
  });
}

/** Everything that it ever wrote. */
export function readAll(directory: string): readonly Written[] {
  return reading(directory, (reads) => {
    const all: Written[] = [];
    for (let cursor: string | undefined; ;) {
      const page = reads.list({ limit: MOST, ...(cursor === undefined ? {} : { cursor }) });
      all.push(...page.transactions.map((transaction) => withFacts(reads, transaction)));
      if (page.cursor === undefined) return all;
      ({ cursor } = page);
    }
  });
}

const MOST = 1_000;

function reading<Value>(directory: string, read: (reads: Reads) => Value): Value {
  const database = openForReading(directory);
  try {
    return read(createReads(database));
  } finally {
    database.close();
  }
}

function withFacts(reads: Reads, { id, pos, requestId, terminal, dispatched }: Transaction): Written {
  const ticket = dispatched === undefined ? {} : { ticket: dispatched.ticket };
  return { id, pos, requestId, terminal, ...ticket, facts: reads.facts(id) };
}
