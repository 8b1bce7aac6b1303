import type { Money } from "./money.ts";
import type { Operation } from "./operation.ts";

/** The total that the customer is asked for: goods, tip and cashback. */
export function totalAsked(operation: Pick<Operation, "amount" | "tip" | "cashback">): Money | undefined {
  const { amount, tip, cashback } = operation;
  if (amount === undefined) return undefined;
  return { value: amount.value + (tip?.value ?? 0) + (cashback?.value ?? 0), currency: amount.currency };
}
