import type { Effect } from "../driver.ts";
import { fromDecimal } from "./amounts.ts";
import { judge } from "./judgement.ts";
import type { CloudOrder, MercadoPagoMessage } from "./messages.ts";
import type { MercadoPagoSettings } from "./settings.ts";

type Late = Extract<Effect<MercadoPagoMessage>, { kind: "late" }>;

/**
 * What an order says about a sale for which nobody works any more, by its own figures: the house compares them with what it knows. That it was
 * refunded since is another operation's matter, and takes nothing from the sale.
 */
export function lateWord(told: CloudOrder, settings: MercadoPagoSettings): Late | undefined {
  const ticket = told.externalReference;
  const order: CloudOrder = {
    ...told,
    payments: told.payments.map((payment) =>
      payment.status === "refunded" ? { ...payment, status: "processed" } : payment,
    ),
  };
  const amount = order.payments[0]?.amount;
  const value = amount === undefined ? undefined : fromDecimal(amount, settings.currency);
  if (ticket === undefined || value === undefined) return undefined;
  const operation = { type: "sale", amount: { value, currency: settings.currency } } as const;
  const asked = { transaction: ticket, operation, answerLimitMs: 0 };
  const judgement = judge({ order: asked, settings, canceling: undefined }, order);
  if (judgement.kind !== "settles") return undefined;
  const { verdict, movement } = judgement;
  return { kind: "late", ticket, verdict, ...(movement === undefined ? {} : { movement }) };
}
