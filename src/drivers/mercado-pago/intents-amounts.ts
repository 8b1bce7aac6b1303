import { decimalsOf, type Money } from "../../core/money.ts";
import type { IntentSettings } from "./intents-settings.ts";

/** The older API counts in hundredths (mercado-pago.md 7). */
const WIRE_DECIMALS = 2;

/** Undefined where hundredths cannot tell the currency's minor units. */
export function hundredthsOf({ value, currency }: Money): number | undefined {
  const decimals = decimalsOf(currency);
  if (decimals === undefined || decimals > WIRE_DECIMALS) return undefined;
  const hundredths = value * 10 ** (WIRE_DECIMALS - decimals);
  return Number.isSafeInteger(hundredths) ? hundredths : undefined;
}

type Limits = { readonly least?: number; readonly most?: number };

/** In hundredths (mercado-pago.md 8). */
const LIMITS: ReadonlyMap<string, Limits> = new Map([
  ["ARS", { least: 500, most: 400_000_000 }],
  ["BRL", { least: 100, most: 7_000_000 }],
  ["MXN", { least: 500, most: 35_000_000 }],
]);

/** The countries for which the vendor documents the older API (mercado-pago.md 8): Chile is not among them. */
export const isIntentCurrency = (currency: string): boolean => LIMITS.has(currency);

/** Why the terminal does not take this amount; undefined where nothing says so. */
export function amountFault(hundredths: number, settings: IntentSettings): string | undefined {
  const { currency } = settings;
  const limits = LIMITS.get(currency);
  const least = settings.intentMinimum ?? limits?.least;
  const most = settings.intentMaximum ?? limits?.most;
  const told = (amount: number): string => `${(amount / 100).toFixed(WIRE_DECIMALS)} ${currency}`;
  if (least !== undefined && hundredths < least) return `a sale is of at least ${told(least)} (setting intentMinimum)`;
  if (most !== undefined && hundredths > most) return `a sale is of at most ${told(most)} (setting intentMaximum)`;
  return undefined;
}
