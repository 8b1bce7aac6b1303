import { formatMoney } from "../../core/money.ts";
import type { Doubt } from "../driver.ts";

/** For whoever has to decide: what is wrong, and all that the seller's account can be searched by. */
export function whyPerson({ order, dispatched }: Doubt, why: string, cloudOrder: string | undefined): string {
  const { operation, transaction, original } = order;
  const { type } = operation;
  const whole = operation.amount ?? original?.approved;
  const amount = whole === undefined ? "" : ` of ${formatMoney(whole)}`;
  const about = cloudOrder === undefined ? "" : `, order ${cloudOrder}`;
  const sentMs = Date.parse(dispatched.deadline) - order.answerLimitMs;
  const at = Number.isNaN(sentMs) ? "" : `, sent at ${new Date(sentMs).toISOString()}`;
  return (
    `${why}; look at the terminal's screen, then in the seller's activity in Mercado Pago, for the ${type}${amount} ` +
    `with external reference ${transaction}${about}${at}`
  );
}
