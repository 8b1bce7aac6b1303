import { assert } from "../../core/assert.ts";
import type { DeviceIdentity } from "../../core/terminal.ts";
import type { Transaction } from "../../core/transaction.ts";
import type { Doubt, Order, Original } from "../../drivers/driver.ts";

/** What an operation machine starts from. */
export function orderOf(
  transaction: Transaction,
  original: Original | undefined,
  identity: DeviceIdentity | undefined,
  answerLimitMs: number,
): Order {
  return {
    transaction: transaction.id,
    operation: transaction.operation,
    answerLimitMs,
    ...(original === undefined ? {} : { original }),
    ...(identity === undefined ? {} : { identity }),
  };
}

/** What a recover machine starts from: only what is durable. */
export function doubtOf(transaction: Transaction, order: Order): Doubt {
  const { dispatched, remembered, proposed, outcome, cancelRequested } = transaction;
  assert(dispatched !== undefined, "a recovery of what was never dispatched");
  return {
    order,
    dispatched,
    cancelRequested,
    ...(outcome?.kind === "approved" && !outcome.final ? { standing: outcome } : {}),
    ...(remembered === undefined ? {} : { remembered }),
    ...(proposed === undefined ? {} : { proposed }),
  };
}
