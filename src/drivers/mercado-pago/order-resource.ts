import { holdsIssuedCard } from "../../codec/card-numbers.ts";
import { isJsonObject, type Json } from "../../core/json.ts";
import { amountIn, idIn, last4In, listIn, objectIn, optional, wordIn } from "./fields.ts";
import type { CloudOrder, CloudPayment, CloudRefund, ListedTerminal } from "./messages.ts";
import { TERMINAL_ID } from "./settings.ts";

/** An order has one payment (mercado-pago.md 3.1); more are believed as little as none. */
const MOST_PAYMENTS = 8;
const MOST_REFUNDS = 100;

/**
 * An order by a list of what is wanted of it (mercado-pago.md 3): the first digits of a card are never looked at. Undefined where it has no id,
 * or an id that is none, or lists that are none.
 */
export function readOrder(told: Json | undefined): CloudOrder | undefined {
  if (!isJsonObject(told)) return undefined;
  const id = idIn("ORD", told["id"]);
  const status = wordIn(told["status"]);
  const transactions = objectIn(told["transactions"]);
  const payments = allOf(listIn(transactions["payments"], MOST_PAYMENTS), readPayment);
  const refunds = allOf(listIn(transactions["refunds"], MOST_REFUNDS), readRefund);
  if (id === undefined || status === undefined || payments === undefined || refunds === undefined) return undefined;
  const point = objectIn(objectIn(told["config"])["point"]);
  return {
    id,
    status,
    detail: wordIn(told["status_detail"]) ?? "",
    ...optional("type", wordIn(told["type"])),
    ...optional("user", wordIn(told["user_id"])),
    ...optional("externalReference", wordIn(told["external_reference"])),
    ...optional("currency", wordIn(told["currency"])),
    ...optional("terminal", terminalIdIn(point["terminal_id"])),
    payments,
    refunds,
  };
}

/** One that cannot be read spoils them all: it may be the one that moved the money. */
function allOf<Item>(
  items: readonly Json[] | undefined,
  read: (item: Json) => Item | undefined,
): readonly Item[] | undefined {
  const all = items?.map(read);
  const known = all?.filter((item): item is Item & {} => item !== undefined);
  return known?.length === all?.length ? known : undefined;
}

function readPayment(item: Json): CloudPayment | undefined {
  const told = objectIn(item);
  const id = idIn("PAY", told["id"]);
  const status = wordIn(told["status"]);
  if (id === undefined || status === undefined) return undefined;
  const method = objectIn(told["payment_method"]);
  return {
    id,
    status,
    detail: wordIn(told["status_detail"]) ?? "",
    ...optional("amount", amountIn(told["amount"])),
    ...optional("paid", amountIn(told["paid_amount"])),
    ...optional("tip", amountIn(told["tip_amount"])),
    ...optional("refunded", amountIn(told["refunded_amount"])),
    ...optional("reference", wordIn(told["reference_id"])),
    ...optional("methodId", wordIn(method["id"])),
    ...optional("methodType", wordIn(method["type"])),
    ...optional(
      "last4",
      last4In((told["card"] === undefined ? objectIn(method["card"]) : objectIn(told["card"]))["last_digits"]),
    ),
  };
}

function readRefund(item: Json): CloudRefund | undefined {
  const told = objectIn(item);
  const id = idIn("REF", told["id"]);
  const status = wordIn(told["status"]);
  if (id === undefined || status === undefined) return undefined;
  return {
    id,
    status,
    ...optional("payment", idIn("PAY", told["transaction_id"])),
    ...optional("reference", wordIn(told["reference_id"])),
    ...optional("amount", amountIn(told["amount"])),
  };
}

const IS_TERMINAL_ID = new RegExp(TERMINAL_ID);

function terminalIdIn(value: Json | undefined): string | undefined {
  return typeof value === "string" && IS_TERMINAL_ID.test(value) && !holdsIssuedCard(value) ? value : undefined;
}

/** What has no id that could be named in the settings is no terminal for us. */
export function readTerminal(item: Json): readonly ListedTerminal[] {
  const told = objectIn(item);
  const id = terminalIdIn(told["id"]);
  if (id === undefined) return [];
  return [
    {
      id,
      mode: wordIn(told["operating_mode"]) ?? "UNDEFINED",
      ...optional("pos", wordIn(told["pos_id"])),
      ...optional("store", wordIn(told["store_id"])),
      ...optional("externalPos", wordIn(told["external_pos_id"])),
    },
  ];
}
