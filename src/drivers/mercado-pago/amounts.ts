import { assert } from "../../core/assert.ts";
import { decimalsOf, MAX_AMOUNT_MINOR } from "../../core/money.ts";
import type { MercadoPagoSettings } from "./settings.ts";

type Currency = Pick<MercadoPagoSettings, "currency" | "clpDecimals">;

const ownDecimals = (currency: string): number => {
  const decimals = decimalsOf(currency);
  assert(decimals !== undefined, `ISO 4217 knows ${currency}`);
  return decimals;
};

/** 1250 is "12.50"; by the digits alone, because a fraction of binary numbers is none of decimal ones (mercado-pago.md 3.1). */
export function toDecimal(minor: number, { currency, clpDecimals }: Currency): string {
  assert(Number.isSafeInteger(minor) && minor >= 0, "an amount is a whole number of minor units");
  const decimals = ownDecimals(currency);
  const digits = String(minor).padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = digits.slice(digits.length - decimals).padEnd(currency === "CLP" ? clpDecimals : decimals, "0");
  return fraction === "" ? whole : `${whole}.${fraction}`;
}

const DECIMAL = /^(0|[1-9]\d{0,11})(?:\.(\d{1,4}))?$/;

/** "24.9" is 2490. Undefined where it is no amount, or one that the currency cannot hold: nothing is ever rounded. */
export function fromDecimal(text: string, currency: string): number | undefined {
  const match = DECIMAL.exec(text);
  if (match === null) return undefined;
  const [, whole = "", fraction = ""] = match;
  const decimals = ownDecimals(currency);
  if (/[1-9]/.test(fraction.slice(decimals))) return undefined;
  const minor = Number(whole + fraction.slice(0, decimals).padEnd(decimals, "0"));
  return minor <= MAX_AMOUNT_MINOR ? minor : undefined;
}
