import type { EventOnWire } from "../../../protocol/events.ts";
import type { TransactionOnWire } from "../../../protocol/transaction.ts";
import { transactionOf } from "../../../client/events.ts";
import type { OpenTransaction } from "../view.ts";

/** It waits, runs, or somebody has to find out how it ended. */
export function isOpen(transaction: TransactionOnWire): boolean {
  return transaction.outcome === undefined || isInDoubt(transaction);
}

/** Whether money moved is not known, or two stories are told about it. */
export function isInDoubt({ outcome, recovering, contradicted }: TransactionOnWire): boolean {
  if (contradicted !== undefined) return true;
  return outcome === undefined ? recovering === true : outcome.kind === "unknown";
}

type List = readonly OpenTransaction[];

/** The list once this event is known. The same one where the event changes nothing in it. */
export function afterEvent(list: List, event: EventOnWire, nowMs: number): List {
  const told = transactionOf(event);
  if (told !== undefined) return withTransaction(list, told);
  if (event.type !== "transaction.progress") return list;
  const { transaction: id, stage, text, remainingMs, queuePosition } = event;
  const known = list.find((each) => each.id === id);
  if (known === undefined || known.outcome !== undefined) return list;
  const { queuePosition: _before, endsAtMs: _old, ...rest } = known;
  return put(list, {
    ...rest,
    progress: text === undefined ? { stage } : { stage, text },
    ...(remainingMs === undefined ? {} : { endsAtMs: nowMs + remainingMs }),
    ...(queuePosition === undefined ? {} : { queuePosition }),
  });
}

/** The list with what the daemon told of these; none twice. */
export function listOf(transactions: readonly TransactionOnWire[]): List {
  return transactions.reduce<List>(withTransaction, []);
}

function withTransaction(list: List, transaction: TransactionOnWire): List {
  if (isOpen(transaction)) return put(list, transaction);
  return list.some(({ id }) => id === transaction.id) ? list.filter(({ id }) => id !== transaction.id) : list;
}

function put(list: List, transaction: OpenTransaction): List {
  const others = list.filter(({ id }) => id !== transaction.id);
  return [...others, transaction].sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
}

function keyOf({ createdAt, id }: OpenTransaction): string {
  return `${createdAt} ${id}`;
}
