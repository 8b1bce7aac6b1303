import type { Amounts, Approved, CanceledBy, Verdict } from "../../core/outcome.ts";
import { approvalFault } from "../../core/plausible.ts";
import { totalAsked } from "../../core/total-asked.ts";
import type { Order } from "../driver.ts";
import { PAYMENT_REFERENCE, type IntentAsked } from "./intents-asked.ts";
import { fromDecimal } from "./amounts.ts";
import {
  ABANDONED,
  CANCELED,
  CONFIRMATION_REQUIRED,
  ERROR,
  type Intent,
  type IntentError,
  type PointPayment,
} from "./intents-messages.ts";
import type { IntentSettings } from "./intents-settings.ts";
import { movementOf } from "./judgement.ts";
import { cardOf, declineOf } from "./words.ts";

/** What stays the same while one operation is asked for, or asked about. */
export type IntentTask = {
  readonly order: Order;
  readonly asked: Exclude<IntentAsked, { command: "none" }>;
  readonly settings: IntentSettings;
};

/** What is known of an operation's end. */
export type IntentJudgement =
  /** Nothing yet. */
  | { readonly kind: "goesOn" }
  | { readonly kind: "settles"; readonly verdict: Verdict; readonly movement?: string }
  /** The vendor does not know it: a person looks at the terminal or into the account. */
  | { readonly kind: "notTold"; readonly why: string }
  /** What it says cannot be so; a person should hear of it now. */
  | { readonly kind: "notBelieved"; readonly why: string };

/** The intent whose end is judged. `canceledBy`: a cancel of ours was taken. */
export type Ended = { readonly intent: Intent; readonly canceledBy?: CanceledBy };

export const LOOK_AT_TERMINAL =
  "the terminal ended without a result: look at the terminal's last payments whether this one was approved, and hand nothing over before";

const GOES_ON: IntentJudgement = { kind: "goesOn" };
const settles = (verdict: Verdict): IntentJudgement => ({ kind: "settles", verdict });
const notTold = (why: string): IntentJudgement => ({ kind: "notTold", why });
const notBelieved = (why: string): IntentJudgement => ({ kind: "notBelieved", why });

/** Why an intent is not the one that was asked for; undefined where nothing says so. */
export function foreignWhy({ asked, order }: IntentTask, intent: Intent): string | undefined {
  if (asked.command === "refund") {
    const isOther = intent.payment !== undefined && intent.payment !== asked.payment;
    return isOther ? `the refund is about payment ${intent.payment}, asked was ${asked.payment}` : undefined;
  }
  const { reference, amount } = intent;
  if (reference !== undefined && reference !== order.transaction)
    return `the intent is told with reference ${reference}, which was not asked for`;
  if (amount !== undefined && amount !== asked.hundredths)
    return `the intent is told with ${amount} hundredths, ${asked.hundredths} were asked`;
  return undefined;
}

/** Of an intent whose payment is not told: no money moved, or nobody knows (mercado-pago.md 8). */
export function judgeIntent(task: IntentTask, ended: Ended): IntentJudgement {
  const { state = "" } = ended.intent;
  const told = { vendor: { code: state, text: "" }, terminalReferences: referencesOf(task, ended.intent) };
  switch (state) {
    case CANCELED:
      return settles({ kind: "canceled", by: ended.canceledBy ?? "operator", ...told });
    case ABANDONED:
      return settles({ kind: "canceled", by: "terminalTimeout", ...told });
    case ERROR:
      return settles({ kind: "declined", reason: "other", ...told });
    case CONFIRMATION_REQUIRED:
      return notTold(LOOK_AT_TERMINAL);
    default:
      return GOES_ON;
  }
}

/** By the payment itself, whatever the intent is called: the only place where an approval is said. */
export function judgePayment(task: IntentTask, ended: Ended, payment: PointPayment): IntentJudgement {
  const { currency } = payment;
  if (currency !== undefined && currency !== task.settings.currency)
    return notBelieved(`the payment is in ${currency}, asked was ${task.settings.currency}`);
  return task.asked.command === "refund" ? judgeRefund(task, ended, payment) : judgeSale(task, ended, payment);
}

function judgeSale(task: IntentTask, ended: Ended, payment: PointPayment): IntentJudgement {
  const { status, detail } = payment;
  const told = evidenceOf(task, ended.intent, payment);
  switch (status) {
    case "approved":
      return judgeApproved(task, ended.intent, payment);
    case "rejected":
      return settles({ kind: "declined", reason: declineOf(wordOf(detail)), ...told });
    case "cancelled":
    case "canceled": {
      const byIntent = judgeIntent(task, ended);
      return byIntent.kind === "settles"
        ? byIntent
        : settles({ kind: "canceled", by: ended.canceledBy ?? "operator", ...told });
    }
    case "refunded":
      return settles({ kind: "notPerformed", reason: "reversed", reversed: true, ...told });
    case "in_process":
    case "in_mediation":
    case "authorized":
      return notTold(
        `Mercado Pago has not decided payment ${payment.id} yet (${status} ${detail}): look into the account, and hand nothing over before`,
      );
    case "charged_back":
      return notBelieved(`payment ${payment.id} is told as ${status}`);
    default:
      // Pending, or a word that nobody has heard of.
      return ended.intent.state === CONFIRMATION_REQUIRED ? notTold(LOOK_AT_TERMINAL) : GOES_ON;
  }
}

/** The Payments API has the same words as the orders (mercado-pago.md 4.1), behind a prefix. */
const wordOf = (detail: string): string =>
  detail.replace(/^cc_rejected_/, "").replace(/^call_for_authorize$/, "required_call_for_authorize");

function judgeApproved(task: IntentTask, intent: Intent, payment: PointPayment): IntentJudgement {
  if (minorOf(task, payment.refunded) !== 0)
    return notBelieved(`some of payment ${payment.id} was given back, or may have been`);
  const amounts = amountsOf(task, payment);
  if (amounts === undefined) return notBelieved(`payment ${payment.id} is approved without an amount that can be read`);
  return approval(task, movementOf(payment.id), amounts, intent, payment);
}

function judgeRefund(task: IntentTask, ended: Ended, payment: PointPayment): IntentJudgement {
  if (!isRefunded(task, payment)) return judgeIntent(task, ended);
  const amounts = amountsOf(task, payment);
  if (amounts === undefined) return notBelieved(`payment ${payment.id} is refunded without an amount that can be read`);
  return approval(task, movementOf(`refund/${payment.id}`), amounts, ended.intent, payment);
}

function approval(
  task: IntentTask,
  movement: string,
  amounts: Amounts,
  intent: Intent | undefined,
  payment: PointPayment,
): IntentJudgement {
  const { operation, original } = task.order;
  const { approvalCode } = payment;
  const verdict: Approved = {
    kind: "approved",
    partial: false,
    captured: true,
    final: true,
    amounts,
    ...evidenceOf(task, intent, payment),
    ...(approvalCode === undefined ? {} : { approvalCode }),
  };
  const fault = approvalFault(operation, original?.approved, verdict);
  return fault === undefined ? { kind: "settles", verdict, movement } : notBelieved(fault);
}

/** Given back as a whole: that can happen once only, so whose refund it was needs no proof. */
function isRefunded(task: IntentTask, { status, refunded, amount }: PointPayment): boolean {
  const [back, whole] = [minorOf(task, refunded), minorOf(task, amount)];
  return status === "refunded" || (back !== undefined && whole !== undefined && whole > 0 && back >= whole);
}

const minorOf = ({ settings }: IntentTask, decimal: string | undefined): number | undefined =>
  decimal === undefined ? undefined : fromDecimal(decimal, settings.currency);

/** Why a payment cannot be refunded by this API; undefined where it can, and nothing of it was given back yet. */
export function refundFault(task: IntentTask, payment: PointPayment): string | undefined {
  const { order, settings } = task;
  const { id, status, currency } = payment;
  if (currency !== undefined && currency !== settings.currency) return `payment ${id} is in ${currency}`;
  if (isRefunded(task, payment)) return `payment ${id} was refunded before`;
  if (status !== "approved") return `payment ${id} is ${status}, and cannot be refunded`;
  const amounts = amountsOf(task, payment);
  if (amounts === undefined || minorOf(task, payment.refunded) !== 0)
    return `a part of payment ${id} was given back before, or its amount cannot be read`;
  const asked = order.operation.amount ?? order.original?.approved;
  return asked !== undefined && asked.value !== amounts.approved.value
    ? `payment ${id} is of another amount: the payment-intents API refunds a payment as a whole`
    : undefined;
}

/** What the customer pays for installments is a surcharge on what was asked. */
function amountsOf(task: IntentTask, payment: PointPayment): Amounts | undefined {
  const { currency } = task.settings;
  const goods = minorOf(task, payment.amount);
  if (goods === undefined || goods === 0) return undefined;
  const surcharge = Math.max((minorOf(task, payment.paid) ?? 0) - goods, 0);
  const asked = totalAsked(task.order.operation);
  return {
    ...(asked === undefined ? {} : { asked }),
    approved: { value: goods + surcharge, currency },
    ...(surcharge === 0 ? {} : { surcharge: { value: surcharge, currency } }),
  };
}

function evidenceOf(task: IntentTask, intent: Intent | undefined, payment: PointPayment) {
  const card = cardOf(payment);
  return {
    vendor: { code: payment.status, text: payment.detail },
    terminalReferences: referencesOf(task, intent, payment.id),
    ...(card === undefined ? {} : { card }),
  };
}

function referencesOf({ order }: IntentTask, intent: Intent | undefined, paymentId = intent?.payment) {
  const id = intent?.id ?? "";
  return {
    externalReference: order.transaction,
    ...(id === "" ? {} : { intentId: id }),
    ...(paymentId === undefined ? {} : { [PAYMENT_REFERENCE]: paymentId }),
  };
}

/** The answers to a new intent that say that none was made (mercado-pago.md 8): its documented refusals, and what HTTP calls one. */
const REFUSALS: ReadonlySet<number> = new Set([400, 401, 403, 404, 422, 424]);
export const CONFLICT = 409;

/** Undefined where it may have been made all the same: the servers failed, or were asked too often. */
export function refusalOf({ status, code, text }: IntentError): Verdict | undefined {
  if (!REFUSALS.has(status)) return undefined;
  return { kind: "notPerformed", reason: "refused", vendor: { code: code === "" ? String(status) : code, text } };
}

export const saidBy = ({ status, code, text }: IntentError): string =>
  [`HTTP ${status}`, code, text].filter((part) => part !== "").join(" ");
