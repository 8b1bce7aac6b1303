import type { Conversation, Order } from "../driver.ts";
import type { MercadoPagoMessage } from "./messages.ts";
import { refundMachine } from "./refund.ts";
import { saleMachine } from "./sale.ts";
import type { MercadoPagoSettings } from "./settings.ts";

/** One operation of the Orders API. What is neither a sale nor one that takes a sale back was refused before it was accepted. */
export function operationMachine(order: Order, settings: MercadoPagoSettings): Conversation<MercadoPagoMessage> {
  return order.operation.type === "sale" ? saleMachine(order, settings) : refundMachine(order, settings);
}
