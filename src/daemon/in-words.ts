import { unreachable } from "../core/assert.ts";
import { formatMoney } from "../core/money.ts";
import type { Operation } from "../core/operation.ts";
import { totalAsked } from "../core/total-asked.ts";
import type { DecidedBy, Verdict } from "../core/outcome.ts";

/** `approved 12.50 EUR`, for a person who compares it with a slip. */
export function verdictInWords(verdict: Verdict): string {
  switch (verdict.kind) {
    case "approved":
      return verdict.amounts === undefined ? "approved" : `approved ${formatMoney(verdict.amounts.approved)}`;
    case "declined":
    case "notPerformed":
      return `${verdict.kind} (${verdict.reason})`;
    case "canceled":
      return `canceled by ${verdict.by}`;
    case "unknown":
      return `unknown since ${verdict.since}`;
    default:
      return unreachable(verdict);
  }
}

/** `sale of 12.50 EUR, reference ticket 4711`. */
export function operationInWords(operation: Operation): string {
  const total = totalAsked(operation);
  const money = total === undefined ? "" : ` of ${formatMoney(total)}`;
  const reference = operation.reference === undefined ? "" : `, reference ${operation.reference}`;
  return `${operation.type}${money}${reference}`;
}

export function deciderInWords({ kind, name }: DecidedBy): string {
  return kind === "person" ? (name ?? "a person") : `the ${kind}`;
}
