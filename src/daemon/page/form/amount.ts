import { decimalsOf, MAX_AMOUNT_MINOR, type Money } from "../../../core/money.ts";

/** What a person typed as an amount: `12.50`, `12,50`, `1500`. Undefined where it is none, or nothing at all. */
export function amountTyped(text: string, currency: string): Money | undefined {
  const decimals = decimalsOf(currency);
  const [, whole, fraction = ""] = /^(\d{1,12})(?:[.,](\d{1,4}))?$/.exec(text.trim()) ?? [];
  // More digits than the currency has may be a thousands separator: that would be another amount.
  if (decimals === undefined || whole === undefined || fraction.length > decimals) return undefined;
  const value = Number(`${whole}${fraction.padEnd(decimals, "0")}`);
  return Number.isSafeInteger(value) && value > 0 && value <= MAX_AMOUNT_MINOR ? { value, currency } : undefined;
}
