import type { Approved, CanceledBy, Verdict } from "../../core/outcome.ts";
import { approvalFault } from "../../core/plausible.ts";
import type { Order } from "../driver.ts";
import { fromDecimal } from "./amounts.ts";
import { cardOf, declineOf } from "./words.ts";
import type { CloudOrder, CloudPayment } from "./messages.ts";
import type { MercadoPagoSettings } from "./settings.ts";

/** A sale that is asked about, and who has asked to cancel it. */
export type Sale = {
  readonly order: Order;
  readonly settings: MercadoPagoSettings;
  readonly canceling: "pos" | "limit" | undefined;
};

/** What an order amounts to. */
export type Judgement =
  | { readonly kind: "settles"; readonly verdict: Verdict; readonly movement?: string }
  /** It lives; `isAtTerminal`: the customer has it before his eyes. */
  | { readonly kind: "lives"; readonly isAtTerminal: boolean; readonly isLeaving: boolean }
  /** The vendor itself does not know how it ended (mercado-pago.md 4.1). */
  | { readonly kind: "vendorDoubts"; readonly why: string }
  /** Not everything is told yet. */
  | { readonly kind: "unclear"; readonly why: string }
  /** What it says cannot be so; a person should hear of it now. */
  | { readonly kind: "notBelieved"; readonly why: string };

const notBelieved = (why: string): Judgement => ({ kind: "notBelieved", why });
const unclear = (why: string): Judgement => ({ kind: "unclear", why });

const ORDER_ENDS: ReadonlySet<string> = new Set(["failed", "canceled", "expired"]);
const ALIVE: ReadonlySet<string> = new Set(["created", "at_terminal"]);

/**
 * Of an order that was asked for: the only place where this driver says how a sale ended. It is judged by the states of its payments; what the
 * order itself is called decides only what they leave open.
 */
export function judge(sale: Sale, order: CloudOrder): Judgement {
  const foreign = foreignWhy(sale, order);
  if (foreign !== undefined) return notBelieved(foreign);
  const { payments } = order;
  const [payment, ...others] = payments;
  if (payment === undefined) return unclear(`the order is told as ${order.status}, without its payment`);
  if (others.length > 0) return notBelieved("the order is told with more than one payment");
  const { currency } = sale.settings;
  const askedMinor = sale.order.operation.amount?.value;
  const toldMinor = payment.amount === undefined ? undefined : fromDecimal(payment.amount, currency);
  if (toldMinor !== askedMinor) return notBelieved(`the payment is told as ${payment.amount ?? "nothing"}`);
  return judgePayment(sale, order, payment);
}

/** Why the order is not the one that was made; undefined where nothing says so. */
function foreignWhy({ order, settings }: Sale, told: CloudOrder): string | undefined {
  const { externalReference, currency, terminal, type } = told;
  if (externalReference !== order.transaction) {
    return `the order is told with reference ${externalReference ?? "none"}, which was not asked for`;
  }
  if (currency !== undefined && currency !== settings.currency) return `the order is in ${currency}`;
  if (terminal !== undefined && terminal !== settings.terminalId) return `the order is for terminal ${terminal}`;
  return type !== undefined && type !== "point" ? `the order is of type ${type}` : undefined;
}

const LOOK =
  "look at the terminal, or at the seller's activity in Mercado Pago, whether the customer has paid; do not charge again before that is known";

function judgePayment(sale: Sale, order: CloudOrder, payment: CloudPayment): Judgement {
  const { status, detail } = payment;
  switch (status) {
    case "processed":
      return judgePaid(sale, order, payment);
    case "refunded":
      return { kind: "settles", ...goneBack(order, payment) };
    case "action_required":
      return { kind: "vendorDoubts", why: `the terminal lost touch while it took the payment (${detail}): ${LOOK}` };
    case "failed":
      if (detail === "in_review") {
        return { kind: "vendorDoubts", why: `the vendor is looking into the payment (${detail}): ${LOOK}` };
      }
      return judgeUnpaid(order, payment, { kind: "declined", reason: declineOf(detail), ...told(order, payment) });
    case "canceled":
      return judgeUnpaid(order, payment, { kind: "canceled", by: canceledBy(sale, detail), ...told(order, payment) });
    case "expired":
      return judgeUnpaid(order, payment, { kind: "canceled", by: "terminalTimeout", ...told(order, payment) });
    case "created":
    case "at_terminal":
      return judgeOpen(sale, order, payment);
    default:
      return unclear(`the payment is told as ${status} ${detail}`);
  }
}

/** Paid whatever the order itself is called, unless it still lives: then not everything is told yet. */
function judgePaid(sale: Sale, order: CloudOrder, payment: CloudPayment): Judgement {
  const { currency } = sale.settings;
  if (ALIVE.has(order.status)) return unclear(`the payment is told as processed, and the order as ${order.status}`);
  if (order.status === "action_required") {
    return { kind: "vendorDoubts", why: `the order is told as ${order.detail}: ${LOOK}` };
  }
  if (payment.paid === undefined) return unclear("the payment is told as processed, without what was paid");
  const paidMinor = fromDecimal(payment.paid, currency);
  const tipMinor = payment.tip === undefined ? undefined : fromDecimal(payment.tip, currency);
  if (paidMinor === undefined || (payment.tip !== undefined && tipMinor === undefined)) {
    return notBelieved(`the payment is told as paid with ${payment.paid}, tip ${payment.tip ?? "none"}`);
  }
  const verdict = approvalOf(sale.order, order, payment, { paidMinor, tipMinor, currency });
  const fault = approvalFault(sale.order.operation, undefined, verdict);
  if (fault !== undefined) return notBelieved(fault);
  return { kind: "settles", verdict, movement: movementOf(payment.id) };
}

/** An id of the vendor's is unique for ever. */
export const movementOf = (id: string): string => `mercado-pago/${id}`;

type Paid = { readonly paidMinor: number; readonly tipMinor: number | undefined; readonly currency: string };

function approvalOf(asked: Order, order: CloudOrder, payment: CloudPayment, paid: Paid): Approved {
  const { paidMinor, tipMinor, currency } = paid;
  const { amount } = asked.operation;
  return {
    kind: "approved",
    // There is no partial approval at this terminal: less than was asked is for nobody to believe.
    partial: false,
    captured: true,
    final: true,
    amounts: {
      ...(amount === undefined ? {} : { asked: amount }),
      approved: { value: paidMinor, currency },
      ...(tipMinor === undefined ? {} : { tip: { value: tipMinor, currency } }),
    },
    ...told(order, payment),
  };
}

/** It moved, and somebody has given it back since: in the seller's account, or by another program. */
function goneBack(order: CloudOrder, payment: CloudPayment) {
  const verdict: Verdict = { kind: "notPerformed", reason: "reversed", reversed: true, ...told(order, payment) };
  return { verdict };
}

/** The order has to agree that it is over. */
function judgeUnpaid(order: CloudOrder, payment: CloudPayment, verdict: Verdict): Judgement {
  const { status } = order;
  if (ORDER_ENDS.has(status)) return { kind: "settles", verdict };
  if (status === "action_required") {
    return { kind: "vendorDoubts", why: `the order is told as ${order.detail}: ${LOOK}` };
  }
  const words = `the payment is told as ${payment.status}, and the order as ${status}`;
  return ALIVE.has(status) ? unclear(words) : notBelieved(words);
}

/** Only one that never came to the terminal is over with its order. */
function judgeOpen(sale: Sale, order: CloudOrder, payment: CloudPayment): Judgement {
  const { status, detail } = order;
  const isAtTerminal = payment.status === "at_terminal" || status === "at_terminal";
  if (ALIVE.has(status)) return { kind: "lives", isAtTerminal, isLeaving: payment.detail === "cancellation_requested" };
  if (status === "action_required") return { kind: "vendorDoubts", why: `the order is told as ${detail}: ${LOOK}` };
  if (isAtTerminal || !ORDER_ENDS.has(status)) {
    return unclear(`the payment is told as ${payment.status}, and the order as ${status}`);
  }
  if (status === "failed") {
    return { kind: "settles", verdict: { kind: "declined", reason: declineOf(detail), ...told(order, payment) } };
  }
  const by: CanceledBy = status === "expired" ? "terminalTimeout" : canceledBy(sale, detail);
  return { kind: "settles", verdict: { kind: "canceled", by, ...told(order, payment) } };
}

function canceledBy({ canceling }: Sale, detail: string): CanceledBy {
  if (canceling === undefined || detail === "canceled_on_terminal") return "operator";
  return canceling === "pos" ? "pos" : "terminalTimeout";
}

/** By what it is found again, and refunded. */
function told(order: CloudOrder, payment: CloudPayment) {
  const card = cardOf(payment);
  return {
    vendor: { code: payment.detail === "" ? payment.status : payment.detail, text: order.detail },
    terminalReferences: {
      orderId: order.id,
      paymentId: payment.id,
      ...(order.externalReference === undefined ? {} : { externalReference: order.externalReference }),
      ...(payment.reference === undefined ? {} : { referenceId: payment.reference }),
    },
    ...(card === undefined ? {} : { card }),
  };
}
