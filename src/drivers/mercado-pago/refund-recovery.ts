import {
  conversation,
  type Context,
  type Conversation,
  type Doubt,
  type Effect,
  type Input,
  type RepeatRefusal,
  type Step,
} from "../driver.ts";
import { isSameAccess } from "./access.ts";
import { fromDecimal } from "./amounts.ts";
import { ACCESS_REFUSED, endAmong, inWords, isAccessRefused, isEndOf, type ExchangeEnd } from "./exchange-end.ts";
import { askTerminal, recognize, type Recognized } from "./identity.ts";
import { movementOf } from "./judgement.ts";
import type { CloudOrder, CloudRefund, MercadoPagoMessage } from "./messages.ts";
import { whyPerson } from "./person-words.ts";
import { candidates, judgeRefund, planIn, rememberedRefund, type RefundPlan } from "./refund-plan.ts";
import type { MercadoPagoSettings } from "./settings.ts";

const REPEAT = "repeat";
const QUESTION = "question";
const NEXT = "next";
const WHO = "who";
const ABSENCE = "absence";
const PATIENCE = "patience";

type Listening = {
  readonly phase: "asking" | "gaveUp";
  readonly pending: readonly string[];
  /** The refund's id, once one answer has told it. */
  readonly refund: string | undefined;
  /** Those that may be it, while it is asked whose they are. */
  readonly considered: readonly CloudRefund[];
  readonly recognized: Recognized;
  readonly mayRepeat: boolean;
  readonly isAsking: boolean;
  readonly isOld: boolean;
  readonly absences: number;
  readonly lastWhy: string;
};

type State = { readonly phase: "new" } | Listening | { readonly phase: "over" };
type Sent = Effect<MercadoPagoMessage>;
type Stepped = Step<State, MercadoPagoMessage>;
type Recovery = { readonly doubt: Doubt; readonly settings: MercadoPagoSettings; readonly plan: RefundPlan };

const ENOUGH_ABSENCES = 2;

/**
 * Finds out what became of a refund: by the same request once more, which is answered with the first refund, and after that among the
 * order's refunds, by what was not there before. Which of two that are alike is ours, only a person can say.
 */
export function refundRecovery(doubt: Doubt, settings: MercadoPagoSettings): Conversation<MercadoPagoMessage> {
  const plan = planIn(doubt.dispatched.references, settings);
  return conversation<State, MercadoPagoMessage>(
    (state, input, context) => {
      if (plan !== undefined) return step({ doubt, settings, plan }, state, input, context);
      if (state.phase !== "new" || input.kind !== "resumed") return [state, []];
      return [
        { phase: "over" },
        [{ kind: "giveUp", why: whyPerson(doubt, "what was refunded can no longer be read", undefined) }],
      ];
    },
    { phase: "new" },
  );
}

function step(recovery: Recovery, state: State, input: Input<MercadoPagoMessage>, context: Context): Stepped {
  if (input.kind === "linkLost") return [{ phase: "over" }, []];
  switch (state.phase) {
    case "new":
      return input.kind === "resumed" ? resume(recovery, input.pending, context) : [state, []];
    case "asking":
    case "gaveUp":
      return listenAs(recovery, state, input, context);
    case "over":
      return [state, []];
  }
}

/** Another application's access was given meanwhile: nothing is said again, and it is looked for at once. */
function listenAs(recovery: Recovery, state: Listening, input: Input<MercadoPagoMessage>, context: Context): Stepped {
  const { doubt, settings } = recovery;
  if (!state.mayRepeat || isSameAccess(doubt.dispatched, settings, context)) return listen(recovery, state, input);
  const [searching, effects] = next(recovery, { ...state, mayRepeat: false });
  return after(effects, listen(recovery, searching, input));
}

const after = (effects: readonly Sent[], [state, more]: Stepped): Stepped => [state, [...effects, ...more]];

function resume(recovery: Recovery, pending: readonly string[], context: Context): Stepped {
  const { dispatched, remembered, cancelRequested } = recovery.doubt;
  const isLate = !(context.now < Date.parse(dispatched.deadline));
  const isOurs = isSameAccess(dispatched, recovery.settings, context);
  const refund = remembered?.["refund"];
  const known = typeof refund === "string" ? refund : undefined;
  const state: Listening = {
    phase: "asking",
    pending,
    refund: known,
    considered: [],
    recognized: "notYet",
    mayRepeat: known === undefined && !isLate && !cancelRequested && isOurs,
    isAsking: false,
    isOld: false,
    absences: 0,
    lastWhy: "nothing is known of it yet",
  };
  return after([...who(recovery), ...patience(recovery)], next(recovery, state));
}

const who = ({ doubt, settings }: Recovery): readonly Sent[] => [
  askTerminal("beRecent", doubt.order.transaction),
  { kind: "arm", timer: WHO, afterMs: settings.replyMs },
];

function patience({ settings }: Recovery): readonly Sent[] {
  const { absentMarginMs } = settings;
  return [
    { kind: "arm", timer: ABSENCE, afterMs: absentMarginMs },
    { kind: "arm", timer: PATIENCE, afterMs: 2 * absentMarginMs },
  ];
}

function listen(recovery: Recovery, state: Listening, input: Input<MercadoPagoMessage>): Stepped {
  const owed = endAmong(state.pending, input);
  if (owed !== undefined) {
    const [exchange, end] = owed;
    return refundAnswered(recovery, { ...state, pending: state.pending.filter((name) => name !== exchange) }, end);
  }
  if (isEndOf(REPEAT, input)) return refundAnswered(recovery, { ...state, isAsking: false }, input);
  if (isEndOf(QUESTION, input)) return looked(recovery, { ...state, isAsking: false }, input);
  if (input.kind === "notRepeated") return notRepeated(recovery, { ...state, isAsking: false }, input.why);
  if (input.kind === "claims") return claimed(recovery, state, input.claimed);
  if (input.kind === "told") return told(recovery, state, input.message);
  if (input.kind === "timer") return ring(recovery, state, input.timer);
  const isOver = input.kind === "deadline" || input.kind === "cancelAsked";
  return isOver && state.mayRepeat ? next(recovery, { ...state, mayRepeat: false }) : [state, []];
}

function notRepeated(recovery: Recovery, state: Listening, why: RepeatRefusal): Stepped {
  if (why === "journal") return [state, [later(recovery, state, recovery.settings.askEveryMs)]];
  // A person has decided, or lifted the fence: nobody is called any more.
  const phase = why === "decided" ? "gaveUp" : state.phase;
  return next(recovery, { ...state, phase, mayRepeat: false });
}

function told(recovery: Recovery, state: Listening, message: MercadoPagoMessage): Stepped {
  if (message.kind !== "terminalTold") return [state, []];
  const [recognized, effects] = recognize(message, recovery.doubt.dispatched.identity);
  const known: Listening = { ...state, recognized, mayRepeat: state.mayRepeat && recognized !== "other" };
  const goesOn: Stepped = state.mayRepeat ? next(recovery, known) : [known, []];
  return after([...effects, { kind: "disarm", timer: WHO }], goesOn);
}

function ring(recovery: Recovery, state: Listening, timer: string): Stepped {
  switch (timer) {
    case NEXT:
      return next(recovery, state);
    case WHO:
      return [state, state.recognized === "notYet" ? who(recovery) : []];
    case ABSENCE:
      return [{ ...state, isOld: true, absences: 0 }, []];
    case PATIENCE:
      return giveUp(recovery, state, `what became of the refund is not told (${state.lastWhy})`);
    default:
      return [state, []];
  }
}

function next(recovery: Recovery, state: Listening): Step<Listening, MercadoPagoMessage> {
  const { settings, plan } = recovery;
  if (state.isAsking) return [state, []];
  const asking: Listening = { ...state, isAsking: true };
  if (state.mayRepeat) {
    if (state.pending.length > 0 || state.recognized !== "same") return [state, []];
    const repeat: Sent = { kind: "repeat", exchange: REPEAT, replyTimeoutMs: settings.replyMs };
    return [{ ...asking, isOld: false, absences: 0 }, [...patience(recovery), repeat]];
  }
  const message = { kind: "getOrder", order: plan.order } as const;
  return [asking, [{ kind: "exchange", exchange: QUESTION, message, replyTimeoutMs: settings.replyMs }]];
}

function later({ settings }: Recovery, { phase }: Listening, afterMs: number): Sent {
  return { kind: "arm", timer: NEXT, afterMs: phase === "gaveUp" ? settings.calmPollMs : afterMs };
}

/** A refusal of a repeat says nothing: the first one may have been taken. The order's own list does. */
function refundAnswered(recovery: Recovery, state: Listening, end: ExchangeEnd): Stepped {
  const { askEveryMs, slowPollMs } = recovery.settings;
  if (end.kind !== "answered") return [{ ...state, lastWhy: end.why }, [later(recovery, state, askEveryMs)]];
  const { message } = end;
  if (message.kind === "order") return consider(recovery, { ...state, mayRepeat: false }, message.order);
  const lastWhy = inWords(message);
  const isForLater =
    message.kind === "refusal" && (message.status >= 500 || [401, 423, 425, 429].includes(message.status));
  const effects = isAccessRefused(end) ? [ACCESS_REFUSED] : [];
  if (isForLater) return [{ ...state, lastWhy }, [...effects, later(recovery, state, askEveryMs)]];
  return [{ ...state, mayRepeat: false, lastWhy }, [later(recovery, state, slowPollMs)]];
}

function looked(recovery: Recovery, state: Listening, end: ExchangeEnd): Stepped {
  const { slowPollMs } = recovery.settings;
  if (end.kind === "answered" && end.message.kind === "order") return consider(recovery, state, end.message.order);
  const lastWhy = end.kind === "answered" ? inWords(end.message) : end.why;
  const effects = isAccessRefused(end) ? [ACCESS_REFUSED] : [];
  return [{ ...state, absences: 0, lastWhy }, [...effects, later(recovery, state, slowPollMs)]];
}

function consider(recovery: Recovery, state: Listening, order: CloudOrder): Stepped {
  const { plan, settings } = recovery;
  if (state.refund !== undefined) {
    const own = order.refunds.find(({ id }) => id === state.refund);
    return own === undefined ? absent(recovery, state, order) : settle(recovery, state, own);
  }
  const considered = candidates(plan, order, settings);
  if (considered.length === 0) return absent(recovery, state, order);
  // Another transaction of ours may have made it.
  return [{ ...state, considered }, [{ kind: "askClaims", movements: considered.map(({ id }) => movementOf(id)) }]];
}

function claimed(recovery: Recovery, state: Listening, taken: readonly string[]): Stepped {
  const free = state.considered.filter(({ id }) => !taken.includes(movementOf(id)));
  const known: Listening = { ...state, considered: [] };
  const [own, ...others] = free;
  if (own === undefined) return [known, [later(recovery, known, recovery.settings.slowPollMs)]];
  if (others.length > 0) return giveUp(recovery, known, "the order has several refunds that may be this one");
  return settle(recovery, known, own);
}

function settle(recovery: Recovery, state: Listening, refund: CloudRefund): Stepped {
  const { doubt, plan, settings } = recovery;
  const judgement = judgeRefund(doubt.order, plan, refund, settings);
  if (judgement.kind === "unclear") {
    return [{ ...state, lastWhy: judgement.why }, [later(recovery, state, settings.slowPollMs)]];
  }
  const { verdict, movement } = judgement;
  const claim = movement === undefined ? {} : { movement };
  return [
    { phase: "over" },
    [
      { kind: "remember", data: rememberedRefund(plan, refund) },
      { kind: "settle", verdict, ...claim },
      { kind: "done" },
    ],
  ];
}

/** Proved by two looks some time after the last request, at an order that says itself that nothing more was refunded. */
function absent(recovery: Recovery, state: Listening, order: CloudOrder): Stepped {
  const { slowPollMs } = recovery.settings;
  const isTold = state.refund !== undefined || isRefundTold(order, recovery);
  const isCounted = state.isOld && state.pending.length === 0 && !isTold;
  const absences = isCounted ? state.absences + 1 : 0;
  const lastWhy = isTold ? "the order tells of a refund, and not of which" : "the order has no such refund";
  const known: Listening = { ...state, absences, lastWhy };
  if (absences < ENOUGH_ABSENCES || state.recognized === "notYet") {
    return [known, [later(recovery, state, slowPollMs)]];
  }
  if (state.recognized === "other")
    return giveUp(recovery, known, "the account does not have the same terminal any more");
  return [
    { phase: "over" },
    [{ kind: "settle", verdict: { kind: "notPerformed", reason: "noRecord" } }, { kind: "done" }],
  ];
}

/** What the states and the sum say, which need not agree with the list: that may lag behind. */
function isRefundTold({ status, detail, payments }: CloudOrder, { plan, settings }: Recovery): boolean {
  if (status === "refunded" || payments.some((payment) => payment.status === "refunded")) return true;
  if (plan.earlier.length === 0 && detail === "partially_refunded") return true;
  return payments.some(
    ({ refunded = "0" }) => (fromDecimal(refunded, settings.currency) ?? Infinity) > plan.earlierMinor,
  );
}

function giveUp(recovery: Recovery, state: Listening, why: string): Stepped {
  const gaveUp: Listening = { ...state, phase: "gaveUp", mayRepeat: false, lastWhy: why };
  const effects: readonly Sent[] =
    state.phase === "gaveUp" ? [] : [{ kind: "giveUp", why: whyPerson(recovery.doubt, why, recovery.plan.order) }];
  const asksOn: readonly Sent[] = state.isAsking ? [] : [later(recovery, gaveUp, 0)];
  return [gaveUp, [...effects, ...asksOn]];
}
