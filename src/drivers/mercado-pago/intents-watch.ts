import type { CanceledBy } from "../../core/outcome.ts";
import type { Stage } from "../../core/terminal.ts";
import type { Effect } from "../driver.ts";
import type { ExchangeEnd } from "./exchange-end.ts";
import {
  CONFLICT,
  foreignWhy,
  judgeIntent,
  judgePayment,
  saidBy,
  type Ended,
  type IntentJudgement,
  type IntentTask,
} from "./intents-judgement.ts";
import {
  ABANDONED,
  CANCELED,
  CONFIRMATION_REQUIRED,
  ERROR,
  FINISHED,
  ON_TERMINAL,
  OPEN,
  PROCESSED,
  PROCESSING,
  type Intent,
  type IntentRequest,
} from "./intents-messages.ts";
import type { MercadoPagoMessage } from "./messages.ts";

export type IntentEffect = Effect<MercadoPagoMessage>;

/** Exchanges and the timer of what is watched. */
export const LOOK = "look";
export const CANCEL = "cancel";
export const POLL = "poll";

/** An intent that is known by its id, until its end is told. */
export type Watch = {
  readonly intent: Intent;
  /** Its payment is what is looked at from now on: the intent has told all that it will. */
  readonly isPaid: boolean;
  /** It is to be taken back, if the terminal has not got it yet. */
  readonly wish: CanceledBy | undefined;
  readonly cancel: "none" | "asked" | "taken" | "refused";
  /** Why nothing was learned last. */
  readonly lastWhy: string | undefined;
};

export const watchOf = (intent: Intent): Watch => ({
  intent,
  isPaid: false,
  wish: undefined,
  cancel: "none",
  lastWhy: undefined,
});

/** What one answer led to. `judgement`: `goesOn` where it is looked at again. */
export type Heard = {
  readonly watch: Watch;
  readonly effects: readonly IntentEffect[];
  readonly judgement: IntentJudgement;
  /** The vendor's servers answered, so that they know of us. */
  readonly isAnswered: boolean;
  /** Something failed: the next look can wait longer. */
  readonly isFailure: boolean;
};

/** Looks at the intent, or at the payment that it led to. The vendor allows one look at intents a second. */
export function look(task: IntentTask, watch: Watch): IntentEffect {
  const { asked, settings } = task;
  const payment = paymentOf(task, watch);
  const isRefund = asked.command === "refund";
  const message: IntentRequest =
    watch.isPaid && payment !== undefined
      ? { kind: "intentPaymentGet", payment }
      : { kind: isRefund ? "intentRefundGet" : "intentGet", intent: watch.intent.id };
  return { kind: "exchange", exchange: LOOK, message, replyTimeoutMs: settings.replyMs };
}

const paymentOf = ({ asked }: IntentTask, { intent }: Watch): string | undefined =>
  asked.command === "refund" ? asked.payment : intent.payment;

/** Takes it back while it is open; on the terminal only the people there can (mercado-pago.md 8). */
export function wishCanceled(
  task: IntentTask,
  watch: Watch,
  by: CanceledBy,
): readonly [Watch, readonly IntentEffect[]] {
  const wishing = { ...watch, wish: watch.wish ?? by };
  if (!isOpen(watch) || watch.cancel === "asked" || watch.cancel === "taken") return [wishing, []];
  const { asked, settings } = task;
  const kind = asked.command === "refund" ? "intentRefundCancel" : "intentCancel";
  const message: IntentRequest = { kind, terminal: asked.terminal, intent: watch.intent.id };
  return [
    { ...wishing, cancel: "asked" },
    [{ kind: "exchange", exchange: CANCEL, message, replyTimeoutMs: settings.replyMs }],
  ];
}

/** As far as was told last. A new one is. */
export const isOpen = ({ intent, isPaid }: Watch): boolean => !isPaid && (intent.state ?? OPEN) === OPEN;

/** That a cancel was taken is believed once the intent says so itself. */
export function hearCancel(watch: Watch, end: ExchangeEnd): Watch {
  if (end.kind !== "answered") return { ...watch, cancel: "none" };
  const { message } = end;
  if (message.kind === "intentCancelTold") return { ...watch, cancel: "taken" };
  return { ...watch, cancel: message.kind === "intentError" && message.status === CONFLICT ? "refused" : "none" };
}

export function hearLook(task: IntentTask, watch: Watch, end: ExchangeEnd): Heard {
  if (end.kind !== "answered") return failed(watch, end.why);
  const { message } = end;
  if (message.kind === "intentTold") {
    const isIt = message.intent.id === watch.intent.id;
    return isIt ? hearIntent(task, watch, message.intent) : failed(watch, "the vendor told another intent");
  }
  if (message.kind === "intentPaymentTold") {
    if (message.payment.id !== paymentOf(task, watch)) return failed(watch, "the vendor told another payment");
    const judgement = judgePayment(task, endedOf(watch), message.payment);
    const lastWhy = `payment ${message.payment.id} is ${message.payment.status}`;
    return { watch: { ...watch, lastWhy }, effects: [], judgement, isAnswered: true, isFailure: false };
  }
  if (message.kind !== "intentError") return failed(watch, "the vendor answered something else than it was asked");
  // Once it was taken back it need not be known any more (mercado-pago.md 8, code 101).
  if (message.status === 404 && watch.cancel === "taken" && !watch.isPaid)
    return hearIntent(task, watch, { ...watch.intent, state: CANCELED });
  return failed(watch, saidBy(message));
}

const GOES_ON: IntentJudgement = { kind: "goesOn" };
/** It may be approved, whatever its intent is called. */
const HIDDEN_PAYMENT: IntentJudgement = {
  kind: "notTold",
  why: "it led to a payment whose id is none that can be asked about: look into the account whether it was approved, and hand nothing over before",
};

const failed = (watch: Watch, why: string): Heard => ({
  watch: { ...watch, lastWhy: why },
  effects: [],
  judgement: GOES_ON,
  isAnswered: false,
  isFailure: true,
});

function endedOf({ intent, cancel, wish }: Watch): Ended {
  return { intent, ...(cancel === "taken" && wish !== undefined ? { canceledBy: wish } : {}) };
}

/** After these the payment tells more than the intent. */
const ENDS: ReadonlySet<string> = new Set([PROCESSED, FINISHED, CANCELED, ERROR, ABANDONED, CONFIRMATION_REQUIRED]);

export function hearIntent(task: IntentTask, watch: Watch, told: Intent): Heard {
  const foreign = foreignWhy(task, told);
  const intent: Intent = { ...watch.intent, ...told };
  const heard = { ...watch, intent, lastWhy: `the intent is ${told.state ?? "told without a state"}` };
  const base = { watch: heard, effects: [], isAnswered: true, isFailure: false };
  if (foreign !== undefined) return { ...base, judgement: { kind: "notBelieved", why: foreign } };
  const effects = progressOf(watch, intent);
  const { state = "" } = told;
  if (!ENDS.has(state)) {
    const [wished, canceling] = watch.wish === undefined ? [heard, []] : wishCanceled(task, heard, watch.wish);
    return { ...base, watch: wished, effects: [...effects, ...canceling], judgement: GOES_ON };
  }
  const hasPayment = task.asked.command === "refund" || intent.payment !== undefined;
  if (!hasPayment && told.hasHiddenPayment === true) return { ...base, effects, judgement: HIDDEN_PAYMENT };
  if (!hasPayment) return { ...base, effects, judgement: judgeIntent(task, endedOf(heard)) };
  return { ...base, watch: { ...heard, isPaid: true }, effects, judgement: GOES_ON };
}

const STAGES: ReadonlyMap<string, Stage> = new Map([
  [OPEN, "waitingForTerminal"],
  [ON_TERMINAL, "presentCard"],
  [PROCESSING, "contactingHost"],
]);

function progressOf(before: Watch, { state = "" }: Intent): readonly IntentEffect[] {
  const stage = STAGES.get(state);
  return stage === undefined || before.intent.state === state ? [] : [{ kind: "progress", stage }];
}
