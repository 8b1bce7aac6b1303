import { isJsonObject, type Json, type JsonObject } from "../../core/json.ts";
import type { Payment, Refund } from "./simulator-memory.ts";
import type { Scenario } from "./simulator-scenario.ts";
import { amountNumber, amountText, countryCodeOf, currencyOf, timeText } from "./simulator-values.ts";

/** What was given back, or is on its way. */
export function refundedBy({ refunds }: Payment, standing: (refund: Refund) => boolean): number {
  return refunds.filter(standing).reduce((sum, { amount }) => sum + amount, 0);
}
export const isNotFailed = ({ status }: Refund): boolean => status !== "failed";
const isProcessed = ({ status }: Refund): boolean => status === "processed";

/** Of the order as a whole (mercado-pago.md 4.1). A refund that is being processed counts (4.4). */
export function orderStatusOf(payment: Payment): { readonly status: string; readonly detail: string } {
  const { status, paid } = payment;
  if (status !== "processed") return { status, detail: status };
  const refunded = refundedBy(payment, isNotFailed);
  if (refunded === 0) return { status, detail: "processed" };
  return refunded < paid ? { status, detail: "partially_refunded" } : { status: "refunded", detail: "refunded" };
}

/** Of the transaction in it. */
function transactionStatusOf(payment: Payment): { readonly status: string; readonly status_detail?: string } {
  const { status, detail } = payment;
  if (status === "created") return { status };
  if (orderStatusOf(payment).status === "refunded") return { status: "refunded", status_detail: "refunded" };
  return { status, status_detail: detail };
}

/** The older API says the amount in its number, this one as it was asked. */
function askedAmount({ asked, amount }: Payment, { country }: Scenario): string {
  const payments = objectIn(asked, "transactions")["payments"];
  const [payment] = Array.isArray(payments) ? (payments as readonly Json[]) : [];
  const text = isJsonObject(payment) ? payment["amount"] : undefined;
  return typeof text === "string" ? text : amountText(amount, country);
}

export function objectIn(fields: JsonObject, name: string): JsonObject {
  const value = fields[name];
  return isJsonObject(value) ? value : {};
}

function paidFields(payment: Payment, { country }: Scenario): JsonObject {
  const { status, paid, toldPaid, tip, method, referenceId } = payment;
  if (status !== "processed" && method === undefined) return {};
  const text = (minor: number): string => amountText(minor, country);
  return {
    ...(status === "processed" ? { paid_amount: text(toldPaid ?? paid) } : {}),
    ...(status === "processed" ? { refunded_amount: text(refundedBy(payment, isProcessed)) } : {}),
    ...(tip === 0 || status !== "processed" ? {} : { tip_amount: text(tip) }),
    ...(referenceId === "" ? {} : { reference_id: referenceId }),
    ...(method === undefined ? {} : { payment_method: method, card: { first_digits: "503175", last_digits: "0604" } }),
  };
}

export function transactionView(payment: Payment, scenario: Scenario): JsonObject {
  return {
    id: payment.transactionId,
    amount: askedAmount(payment, scenario),
    ...paidFields(payment, scenario),
    ...transactionStatusOf(payment),
  };
}

export function refundViews({ refunds, transactionId }: Payment, { country }: Scenario): readonly JsonObject[] {
  return refunds.map(({ id, referenceId, amount, status }) => ({
    id,
    transaction_id: transactionId,
    reference_id: referenceId,
    amount: amountText(amount, country),
    status,
  }));
}

/** What create, get, cancel and refund answer. */
export function orderView(payment: Payment, scenario: Scenario): JsonObject {
  const { asked, refunds } = payment;
  const { identity, country } = scenario;
  const { status, detail } = orderStatusOf(payment);
  return {
    id: payment.id,
    type: "point",
    user_id: identity.userId,
    external_reference: payment.reference,
    ...(asked["description"] === undefined ? {} : { description: asked["description"] }),
    expiration_time: payment.expirationTime,
    processing_mode: "automatic",
    country_code: countryCodeOf(country),
    currency: currencyOf(country),
    integration_data: { application_id: identity.applicationId, ...objectIn(asked, "integration_data") },
    status,
    status_detail: detail,
    created_date: timeText(payment.createdAt),
    last_updated_date: timeText(payment.updatedAt),
    config: asked["config"] ?? {},
    transactions: {
      payments: [transactionView(payment, scenario)],
      ...(refunds.length === 0 ? {} : { refunds: refundViews(payment, scenario) }),
    },
  };
}

/** A failure of the device is an error; a refusal of the card is a finished intent with a rejected payment (mercado-pago.md 8). */
export function intentStateOf({ status, detail, stage }: Payment): string {
  switch (status) {
    case "created":
      return "OPEN";
    case "at_terminal":
      return stage === "host" ? "PROCESSING" : "ON_TERMINAL";
    case "processed":
    case "refunded":
      return "FINISHED";
    case "failed":
      return detail === "processing_error" ? "ERROR" : "FINISHED";
    case "action_required":
      return "CONFIRMATION_REQUIRED";
    case "canceled":
      return "CANCELED";
    case "expired":
      return "ABANDONED";
  }
}

export function intentView(payment: Payment): JsonObject {
  const { asked, referenceId } = payment;
  return {
    id: payment.id,
    device_id: payment.terminalId,
    amount: payment.asked["amount"] ?? payment.amount,
    ...(asked["description"] === undefined ? {} : { description: asked["description"] }),
    additional_info: asked["additional_info"] ?? {},
    payment_mode: "card",
    payment: { ...objectIn(asked, "payment"), ...(referenceId === "" ? {} : { id: Number(referenceId) }) },
    state: intentStateOf(payment),
  };
}

/** Unlike an order it is not called refunded before it is (assumed). */
function paymentStatusOf(payment: Payment): { readonly status: string; readonly status_detail: string } {
  if (payment.status === "processed") {
    const refunded = refundedBy(payment, isProcessed);
    if (refunded > 0 && refunded >= payment.paid) return { status: "refunded", status_detail: "refunded" };
    const isPartly = refunded > 0;
    return { status: "approved", status_detail: isPartly ? "partially_refunded" : "accredited" };
  }
  if (payment.detail === "in_review") return { status: "in_process", status_detail: "pending_review_manual" };
  if (payment.status === "failed") return { status: "rejected", status_detail: `cc_rejected_${payment.detail}` };
  if (payment.status === "canceled" || payment.status === "expired")
    return { status: "cancelled", status_detail: payment.status === "expired" ? "expired" : "by_collector" };
  return { status: "pending", status_detail: "pending_contingency" };
}

/** `GET /v1/payments/{id}`: where the older API tells whether an intent was approved. */
export function paymentView(payment: Payment, scenario: Scenario): JsonObject {
  const { country } = scenario;
  const { method, paid, tip, toldPaid } = payment;
  const number = (minor: number): number => amountNumber(minor, country);
  return {
    id: Number(payment.referenceId),
    date_created: timeText(payment.createdAt),
    date_approved: payment.status === "processed" ? timeText(payment.updatedAt) : null,
    date_last_updated: timeText(payment.updatedAt),
    ...paymentStatusOf(payment),
    currency_id: currencyOf(country),
    transaction_amount: number(payment.status === "processed" ? (toldPaid ?? paid) - tip : payment.amount),
    transaction_amount_refunded: number(refundedBy(payment, isProcessed)),
    coupon_amount: 0,
    transaction_details: { total_paid_amount: number(payment.status === "processed" ? (toldPaid ?? paid) : 0) },
    external_reference: payment.reference === "" ? null : payment.reference,
    payment_method_id: method?.id ?? null,
    payment_type_id: method?.type ?? null,
    installments: method?.installments ?? 1,
    card: { first_six_digits: "503175", last_four_digits: "0604" },
    live_mode: scenario.liveMode,
    collector_id: Number(scenario.identity.userId),
  };
}
