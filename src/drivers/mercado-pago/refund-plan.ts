import type { Verdict } from "../../core/outcome.ts";
import type { JsonObject } from "../../core/json.ts";
import type { Order } from "../driver.ts";
import { fromDecimal, toDecimal } from "./amounts.ts";
import { idIn } from "./fields.ts";
import type { CloudOrder, CloudRefund, CloudRequest } from "./messages.ts";
import { keyOf } from "./order-body.ts";
import { movementOf } from "./judgement.ts";
import type { MercadoPagoSettings } from "./settings.ts";

/** Which refund was asked for, and what was refunded of the order before. It stands in `dispatched`, as texts. */
export type RefundPlan = {
  readonly order: string;
  readonly payment: string;
  readonly amountMinor: number;
  readonly isWhole: boolean;
  readonly earlier: readonly string[];
  /** All that was given back before, as the payment tells it. */
  readonly earlierMinor: number;
};

export type Planned =
  | { readonly kind: "plan"; readonly plan: RefundPlan }
  | { readonly kind: "cannot"; readonly code: string; readonly why: string };

const cannot = (code: string, why: string): Planned => ({ kind: "cannot", code, why });

/** What a refund comes to, by the order as it is now (mercado-pago.md 4.4). */
export function planRefund({ operation, original }: Order, told: CloudOrder, settings: MercadoPagoSettings): Planned {
  const { currency } = settings;
  const [payment, ...others] = told.payments;
  const named = original?.terminalReferences["paymentId"];
  if (payment === undefined || others.length > 0) return cannot(told.status, "the order does not tell one payment");
  if (named !== undefined && named !== payment.id) return cannot(told.status, `the order has no payment ${named}`);
  if (told.currency !== undefined && told.currency !== currency)
    return cannot(told.status, `it is in ${told.currency}`);
  if (payment.status !== "processed") {
    return cannot(payment.status, `the payment is told as ${payment.status}: there is nothing to refund`);
  }
  const paidMinor = payment.paid === undefined ? undefined : fromDecimal(payment.paid, currency);
  const refundedMinor = payment.refunded === undefined ? 0 : fromDecimal(payment.refunded, currency);
  if (paidMinor === undefined || refundedMinor === undefined) {
    return cannot(payment.status, "the order does not tell what was paid and refunded");
  }
  const isTouched = refundedMinor > 0 || told.refunds.length > 0;
  const askedMinor = operation.amount?.value;
  if (askedMinor === undefined && isTouched) {
    return cannot(payment.detail, "a part of it was refunded before: name the amount of the rest");
  }
  const amountMinor = askedMinor ?? paidMinor;
  if (amountMinor > paidMinor - refundedMinor) {
    const left = toDecimal(Math.max(paidMinor - refundedMinor, 0), settings);
    return cannot(payment.detail, `${left} ${currency} are left to refund`);
  }
  const isWhole = amountMinor === paidMinor;
  const earlier = told.refunds.map(({ id }) => id);
  const plan = { order: told.id, payment: payment.id, amountMinor, isWhole, earlier, earlierMinor: refundedMinor };
  return { kind: "plan", plan };
}

export function refundRequest(transaction: string, plan: RefundPlan, settings: MercadoPagoSettings): CloudRequest {
  const { order, payment, amountMinor, isWhole } = plan;
  const part = isWhole ? {} : { part: { payment, amount: toDecimal(amountMinor, settings) } };
  return { kind: "refundOrder", order, key: keyOf.refund(transaction), ...part };
}

export function referencesOf(plan: RefundPlan, settings: MercadoPagoSettings): Readonly<Record<string, string>> {
  return {
    orderId: plan.order,
    paymentId: plan.payment,
    refundAmount: toDecimal(plan.amountMinor, settings),
    refund: plan.isWhole ? "whole" : "part",
    ...(plan.earlier.length === 0 ? {} : { earlierRefunds: plan.earlier.join(" ") }),
    ...(plan.earlierMinor === 0 ? {} : { earlierAmount: toDecimal(plan.earlierMinor, settings) }),
  };
}

/** Undefined where `dispatched` does not hold it. */
export function planIn(
  references: Readonly<Record<string, string>> | undefined,
  { currency }: MercadoPagoSettings,
): RefundPlan | undefined {
  const { orderId, paymentId, refundAmount, refund, earlierRefunds, earlierAmount = "0" } = references ?? {};
  const order = idIn("ORD", orderId);
  const payment = idIn("PAY", paymentId);
  const amountMinor = refundAmount === undefined ? undefined : fromDecimal(refundAmount, currency);
  const earlierMinor = fromDecimal(earlierAmount, currency);
  if (order === undefined || payment === undefined || amountMinor === undefined || earlierMinor === undefined) {
    return undefined;
  }
  const earlier = earlierRefunds === undefined ? [] : earlierRefunds.split(" ");
  return { order, payment, amountMinor, isWhole: refund === "whole", earlier, earlierMinor };
}

/** The refunds that may be this one: of its payment and amount, and not there before. */
export function candidates(
  plan: RefundPlan,
  told: CloudOrder,
  { currency }: MercadoPagoSettings,
): readonly CloudRefund[] {
  return told.refunds.filter(({ id, payment, amount }) => {
    if (plan.earlier.includes(id) || (payment !== undefined && payment !== plan.payment)) return false;
    return amount === undefined ? plan.isWhole : fromDecimal(amount, currency) === plan.amountMinor;
  });
}

export type RefundEnd =
  | { readonly kind: "settles"; readonly verdict: Verdict; readonly movement?: string; readonly isFinal: boolean }
  | { readonly kind: "unclear"; readonly why: string };

/** Assumed to be what a refund that failed is called; the vendor names none. */
const FAILED: ReadonlySet<string> = new Set(["failed", "rejected", "canceled", "cancelled"]);

/** What one refund amounts to: taken for processing is approved, and its end is still to come (mercado-pago.md 4.4). */
export function judgeRefund(
  order: Order,
  plan: RefundPlan,
  refund: CloudRefund,
  { currency }: MercadoPagoSettings,
): RefundEnd {
  const { status } = refund;
  const told = {
    vendor: { code: status, text: "" },
    terminalReferences: {
      orderId: plan.order,
      paymentId: plan.payment,
      refundId: refund.id,
      ...(refund.reference === undefined ? {} : { referenceId: refund.reference }),
    },
  };
  if (FAILED.has(status)) {
    return { kind: "settles", isFinal: true, verdict: { kind: "declined", reason: "other", ...told } };
  }
  if (status !== "processing" && status !== "processed") {
    return { kind: "unclear", why: `the refund ${refund.id} is told as ${status}` };
  }
  const isFinal = status === "processed";
  const { amount } = order.operation;
  const amounts = {
    ...(amount === undefined ? {} : { asked: amount }),
    approved: { value: plan.amountMinor, currency },
  };
  const verdict: Verdict = { kind: "approved", partial: false, captured: true, final: isFinal, amounts, ...told };
  return { kind: "settles", isFinal, verdict, movement: movementOf(refund.id) };
}

export const rememberedRefund = (plan: RefundPlan, refund: CloudRefund): JsonObject => ({
  version: 1,
  order: plan.order,
  refund: refund.id,
});
