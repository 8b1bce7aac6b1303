import type { JsonObject } from "../../core/json.ts";
import { assert } from "../../core/assert.ts";
import type { Order } from "../driver.ts";
import { toDecimal } from "./amounts.ts";
import { LONGEST_ORDER_MS, SHORTEST_ORDER_MS, type MercadoPagoSettings } from "./settings.ts";
import { saleFieldsOf } from "./vendor-fields.ts";

/** How long the order lives: our own limit less a margin, so that its end is still heard (mercado-pago.md 3.1). */
function lifeOf({ answerLimitMs }: Order, { expiryMarginMs }: MercadoPagoSettings): number {
  const seconds = Math.floor((answerLimitMs - expiryMarginMs) / 1_000);
  return Math.min(Math.max(seconds * 1_000, SHORTEST_ORDER_MS), LONGEST_ORDER_MS);
}

const LIFE = /^PT(\d{1,5})S$/;

/** The same of an order that was sent: settings may have changed since. */
export function lifeIn(
  references: Readonly<Record<string, string>> | undefined,
  order: Order,
  settings: MercadoPagoSettings,
): number {
  const [, seconds] = LIFE.exec(references?.["expirationTime"] ?? "") ?? [];
  return seconds === undefined ? lifeOf(order, settings) : Number(seconds) * 1_000;
}

/** A sale as the vendor takes it (mercado-pago.md 3.1). It is found again by our transaction. */
export function orderBody(order: Order, settings: MercadoPagoSettings): JsonObject {
  const { operation, transaction } = order;
  const { amount, installments, options } = operation;
  const { terminalId } = settings;
  assert(amount !== undefined && terminalId !== undefined, "a sale has an amount, and its terminal is named");
  const { paymentType, installmentsCost, ticketNumber, description } = saleFieldsOf(operation.vendor);
  const prints = options?.print ?? settings.printOnTerminal;
  const type = paymentType ?? (installments === undefined ? undefined : "credit_card");
  const method = {
    ...(type === undefined ? {} : { default_type: type }),
    ...(installments === undefined ? {} : { default_installments: installments }),
    ...(installmentsCost === undefined ? {} : { installments_cost: installmentsCost }),
  };
  return {
    type: "point",
    external_reference: transaction,
    expiration_time: `PT${lifeOf(order, settings) / 1_000}S`,
    transactions: { payments: [{ amount: toDecimal(amount.value, settings) }] },
    config: {
      point: {
        terminal_id: terminalId,
        print_on_terminal: prints ? "seller_ticket" : "no_ticket",
        ...(ticketNumber === undefined ? {} : { ticket_number: ticketNumber }),
      },
      ...(Object.keys(method).length === 0 ? {} : { payment_method: method }),
    },
    ...(description === undefined ? {} : { description }),
    ...integration(settings),
  };
}

function integration({ platformId, integratorId, sponsorId }: MercadoPagoSettings): JsonObject {
  const data = {
    ...(platformId === undefined ? {} : { platform_id: platformId }),
    ...(integratorId === undefined ? {} : { integrator_id: integratorId }),
    ...(sponsorId === undefined ? {} : { sponsor: { id: sponsorId } }),
  };
  return Object.keys(data).length === 0 ? {} : { integration_data: data };
}

/** Each request that changes something has a key of its own, the same each time that it is said again (mercado-pago.md 3.1, 4.5). */
export const keyOf = {
  sale: (transaction: string) => transaction,
  refund: (transaction: string) => `${transaction}-refund`,
  cancel: (transaction: string, by: "pos" | "limit") => `${transaction}-cancel-${by}`,
} as const;
