import { isOpen, stateOf, type Transaction } from "../core/transaction.ts";

/** What the columns of a transaction's row say beside those that its `accepted` fixed. */
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

/** The columns that never change. */
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
