import { holdsIssuedCard, maskCardNumbers } from "../../codec/card-numbers.ts";
import type { Json, JsonObject } from "../../core/json.ts";
import { amountIn, last4In, objectIn, optional, wordIn } from "./fields.ts";
import type { Intent, IntentEvent, PointPayment } from "./intents-messages.ts";

const IS_UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const IS_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;
const IS_PAYMENT = /^\d{1,19}$/;

/** The id of an intent. It is a UUID; the vendor's own examples are not all of that shape. */
export function intentIdIn(value: Json | undefined): string | undefined {
  if (typeof value !== "string" || !IS_ID.test(value)) return undefined;
  return IS_UUID.test(value) || maskCardNumbers(value) === value ? value : undefined;
}

/**
 * The id of a payment: digits, as a number or a text. It is what tells whether money moved, so only what begins like a card's number is
 * none: one number of ten passes the check digit alone.
 */
export function paymentIdIn(value: Json | undefined): string | undefined {
  const text = typeof value === "number" && Number.isSafeInteger(value) ? String(value) : value;
  if (typeof text !== "string" || !IS_PAYMENT.test(text)) return undefined;
  return holdsIssuedCard(text) ? undefined : text;
}

/** Whether there is a payment, whatever it is called. */
function namesPayment(value: Json | undefined): boolean {
  return (typeof value === "number" && value !== 0) || (typeof value === "string" && value !== "");
}

/** No sale is worth as much as a card's number says, and what is no amount is believed by nobody. */
function hundredthsIn(value: Json | undefined): number | undefined {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0) return undefined;
  return holdsIssuedCard(String(value)) ? undefined : value;
}

/** The Payments API tells amounts as numbers. */
function decimalIn(value: Json | undefined): string | undefined {
  return amountIn(typeof value === "number" ? String(value) : value);
}

/** By a list of what is wanted; undefined where it has no id. */
export function readIntent(told: JsonObject): Intent | undefined {
  const id = intentIdIn(told["id"]);
  if (id === undefined) return undefined;
  // An intent of a refund names its payment beside itself.
  const named = [objectIn(told["payment"])["id"], told["payment_id"]];
  const [payment] = named.flatMap((value) => paymentIdIn(value) ?? []);
  return {
    id,
    ...optional("state", wordIn(told["state"])?.toUpperCase()),
    ...optional("terminal", wordIn(told["device_id"])),
    ...optional("amount", hundredthsIn(told["amount"])),
    ...optional("reference", wordIn(objectIn(told["additional_info"])["external_reference"])),
    ...optional("payment", payment),
    ...(payment === undefined && named.some(namesPayment) ? { hasHiddenPayment: true } : {}),
  };
}

/** Undefined where it names no intent. */
export function readEvent(told: Json): IntentEvent | undefined {
  const { payment_intent_id, status, created_on } = objectIn(told);
  const intent = intentIdIn(payment_intent_id);
  if (intent === undefined) return undefined;
  return {
    intent,
    ...optional("status", wordIn(status)?.toUpperCase()),
    ...optional("atMs", momentIn(created_on)),
  };
}

const WITH_ZONE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})$/i;

/** A time without its zone could be hours off, and tells nothing. */
function momentIn(value: Json | undefined): number | undefined {
  const atMs = typeof value === "string" && WITH_ZONE.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(atMs) ? undefined : atMs;
}

/** Names, documents, first digits and mail addresses are never looked at. Undefined where it has no id or status. */
export function readPayment(told: JsonObject): PointPayment | undefined {
  const id = paymentIdIn(told["id"]);
  const status = wordIn(told["status"]);
  if (id === undefined || status === undefined) return undefined;
  return {
    id,
    status: status.toLowerCase(),
    detail: wordIn(told["status_detail"]) ?? "",
    ...optional("currency", wordIn(told["currency_id"])),
    ...optional("amount", decimalIn(told["transaction_amount"])),
    ...optional("refunded", decimalIn(told["transaction_amount_refunded"] ?? 0)),
    ...optional("paid", decimalIn(objectIn(told["transaction_details"])["total_paid_amount"])),
    ...optional("approvalCode", wordIn(told["authorization_code"])),
    ...optional("methodId", wordIn(told["payment_method_id"])),
    ...optional("last4", last4In(objectIn(told["card"])["last_four_digits"])),
  };
}
