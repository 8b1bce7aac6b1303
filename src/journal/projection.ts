import type { DatabaseSync, StatementSync } from "node:sqlite";
import { isOpen, stateOf, type Transaction } from "../core/transaction.ts";

/** The columns of a transaction's row that its `accepted` fixed. */
export function originOf(transaction: Transaction) {
  return {
    id: transaction.id,
    pos: transaction.pos,
    request_id: transaction.requestId,
    terminal: transaction.terminal,
    reference: transaction.operation.reference ?? null,
    original: transaction.original ?? null,
    created_at: transaction.createdAt,
  };
}

/** The columns that later facts change. */
export function progressOf(transaction: Transaction) {
  return {
    ticket: transaction.dispatched?.ticket ?? null,
    state: stateOf(transaction),
    outcome: transaction.outcome?.kind ?? null,
    revision: transaction.outcome?.revision ?? 0,
    acknowledged: transaction.acknowledgedRevision,
    open: isOpen(transaction) ? 1 : 0,
    length: transaction.length,
  };
}

export type Projection = {
  add(transaction: Transaction): void;
  /** Writes the columns that differ and no others: an index that is not touched is a page that is not written. */
  change(before: Transaction, after: Transaction): void;
  /** Writes all that facts say, whatever was there. */
  restore(transaction: Transaction): void;
  remove(id: string): void;
};

export function createProjection(database: DatabaseSync): Projection {
  const insert = database.prepare(
    `INSERT INTO transactions (id, pos, request_id, terminal, reference, original, created_at, ticket, state, outcome, revision,
       acknowledged, open, length)
     VALUES (:id, :pos, :request_id, :terminal, :reference, :original, :created_at, :ticket, :state, :outcome, :revision,
       :acknowledged, :open, :length)`,
  );
  const remove = database.prepare("DELETE FROM transactions WHERE id = ?");
  // One statement for each set of columns that facts change together, of which there are few.
  const updates = new Map<string, StatementSync>();

  function update(id: string, columns: readonly (readonly [column: string, value: string | number | null])[]): void {
    const assignments = columns.map(([column]) => `${column} = :${column}`).join(", ");
    const statement =
      updates.get(assignments) ?? database.prepare(`UPDATE transactions SET ${assignments} WHERE id = :id`);
    updates.set(assignments, statement);
    statement.run({ id, ...Object.fromEntries(columns) });
  }

  return {
    add: (transaction) => void insert.run({ ...originOf(transaction), ...progressOf(transaction) }),
    change(before, after) {
      const old: Readonly<Record<string, unknown>> = progressOf(before);
      update(
        after.id,
        Object.entries(progressOf(after)).filter(([column, value]) => value !== old[column]),
      );
    },
    restore: (transaction) => update(transaction.id, Object.entries(progressOf(transaction))),
    remove: (id) => void remove.run(id),
  };
}
