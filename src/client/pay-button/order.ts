import { MAX_AMOUNT_MINOR, decimalsOf, parseAmount, type Money } from "../../core/money.ts";
import type { Operation } from "../../core/operation.ts";
import type { TransactionOnWire } from "../../protocol/transaction.ts";

const ORDER_TYPES = ["sale", "preauthorization", "refund"] as const;
type OrderType = (typeof ORDER_TYPES)[number];

/** What the page's attributes say: anybody's text, of any length. */
export type Asked = Readonly<
  Partial<
    Record<
      | "amount"
      | "amountMinor"
      | "tip"
      | "tipMinor"
      | "currency"
      | "order"
      | "terminal"
      | "operation"
      | "original"
      | "requestId"
      | "signature"
      | "expiresAt",
      string | undefined
    >
  >
>;

/** What a press of the button asks for. */
export type Order = {
  readonly type: OrderType;
  readonly amount: Money;
  readonly tip?: Money;
  /** The page's own number of it: one order is paid once. */
  readonly order?: string;
  readonly terminal?: string;
  /** The transaction that a refund gives back. */
  readonly original?: string;
  /** Where the page's back office chose it. */
  readonly requestId?: string;
  readonly signature?: { readonly expiresAt: string; readonly value: string };
};

export type Problem =
  | "amountMissing"
  | "amountWrong"
  | "amountTwice"
  | "amountZero"
  | "amountTooLarge"
  | "tipWrong"
  | "currencyWrong"
  | "orderWrong"
  | "terminalWrong"
  | "operationWrong"
  | "originalWrong"
  | "requestIdWrong"
  | "signatureWrong"
  | "urlWrong";

export type Reading =
  | { readonly kind: "order"; readonly order: Order }
  /** `currency`: the one that has no such amount. */
  | { readonly kind: "problem"; readonly problem: Problem; readonly currency?: string };

/** As the service has it (`NAME_PATTERN`), without the schemas, which are longer than all the rest of this script. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const REQUEST_ID = /^[A-Za-z0-9._:-]{1,64}$/;
const SIGNATURE = /^[A-Za-z0-9_-]{86}$/;
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;
const MINOR = /^\d{1,12}$/;
const LONGEST_TEXT = 64;

/** Never guesses: what is not plainly an order is a problem, and nothing is charged. */
export function readOrder(asked: Asked): Reading {
  const currency = asked.currency ?? "";
  if (decimalsOf(currency) === undefined) return problem("currencyWrong");
  const type = ORDER_TYPES.find((known) => known === (asked.operation ?? "sale"));
  if (type === undefined) return problem("operationWrong");
  const amount = readAmount(asked, currency);
  if (amount === "amountWrong") return { ...problem(amount), currency };
  if (typeof amount === "string") return problem(amount);
  const tip = readMoney(asked.tip, asked.tipMinor, currency);
  if (tip === "twice" || tip === "wrong") return { ...problem("tipWrong"), currency };
  if (amount.value + (tip?.value ?? 0) > MAX_AMOUNT_MINOR) return problem("amountTooLarge");
  const wrong = wrongText(asked, type);
  if (wrong !== undefined) return problem(wrong);
  const { order, terminal, original, requestId, signature, expiresAt } = asked;
  return {
    kind: "order",
    order: {
      type,
      amount,
      ...(tip === undefined || tip.value === 0 ? {} : { tip }),
      ...(order === undefined ? {} : { order }),
      ...(terminal === undefined ? {} : { terminal }),
      ...(original === undefined ? {} : { original }),
      ...(requestId === undefined ? {} : { requestId }),
      ...(signature === undefined || expiresAt === undefined ? {} : { signature: { expiresAt, value: signature } }),
    },
  };
}

function readAmount(asked: Asked, currency: string): Money | Problem {
  const amount = readMoney(asked.amount, asked.amountMinor, currency);
  if (amount === undefined) return "amountMissing";
  if (amount === "twice") return "amountTwice";
  if (amount === "wrong") return "amountWrong";
  return amount.value === 0 ? "amountZero" : amount;
}

function readMoney(
  text: string | undefined,
  minor: string | undefined,
  currency: string,
): Money | "twice" | "wrong" | undefined {
  if (text !== undefined && minor !== undefined) return "twice";
  if (text !== undefined) return parseAmount(text, currency) ?? "wrong";
  if (minor === undefined) return undefined;
  return MINOR.test(minor) ? { value: Number(minor), currency } : "wrong";
}

function wrongText(asked: Asked, type: OrderType): Problem | undefined {
  const { order, terminal, original, requestId, signature, expiresAt } = asked;
  if (order !== undefined && !isPlainText(order)) return "orderWrong";
  if (terminal !== undefined && !NAME.test(terminal)) return "terminalWrong";
  if (original !== undefined && (type !== "refund" || !isPlainText(original))) return "originalWrong";
  if (requestId !== undefined && !REQUEST_ID.test(requestId)) return "requestIdWrong";
  if (signature === undefined && expiresAt === undefined) return undefined;
  // The signature covers them, so the page has to name them.
  const named = requestId !== undefined && terminal !== undefined;
  const whole = SIGNATURE.test(signature ?? "") && TIME.test(expiresAt ?? "");
  return named && whole ? undefined : "signatureWrong";
}

function isPlainText(text: string): boolean {
  return text !== "" && text.length <= LONGEST_TEXT && text.isWellFormed() && !/\p{Cc}/u.test(text);
}

function problem(why: Problem): Extract<Reading, { kind: "problem" }> {
  return { kind: "problem", problem: why };
}

export function operationOf({ type, amount, tip, order, original }: Order): Operation {
  return {
    type,
    amount,
    ...(tip === undefined ? {} : { tip }),
    ...(order === undefined ? {} : { reference: order }),
    ...(original === undefined ? {} : { original: { transaction: original } }),
  };
}

/** What the customer is to pay. */
export function totalOf({ amount, tip }: Pick<Order, "amount" | "tip">): Money {
  return { value: amount.value + (tip?.value ?? 0), currency: amount.currency };
}

/**
 * What a payment belongs to, over reloads of the page. Without an order's number it is the place: the page and the id of the
 * element.
 */
export function bindingOf({ type, order }: Pick<Order, "type" | "order">, place: string): string {
  return order === undefined ? `place ${type} ${place}` : `order ${type} ${order}`;
}

export function isOfOrder(order: Order, transaction: TransactionOnWire): boolean {
  const { reference, type } = transaction.operation;
  return order.order !== undefined && reference === order.order && type === order.type;
}

/** Whether a press of the button would ask for the same once more. */
export function isSameAsk(one: Order, other: Order): boolean {
  if (one.requestId !== other.requestId) return false;
  if (one.order !== undefined || other.order !== undefined) return one.order === other.order && one.type === other.type;
  return JSON.stringify(one) === JSON.stringify(other);
}

/**
 * The request id of an order's nth attempt. It is the same in every tab, on every PC and after the browser's storage was cleared,
 * so two of them that pay the same order at the same time ask for one payment, and the daemon does it once. Two orders whose
 * hashes are the same do no harm: the second one is refused, for it names another reference.
 */
export function requestIdOf(
  { type, order }: { readonly type: string; readonly order: string },
  attempt: number,
): string {
  return `pay.${hashOf(`${type} ${order}`)}.${attempt}`;
}

/**
 * 106 bits that tell orders apart (cyrb53, twice). Nothing secret hangs on it, and SubtleCrypto is not there on plain http. Letters
 * only: a row of digits might pass for a card's number, and be refused.
 */
function hashOf(text: string): string {
  const digits = [1, 2].map((seed) => halfOf(text, seed).toString(36).padStart(11, "0")).join("");
  return digits.replaceAll(/[0-9]/g, (digit) => "ABCDEFGHIJ".charAt(Number(digit)));
}

function halfOf(text: string, seed: number): number {
  let high = 0xdeadbeef ^ seed;
  let low = 0x41c6ce57 ^ seed;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    high = Math.imul(high ^ unit, 2654435761);
    low = Math.imul(low ^ unit, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return 4294967296 * (2097151 & low) + (high >>> 0);
}

/** The name under which a page pairs, from the host that serves it. */
export function posNameOf(host: string): string {
  const name = host
    .replaceAll(/[^A-Za-z0-9._-]/g, "-")
    .replace(/^[^A-Za-z0-9]+/, "")
    .slice(0, LONGEST_TEXT);
  return name === "" ? "web-pos" : name;
}

export function isPosName(text: string): boolean {
  return NAME.test(text);
}

/** Where a daemon may be: a WebSocket's address, and nothing that a browser would throw at. */
export function isSocketUrl(url: string): boolean {
  return URL.canParse(url) && ["ws:", "wss:"].includes(new URL(url).protocol) && !url.includes("#");
}
