import type { Amounts } from "../../core/outcome.ts";
import type { Order } from "../driver.ts";
import { isOurs, judgeFound } from "./judgement.ts";
import type { CloudEffect } from "./looking.ts";
import type { Found } from "./messages.ts";
import type { PoyntCloudSettings } from "./settings.ts";

/**
 * Evidence about a payment that nobody works for any more. The terminal's call was the hint; what the cloud knows counts, and of that only that
 * money moved: what was asked is not known here, so neither is what is missing.
 */
export function lateWordOf(
  ticket: string,
  found: readonly Found[],
  { currency, failedMovedNothing, deviceId }: PoyntCloudSettings,
): readonly CloudEffect[] {
  const ours = found.filter((one) => isOurs(ticket, one));
  const command = ours.some(({ tender }) => tender.action === "REFUND") ? "nonRefRefund" : "sale";
  const order: Order = { transaction: ticket, operation: { type: "sale" }, answerLimitMs: 0 };
  const settings = { currency, failedMovedNothing, deviceId };
  // By no request of ours that is known here; it stands in no movement of a payment.
  const task = { order, asked: { command, askedMinor: 0 }, settings, requestId: ticket } as const;
  const judgement = judgeFound(task, ours, { kind: "open" });
  if (judgement.kind !== "settles" || judgement.verdict.kind !== "approved") return [];
  const { verdict, movement } = judgement;
  const { amounts, ...approval } = verdict;
  // How much it was before somebody adjusted it is not told.
  const isAsItWas = amounts !== undefined && !ours.some(({ tender }) => tender.isAdjusted);
  const moved = isAsItWas ? { amounts: movedIn(amounts) } : {};
  return [
    { kind: "late", ticket, verdict: { ...approval, ...moved }, ...(movement === undefined ? {} : { movement }) },
  ];
}

const movedIn = ({ approved, tip, cashback }: Amounts): Amounts => ({
  approved,
  ...(tip === undefined ? {} : { tip }),
  ...(cashback === undefined ? {} : { cashback }),
});
