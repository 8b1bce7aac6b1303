import { sameDevice } from "../../core/terminal.ts";
import {
  conversation,
  type Context,
  type Conversation,
  type Doubt,
  type Input,
  type RepeatRefusal,
  type Step,
} from "../driver.ts";
import type { Judgement } from "../poynt/judgement.ts";
import type { Posted } from "./asked.ts";
import { identityOf, requestIdOf } from "./identity.ts";
import { isOurs, judgeFound, refusalOf, restEnding, wordsOf, type Task } from "./judgement.ts";
import { beginLooking, paced, stepLooking, type CloudEffect, type Looking, type News } from "./looking.ts";
import type { CloudMessage, CloudRequest, Found } from "./messages.ts";
import { oneTransaction, searchFor, sentAt } from "./requests.ts";
import { whyPerson, type PersonReason } from "./search-words.ts";
import type { PoyntCloudSettings } from "./settings.ts";

/** The exchange of the operation, and that of a repeat of it. */
const REQUEST = "request";
const REPEAT = "repeat";
const QUIET = "quiet";
const PATIENCE = "patience";

type Asking = {
  readonly phase: "asking";
  readonly looking: Looking;
  /** Requests on which money hangs, and whose answers may still come. */
  readonly pending: readonly string[];
  readonly mayRepeat: boolean;
  /** Nothing is sent any more, and the cloud had the time to do what was sent. */
  readonly isQuiet: boolean;
  /** The search showed no refund of ours: what was refunded is looked at as well. */
  readonly isAbsent: boolean;
  readonly hasGivenUp: boolean;
  readonly lastWhy: string | undefined;
};

type State = { readonly phase: "new" } | Asking | { readonly phase: "over" };
type Stepped = Step<State, CloudMessage>;
type Recovery = { readonly doubt: Doubt; readonly asked: Posted; readonly settings: PoyntCloudSettings };

/**
 * What became of a request to the cloud about a transaction: looked at first, then asked for by the same request, which the cloud knows by its id
 * (poynt.md 2.6), and looked at again until it has had the time to do it.
 */
export function postedRecovery(doubt: Doubt, asked: Posted, settings: PoyntCloudSettings): Conversation<CloudMessage> {
  const recovery: Recovery = { doubt, asked, settings };
  return conversation<State, CloudMessage>((state, input, context) => step(recovery, state, input, context), {
    phase: "new",
  });
}

function step(recovery: Recovery, state: State, input: Input<CloudMessage>, context: Context): Stepped {
  if (input.kind === "linkLost") return [{ phase: "over" }, []];
  switch (state.phase) {
    case "new":
      return input.kind === "resumed" ? resume(recovery, input.pending, context) : [state, []];
    case "asking":
      return ask(recovery, state, input, context);
    case "over":
      return [state, []];
  }
}

function resume(recovery: Recovery, pending: readonly string[], context: Context): Stepped {
  const { settings } = recovery;
  const { looking, effects } = beginLooking(questionOf(recovery, false, context), settings);
  return [
    {
      phase: "asking",
      looking: paced(looking, "slow"),
      pending,
      mayRepeat: true,
      isQuiet: false,
      isAbsent: false,
      hasGivenUp: false,
      lastWhy: undefined,
    },
    [...effects, { kind: "arm", timer: PATIENCE, afterMs: settings.restMs + 2 * settings.processingMs }],
  ];
}

/** A refund is a transaction of its own, which names us; what else is asked for changes the one that it is about. */
function questionOf({ doubt, asked, settings }: Recovery, isAbsent: boolean, context: Context): CloudRequest {
  if (asked.command !== "refund" || isAbsent) return oneTransaction(asked.transactionId, settings, context);
  const since = sentAt(doubt, context) - settings.clockSlackMs;
  return searchFor(doubt.order.transaction, since, settings, context);
}

function taskOf({ doubt, asked, settings }: Recovery, { crypto }: Context): Task {
  const { currency, failedMovedNothing } = settings;
  return {
    order: doubt.order,
    asked,
    settings: { currency, failedMovedNothing },
    requestId: requestIdOf(doubt.order.transaction, crypto),
  };
}

function ask(recovery: Recovery, state: Asking, input: Input<CloudMessage>, context: Context): Stepped {
  if (input.kind === "timer" && input.timer === PATIENCE) return giveUp(recovery, state, "open");
  if (input.kind === "timer" && input.timer === QUIET) return [{ ...state, isQuiet: true }, []];
  if (input.kind === "notRepeated") return notRepeated(recovery, without(state, input.exchange), input.why);
  if ("exchange" in input && state.pending.includes(input.exchange)) {
    return answerCame(recovery, without(state, input.exchange), input, context);
  }
  const question = () => questionOf(recovery, state.isAbsent, context);
  const looked = stepLooking(state.looking, input, question, recovery.settings, context);
  if (looked === undefined) return [state, []];
  const next: Asking = { ...state, looking: looked.looking };
  if (looked.news === undefined) return [next, looked.effects];
  const [heard, effects] = hear(recovery, next, looked.news, context);
  return [heard, heard.phase === "over" ? effects : [...looked.effects, ...effects]];
}

const without = (state: Asking, exchange: string): Asking => ({
  ...state,
  pending: state.pending.filter((name) => name !== exchange),
});

type Ended = Exclude<Extract<Input<CloudMessage>, { exchange?: string }>, { kind: "notRepeated" }>;

/** To the request itself, or to its repeat: a code that refuses the first attempt says nothing of it when a repeat gets it. */
function answerCame(recovery: Recovery, state: Asking, input: Ended, context: Context): Stepped {
  if (input.kind !== "answered") return unanswered(recovery, state, input.why);
  const { message, exchange } = input;
  if (message.kind === "transaction") {
    const { found } = message;
    return judged(recovery, state, judgeFound(taskOf(recovery, context), [found], restEnding(found.tender.status)));
  }
  if (message.kind !== "error") return unanswered(recovery, state, "the cloud answered something else");
  const { status, code, text } = message;
  if (exchange === REQUEST && refusalOf(message).kind === "refused") {
    const vendor = { code: code === "" ? String(status) : code, text };
    return settled({ kind: "settles", verdict: { kind: "notPerformed", reason: "refused", vendor } });
  }
  return unanswered(recovery, state, wordsOf(message));
}

function judged(recovery: Recovery, state: Asking, judgement: Judgement): Stepped {
  if (judgement.kind === "settles") return settled(judgement);
  return unanswered(recovery, state, judgement.why);
}

const unanswered = (_recovery: Recovery, state: Asking, lastWhy: string): Stepped => [{ ...state, lastWhy }, []];

const settled = ({ verdict, movement }: Extract<Judgement, { kind: "settles" }>): Stepped => [
  { phase: "over" },
  [{ kind: "settle", verdict, ...(movement === undefined ? {} : { movement }) }, { kind: "done" }],
];

/** From now on it is only looked at. */
function notRepeated({ settings }: Recovery, state: Asking, why: RepeatRefusal): Stepped {
  if (why === "journal") return [state, []];
  const next: Asking = { ...state, mayRepeat: false, hasGivenUp: state.hasGivenUp || why === "decided" };
  return [next, [{ kind: "arm", timer: QUIET, afterMs: settings.processingMs }]];
}

function hear(recovery: Recovery, state: Asking, news: News, context: Context): Stepped {
  const { asked, doubt, settings } = recovery;
  const identified: CloudEffect = { kind: "identified", identity: identityOf(settings) };
  switch (news.kind) {
    case "failed":
      return unanswered(recovery, state, news.why);
    case "called":
      return [state, []];
    case "found": {
      const ours = news.found.filter((one) => isOurs(doubt.order.transaction, one));
      if (ours.length === 0) {
        const [next, effects] = repeated(recovery, { ...state, isAbsent: news.isWhole && state.isQuiet });
        return [next, [identified, ...effects]];
      }
      const judgement = judgeFound(taskOf(recovery, context), ours, { kind: "open" });
      const [next, effects] = judged(recovery, state, judgement);
      return [next, [identified, ...effects]];
    }
    case "read": {
      if (news.found.tender.id !== asked.transactionId)
        return unanswered(recovery, state, "the cloud told of another transaction");
      const [next, effects] = looked(recovery, state, news.found, context);
      return [next, [identified, ...effects]];
    }
  }
}

/** At the transaction that it is about: it is as it was, it is as was asked, or it is otherwise. */
function looked(recovery: Recovery, state: Asking, original: Found, context: Context): Stepped {
  const { asked, doubt, settings } = recovery;
  const isSame = sameDevice(doubt.dispatched.identity, identityOf(settings)) === "same";
  if (asked.command !== "refund") {
    const judgement = judgeFound(taskOf(recovery, context), [original], { kind: "open" });
    if (judgement.kind === "settles") return settled(judgement);
    if (judgement.kind === "notBelieved" && !state.mayRepeat) return giveUp(recovery, state, "changed", judgement.why);
    if (judgement.kind === "notBelieved") return repeated(recovery, { ...state, lastWhy: judgement.why });
  }
  const { status } = original.tender;
  const isAsItWas =
    asked.command === "refund" ? status === "CAPTURED" : status === "AUTHORIZED" || status === "CAPTURED";
  if (state.mayRepeat || !state.isQuiet || state.pending.length > 0)
    return repeated(recovery, { ...state, isAbsent: false });
  if (!isAsItWas || !isSame) return giveUp(recovery, { ...state, isAbsent: false }, isSame ? "changed" : "otherDevice");
  return settled({ kind: "settles", verdict: { kind: "notPerformed", reason: "noRecord" } });
}

/** The cloud has just answered: it may be asked by the request itself. */
function repeated({ settings }: Recovery, state: Asking): Stepped {
  if (!state.mayRepeat || state.hasGivenUp || state.pending.length > 0) return [state, []];
  const repeat: CloudEffect = { kind: "repeat", exchange: REPEAT, replyTimeoutMs: settings.restMs / 2 };
  return [{ ...state, pending: [REPEAT] }, [repeat]];
}

function giveUp(recovery: Recovery, state: Asking, reason: PersonReason, lastWhy = state.lastWhy): Stepped {
  if (state.hasGivenUp) return [state, []];
  const { doubt, asked, settings } = recovery;
  const why = whyPerson(doubt, asked, settings, reason, lastWhy);
  return [{ ...state, hasGivenUp: true, looking: paced(state.looking, "idle") }, [{ kind: "giveUp", why }]];
}
