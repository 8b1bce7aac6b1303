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
import { afterCancel, again, type Canceling } from "./canceling.ts";
import { ACCESS_REFUSED, endAmong, inWords, isAccessRefused, isEndOf, type ExchangeEnd } from "./exchange-end.ts";
import { idIn } from "./fields.ts";
import { askTerminal, recognize, type Recognized } from "./identity.ts";
import { sentMsOf } from "./intents-memory.ts";
import { judge } from "./judgement.ts";
import type { CloudAnswer, CloudOrder, CloudRequest, MercadoPagoMessage } from "./messages.ts";
import { keyOf, lifeIn } from "./order-body.ts";
import { vendorDoubt } from "./sale.ts";
import { ownForSure, searchOf } from "./search.ts";
import type { MercadoPagoSettings } from "./settings.ts";
import { whyPerson } from "./person-words.ts";

/** Exchanges: the stored create once more; a look at the order, or the search for it; a cancel. */
const REPEAT = "repeat";
const QUESTION = "question";
const CANCEL = "cancel";
/** Timers: the next question; whom the terminal belongs to; when its absence begins to count; when a person is called. */
const NEXT = "next";
const WHO = "who";
const ABSENCE = "absence";
const PATIENCE = "patience";

type Listening = {
  /** `gaveUp`: a person decides, unless the order tells its end after all. */
  readonly phase: "asking" | "gaveUp";
  /** Of the operation: creates whose answers may still come. */
  readonly pending: readonly string[];
  readonly order: string | undefined;
  readonly recognized: Recognized;
  /** The create may be said again, as far as is known here. */
  readonly mayRepeat: boolean;
  /** The answer limit is over. */
  readonly isLate: boolean;
  readonly isAsking: boolean;
  /** The last create is so long ago that the vendor would list its order. */
  readonly isOld: boolean;
  /** How often in a row it was not found since then. */
  readonly absences: number;
  /** Often enough; now it is asked whose account it was that did not list it. */
  readonly isProving: boolean;
  readonly canceling: Canceling | undefined;
  readonly lastWhy: string;
};

type State = { readonly phase: "new" } | Listening | { readonly phase: "over" };
type Sent = Effect<MercadoPagoMessage>;
type Stepped = Step<State, MercadoPagoMessage>;
type Recovery = { readonly doubt: Doubt; readonly settings: MercadoPagoSettings };

/** Twice, so that one look at servers that lag behind each other proves nothing. */
const ENOUGH_ABSENCES = 2;

/**
 * Finds out what became of a sale. An order that is known is looked at until its end. One that is not is asked for with the stored request,
 * which is answered with the first order as long as the house allows it; after that nothing is ever created again: the order is searched by our
 * reference, and its absence counts when it should long have been over (mercado-pago.md 4.5).
 */
export function saleRecovery(doubt: Doubt, settings: MercadoPagoSettings): Conversation<MercadoPagoMessage> {
  const recovery: Recovery = { doubt, settings };
  return conversation<State, MercadoPagoMessage>((state, input, context) => step(recovery, state, input, context), {
    phase: "new",
  });
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
  // A clock that cannot be read says that it is late: then nothing is created.
  const isLate = !(context.now < Date.parse(dispatched.deadline));
  const isOurs = isSameAccess(dispatched, recovery.settings, context);
  const order = idIn("ORD", remembered?.["order"]);
  const canceling: Canceling | undefined = cancelRequested
    ? { by: "pos", step: "wanted" }
    : isLate
      ? { by: "limit", step: "wanted" }
      : undefined;
  const state: Listening = {
    phase: "asking",
    pending,
    order,
    recognized: "notYet",
    mayRepeat: order === undefined && !isLate && !cancelRequested && isOurs,
    isLate,
    isAsking: false,
    isOld: false,
    absences: 0,
    isProving: false,
    canceling,
    lastWhy: "nothing is known of it yet",
  };
  return after([...who(recovery, "beRecent"), ...patience(recovery)], next(recovery, state));
}

const who = ({ doubt, settings }: Recovery, must: "beFresh" | "beRecent"): readonly Sent[] => [
  askTerminal(must, doubt.order.transaction),
  { kind: "arm", timer: WHO, afterMs: settings.replyMs },
];

/** Since the last create, and since this process asks: an order that was made then has ended by itself. */
function patience({ doubt, settings }: Recovery): readonly Sent[] {
  const oldMs = lifeIn(doubt.dispatched.references, doubt.order, settings) + settings.absentMarginMs;
  return [
    { kind: "arm", timer: ABSENCE, afterMs: oldMs },
    { kind: "arm", timer: PATIENCE, afterMs: oldMs + settings.absentMarginMs },
  ];
}

function listen(recovery: Recovery, state: Listening, input: Input<MercadoPagoMessage>): Stepped {
  const owed = endAmong(state.pending, input);
  if (owed !== undefined) {
    const [exchange, end] = owed;
    return createAnswered(recovery, { ...state, pending: state.pending.filter((name) => name !== exchange) }, end);
  }
  if (isEndOf(REPEAT, input)) return createAnswered(recovery, { ...state, isAsking: false }, input);
  if (isEndOf(QUESTION, input)) return answered(recovery, { ...state, isAsking: false }, input);
  if (isEndOf(CANCEL, input)) {
    const { canceling } = state;
    return [canceling === undefined ? state : { ...state, canceling: { ...canceling, step: afterCancel(input) } }, []];
  }
  if (input.kind === "notRepeated") return notRepeated(recovery, { ...state, isAsking: false }, input.why);
  if (input.kind === "told") return told(recovery, state, input.message);
  if (input.kind === "timer") return ring(recovery, state, input.timer);
  if (input.kind === "deadline") {
    return stop(recovery, { ...state, isLate: true, mayRepeat: false, canceling: again(state.canceling, "limit") });
  }
  if (input.kind !== "cancelAsked") return [state, []];
  return stop(recovery, { ...state, mayRepeat: false, canceling: again(state.canceling, "pos") });
}

function told(recovery: Recovery, state: Listening, message: MercadoPagoMessage): Stepped {
  if (message.kind === "orderHint") {
    // Where it is looked at seldom; otherwise the next look is about to come.
    const isCalm = state.phase === "gaveUp" && !state.isAsking;
    return [state, isCalm ? [{ kind: "arm", timer: NEXT, afterMs: recovery.settings.pollMs }] : []];
  }
  if (message.kind !== "terminalTold") return [state, []];
  const [recognized, effects] = recognize(message, recovery.doubt.dispatched.identity);
  const known: Listening = { ...state, recognized, mayRepeat: state.mayRepeat && recognized !== "other" };
  if (state.isProving) return after([...effects, { kind: "disarm", timer: WHO }], proved(recovery, known));
  // Only the repeat waits for it; what else is asked has its own pace.
  const goesOn: Stepped = state.mayRepeat ? next(recovery, known) : [known, []];
  return after([...effects, { kind: "disarm", timer: WHO }], goesOn);
}

function ring(recovery: Recovery, state: Listening, timer: string): Stepped {
  switch (timer) {
    case NEXT:
      return next(recovery, state);
    case WHO:
      if (state.isProving) return [state, who(recovery, "beFresh")];
      return [state, state.recognized === "notYet" ? who(recovery, "beRecent") : []];
    case ABSENCE:
      return [{ ...state, isOld: true, absences: 0 }, []];
    case PATIENCE:
      return giveUp(recovery, state, `the order has not told its end (${state.lastWhy})`);
    default:
      return [state, []];
  }
}

/** A living order may be in these hands: it is canceled as the operation would. Nothing is created any more. */
function stop(recovery: Recovery, state: Listening): Stepped {
  return state.order === undefined ? next(recovery, state) : cancel(recovery, state);
}

/** The one place that asks, one thing at a time. */
function next(recovery: Recovery, state: Listening): Step<Listening, MercadoPagoMessage> {
  const { doubt, settings } = recovery;
  if (state.isAsking) return [state, []];
  const asking: Listening = { ...state, isAsking: true };
  const ask = (message: CloudRequest): Step<Listening, MercadoPagoMessage> => [
    asking,
    [{ kind: "exchange", exchange: QUESTION, message, replyTimeoutMs: settings.replyMs }],
  ];
  if (state.order !== undefined) return ask({ kind: "getOrder", order: state.order });
  if (!state.mayRepeat) {
    // By the vendor's clock, which dates its orders: ours may have been wrong, and set since.
    return ask(searchOf(doubt.order.transaction, sentMsOf(doubt.dispatched, doubt.order) ?? 0));
  }
  // Its first answer is still owed, or nobody has said yet that the terminal is the same.
  if (state.pending.length > 0 || state.recognized !== "same") return [state, []];
  const repeat: Sent = { kind: "repeat", exchange: REPEAT, replyTimeoutMs: settings.replyMs };
  return [{ ...asking, isOld: false, absences: 0 }, [...patience(recovery), repeat]];
}

function later({ settings }: Recovery, { phase }: Listening, afterMs: number): Sent {
  return { kind: "arm", timer: NEXT, afterMs: phase === "gaveUp" ? settings.calmPollMs : afterMs };
}

function notRepeated(recovery: Recovery, state: Listening, why: RepeatRefusal): Stepped {
  const { askEveryMs } = recovery.settings;
  if (why === "journal") return [state, [later(recovery, state, askEveryMs)]];
  // A person has decided, or lifted the fence: nobody is called any more.
  const phase = why === "decided" ? "gaveUp" : state.phase;
  return next(recovery, { ...state, phase, mayRepeat: false });
}

/** The answer to a create, said again or still owed. A refusal says nothing: the first one may have been taken. */
function createAnswered(recovery: Recovery, state: Listening, end: ExchangeEnd): Stepped {
  const { askEveryMs } = recovery.settings;
  if (end.kind !== "answered") return [{ ...state, lastWhy: end.why }, [later(recovery, state, askEveryMs)]];
  const { message } = end;
  if (message.kind === "order") return found(recovery, state, message.order);
  const lastWhy = inWords(message);
  const known = { ...state, lastWhy };
  if (isAccessRefused(end)) return [known, [ACCESS_REFUSED, later(recovery, state, askEveryMs)]];
  const isForLater = message.kind === "refusal" && (message.status >= 500 || [423, 429].includes(message.status));
  if (isForLater) return [known, [later(recovery, state, askEveryMs)]];
  return [{ ...known, mayRepeat: false }, [later(recovery, state, recovery.settings.pollMs)]];
}

function found(recovery: Recovery, state: Listening, { id, externalReference }: CloudOrder): Stepped {
  if (externalReference !== recovery.doubt.order.transaction) {
    return giveUp(recovery, { ...state, mayRepeat: false }, "the vendor answered with an order of another reference");
  }
  // An answer that was owed, to a create that has been said again meanwhile, tells of the same order.
  if (state.order !== undefined) return [state, []];
  return [
    { ...state, order: id, mayRepeat: false },
    [{ kind: "remember", data: { version: 1, order: id } }, later(recovery, state, recovery.settings.pollMs)],
  ];
}

function answered(recovery: Recovery, state: Listening, end: ExchangeEnd): Stepped {
  const { slowPollMs } = recovery.settings;
  if (end.kind !== "answered") {
    return [{ ...state, absences: 0, lastWhy: end.why }, [later(recovery, state, slowPollMs)]];
  }
  const { message } = end;
  if (message.kind === "order") return looked(recovery, state, message.order);
  if (message.kind === "orders") return searched(recovery, state, message);
  const effects = isAccessRefused(end) ? [ACCESS_REFUSED] : [];
  return [{ ...state, absences: 0, lastWhy: inWords(message) }, [...effects, later(recovery, state, slowPollMs)]];
}

function searched(recovery: Recovery, state: Listening, orders: Extract<CloudAnswer, { kind: "orders" }>): Stepped {
  const { slowPollMs } = recovery.settings;
  if (state.order !== undefined) return [state, [later(recovery, state, slowPollMs)]];
  const own = ownForSure(orders, recovery.doubt.order.transaction);
  switch (own.kind) {
    case "one":
      return found(recovery, state, own.order);
    case "several":
      return giveUp(recovery, state, own.why);
    case "notAllTold":
      return [{ ...state, absences: 0, lastWhy: own.why }, [later(recovery, state, slowPollMs)]];
    case "none":
      return absent(recovery, state);
  }
}

/**
 * Proved by two looks at a time at which it would be listed, where the terminal is still the same one of the same account: that is asked behind them,
 * because somebody may have given another account's token since the last time.
 */
function absent(recovery: Recovery, state: Listening): Stepped {
  const { slowPollMs } = recovery.settings;
  const absences = state.isOld && state.pending.length === 0 ? state.absences + 1 : 0;
  const known: Listening = { ...state, absences, lastWhy: "the vendor lists no order with our reference" };
  if (absences < ENOUGH_ABSENCES) return [known, [later(recovery, state, slowPollMs)]];
  if (state.recognized === "other")
    return giveUp(recovery, known, "the account does not have the same terminal any more");
  if (state.recognized === "notYet") return [known, [later(recovery, state, slowPollMs)]];
  return [{ ...known, isProving: true }, who(recovery, "beFresh")];
}

function proved(recovery: Recovery, state: Listening): Stepped {
  const known: Listening = { ...state, isProving: false };
  if (state.recognized !== "same")
    return giveUp(recovery, known, "the account does not have the same terminal any more");
  const isStillAbsent = state.order === undefined && state.pending.length === 0 && state.absences >= ENOUGH_ABSENCES;
  if (!isStillAbsent) return state.isAsking ? [known, []] : next(recovery, known);
  return [
    { phase: "over" },
    [{ kind: "settle", verdict: { kind: "notPerformed", reason: "noRecord" } }, { kind: "done" }],
  ];
}

function looked(recovery: Recovery, state: Listening, order: CloudOrder): Stepped {
  const { doubt, settings } = recovery;
  const judgement = judge({ order: doubt.order, settings, canceling: state.canceling?.by }, order);
  switch (judgement.kind) {
    case "settles": {
      const { verdict, movement } = judgement;
      const claim = movement === undefined ? {} : { movement };
      return [{ phase: "over" }, [{ kind: "settle", verdict, ...claim }, { kind: "done" }]];
    }
    case "lives": {
      const [canceled, effects] = cancel(recovery, { ...state, lastWhy: `it is ${order.status}` });
      const pauseMs = state.isLate ? settings.slowPollMs : settings.pollMs;
      return [canceled, [...effects, later(recovery, state, pauseMs)]];
    }
    case "unclear":
      return [{ ...state, lastWhy: judgement.why }, [later(recovery, state, settings.slowPollMs)]];
    case "vendorDoubts": {
      const settle: Sent = { kind: "settle", verdict: vendorDoubt(judgement.why, order) };
      return after(state.phase === "gaveUp" ? [] : [settle], giveUp(recovery, state, judgement.why));
    }
    case "notBelieved":
      return giveUp(recovery, state, judgement.why);
  }
}

function cancel({ doubt, settings }: Recovery, state: Listening): Step<Listening, MercadoPagoMessage> {
  const { canceling, order } = state;
  if (canceling?.step !== "wanted" || order === undefined) return [state, []];
  return [
    { ...state, canceling: { ...canceling, step: "asked" } },
    [
      {
        kind: "exchange",
        exchange: CANCEL,
        message: { kind: "cancelOrder", order, key: keyOf.cancel(doubt.order.transaction, canceling.by) },
        replyTimeoutMs: settings.replyMs,
      },
    ],
  ];
}

/** A person is called, and the order is asked on: it may still tell. */
function giveUp(recovery: Recovery, state: Listening, why: string): Stepped {
  const gaveUp: Listening = { ...state, phase: "gaveUp", mayRepeat: false, lastWhy: why };
  const effects: readonly Sent[] =
    state.phase === "gaveUp" ? [] : [{ kind: "giveUp", why: whyPerson(recovery.doubt, why, state.order) }];
  const asksOn: readonly Sent[] = state.isAsking ? [] : [later(recovery, gaveUp, 0)];
  return [gaveUp, [...effects, ...asksOn]];
}
