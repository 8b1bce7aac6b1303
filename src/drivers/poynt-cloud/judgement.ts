import type { Order } from "../driver.ts";
import type { AskedPayment } from "../poynt/asked.ts";
import { judgePayment, type Judgement } from "../poynt/judgement.ts";
import type { Payment } from "../poynt/payment.ts";
import { considerTenders } from "../poynt/tenders.ts";
import type { Callback, CloudError, Found } from "./messages.ts";

/** What stays the same while one payment is looked for. */
export type Task = {
  readonly order: Order;
  readonly asked: AskedPayment;
  readonly settings: {
    readonly currency: string;
    readonly failedMovedNothing: boolean;
    /** Whose transaction it must be; undefined where that is not known. */
    readonly deviceId?: string;
  };
  /** Of the request on which money hangs. */
  readonly requestId: string;
};

/** How the payment as a whole ended, where that is known. */
export type Ending =
  /** It may still be on the terminal's screen. */
  | { readonly kind: "open" }
  /** The terminal called (poynt.md 2.5). */
  | { readonly kind: "called"; readonly status: string }
  /** Nothing more has come for so long that nothing will. */
  | { readonly kind: "over" };

/** Of what the cloud knows of a payment: each transaction by its own result; how it ended decides only what they leave open. */
export function judgeFound(task: Task, found: readonly Found[], ending: Ending): Judgement {
  const foreign = found.find(({ deviceId }) => isOther(deviceId, task.settings.deviceId));
  if (foreign?.deviceId !== undefined) {
    return { kind: "notBelieved", why: `the payment was made at another terminal, ${foreign.deviceId}` };
  }
  const tenders = found.filter((one) => !isMadeLater(task, one, found)).map(({ tender }) => tender);
  const payment: Payment = { referenceId: task.order.transaction, tenders };
  const status = statusOf(task, payment, ending);
  return judgePayment(task, task.requestId, status === undefined ? payment : { ...payment, status });
}

/** A capture or refund of what the customer paid may be found by its references as well, and is none of it. */
function isMadeLater({ asked }: Task, { tender }: Found, found: readonly Found[]): boolean {
  const isFirst = !("transactionId" in asked);
  return isFirst && tender.parentId !== undefined && found.some((other) => other.tender.id === tender.parentId);
}

const isOther = (one: string | undefined, other: string | undefined): boolean =>
  one !== undefined && other !== undefined && one !== other.toLowerCase();

/** In the words in which a terminal tells it: PROCESSED says of an approval and of a refusal alike that it is over. */
function statusOf({ asked, settings }: Task, payment: Payment, ending: Ending): string | undefined {
  if (ending.kind === "open") return undefined;
  if (ending.kind === "called" && ending.status !== "PROCESSED")
    return ending.status === "" ? undefined : ending.status;
  const isAnyDone = considerTenders(asked, payment, settings.currency).some(({ standing }) => standing === "done");
  if (isAnyDone) return "COMPLETED";
  return payment.tenders.length > 0 ? "DECLINED" : undefined;
}

/** The request has ended with its answer; a transaction that is told as it was before leaves open whether it will be another. */
export const restEnding = (status: string | undefined): Ending =>
  status === "DECLINED" ? { kind: "over" } : { kind: "open" };

export const isOurs = (reference: string, { references }: Found): boolean => references.includes(reference);

/** Whether all that the terminal named in its call was found. */
export const areAllFound = ({ transactionIds }: Callback, found: readonly Found[]): boolean =>
  transactionIds.every((id) => found.some(({ tender }) => tender.id === id));

/** What became of a request that the cloud answered with an error. */
export type Refusal =
  /** It was not begun. */
  | { readonly kind: "refused" }
  /** The processor said no. */
  | { readonly kind: "declined" }
  | { readonly kind: "unclear" };

/** Of these it is not known that nothing was begun (poynt.md 2.8): it is known already, it runs, or its end was not heard. */
const OPEN_CODES: ReadonlySet<string> = new Set([
  "REQUEST_ID_DUPLICATE",
  "REQUEST_IN_PROGRESS",
  "TXN_DUPLICATE",
  "TXN_ALREADY_EXISTS",
  "PROCESSOR_TIMEOUT",
  "PROCESSOR_DETECTED_DUP",
  "RESOURCE_MODIFIED",
  "BROKEN_PIPE",
]);
/** Whoever gives up waiting for a request has not refused it. */
const OPEN_STATUSES: ReadonlySet<number> = new Set([408, 409, 425, 499]);

/** Only of the first attempt: the same answer to a repeat may be about the repeat. */
export function refusalOf({ status, code }: CloudError): Refusal {
  if (status >= 500 || OPEN_STATUSES.has(status) || OPEN_CODES.has(code)) return { kind: "unclear" };
  return code === "PROCESSOR_DECLINED" ? { kind: "declined" } : { kind: "refused" };
}

export const wordsOf = ({ status, code, text }: CloudError): string =>
  `the cloud answered with HTTP ${[String(status), code, text].filter((part) => part !== "").join(" ")}`;
