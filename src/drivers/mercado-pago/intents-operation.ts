import type { CanceledBy, Verdict } from "../../core/outcome.ts";
import { conversation, type Context, type Conversation, type Input, type Order, type Step } from "../driver.ts";
import { isEndOf, type ExchangeEnd } from "./exchange-end.ts";
import { intentAskedOf } from "./intents-asked.ts";
import { accessNews, after, busy, ended, inDoubt, unknown } from "./intents-endings.ts";
import { CONFLICT, foreignWhy, LOOK_AT_TERMINAL, refundFault, refusalOf, saidBy } from "./intents-judgement.ts";
import type { IntentJudgement, IntentTask } from "./intents-judgement.ts";
import { referencesAt, rememberConflict, rememberIntent } from "./intents-memory.ts";
import { CONFIRMATION_REQUIRED, type Intent } from "./intents-messages.ts";
import { CANDIDATE, hearCandidate, hearList, LIST, list, NEXT, ringNext, searchOf } from "./intents-search.ts";
import type { Search, Searched } from "./intents-search.ts";
import type { IntentSettings } from "./intents-settings.ts";
import { CANCEL, hearCancel, hearIntent, hearLook, LOOK, look, POLL } from "./intents-watch.ts";
import { watchOf, wishCanceled, type Heard, type IntentEffect, type Watch } from "./intents-watch.ts";
import type { MercadoPagoMessage } from "./messages.ts";

type Watching = {
  readonly phase: "watching";
  readonly watch: Watch;
  readonly isLooking: boolean;
  /** The answer limit is over, and a cancel is under way. */
  readonly isOver: boolean;
};

type State =
  | { readonly phase: "new" | "over" }
  /** Nothing has left yet that moves money: what is to be refunded is looked at first. */
  | { readonly phase: "checking" }
  | { readonly phase: "creating"; readonly wish: CanceledBy | undefined }
  /** Something waits for the terminal already, and is looked for: it could be ours. */
  | { readonly phase: "searching"; readonly wish: CanceledBy | undefined; readonly search: Search }
  | Watching;

type Stepped = Step<State, MercadoPagoMessage>;

/** The exchange on which money hangs. */
export const CREATE = "create";
const CHECK = "check";
const GRACE = "grace";

/** As long as the vendor's own clients wait (mercado-pago.md 1.3): a lost answer costs far more time than a late one. */
const CREATE_REPLY_MS = 60_000;
const GRACE_MS = 10_000;

/**
 * One sale or refund by the older payment-intents API (mercado-pago.md 8): one request, and then a look a second, because its answer tells
 * nothing but an id. No key of idempotency is documented, so nothing is ever sent again.
 */
export function intentOperation(order: Order, settings: IntentSettings): Conversation<MercadoPagoMessage> {
  const asked = intentAskedOf(order, settings);
  if (asked.command === "none") {
    const verdict: Verdict = {
      kind: "notPerformed",
      reason: "unsupported",
      vendor: { code: "", text: asked.why },
    };
    return conversation((state: State): Stepped => (state.phase === "over" ? [state, []] : ended(verdict)), {
      phase: "new",
    });
  }
  const task: IntentTask = { order, asked, settings };
  return conversation<State, MercadoPagoMessage>((state, input, context) => step(task, state, input, context), {
    phase: "new",
  });
}

function step(task: IntentTask, state: State, input: Input<MercadoPagoMessage>, context: Context): Stepped {
  switch (state.phase) {
    case "new":
      if (input.kind === "opened") return begin(task, context);
      return input.kind === "linkLost" ? ended({ kind: "notPerformed", reason: "notSent" }) : [state, []];
    case "checking":
      return check(task, input, context);
    case "creating":
    case "searching":
    case "watching":
      return after(accessNews(input), live(task, state, input, context));
    case "over":
      return [state, []];
  }
}

function begin(task: IntentTask, context: Context): Stepped {
  const { asked, settings } = task;
  if (asked.command === "sale") return dispatch(task, context);
  // What was given back already cannot be told apart afterwards from what this refund did.
  const message = { kind: "intentPaymentGet", payment: asked.payment } as const;
  return [{ phase: "checking" }, [{ kind: "exchange", exchange: CHECK, message, replyTimeoutMs: settings.replyMs }]];
}

function check(task: IntentTask, input: Input<MercadoPagoMessage>, context: Context): Stepped {
  if (input.kind === "cancelAsked") return ended({ kind: "canceled", by: "pos" });
  if (input.kind === "linkLost" || input.kind === "deadline") return ended({ kind: "notPerformed", reason: "notSent" });
  if (!isEndOf(CHECK, input)) return [{ phase: "checking" }, []];
  const stopped = (reason: "notSent" | "refused", code: string, text: string): Stepped =>
    after(accessNews(input), ended({ kind: "notPerformed", reason, vendor: { code, text } }));
  if (input.kind !== "answered")
    return stopped("notSent", "", `what is to be refunded could not be read: ${input.why}`);
  const { message } = input;
  if (message.kind === "intentError") return stopped("refused", message.code, saidBy(message));
  if (
    message.kind !== "intentPaymentTold" ||
    task.asked.command !== "refund" ||
    message.payment.id !== task.asked.payment
  )
    return stopped("notSent", "", "what is to be refunded could not be read");
  const fault = refundFault(task, message.payment);
  return fault === undefined ? dispatch(task, context) : stopped("refused", message.payment.status, fault);
}

function dispatch({ order, asked }: IntentTask, context: Context): Stepped {
  return [
    { phase: "creating", wish: undefined },
    [
      {
        kind: "exchange",
        exchange: CREATE,
        message: asked.request,
        commits: { what: "request", ticket: order.transaction, references: referencesAt(order, context) },
        replyTimeoutMs: CREATE_REPLY_MS,
      },
    ],
  ];
}

type Living = Exclude<State, { phase: "new" | "over" | "checking" }>;

function live(task: IntentTask, state: Living, input: Input<MercadoPagoMessage>, context: Context): Stepped {
  if (input.kind === "linkLost") return inDoubt("linkLost", "the account's servers cannot be reached any more");
  if (state.phase === "watching") return watchOn(task, state, input);
  if (input.kind === "deadline") return inDoubt("timeout", "the vendor did not answer in time");
  if (input.kind === "cancelAsked") return [{ ...state, wish: "pos" }, []];
  if (state.phase === "searching") return searchOn(task, state, input);
  return isEndOf(CREATE, input) ? created(task, state.wish, input, context) : [state, []];
}

function created(task: IntentTask, wish: CanceledBy | undefined, end: ExchangeEnd, context: Context): Stepped {
  switch (end.kind) {
    // The house settles that itself.
    case "notSent":
      return [{ phase: "creating", wish }, []];
    case "garbled":
      return inDoubt("contradiction", `the vendor's answer cannot be believed: ${end.why}`);
    case "exchangeLost":
      return inDoubt("linkLost", `the vendor's answer was lost: ${end.why}`);
    case "answered":
      break;
  }
  const { message } = end;
  if (message.kind === "intentTold") return madeAs(task, wish, message.intent);
  if (message.kind !== "intentError") return inDoubt("contradiction", "the vendor answered something else");
  if (message.status === CONFLICT) return conflict(task, wish, saidBy(message), context);
  const refusal = refusalOf(message);
  return refusal === undefined ? inDoubt("terminal", `the vendor answered ${saidBy(message)}`) : ended(refusal);
}

/** It lives now, whatever else is true of it. */
function madeAs(task: IntentTask, wish: CanceledBy | undefined, intent: Intent): Stepped {
  const noted: IntentEffect = { kind: "remember", data: rememberIntent(intent.id) };
  const foreign = foreignWhy(task, intent);
  if (foreign !== undefined) return after([noted], inDoubt("contradiction", foreign, "resultNotBelieved"));
  const first = watchOf(intent);
  const [watch, canceling] = wish === undefined ? [first, []] : wishCanceled(task, first, wish);
  const effects: readonly IntentEffect[] = [
    noted,
    { kind: "progress", stage: "waitingForTerminal" },
    { kind: "arm", timer: POLL, afterMs: task.settings.pollMs },
    ...canceling,
  ];
  return [{ phase: "watching", watch, isLooking: false, isOver: false }, effects];
}

/** Ours was sent once. What waits is somebody else's, unless something between us and the vendor sent ours twice. */
function conflict(task: IntentTask, wish: CanceledBy | undefined, said: string, context: Context): Stepped {
  const noted: IntentEffect = { kind: "remember", data: rememberConflict() };
  // There is no list of refunds.
  if (task.asked.command === "refund")
    return after([noted], inDoubt("terminal", `something waits for the terminal already (${said})`));
  const search = searchOf(context.vendorNow);
  return [{ phase: "searching", wish, search }, [noted, list(task, search, context)]];
}

type Searching = Extract<State, { phase: "searching" }>;

function searchOn(task: IntentTask, state: Searching, input: Input<MercadoPagoMessage>): Stepped {
  if (isEndOf(LIST, input)) return searched(task, state, hearList(task, state.search, input));
  if (isEndOf(CANDIDATE, input)) return searched(task, state, hearCandidate(task, state.search, input));
  return [state, input.kind === "timer" && input.timer === NEXT ? ringNext(task, state.search) : []];
}

function searched(task: IntentTask, state: Searching, { search, effects, result }: Searched): Stepped {
  switch (result.kind) {
    case "goesOn":
      return [{ ...state, search }, effects];
    case "absent":
      return busy();
    case "dark":
      return inDoubt("terminal", `something waits for the terminal, and it is not known whose: ${result.why}`);
    case "found": {
      const { id } = result.intent;
      const noted: IntentEffect = { kind: "remember", data: rememberIntent(id) };
      const watch: Watch = { ...watchOf({ id }), wish: state.wish };
      return after([noted], heard(task, watch, hearIntent(task, watch, result.intent), "goesOn"));
    }
  }
}

type Limit = "goesOn" | "over";

function watchOn(task: IntentTask, state: Watching, input: Input<MercadoPagoMessage>): Stepped {
  const { watch, isLooking } = state;
  if (isEndOf(LOOK, input)) return heard(task, watch, hearLook(task, watch, input), state.isOver ? "over" : "goesOn");
  if (isEndOf(CANCEL, input)) {
    const told = hearCancel(watch, input);
    if (state.isOver && told.cancel !== "taken")
      return inDoubt("timeout", "nobody paid in time, and it was not canceled");
    return [{ ...state, watch: told }, []];
  }
  if (input.kind === "cancelAsked") {
    const [wished, effects] = wishCanceled(task, watch, "pos");
    return [{ ...state, watch: wished }, effects];
  }
  if (input.kind === "deadline") return overdue(task, state);
  if (input.kind !== "timer") return [state, []];
  if (input.timer === GRACE) return inDoubt("timeout", "nobody paid in time, and the cancel is not confirmed");
  return input.timer !== POLL || isLooking ? [state, []] : [{ ...state, isLooking: true }, [look(task, watch)]];
}

/** An intent does not expire with our limit: it is taken back, or asked about until the terminal lets go. */
function overdue(task: IntentTask, state: Watching): Stepped {
  const [watch, effects] = wishCanceled(task, state.watch, "terminalTimeout");
  if (watch.cancel !== "asked" && watch.cancel !== "taken")
    return inDoubt("timeout", "the customer has not paid in time, and the terminal has not let go");
  return [{ ...state, watch, isOver: true }, [...effects, { kind: "arm", timer: GRACE, afterMs: GRACE_MS }]];
}

function heard(
  task: IntentTask,
  before: Watch,
  { watch, effects, judgement, isFailure }: Heard,
  limit: Limit,
): Stepped {
  const state: Watching = { phase: "watching", watch, isLooking: false, isOver: limit === "over" };
  if (watch.intent.state === CONFIRMATION_REQUIRED) return after(effects, unknown(LOOK_AT_TERMINAL, watch.intent));
  if (judgement.kind !== "goesOn") return after(effects, conclude(judgement, watch));
  // The end was told; the payment says which.
  if (watch.isPaid && !before.isPaid) return [{ ...state, isLooking: true }, [...effects, look(task, watch)]];
  const { pollMs, slowPollMs } = task.settings;
  return [state, [...effects, { kind: "arm", timer: POLL, afterMs: isFailure ? slowPollMs : pollMs }]];
}

function conclude(judgement: Exclude<IntentJudgement, { kind: "goesOn" }>, watch: Watch): Stepped {
  switch (judgement.kind) {
    case "settles":
      return ended(judgement.verdict, judgement.movement);
    case "notTold":
      return unknown(judgement.why, watch.intent);
    case "notBelieved":
      return inDoubt("contradiction", judgement.why, "resultNotBelieved");
  }
}
