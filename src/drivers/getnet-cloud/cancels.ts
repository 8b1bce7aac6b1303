import type { CanceledBy } from "../../core/outcome.ts";
import type { Committing } from "../getnet/asked.ts";
import { command } from "./asked.ts";
import type { CloudEffect } from "./enquiry.ts";
import type { CloudSettings } from "./settings.ts";

export type CancelCause = "pos" | "deadline";

/** What becomes of them decides nothing: the sale's own result does. */
export const cancelName = (cause: CancelCause): string => `cancel ${cause}`;

/** Nothing but a sale can be canceled (116), and never more than once for each cause. */
export function cancelFor(
  asked: Committing,
  cause: CancelCause,
  sent: readonly CancelCause[],
  settings: CloudSettings,
): readonly CloudEffect[] {
  if (asked.kind !== "sale" || sent.includes(cause)) return [];
  const message = command("cancelsale", {}, "", settings);
  return [{ kind: "exchange", exchange: cancelName(cause), message, replyTimeoutMs: settings.postMs }];
}

/** Who canceled what ends as canceled. */
export function canceledBy(sent: readonly CancelCause[]): CanceledBy {
  if (sent.includes("pos")) return "pos";
  return sent.length > 0 ? "terminalTimeout" : "operator";
}
