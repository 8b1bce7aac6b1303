import type { Money } from "./money.ts";

/** The total that the customer is asked for: goods, tip and cashback. */
export function totalAsked(operation: {
  readonly amount?: Money;
  readonly tip?: Money;
  readonly cashback?: Money;
}): Money | undefined {
  const { amount, tip, cashback } = operation;
  if (amount === undefined) return undefined;
  return { value: amount.value + (tip?.value ?? 0) + (cashback?.value ?? 0), currency: amount.currency };
}
