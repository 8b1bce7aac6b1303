import type { Dispatched } from "../../core/facts.ts";
import type { JsonObject } from "../../core/json.ts";
import type { Context, Order } from "../driver.ts";
import { intentIdIn } from "./intents-fields.ts";

/** In the references of a dispatch: when it was sent, by the vendor's clock. */
const SENT_AT = "sentAt";

/** What a recovery starts from, beside the order. */
export type IntentMemory = {
  /** The vendor has answered with this id. */
  readonly intent?: string;
  /** The vendor refused: something is queued already. */
  readonly isConflict: boolean;
};

/** The forms are versioned: a later release reads them too. */
export const rememberIntent = (intent: string): JsonObject => ({ version: 1, intent });
export const rememberConflict = (): JsonObject => ({ version: 1, conflict: true });

export function readMemory(remembered: JsonObject | undefined): IntentMemory {
  const intent = intentIdIn(remembered?.["intent"]);
  return { isConflict: remembered?.["conflict"] === true, ...(intent === undefined ? {} : { intent }) };
}

/** By what a person finds it in the account, and the search its day. */
export function referencesAt({ transaction }: Order, { vendorNow }: Context): Readonly<Record<string, string>> {
  return { externalReference: transaction, [SENT_AT]: new Date(vendorNow).toISOString() };
}

/** By the vendor's clock; where that was not written down, as our own had it. Undefined where neither can be read. */
export function sentMsOf({ references, deadline }: Dispatched, { answerLimitMs }: Order): number | undefined {
  const noted = Date.parse(references?.[SENT_AT] ?? "");
  const sentMs = Number.isNaN(noted) ? Date.parse(deadline) - answerLimitMs : noted;
  return Number.isNaN(sentMs) ? undefined : sentMs;
}
