import { stateOf, type Transaction } from "../core/transaction.ts";
import type { TransactionPage, TransactionQuery } from "../journal/journal.ts";
import type { Seen } from "./api.ts";

/** In doubt, or contradicted: the terminal or a person still has to say how it ended. All of them are in memory. */
export function isUndecided({ transaction, live }: Seen): boolean {
  return transaction.outcome?.kind === "unknown" || transaction.contradicted !== undefined || live.recovering;
}

/** Like the journal's own list, newest first; the cursor counts those that are older. */
export function pageOf(undecided: readonly Transaction[], query: TransactionQuery): TransactionPage {
  const matching = undecided
    .filter((one) => matches(one, query))
    .toSorted((one, other) => one.createdAt.localeCompare(other.createdAt) || one.id.localeCompare(other.id));
  const end = query.cursor === undefined ? matching.length : Math.min(Number(query.cursor), matching.length);
  const start = Math.max(0, end - query.limit);
  const transactions = matching.slice(start, end).reverse();
  return start === 0 ? { transactions } : { transactions, cursor: String(start) };
}

function matches(one: Transaction, query: TransactionQuery): boolean {
  const { pos, terminal, state, outcome, unacknowledged, reference, from, to } = query;
  const isUnacknowledged = one.outcome !== undefined && one.outcome.revision > one.acknowledgedRevision;
  return (
    (pos ?? one.pos) === one.pos &&
    (terminal ?? one.terminal) === one.terminal &&
    (state ?? stateOf(one)) === stateOf(one) &&
    (reference ?? one.operation.reference) === one.operation.reference &&
    (unacknowledged !== true || isUnacknowledged) &&
    (outcome === undefined || outcome.some((kind) => kind === one.outcome?.kind)) &&
    (from === undefined || one.createdAt >= from) &&
    (to === undefined || one.createdAt < to)
  );
}
