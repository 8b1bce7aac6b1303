import { unreachable } from "../../core/assert.ts";
import type { Verdict } from "../../core/outcome.ts";
import { approvalFault } from "../../core/plausible.ts";
import type { Order } from "../driver.ts";
import { approvalOf, evidenceOf, type Says } from "./approval.ts";
import type { Asked, AskedPayment } from "./asked.ts";
import { TIMED_OUT, type PoyntAnswer, type PoyntError } from "./messages.ts";
import type { Payment } from "./payment.ts";
import type { PoyntSettings } from "./settings.ts";
import { considerTenders, type Considered } from "./tenders.ts";

/** What stays the same while one operation is asked, or asked about. */
export type Task = { readonly order: Order; readonly asked: Asked; readonly settings: PoyntSettings };

/** What an answer amounts to. */
export type Judgement =
  | { readonly kind: "settles"; readonly verdict: Verdict; readonly movement?: string }
  /** Neither done nor not done: the terminal does not say, or does not know. */
  | { readonly kind: "unclear"; readonly why: string }
  /** What it says cannot be so; a person should hear of it now. */
  | { readonly kind: "notBelieved"; readonly why: string };

const unclear = (why: string): Judgement => ({ kind: "unclear", why });
const notBelieved = (why: string): Judgement => ({ kind: "notBelieved", why });
const settles = (verdict: Verdict): Judgement => ({ kind: "settles", verdict });

/** Of the answer to what was asked: the only place where this driver says how money ended. */
export function judge(task: Task, answer: PoyntAnswer): Judgement {
  const { asked } = task;
  switch (answer.kind) {
    case "error":
      return judgeError(answer);
    case "payment":
      if (asked.command === "settle") return notBelieved("a settlement was answered with a payment");
      return judgePayment({ ...task, asked }, answer.requestId, answer.payment);
    case "settled": {
      if (asked.command !== "settle") return notBelieved("a payment was answered with a settlement");
      const { requestId, accepted } = answer;
      const count = accepted === undefined ? {} : { acceptedAuthorizations: String(accepted) };
      const terminalReferences = { poyntRequestId: requestId, ...count };
      return settles({ kind: "approved", partial: false, captured: true, final: true, terminalReferences });
    }
    case "pong":
    case "otherPairing":
    case "paired":
    case "secret":
    case "paymentState":
    case "finished":
    case "scanned":
      return notBelieved("the terminal answered something else than it was asked");
    default:
      return unreachable(answer);
  }
}

function judgeError({ code, name, text }: PoyntError): Judgement {
  const words = `the terminal answered with error ${code}${[name, text].map((part) => part && ` ${part}`).join("")}`;
  if (code === TIMED_OUT) return unclear(`${words}, which does not say that nothing was paid`);
  return unclear(`${words}; where it is known that nothing was begun then, the setting refusalCodes can say so`);
}

/**
 * Whether an error says that the request was never begun. Only a technician can know such codes (none is documented), only of the first
 * attempt, and never of a time that was over.
 */
export function isRefusal({ code, isAboutOurs }: PoyntError, { refusalCodes }: PoyntSettings): boolean {
  return code !== TIMED_OUT && isAboutOurs && refusalCodes.includes(code);
}

/** What a payment is judged by, whoever tells it: the terminal, or the vendor's cloud. */
export type PaymentTask = {
  readonly order: Order;
  readonly asked: AskedPayment;
  readonly settings: Pick<PoyntSettings, "currency" | "failedMovedNothing">;
};

export function judgePayment(task: PaymentTask, requestId: string, payment: Payment): Judgement {
  const { asked, settings } = task;
  const foreign = foreignWhy(task, payment);
  if (foreign !== undefined) return notBelieved(foreign);
  const tenders = considerTenders(asked, payment, settings.currency);
  const dark = tenders.find((tender) => tender.standing === "unclear");
  if (dark !== undefined) return notBelieved(dark.why);
  const headline = headlineOf(asked, payment.status);
  if (headline === "nonsense") return notBelieved(`the payment is told as ${payment.status ?? ""}`);
  const isAnyDone = tenders.some(({ standing }) => standing === "done");
  return isAnyDone
    ? judgeDone(task, requestId, payment, tenders, headline)
    : judgeNothingDone(task, requestId, payment, tenders, headline);
}

/** Why the payment is not the one that was asked for; undefined where nothing says so. */
function foreignWhy({ asked, order, settings }: PaymentTask, payment: Payment): string | undefined {
  const { referenceId, currency, tenders } = payment;
  if (currency !== undefined && currency !== settings.currency) return `the payment is in ${currency}`;
  if (!("transactionId" in asked)) {
    // A canceled payment comes back without it (poynt.md 1.6).
    const isOther = asked.command !== "nonRefRefund" && referenceId !== undefined && referenceId !== order.transaction;
    return isOther ? `the payment is told with reference ${referenceId}, which was not asked for` : undefined;
  }
  const { transactionId, command } = asked;
  const hasOwnTransaction = command === "refund" || command === "capture";
  const isRelated = tenders.some(({ id, parentId, linkedIds }) => {
    const named = [id, parentId, ...linkedIds];
    return named.includes(transactionId) || (hasOwnTransaction && parentId === undefined && linkedIds.length === 0);
  });
  return tenders.length > 0 && !isRelated ? "the payment is about another transaction" : undefined;
}

/** What the payment is called as a whole; it decides only what its tenders leave open. */
type Headline = "success" | "denial" | "open" | "nonsense";

const DENIALS: ReadonlySet<string> = new Set(["CANCELED", "DECLINED", "FAILED"]);
const KNOWN: ReadonlySet<string> = new Set(["COMPLETED", "AUTHORIZED", "VOIDED", "REFUNDED", "READ_CARD_ONLY"]);

/** Of the statuses that the vendor knows (poynt.md 1.6), and of those that it does not. */
function headlineOf(asked: AskedPayment, status = ""): Headline {
  if (DENIALS.has(status)) return "denial";
  // HOLD, none, or one that nobody has heard of.
  if (!KNOWN.has(status)) return "open";
  const isVoid = asked.command === "void" || asked.command === "voidPreSale";
  const isRefund = asked.command === "refund" || asked.command === "nonRefRefund";
  if (status === "COMPLETED") return "success";
  if (status === "VOIDED") return isVoid ? "success" : "denial";
  if (status === "REFUNDED") return isRefund ? "success" : "nonsense";
  return status === "AUTHORIZED" && !isVoid && !isRefund ? "success" : "nonsense";
}

function judgeDone(
  task: PaymentTask,
  requestId: string,
  payment: Payment,
  tenders: readonly Considered[],
  headline: Exclude<Headline, "nonsense">,
): Judgement {
  const { asked, order } = task;
  const { status = "without a status" } = payment;
  // It may have been adjusted before this, and voided after it: then the headline is all there is.
  if (headline === "denial" && (asked.command === "adjustment" || status === "VOIDED"))
    return notBelieved(`the payment is told as ${status}, and its transaction as done`);
  const approval = approvalOf({ asked, order, requestId, payment, tenders, isDenied: headline === "denial" });
  const { verdict } = approval;
  const isWhole = verdict.amounts === undefined || verdict.amounts.approved.value >= (asked.askedMinor ?? 0);
  const isTakenBack = tenders.some(({ standing }) => standing === "reversed");
  if (headline === "open" && (!isWhole || isTakenBack))
    return unclear(`the payment is told as ${status}: some of it was paid, and more may follow`);
  const fault = approvalFault(order.operation, order.original?.approved, verdict);
  return fault === undefined ? { kind: "settles", ...approval } : notBelieved(fault);
}

function judgeNothingDone(
  { order, settings }: PaymentTask,
  requestId: string,
  payment: Payment,
  tenders: readonly Considered[],
  headline: Exclude<Headline, "nonsense">,
): Judgement {
  const { status = "without a status" } = payment;
  if (headline === "success") return notBelieved(`the payment is told as ${status}, and nothing in it was done`);
  if (headline === "open") return unclear(`the payment is told as ${status}`);
  const says = saysOf(payment, tenders);
  const told = { vendor: says, ...evidenceOf(order, requestId, tenders[0]?.tender) };
  const isTakenBack = tenders.some(({ standing }) => standing === "reversed");
  if (isTakenBack) {
    return status === "CANCELED" || status === "VOIDED"
      ? settles({ kind: "canceled", by: "operator", reversed: true, ...told })
      : settles({ kind: "notPerformed", reason: "reversed", reversed: true, ...told });
  }
  if (status === "VOIDED") return notBelieved("the payment is told as VOIDED, and nothing in it was");
  if (status === "CANCELED") return settles({ kind: "canceled", by: "operator", ...told });
  // It may have failed on the way to the host, or for want of time, with the payment still on its way.
  if (status === "FAILED" && tenders.length === 0 && !settings.failedMovedNothing)
    return unclear("the payment is told as FAILED, and not what became of it (setting failedMovedNothing)");
  return settles({ kind: "declined", reason: "other", ...told });
}

/** The processor's code and words where it has some: which codes mean what differs from one to the other. */
function saysOf({ status = "" }: Payment, tenders: readonly Considered[]): Says {
  const processor = tenders.at(-1)?.tender.processor;
  return { code: processor?.code ?? status, text: processor?.text ?? "" };
}
