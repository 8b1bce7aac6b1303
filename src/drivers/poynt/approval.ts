import type { Amounts, Approved } from "../../core/outcome.ts";
import type { Order } from "../driver.ts";
import { ACTION, otherTransaction, type AskedPayment } from "./asked.ts";
import type { Payment, Tender } from "./payment.ts";
import type { Considered } from "./tenders.ts";

/** The vendor's own code and text. */
export type Says = { readonly code: string; readonly text: string };

type Answered = {
  readonly asked: AskedPayment;
  readonly order: Order;
  readonly requestId: string;
  readonly payment: Payment;
  readonly tenders: readonly Considered[];
  /** The headline says that it failed or was canceled: what was done all the same is a part. */
  readonly isDenied: boolean;
};

type Done = Extract<Considered, { standing: "done" }>;

/** What was done, from the sum of the tenders' own results. At least one was. */
export function approvalOf(answered: Answered): { readonly verdict: Approved; readonly movement: string } {
  const { asked, order, requestId, payment, tenders } = answered;
  const done = tenders.filter((tender): tender is Done => tender.standing === "done");
  const [first] = done;
  const approvalCode = first?.tender.approvalCode ?? first?.tender.processor.approvalCode;
  const amounts = amountsOf(asked, done);
  const ids = done.map(({ id }) => id);
  const verdict: Approved = {
    kind: "approved",
    partial: isPart(answered, amounts),
    captured: isCaptured(asked, done),
    final: true,
    vendor: { code: payment.status ?? "", text: first?.tender.processor.text ?? "" },
    ...evidenceOf(order, requestId, first?.tender),
    terminalReferences: referencesOf(answered, ids, first?.tender),
    ...(amounts === undefined ? {} : { amounts }),
    ...(approvalCode === undefined ? {} : { approvalCode }),
    ...(tenders.length > 1 ? { payments: tenders.flatMap(paymentIn) } : {}),
  };
  return { verdict, movement: movementOf(asked, ids, requestId) };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

function amountsOf({ askedMinor }: AskedPayment, done: readonly Done[]): Amounts | undefined {
  const currency = done[0]?.tender.currency;
  if (currency === undefined) return undefined;
  const tip = sum(done.map(({ moved }) => moved.tipMinor));
  const cashback = sum(done.map(({ moved }) => moved.cashbackMinor));
  const isTipTold = tip > 0 || done.some(({ tender }) => tender.optedNoTip);
  return {
    ...(askedMinor === undefined ? {} : { asked: { value: askedMinor, currency } }),
    approved: { value: sum(done.map(({ moved }) => moved.amountMinor)), currency },
    ...(isTipTold ? { tip: { value: tip, currency } } : {}),
    ...(cashback > 0 ? { cashback: { value: cashback, currency } } : {}),
  };
}

/** Less than was asked, and the terminal says that it is: less without its word is for nobody to believe. */
function isPart({ asked, tenders, isDenied }: Answered, amounts: Amounts | undefined): boolean {
  const isLess = (amounts?.approved.value ?? 0) < (asked.askedMinor ?? 0);
  const isSaid = isDenied || tenders.some(({ standing, tender }) => standing !== "done" || tender.isPartial);
  return isLess && isSaid;
}

function isCaptured({ command }: AskedPayment, done: readonly Done[]): boolean {
  const mayBeReserved = command === "sale" || command === "preSale" || command === "adjustment";
  return !mayBeReserved || done.every(({ tender }) => tender.status === "CAPTURED");
}

/** What a refusal tells as well: by what it is found, and which card it was. */
export function evidenceOf(
  order: Order,
  requestId: string,
  tender: Tender | undefined,
): { readonly terminalReferences: Readonly<Record<string, string>>; readonly card?: NonNullable<Approved["card"]> } {
  const card = tender === undefined ? undefined : cardOf(tender);
  const terminalReferences = { referenceId: order.transaction, poyntRequestId: requestId };
  return { terminalReferences, ...(card === undefined ? {} : { card }) };
}

/** As many as a POS can give back with a refund. */
const MOST_REFERENCES = 16;

/** The ids of what was done, by which it is refunded and voided, and all else that it can be searched by. */
function referencesOf({ asked, order, requestId }: Answered, ids: readonly string[], tender: Tender | undefined) {
  const { retrievalNumber, batchId } = tender?.processor ?? {};
  const [first, ...others] = ids;
  const named: readonly (readonly [string, string | undefined])[] = [
    ["transactionId", first],
    ["originalTransactionId", "transactionId" in asked ? asked.transactionId : undefined],
    ["referenceId", order.transaction],
    ["poyntRequestId", requestId],
    [ACTION, tender?.action],
    ["retrievalRefNum", retrievalNumber],
    ["batchId", batchId],
    ["tender", tender?.source === "CASH" ? "CASH" : undefined],
    ...others.map((id, index) => [otherTransaction(index + 2), id] as const),
  ];
  const told = named.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  return Object.fromEntries(told.slice(0, MOST_REFERENCES));
}

/**
 * What moved, named for ever: the terminal's ids are UUIDs. What follows a sale is named apart from it, and what can be done more than
 * once to the same transaction is told apart by the request.
 */
function movementOf(asked: AskedPayment, ids: readonly string[], requestId: string): string {
  const parts = ["poynt", KINDS[asked.command], ids.toSorted().join("+")];
  const isRepeatable = asked.command === "capture" || asked.command === "adjustment" || asked.command === "refund";
  const isOriginals = "transactionId" in asked && ids.includes(asked.transactionId);
  return (isRepeatable && isOriginals ? [...parts, requestId] : parts).join("/");
}

const KINDS: Readonly<Record<AskedPayment["command"], string>> = {
  sale: "sale",
  preSale: "sale",
  capture: "capture",
  adjustment: "adjustment",
  void: "void",
  voidPreSale: "void",
  refund: "refund",
  nonRefRefund: "refund",
};

/** One of several tenders; one that was declined need not have an amount. */
function paymentIn(considered: Considered): NonNullable<Approved["payments"]> {
  const { standing, tender } = considered;
  const amountMinor = standing === "done" ? considered.moved.amountMinor : tender.amountMinor;
  const { currency, processor } = tender;
  if (amountMinor === undefined || currency === undefined) return [];
  const card = cardOf(tender);
  const approvalCode = tender.approvalCode ?? processor.approvalCode;
  const status = standing === "done" ? "approved" : standing === "reversed" ? "reversed" : "declined";
  return [
    {
      amount: { value: amountMinor, currency },
      status,
      ...(card === undefined ? {} : { card }),
      ...(approvalCode === undefined ? {} : { approvalCode }),
    },
  ];
}

/** The vendor's words for brands (poynt.md 1.6); OTHER is none. */
const BRANDS: ReadonlyMap<string, string> = new Map([
  ["VISA", "visa"],
  ["MASTERCARD", "mastercard"],
  ["AMERICAN_EXPRESS", "amex"],
  ["DISCOVER", "discover"],
  ["DINERS_CLUB", "diners"],
  ["JCB", "jcb"],
  ["MAESTRO", "maestro"],
  ["DANKORT", "dankort"],
  ["UNIONPAY", "unionpay"],
  ["PAYPAL", "paypal"],
]);

const ENTRIES: ReadonlyMap<string, "chip" | "contactless" | "stripe" | "keyed"> = new Map([
  ["KEYED", "keyed"],
  ["TRACK_DATA_FROM_MAGSTRIPE", "stripe"],
  ["CONTACTLESS_MAGSTRIPE", "contactless"],
  ["INTEGRATED_CIRCUIT_CARD", "chip"],
  ["CONTACTLESS_INTEGRATED_CIRCUIT_CARD", "contactless"],
]);

function cardOf({ cardType = "", last4, entryMode = "" }: Tender): Approved["card"] {
  const brand = BRANDS.get(cardType);
  const entry = ENTRIES.get(entryMode);
  if (brand === undefined && last4 === undefined) return undefined;
  return {
    ...(brand === undefined ? {} : { brand }),
    ...(last4 === undefined ? {} : { last4 }),
    ...(entry === undefined ? {} : { entry }),
  };
}
