import type { CloudAnswer, CloudOrder, CloudRequest } from "./messages.ts";

const DAY_MS = 24 * 3_600_000;

/** Of the orders around this time, those with our reference (mercado-pago.md 3.3). */
export function searchOf(transaction: string, aroundMs: number): CloudRequest {
  return {
    kind: "searchOrders",
    externalReference: transaction,
    beginDate: new Date(aroundMs - 2 * DAY_MS).toISOString(),
    endDate: new Date(aroundMs + DAY_MS).toISOString(),
  };
}

export type Own =
  | { readonly kind: "one"; readonly order: CloudOrder }
  | { readonly kind: "none" }
  | { readonly kind: "several" | "notAllTold"; readonly why: string };

/** Which of them is ours. That a reference names one order only is the vendor's rule, and nothing says that it is enforced. */
export function ownAmong({ orders, total }: Extract<CloudAnswer, { kind: "orders" }>, transaction: string): Own {
  const [order, ...others] = orders.filter(({ externalReference }) => externalReference === transaction);
  if (others.length > 0) return { kind: "several", why: "several orders have our reference" };
  if (order !== undefined) return { kind: "one", order };
  return total > orders.length
    ? { kind: "notAllTold", why: "the vendor's search tells only some of the orders" }
    : { kind: "none" };
}

/**
 * The same where absence is to be proved: an answer with another reference in it was not chosen by ours, so it may be a part of something longer,
 * and leave ours out.
 */
export function ownForSure(told: Extract<CloudAnswer, { kind: "orders" }>, transaction: string): Own {
  const own = ownAmong(told, transaction);
  return own.kind === "none" && told.orders.length > 0
    ? { kind: "notAllTold", why: "the vendor's search tells orders that were not asked for" }
    : own;
}
