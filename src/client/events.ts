import type { EventOnWire } from "../protocol/events.ts";
import type { TransactionOnWire } from "../protocol/transaction.ts";

/** The transaction that an event carries whole; undefined where it carries none, or only its id. */
export function transactionOf(event: EventOnWire): TransactionOnWire | undefined {
  return "transaction" in event && typeof event.transaction === "object" ? event.transaction : undefined;
}
