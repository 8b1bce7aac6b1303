import type { Conversation, Doubt } from "../driver.ts";
import type { MercadoPagoMessage } from "./messages.ts";
import { refundRecovery } from "./refund-recovery.ts";
import { saleRecovery } from "./sale-recovery.ts";
import type { MercadoPagoSettings } from "./settings.ts";
import { standingMachine } from "./standing.ts";

/** Finds out what became of an operation of the Orders API, from nothing but what is durable. */
export function recoverMachine(doubt: Doubt, settings: MercadoPagoSettings): Conversation<MercadoPagoMessage> {
  if (doubt.standing !== undefined) return standingMachine(doubt, doubt.standing, settings);
  return doubt.order.operation.type === "sale" ? saleRecovery(doubt, settings) : refundRecovery(doubt, settings);
}
