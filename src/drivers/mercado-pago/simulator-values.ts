import { toHex } from "../../codec/hex.ts";
import type { Crypto } from "../../core/ports.ts";

const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** `ORD`, `PAY` or `REF`, and 26 characters of a ULID (mercado-pago.md 3.1). */
export function newId(prefix: "ORD" | "PAY" | "REF" | "ACT", now: number, crypto: Crypto): string {
  const time = Array.from({ length: 10 }, (_, index) => CROCKFORD.charAt(Math.floor(now / 32 ** (9 - index)) % 32));
  const chance = Array.from(crypto.randomBytes(16), (byte) => CROCKFORD.charAt(byte & 31));
  return [prefix, ...time, ...chance].join("");
}

export function isOrderId(text: string): boolean {
  return /^ORD[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(text);
}

/** RFC 9562, version 4. */
export function newUuid(crypto: Crypto): string {
  const bytes = crypto.randomBytes(16);
  const digits = toHex(bytes).toLowerCase();
  const variant = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `4${digits.slice(13, 16)}`,
    `${variant.toString(16)}${digits.slice(18, 20)}`,
    digits.slice(20),
  ].join("-");
}

/** Where the account is (mercado-pago.md 7): currency and its decimals, and what an order calls the country. */
const COUNTRIES = {
  AR: { currency: "ARS", decimals: 2, code: "ARG" },
  BR: { currency: "BRL", decimals: 2, code: "BRA" },
  CL: { currency: "CLP", decimals: 0, code: "CHL" },
  MX: { currency: "MXN", decimals: 2, code: "MEX" },
} as const;
export type Country = keyof typeof COUNTRIES;

export function currencyOf(country: Country): string {
  return COUNTRIES[country].currency;
}

export function countryCodeOf(country: Country): string {
  return COUNTRIES[country].code;
}

/**
 * Reads "10", "10.5" or "10.00"; undefined where it is no amount. Where the currency has no decimals both "1500" and
 * "1500.00" are taken, because nothing says which one is right (mercado-pago.md 3.1).
 */
export function minorIn(text: string, country: Country): number | undefined {
  const match = /^(\d{1,10})(?:\.(\d{1,2}))?$/.exec(text);
  if (match === null) return undefined;
  const [, whole = "", fraction = ""] = match;
  const { decimals } = COUNTRIES[country];
  if (decimals === 0) return /^0*$/.test(fraction) ? Number(whole) : undefined;
  return Number(whole + fraction.padEnd(decimals, "0"));
}

/** As the Orders API writes it: a decimal string. */
export function amountText(minor: number, country: Country): string {
  const { decimals } = COUNTRIES[country];
  if (decimals === 0) return String(minor);
  const digits = String(minor).padStart(decimals + 1, "0");
  return `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

/** As `/v1/payments` writes it: a JSON number of whole currency. */
export function amountNumber(minor: number, country: Country): number {
  return Number(amountText(minor, country));
}

const SHORTEST_MS = 30_000;
const LONGEST_MS = 3 * 3_600_000;

/** `PT30S` to `PT3H` in milliseconds (ISO 8601); undefined where it is none or beyond. */
export function expirationMsIn(text: string): number | undefined {
  const match = /^PT(?=\d)(?:(\d{1,3})H)?(?:(\d{1,3})M)?(?:(\d{1,5})S)?$/.exec(text);
  if (match === null) return undefined;
  const [, hours = "0", minutes = "0", seconds = "0"] = match;
  const ms = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000;
  return ms >= SHORTEST_MS && ms <= LONGEST_MS ? ms : undefined;
}

export const timeText = (ms: number): string => new Date(ms).toISOString();
