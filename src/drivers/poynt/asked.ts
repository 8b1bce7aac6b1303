import { unreachable } from "../../core/assert.ts";
import type { JsonObject } from "../../core/json.ts";
import type { Operation, OperationType } from "../../core/operation.ts";
import { totalAsked } from "../../core/total-asked.ts";
import type { Order, Original } from "../driver.ts";
import { PAIRING, type PoyntRequest } from "./messages.ts";
import { uuidIn } from "./payment.ts";
import type { PoyntSettings } from "./settings.ts";
import { FLAGS, vendorFieldsOf, type Flag } from "./vendor-fields.ts";

/** What is asked of the terminal, in the terms that its answer is compared with. */
export type Asked =
  | {
      readonly command: "sale" | "preSale" | "nonRefRefund";
      readonly askedMinor: number;
    }
  | {
      readonly command: "capture" | "adjustment" | "void" | "voidPreSale" | "refund";
      /** The terminal's id of the transaction that it is about. */
      readonly transactionId: string;
      /** Undefined for the whole of something whose amount is not known here. */
      readonly askedMinor: number | undefined;
    }
  | { readonly command: "settle" };

export type AskedPayment = Exclude<Asked, { command: "settle" }>;

/** Why it cannot be put to this terminal, for the POS: its original is of the wrong kind, or names nothing. */
type Unaskable = { readonly command: "none"; readonly why: string };

const unaskable = (why: string): Unaskable => ({ command: "none", why });

/** By what each kind of transaction is followed (poynt.md 1.6, "Ids"). */
const ORIGINALS: Partial<Record<OperationType, readonly OperationType[]>> = {
  capture: ["preauthorization", "sale"],
  adjustment: ["preauthorization", "sale"],
  releaseAuthorization: ["preauthorization"],
  void: ["sale", "preauthorization"],
  refund: ["sale", "capture"],
};

export function askedOf(
  { operation, original }: Order,
  settings: Pick<PoyntSettings, "voidPreSales">,
): Asked | Unaskable {
  const { type } = operation;
  const askedMinor = totalAsked(operation)?.value;
  switch (type) {
    case "sale":
      return cardAsked("sale", askedMinor);
    case "preauthorization":
      return cardAsked("preSale", askedMinor);
    case "refund":
      return operation.original === undefined
        ? cardAsked("nonRefRefund", askedMinor)
        : originalAsked("refund", operation, original);
    case "capture":
    case "adjustment":
      return originalAsked(type, operation, original);
    case "releaseAuthorization":
      return originalAsked(settings.voidPreSales ? "voidPreSale" : "void", operation, original);
    case "void": {
      const isPreSale = original?.type === "preauthorization" && settings.voidPreSales;
      return originalAsked(isPreSale ? "voidPreSale" : "void", operation, original);
    }
    case "reconciliation":
      return { command: "settle" };
    case "incrementAuthorization":
    case "balance":
    case "verification":
    case "duplicateReceipt":
      return unaskable(`this terminal knows no ${type}`);
    default:
      return unreachable(type);
  }
}

function cardAsked(command: "sale" | "preSale" | "nonRefRefund", askedMinor: number | undefined): Asked | Unaskable {
  return askedMinor === undefined ? unaskable("no amount was given") : { command, askedMinor };
}

function originalAsked(
  command: "capture" | "adjustment" | "void" | "voidPreSale" | "refund",
  operation: Operation,
  original: Original | undefined,
): Asked | Unaskable {
  if (original === undefined) return unaskable("its original is not known");
  const allowed = ORIGINALS[operation.type] ?? [];
  if (original.type !== undefined && !allowed.includes(original.type)) {
    return unaskable(`a ${operation.type} follows ${allowed.join(" or ")}, not ${original.type}`);
  }
  const references = original.terminalReferences;
  const transactionId = uuidIn(references["transactionId"]);
  if (transactionId === undefined) return unaskable("its original has no transactionId");
  if (command === "refund" && references[ACTION] === "AUTHORIZE") {
    return unaskable("its original was only authorized: void it, or capture it and refund that");
  }
  if (references[otherTransaction(2)] !== undefined) {
    return unaskable("its original was paid with several tenders: name one of them by its transactionId");
  }
  const asked = totalAsked(operation)?.value;
  const whole = original.approved?.value;
  if (operation.type === "void" && asked !== undefined && whole !== undefined && asked !== whole) {
    return unaskable("this terminal voids the whole of a transaction");
  }
  return { command, transactionId, askedMinor: asked ?? whole };
}

/** What the further tenders of a payment are called in its references; the first one is `transactionId`. */
export const otherTransaction = (place: number): string => `transactionId${place}`;

/** What kind of transaction the terminal made of it: a sale is an authorization where tips are added later. */
export const ACTION = "action";

/** How long the terminal is told to take at most. */
export function bodyTimeoutMs({ options }: Operation, settings: PoyntSettings): number {
  return options?.timeoutSeconds === undefined ? settings.timeoutMs : options.timeoutSeconds * 1_000;
}

/** The request that may move money, with the keys in the order of the vendor's own client (poynt.md 1.5.3). */
export function requestOf(asked: Asked, order: Order, requestId: string, settings: PoyntSettings): PoyntRequest {
  const { operation } = order;
  const timeout = bodyTimeoutMs(operation, settings);
  const transactionId = "transactionId" in asked ? { transactionId: asked.transactionId } : {};
  const body = { poyntRequestId: requestId, ...transactionId, timeout, ...contentOf(asked, order, settings) };
  return { kind: "request", command: asked.command, client: settings.clientName, key: PAIRING, body };
}

function contentOf(asked: Asked, order: Order, settings: PoyntSettings): JsonObject {
  const { operation } = order;
  const { amount, tip } = operation;
  const { closeBatch } = vendorFieldsOf(operation);
  switch (asked.command) {
    case "sale":
    case "preSale":
      return {
        payment: paymentOf(order, settings),
        receiptPreference: receiptPreferenceOf(operation, settings),
      };
    case "capture":
    case "adjustment":
      return { payment: { ...named("amount", amount?.value), ...named("tipAmount", tip?.value) } };
    case "void":
      return {};
    case "voidPreSale":
      return { payment: {} };
    case "refund":
    case "nonRefRefund":
      return {
        payment: { ...named("amount", amount?.value), references: [ownReference(order), ...referencesOf(order)] },
      };
    case "settle":
      return { settlementRequest: named("closeBatch", closeBatch) };
    default:
      return unreachable(asked);
  }
}

function paymentOf(order: Order, settings: PoyntSettings): JsonObject {
  const { operation, transaction } = order;
  const { amount, tip, cashback } = operation;
  const { orderId, order: cart, voiceApprovalCode, notes, actionLabel } = vendorFieldsOf(operation);
  const references = referencesOf(order);
  return {
    currency: amount?.currency ?? settings.currency,
    referenceId: transaction,
    ...named("orderId", orderId),
    ...named("order", cart),
    ...named("amount", amount?.value),
    ...named("tipAmount", tip?.value),
    ...named("cashbackAmount", cashback?.value),
    ...flagsOf(operation, settings),
    ...(voiceApprovalCode === undefined ? {} : { offlineAuth: true, offlineApprovalCode: voiceApprovalCode }),
    ...named("notes", notes),
    ...named("actionLabel", actionLabel),
    ...(references.length === 0 ? {} : { references }),
  };
}

/** The vendor's own client always sends these; the others are sent where the POS says something of them. */
const ALWAYS: readonly Flag[] = FLAGS.slice(0, FLAGS.indexOf("manualEntry") + 1);

function flagsOf(operation: Operation, settings: PoyntSettings): JsonObject {
  const fields = vendorFieldsOf(operation);
  const fallbacks: Partial<Record<Flag, boolean>> = {
    disableCash: settings.disableCash && fields.cashOnly !== true,
    disableTip: settings.disableTip,
  };
  const chosen = FLAGS.flatMap((flag): readonly (readonly [string, boolean])[] => {
    const value = fields[flag] ?? fallbacks[flag] ?? (ALWAYS.includes(flag) ? false : undefined);
    return value === undefined ? [] : [[flag, value]];
  });
  const multiTender = ["multiTender", operation.options?.tenders === true] as const;
  return Object.fromEntries(chosen.toSpliced(ALWAYS.indexOf("cashOnly") + 1, 0, multiTender));
}

type CustomName = "externalReferenceId" | "referenceId";
const custom = (id: string, customType: CustomName): JsonObject => ({ id, type: "CUSTOM", customType });

/** Our id, where the request has no place of its own for it. */
const ownReference = ({ transaction }: Order): JsonObject => custom(transaction, "referenceId");

/** By what the back office finds it: they come back in each of its transactions (poynt.md 1.5.2). */
function referencesOf({ operation }: Order): readonly JsonObject[] {
  const { references = [] } = vendorFieldsOf(operation);
  const own = operation.reference === undefined ? [] : [custom(operation.reference, "externalReferenceId")];
  return [
    ...own,
    ...references.map(({ id, type = "CUSTOM", customType }) => ({ id, type, ...named("customType", customType) })),
  ];
}

function receiptPreferenceOf(operation: Operation, settings: PoyntSettings): JsonObject {
  const { receiptPreference } = vendorFieldsOf(operation);
  if (receiptPreference !== undefined) return { ...receiptPreference };
  const print = operation.options?.print;
  return { receiptType: print === undefined ? settings.receiptType : print ? "PAPER" : "NONE" };
}

function named(name: string, value: JsonObject[string] | undefined): JsonObject {
  return value === undefined ? {} : { [name]: value };
}
