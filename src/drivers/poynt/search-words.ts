import { formatMoney } from "../../core/money.ts";
import type { Doubt, RepeatRefusal } from "../driver.ts";
import type { Asked } from "./asked.ts";
import type { PoyntSettings } from "./settings.ts";

/** Why nothing more can be found out by asking. */
export type PersonReason =
  | Exclude<RepeatRefusal, "journal" | "decided">
  | "silent"
  | "otherPairing"
  | "stillWaiting"
  | "settlement"
  | "sameAnswer"
  | "unreadable";

const REASONS: Readonly<Record<PersonReason, string>> = {
  deadline: "the time for an answer is over",
  cancelAsked: "the POS wanted to cancel, so the request is not sent again",
  window: "the terminal need not remember the request any more",
  otherDevice: "the terminal was paired anew since, and need not remember the request",
  restartSuspected: "the terminal may have restarted since, and need not remember the request",
  tooOften: "the terminal was asked as often as it may be",
  silent: "the terminal cannot be reached any more",
  otherPairing:
    "the pairing was ended at the terminal, or another program has it now: once this is decided, pair the terminal again",
  stillWaiting: "the terminal has not answered in time",
  settlement: "the terminal cannot be asked whether it settled the batch",
  sameAnswer: "the terminal gives the same answer again",
  unreadable: "what was asked of the terminal can no longer be read",
};

/**
 * For whoever has to decide: what is wrong, and all that the terminal's screen, its list of transactions and the back office can be
 * searched by.
 */
export function whyPerson(
  doubt: Doubt,
  asked: Asked | undefined,
  settings: PoyntSettings,
  reason: PersonReason,
  lastWhy?: string,
): string {
  const said = lastWhy === undefined ? REASONS[reason] : `${REASONS[reason]} (${lastWhy})`;
  const { order, dispatched } = doubt;
  const { type } = order.operation;
  const askedMinor = asked !== undefined && "askedMinor" in asked ? asked.askedMinor : undefined;
  const amount =
    askedMinor === undefined ? "" : ` of ${formatMoney({ value: askedMinor, currency: settings.currency })}`;
  const original =
    asked !== undefined && "transactionId" in asked ? ` about its transaction ${asked.transactionId}` : "";
  const sentMs = Date.parse(dispatched.deadline) - order.answerLimitMs;
  const at = Number.isNaN(sentMs) ? "" : `, sent at ${new Date(sentMs).toISOString()}`;
  return (
    `${said}; look whether it is on the terminal's screen, then search the terminal's transactions or the vendor's back office ` +
    `for the ${type}${amount}${original} with reference ${order.transaction}${at}`
  );
}
