import type { Money } from "./money.ts";
import { movesMoney } from "./operation-type.ts";
import type { Operation } from "./operation.ts";
import { totalAsked } from "./total-asked.ts";
import type { Approved } from "./outcome.ts";

/**
 * Why an approval cannot be believed: another currency, more than was asked plus the tip, cashback and surcharge that the terminal
 * reports, or less without its word that it is partial. Undefined where it can. An approval that cannot be believed is in
 * doubt, with an alarm: neither told as approved nor as anything else. What moves no money has no amount to be believed.
 */
export function approvalFault(operation: Operation, whole: Money | undefined, verdict: Approved): string | undefined {
  if (!movesMoney(operation.type)) return undefined;
  const asked = totalAsked(operation) ?? whole;
  if (asked === undefined) return undefined;
  const amounts = verdict.amounts;
  if (amounts === undefined) return "the terminal approved and named no amount";
  const { approved, tip, cashback, surcharge } = amounts;
  for (const money of [approved, tip, cashback, surcharge]) {
    if (money !== undefined && money.currency !== asked.currency)
      return `${money.currency} was approved, ${asked.currency} was asked`;
  }
  const goods = operation.amount?.value ?? asked.value;
  const onTop = (tip ?? operation.tip)?.value ?? 0;
  const cash = (cashback ?? operation.cashback)?.value ?? 0;
  const most = goods + onTop + cash + (surcharge?.value ?? 0);
  if (approved.value > most) return `${approved.value} was approved, at most ${most} could be`;
  if (approved.value < asked.value && !verdict.partial) {
    return `${approved.value} was approved of ${asked.value}, and the terminal does not call it partial`;
  }
  return undefined;
}
