import { holdsIssuedCard, maskCardNumbers } from "../../codec/card-numbers.ts";
import { LONGEST_SPELLING } from "../../codec/digit-runs.ts";
import { isJsonObject, type Json, type JsonObject } from "../../core/json.ts";

const LONGEST_TEXT = 200;
const LONGEST_WORD = 64;
const LONGEST_AMOUNT = 20;
/** Of an order, payment or refund: a ULID, Crockford's base 32 in upper case (mercado-pago.md 3.1). */
const ID = /^(?:ORD|PAY|REF)[0-9A-HJKMNP-TV-Z]{26}$/;
const ACTION_ID = /^[A-Za-z0-9_-]{1,64}$/;
const LAST4 = /^\d{4}$/;

export type IdKind = "ORD" | "PAY" | "REF";

/** Undefined where it is not of the vendor's grammar: it becomes part of a path, and a name for ever. */
export function idIn(kind: IdKind, value: Json | undefined): string | undefined {
  return typeof value === "string" && value.startsWith(kind) && ID.test(value) ? value : undefined;
}

export function actionIdIn(value: Json | undefined): string | undefined {
  return typeof value === "string" && ACTION_ID.test(value) && !holdsIssuedCard(value) ? value : undefined;
}

/** What lies behind the limit is looked at as far as a card number that begins before it could reach, and no further. */
const shown = (text: string, longest: number): string =>
  maskCardNumbers(text.trim().slice(0, longest + LONGEST_SPELLING)).slice(0, longest);

/** A text for people, with whatever could be a card number masked. */
export function textIn(value: Json | undefined): string | undefined {
  if (typeof value !== "string" || value.trim() === "") return undefined;
  return shown(value, LONGEST_TEXT);
}

/** A code, a state or a short name; some ids come as numbers (mercado-pago.md 2.1). */
export function wordIn(value: Json | undefined): string | undefined {
  const text = typeof value === "number" ? String(value) : value;
  if (typeof text !== "string" || text.trim() === "") return undefined;
  return shown(text, LONGEST_WORD);
}

/** A decimal string; what it is worth is for those to say who know the currency. */
export function amountIn(value: Json | undefined): string | undefined {
  // No sale is worth as much as a card's number says, and what is no amount is believed by nobody.
  return typeof value === "string" && value.length <= LONGEST_AMOUNT && !holdsIssuedCard(value) ? value : undefined;
}

/** The first digits of a card are never looked at. */
export function last4In(value: Json | undefined): string | undefined {
  return typeof value === "string" && LAST4.test(value) ? value : undefined;
}

export function objectIn(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

/** Undefined where it is a list of more than anybody has. */
export function listIn(value: Json | undefined, most: number): readonly Json[] | undefined {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) && value.length <= most ? value : undefined;
}

export function optional<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): Partial<Readonly<Record<Name, Value>>> {
  return value === undefined ? {} : ({ [name]: value } as Readonly<Record<Name, Value>>);
}
