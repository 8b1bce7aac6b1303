import { formatMoney } from "../../core/money.ts";
import type { Doubt, RepeatRefusal } from "../driver.ts";
import type { AskedPayment } from "../poynt/asked.ts";
import type { PoyntCloudSettings } from "./settings.ts";

/** Why nothing more can be found out by asking. */
export type PersonReason =
  Exclude<RepeatRefusal, "journal" | "decided"> | "noRecord" | "open" | "changed" | "unreadable" | "silent";

const REASONS: Readonly<Record<PersonReason, string>> = {
  deadline: "the time for an answer is over",
  cancelAsked: "the POS wanted to cancel, so the request is not sent again",
  window: "the cloud need not remember the request any more",
  otherDevice: "the terminal's settings name another terminal or merchant since",
  restartSuspected: "the request is not sent again",
  tooOften: "the cloud was asked as often as it may be",
  noRecord:
    "the cloud has no record of it, and cannot say whether the message came to the terminal: a terminal that was offline may tell of a payment later. " +
    "Where another payment is made at the terminal by hand, well after this one, and the cloud knows that one, this is decided by itself",
  open: "the cloud does not say how it ended",
  changed: "the transaction was changed meanwhile, and the cloud does not say by which request",
  unreadable: "what was asked of the cloud can no longer be read",
  silent: "the cloud cannot be asked",
};

/** For whoever has to decide: what is wrong, and all that the terminal and the back office can be searched by. */
export function whyPerson(
  { order, dispatched }: Doubt,
  asked: AskedPayment | undefined,
  { currency, deviceId }: Pick<PoyntCloudSettings, "currency" | "deviceId">,
  reason: PersonReason,
  lastWhy?: string,
): string {
  const said = lastWhy === undefined ? REASONS[reason] : `${REASONS[reason]} (${lastWhy})`;
  const askedMinor = asked?.askedMinor;
  const amount = askedMinor === undefined ? "" : ` of ${formatMoney({ value: askedMinor, currency })}`;
  const about = asked !== undefined && "transactionId" in asked ? ` about transaction ${asked.transactionId}` : "";
  const sentMs = Date.parse(dispatched.deadline) - order.answerLimitMs;
  const at = Number.isNaN(sentMs) ? "" : `, sent at ${new Date(sentMs).toISOString()}`;
  return (
    `${said}; look whether it is on the screen of terminal ${deviceId}, then search its transactions or the vendor's back office ` +
    `for the ${order.operation.type}${amount}${about} with reference ${order.transaction}${at}`
  );
}
