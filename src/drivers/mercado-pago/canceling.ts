import type { ExchangeEnd } from "./exchange-end.ts";

/** That somebody wants an order canceled, and how far that has come. It never decides how the order ends. */
export type Canceling = {
  readonly by: "pos" | "limit";
  /** `taken`: the terminal was asked to leave it, and the sale may still win. */
  readonly step: "wanted" | "asked" | "taken" | "refused";
};

/** What was asked for once and may still be granted is not asked for again. */
export function again(canceling: Canceling | undefined, by: Canceling["by"]): Canceling {
  if (canceling === undefined) return { by, step: "wanted" };
  return canceling.step === "refused" && canceling.by !== by ? { by, step: "wanted" } : canceling;
}

/** None of it decides how the order ends: that is asked. Where the answer was lost, it is asked for again with the same key. */
export function afterCancel(end: ExchangeEnd): Canceling["step"] {
  if (end.kind !== "answered") return "wanted";
  const { message } = end;
  if (message.kind === "order" || message.kind === "cancelTaken") return "taken";
  const isForLater = message.kind !== "refusal" || message.status >= 500 || [401, 423, 429].includes(message.status);
  return isForLater ? "wanted" : "refused";
}
