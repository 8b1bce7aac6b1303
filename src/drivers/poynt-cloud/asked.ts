import { toAsciiJson } from "../../codec/strict-json.ts";
import { encodeUtf8 } from "../../codec/utf8.ts";
import type { JsonObject } from "../../core/json.ts";
import type { Operation } from "../../core/operation.ts";
import type { Order } from "../driver.ts";
import { askedOf as askedOfTerminal, type AskedPayment } from "../poynt/asked.ts";
import { FLAGS, vendorFieldsOf, type Flag } from "../poynt/vendor-fields.ts";
import { callbackNameOf } from "./codec.ts";
import { ACCESS, MESSAGES_PATH, type CloudRequest } from "./messages.ts";
import { transactionsPath } from "./requests.ts";
import type { PoyntCloudSettings } from "./settings.ts";

/** By a message to the terminal, where a person has a card to show. */
export type Messaged = Extract<AskedPayment, { command: "sale" | "preSale" | "nonRefRefund" }>;
/** By the cloud alone. `transactionId` is the one that it is about. */
export type Posted = Exclude<AskedPayment, Messaged>;

export type Asked =
  | { readonly way: "message"; readonly asked: Messaged }
  | { readonly way: "rest"; readonly asked: Posted }
  /** Why it cannot be put to the cloud, for the POS. */
  | { readonly way: "none"; readonly why: string };

export function askedOf(order: Order): Asked {
  const asked = askedOfTerminal(order, { voidPreSales: false });
  switch (asked.command) {
    case "none":
      return { way: "none", why: asked.why };
    case "settle":
      return { way: "none", why: "the cloud settles by itself" };
    case "sale":
    case "preSale":
    case "nonRefRefund":
      return { way: "message", asked };
    case "void":
    case "voidPreSale":
    case "refund":
    case "capture":
    case "adjustment":
      return { way: "rest", asked };
  }
}

/** Bytes of `data` (poynt.md 2.3). */
const MOST_DATA_BYTES = 4_096;
/** As long as an address of ours can be, encoded. */
const LONGEST_CALLBACK = 400;

/** Whether a message about this would be too long; looked at before it is accepted. */
export function isTooLong(operation: Operation, settings: PoyntCloudSettings): boolean {
  const order: Order = { transaction: "0".repeat(20), operation, answerLimitMs: 0 };
  const asked = askedOf(order);
  if (asked.way !== "message") return false;
  return encodeUtf8(dataOf(asked.asked, order, settings, true)).length + LONGEST_CALLBACK > MOST_DATA_BYTES;
}

/** What goes to the terminal (poynt.md 2.3). `canBeCalled`: this house has an address; it stands here by its name. */
export function messageOf(
  asked: Messaged,
  order: Order,
  settings: PoyntCloudSettings,
  { requestId, canBeCalled }: { readonly requestId: string; readonly canBeCalled: boolean },
): CloudRequest {
  const body = {
    businessId: settings.businessId,
    storeId: settings.storeId,
    // Without it the payment would be on every terminal of the store.
    deviceId: settings.deviceId,
    ttl: settings.ttlSeconds,
    data: dataOf(asked, order, settings, canBeCalled),
  };
  return posted(MESSAGES_PATH, requestId, body);
}

const posted = (path: string, requestId: string, body?: JsonObject): CloudRequest => ({
  kind: "request",
  method: "POST",
  path,
  requestId,
  content: body === undefined ? { kind: "none" } : { kind: "json", body },
  access: ACCESS,
});

const ACTIONS = { sale: "sale", preSale: "authorize", nonRefRefund: "non-referenced-credit" } as const;

/** Both generations of it (poynt.md 2.4). */
function dataOf(asked: Messaged, order: Order, settings: PoyntCloudSettings, canBeCalled: boolean): string {
  const callbackUrl = canBeCalled ? { callbackUrl: callbackNameOf(order.transaction) } : {};
  const { amount, ...payment } = paymentOf(order, settings);
  if (settings.dataForm === "flat") {
    return toAsciiJson({
      action: ACTIONS[asked.command],
      ...named("purchaseAmount", amount),
      ...payment,
      ...callbackUrl,
    });
  }
  const kind =
    asked.command === "preSale"
      ? { authzOnly: true }
      : asked.command === "nonRefRefund"
        ? { nonReferencedCredit: true }
        : {};
  return toAsciiJson({ ...callbackUrl, payment: toAsciiJson({ ...named("amount", amount), ...payment, ...kind }) });
}

function paymentOf({ operation, transaction }: Order, settings: PoyntCloudSettings): JsonObject {
  const { type, amount, tip, cashback } = operation;
  const fields = vendorFieldsOf(operation);
  const references = [custom(transaction, "referenceId"), ...referencesOf(operation)];
  const base = {
    ...named("amount", amount?.value),
    ...named("tipAmount", tip?.value),
    currency: amount?.currency ?? settings.currency,
    referenceId: transaction,
  };
  if (type === "refund") return { ...base, references };
  const { orderId, order, notes, actionLabel, voiceApprovalCode } = fields;
  return {
    ...base,
    ...named("cashbackAmount", cashback?.value),
    ...flagsOf(operation, settings),
    ...(voiceApprovalCode === undefined ? {} : { offlineAuth: true, offlineApprovalCode: voiceApprovalCode }),
    ...named("orderId", orderId),
    ...named("order", order),
    ...named("notes", notes),
    ...named("actionLabel", actionLabel),
    references,
  };
}

/** What the POS says of them, and what a person set; the rest is the terminal's. */
function flagsOf(operation: Operation, settings: PoyntCloudSettings): JsonObject {
  const fields = vendorFieldsOf(operation);
  const fallbacks: Partial<Record<Flag, boolean>> = {
    disableCash: settings.disableCash && fields.cashOnly !== true,
    disableTip: settings.disableTip,
  };
  const chosen = FLAGS.flatMap((flag) => {
    const value = fields[flag] ?? fallbacks[flag];
    return value === undefined ? [] : [[flag, value] as const];
  });
  return { ...Object.fromEntries(chosen), multiTender: operation.options?.tenders === true };
}

const custom = (id: string, customType: "externalReferenceId" | "referenceId"): JsonObject => ({
  id,
  type: "CUSTOM",
  customType,
});

/** By what the back office finds it. */
function referencesOf(operation: Operation): readonly JsonObject[] {
  const { references = [] } = vendorFieldsOf(operation);
  const own = operation.reference === undefined ? [] : [custom(operation.reference, "externalReferenceId")];
  return [
    ...own,
    ...references.map(({ id, type = "CUSTOM", customType }) => ({ id, type, ...named("customType", customType) })),
  ];
}

/** The request to the cloud about a transaction that it knows (poynt.md 2.6). */
export function requestOf(asked: Posted, order: Order, settings: PoyntCloudSettings, requestId: string): CloudRequest {
  const about = `${transactionsPath(settings)}/${asked.transactionId}`;
  switch (asked.command) {
    case "void":
    case "voidPreSale":
      return posted(`${about}/void`, requestId);
    case "refund": {
      const references = [custom(order.transaction, "referenceId"), ...referencesOf(order.operation)];
      const body = { action: "REFUND", parentId: asked.transactionId, ...amountsOf(order, settings), references };
      return posted(transactionsPath(settings), requestId, body);
    }
    case "capture":
      return posted(`${about}${settings.capturePath}`, requestId, amountsOf(order, settings));
    case "adjustment":
      return {
        ...posted(`${about}${settings.adjustmentPath}`, requestId, amountsOf(order, settings)),
        method: "PATCH",
      };
  }
}

/** None: the whole of it. The tip is part of the amount of a transaction (poynt.md 1.6). */
function amountsOf({ operation }: Order, { currency }: PoyntCloudSettings): JsonObject {
  const { amount, tip } = operation;
  if (amount === undefined) return {};
  const tipAmount = tip?.value ?? 0;
  const amounts = { transactionAmount: amount.value + tipAmount, orderAmount: amount.value, tipAmount, currency };
  return { amounts };
}

function named(name: string, value: JsonObject[string] | undefined): JsonObject {
  return value === undefined ? {} : { [name]: value };
}
