import type { Json, JsonObject } from "../../core/json.ts";
import type { Operation } from "../../core/operation.ts";
import { totalAsked } from "../../core/total-asked.ts";
import type { OperationRefusal, Order } from "../driver.ts";
import { amountFault, hundredthsOf, isIntentCurrency } from "./intents-amounts.ts";
import { paymentIdIn } from "./intents-fields.ts";
import type { IntentRequest } from "./intents-messages.ts";
import type { IntentSettings } from "./intents-settings.ts";
import { saleFieldFault, saleFieldsOf } from "./vendor-fields.ts";

/** What is asked of the older API. `request` is the one on which money hangs. */
export type IntentAsked =
  | {
      readonly command: "sale";
      readonly terminal: string;
      readonly hundredths: number;
      readonly request: IntentRequest;
    }
  /** Always of the whole payment. */
  | {
      readonly command: "refund";
      readonly terminal: string;
      readonly payment: string;
      readonly request: IntentRequest;
    }
  /** It cannot be asked for, and this is why. */
  | { readonly command: "none"; readonly why: string };

/** Of a payment of this API: by this a refund names it. */
export const PAYMENT_REFERENCE = "paymentId";

const none = (why: string): IntentAsked => ({ command: "none", why });

export function intentAskedOf(order: Order, settings: IntentSettings): IntentAsked {
  const refusal = intentRefusal(order.operation, settings);
  if (refusal !== undefined) return none(refusal.why);
  const { terminalId } = settings;
  if (terminalId === undefined) return none("no terminal was chosen (setting terminalId)");
  return order.operation.type === "sale" ? saleOf(order, settings, terminalId) : refundOf(order, settings, terminalId);
}

/** What the older API cannot do, before it is accepted; undefined where nothing says so. */
export function intentRefusal(operation: Operation, settings: IntentSettings): OperationRefusal | undefined {
  const invalid = (why: string): OperationRefusal => ({ reason: "invalidParams", why });
  const { type, original, cashback } = operation;
  if (type !== "sale" && type !== "refund")
    return { reason: "unsupportedOperation", why: `the payment-intents API has no ${type}` };
  if (!isIntentCurrency(settings.currency)) {
    const why = `the payment-intents API is documented for Argentina, Brazil and Mexico only, and not for ${settings.currency}: set api to orders`;
    return { reason: "unsupportedCurrency", why };
  }
  if (operation.amount !== undefined && operation.amount.currency !== settings.currency)
    return { reason: "unsupportedCurrency", why: `this terminal takes ${settings.currency}` };
  if (type === "refund")
    return original === undefined
      ? invalid("the payment-intents API refunds a payment that it made, and no other")
      : undefined;
  if (cashback !== undefined) return invalid("the payment-intents API has no cashback");
  const total = totalAsked(operation);
  const hundredths = total === undefined ? undefined : hundredthsOf(total);
  if (hundredths === undefined) return invalid("the amount cannot be said in hundredths");
  const why = amountFault(hundredths, settings);
  if (why !== undefined) return { reason: "amountOutOfRange", why };
  const fault = saleFieldFault(operation);
  if (fault !== undefined) return invalid(fault);
  const means = meansOf(operation, settings);
  return "why" in means ? invalid(means.why) : undefined;
}

function saleOf({ operation, transaction }: Order, settings: IntentSettings, terminal: string): IntentAsked {
  const total = totalAsked(operation);
  const hundredths = total === undefined ? undefined : hundredthsOf(total);
  const means = meansOf(operation, settings);
  if (hundredths === undefined || "why" in means) return none("the sale cannot be said in the vendor's words");
  const { print = settings.printOnTerminal } = operation.options ?? {};
  const body: JsonObject = {
    amount: hundredths,
    ...means.fields,
    additional_info: {
      external_reference: transaction,
      print_on_terminal: print,
      ...means.info,
    },
  };
  const request: IntentRequest = { kind: "intentCreate", terminal, body };
  return { command: "sale", terminal, hundredths, request };
}

type Means =
  | { readonly fields: JsonObject; readonly info: JsonObject }
  /** What of it the vendor does not take. */
  | { readonly why: string };

/** How it is paid, and what is printed: as far as the vendor knows it in the country (mercado-pago.md 8). */
function meansOf({ installments, vendor }: Operation, { currency }: IntentSettings): Means {
  const { paymentType, installmentsCost, ticketNumber, description } = saleFieldsOf(vendor);
  if (paymentType === "qr") return { why: "the payment-intents API takes cards only" };
  const payment = {
    ...given("type", paymentType ?? (installments === undefined ? undefined : "credit_card")),
    ...given("installments", installments),
    ...given("installments_cost", installmentsCost),
  };
  const hasPayment = Object.keys(payment).length > 0;
  if (hasPayment && currency !== "BRL")
    return { why: "the payment-intents API takes types of card and installments in Brazil only" };
  return {
    fields: { ...given("description", description), ...(hasPayment ? { payment } : {}) },
    info: given("ticket_number", ticketNumber),
  };
}

const given = (name: string, value: Json | undefined): JsonObject => (value === undefined ? {} : { [name]: value });

function refundOf({ operation, original }: Order, settings: IntentSettings, terminal: string): IntentAsked {
  const { type, terminalReferences = {}, approved } = original ?? {};
  if (type !== undefined && type !== "sale") return none(`a refund follows a sale, and this is a ${type}`);
  const payment = paymentIdIn(terminalReferences[PAYMENT_REFERENCE]);
  if (payment === undefined)
    return none(`the payment of the sale is not known: a refund names it as terminalReferences.${PAYMENT_REFERENCE}`);
  const { amount } = operation;
  if (amount !== undefined && approved !== undefined && amount.value !== approved.value)
    return none("the payment-intents API refunds a payment as a whole");
  const { print = settings.printOnTerminal } = operation.options ?? {};
  const tickets = print ? ["SELLER_TICKET", "BUYER_TICKET"] : [];
  const body: JsonObject = { payment_id: payment, additional_info: { print_on_terminal: tickets } };
  const request: IntentRequest = { kind: "intentRefundCreate", terminal, body };
  return { command: "refund", terminal, payment, request };
}
