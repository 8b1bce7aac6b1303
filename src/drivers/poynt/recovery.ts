import {
  conversation,
  type Context,
  type Conversation,
  type Doubt,
  type Input,
  type RepeatRefusal,
  type Step,
} from "../driver.ts";
import { askedOf } from "./asked.ts";
import { beginSearch, canSearch, stepSearch, type CloudSearch } from "./cloud-search.ts";
import { isPaired } from "./identity.ts";
import { judge, type Judgement, type Task } from "./judgement.ts";
import { isAnswer, type PoyntAnswer, type PoyntMessage } from "./messages.ts";
import { afterPing, askPing, PING, pingedBy, type Pinged, type PoyntEffect } from "./pinging.ts";
import { whyPerson, type PersonReason } from "./search-words.ts";
import type { PoyntSettings } from "./settings.ts";

/** The exchange of a repeat. */
const REPEAT = "repeat";

type Listening = {
  /** `gaveUp`: a person decides, unless the terminal's word comes after all. */
  readonly phase: "asking" | "gaveUp";
  /** Requests on which money hangs, and whose answers may still come. */
  readonly pending: readonly string[];
  /** The pause since the last answer is over. */
  readonly mayAsk: boolean;
  /** No ping was answered for longer than a restart takes. */
  readonly isSilent: boolean;
  /** What was wrong with the last answer. */
  readonly lastWhy: string | undefined;
  /** The vendor's cloud is asked as well, before the person and after. */
  readonly search?: CloudSearch;
  /** Why a person is to be called, as long as none was because the cloud may still tell. */
  readonly owed?: PersonReason;
};

type State = { readonly phase: "new" } | Listening | { readonly phase: "over" };

type Stepped = Step<State, PoyntMessage>;

type Recovery = Task & { readonly doubt: Doubt };

/**
 * Finds out what became of an operation by waiting for the answer that is still owed, or by asking for it: the same request once more is
 * answered with the first answer (poynt.md 1.8). Whether that may be done is the house's to say. There is no other way to ask.
 */
export function recoverMachine(doubt: Doubt, settings: PoyntSettings): Conversation<PoyntMessage> {
  const asked = askedOf(doubt.order, settings);
  if (asked.command === "none") {
    const why = whyPerson(doubt, undefined, settings, "unreadable");
    return conversation(
      (state: "new" | "told", { kind }: Input<PoyntMessage>): Step<"new" | "told", PoyntMessage> =>
        state === "new" && kind === "resumed" ? ["told", [{ kind: "giveUp", why }]] : [state, []],
      "new",
    );
  }
  const recovery: Recovery = { order: doubt.order, asked, settings, doubt };
  return conversation<State, PoyntMessage>((state, input, context) => step(recovery, state, input, context), {
    phase: "new",
  });
}

function step(recovery: Recovery, state: State, input: Input<PoyntMessage>, context: Context): Stepped {
  if (input.kind === "linkLost") return [{ phase: "over" }, []];
  switch (state.phase) {
    case "new":
      return input.kind === "resumed" ? resume(recovery, input.pending, context) : [state, []];
    case "asking":
    case "gaveUp":
      return listen(recovery, state, input, context);
    case "over":
      return [state, []];
  }
}

function resume(recovery: Recovery, pending: readonly string[], context: Context): Stepped {
  const { settings } = recovery;
  const state: Listening = { phase: "asking", pending, mayAsk: true, isSilent: false, lastWhy: undefined };
  if (!isPaired(context)) return giveUp(recovery, state, "otherPairing");
  return [
    state,
    [
      askPing(context, settings),
      { kind: "arm", timer: "silence", afterMs: settings.restartSuspicionMs },
      ...(pending.length > 0 ? [patienceFor(recovery, context)] : []),
    ],
  ];
}

/** When a person is called although an answer is still owed: some time after the deadline. Until then it is waited for alone. */
function patienceFor({ doubt, order, settings }: Recovery, { now }: Context): PoyntEffect {
  const leftMs = Date.parse(doubt.dispatched.deadline) - now;
  const waitMs = Math.min(Math.max(leftMs, 0), order.answerLimitMs);
  return { kind: "arm", timer: "patience", afterMs: waitMs + settings.answerMarginMs };
}

function listen(recovery: Recovery, state: Listening, input: Input<PoyntMessage>, context: Context): Stepped {
  const searched = searchOn(recovery, state, input, context);
  if (searched !== undefined) return searched;
  const pinged = pingedBy(input);
  if (pinged !== undefined) return pingCame(recovery, state, pinged, context);
  switch (input.kind) {
    case "answered": {
      const { exchange, message } = input;
      if (!state.pending.includes(exchange) || !isAnswer(message)) return [state, []];
      return answerCame(recovery, without(state, exchange), message);
    }
    case "garbled":
    case "exchangeLost":
    case "notSent": {
      const { exchange, why } = input;
      if (exchange === undefined || !state.pending.includes(exchange)) return [state, []];
      return unanswered(recovery, without(state, exchange), why);
    }
    case "notRepeated":
      return notRepeated(recovery, without(state, input.exchange), input.why);
    case "timer":
      return ring(recovery, state, input.timer, context);
    case "deadline":
      return giveUp(recovery, state, "deadline");
    case "opened":
    case "resumed":
    case "received":
    case "called":
    case "consulted":
    case "listAsked":
    case "told":
    case "cancelAsked":
    case "answerGiven":
    case "linkLost":
    case "stored":
    case "keyPairCreated":
    case "asked":
    case "claims":
      return [state, []];
  }
}

const without = (state: Listening, exchange: string): Listening => ({
  ...state,
  pending: state.pending.filter((name) => name !== exchange),
});

const after = (effects: readonly PoyntEffect[], [state, more]: Stepped): Stepped => [state, [...effects, ...more]];

function ring(recovery: Recovery, state: Listening, timer: string, context: Context): Stepped {
  switch (timer) {
    case PING:
      return isPaired(context)
        ? [state, [askPing(context, recovery.settings)]]
        : giveUp(recovery, state, "otherPairing");
    case "again":
      return [{ ...state, mayAsk: true }, []];
    case "patience":
      return giveUp(recovery, state, "stillWaiting");
    case "silence": {
      const silent = { ...state, isSilent: true };
      // A terminal at work need not answer pings: as long as an answer is owed it may still come.
      return state.pending.length > 0 ? [silent, []] : giveUp(recovery, silent, "silent");
    }
    default:
      return [state, []];
  }
}

function pingCame(recovery: Recovery, state: Listening, pinged: Pinged, context: Context): Stepped {
  const { settings } = recovery;
  const { aliveEveryMs, probeMs, restartSuspicionMs } = settings;
  // Nobody hurries once a person was called.
  const effects = afterPing(pinged, context, state.phase === "asking" ? aliveEveryMs : probeMs);
  switch (pinged.kind) {
    case "alive": {
      const listening: PoyntEffect = { kind: "arm", timer: "silence", afterMs: restartSuspicionMs };
      return after([...effects, listening], askAgain(recovery, { ...state, isSilent: false }, context));
    }
    case "otherPairing":
      return after(effects, giveUp(recovery, state, "otherPairing"));
    case "silent":
      return [state, effects];
  }
}

/** The terminal has just answered under its identity. */
function askAgain(recovery: Recovery, state: Listening, context: Context): Stepped {
  // What an operation leaves open is overdue: it is listened to, and asked for beside that.
  if (state.phase === "gaveUp" || state.pending.includes(REPEAT) || !state.mayAsk) return [state, []];
  const { order, settings, asked } = recovery;
  // What a second settlement would settle is not what the first one did.
  if (asked.command === "settle") return state.pending.length > 0 ? [state, []] : giveUp(recovery, state, "settlement");
  const repeat: PoyntEffect = {
    kind: "repeat",
    exchange: REPEAT,
    replyTimeoutMs: order.answerLimitMs + settings.lateReplyMs,
  };
  const pending = [...state.pending, REPEAT];
  return [{ ...state, pending, mayAsk: false }, [patienceFor(recovery, context), repeat]];
}

/** Judged like the first answer. A code that would refuse the first attempt says nothing about it when a repeat gets it. */
function answerCame(recovery: Recovery, state: Listening, answer: PoyntAnswer): Stepped {
  const judgement = judge(recovery, answer);
  if (judgement.kind === "settles") return settled(judgement);
  const isSame = answer.kind === "payment" && state.lastWhy === judgement.why;
  return isSame ? giveUp(recovery, state, "sameAnswer") : unanswered(recovery, state, judgement.why);
}

function settled({ verdict, movement }: Extract<Judgement, { kind: "settles" }>): Stepped {
  const claim = movement === undefined ? {} : { movement };
  return [{ phase: "over" }, [{ kind: "settle", verdict, ...claim }, { kind: "done" }]];
}

/** What came, or did not come, decides nothing: it is asked for again, unless a repeat is under way. */
function unanswered(recovery: Recovery, state: Listening, why: string): Stepped {
  const next: Listening = { ...state, lastWhy: why };
  const isAllLost = state.pending.length === 0;
  if (isAllLost && state.isSilent) return giveUp(recovery, next, "silent");
  if (state.pending.includes(REPEAT)) return [next, []];
  const again: PoyntEffect = { kind: "arm", timer: "again", afterMs: recovery.settings.askEveryMs };
  return [{ ...next, mayAsk: false }, isAllLost ? [{ kind: "disarm", timer: "patience" }, again] : [again]];
}

function notRepeated(recovery: Recovery, state: Listening, why: RepeatRefusal): Stepped {
  if (why === "journal") return unanswered(recovery, state, "the journal could not take another attempt");
  // Whoever decided needs no call.
  if (why === "decided") return [{ ...state, phase: "gaveUp" }, QUIET];
  return giveUp(recovery, state, why);
}

const QUIET: readonly PoyntEffect[] = ["patience", "silence", "again"].map((timer) => ({ kind: "disarm", timer }));

/** The terminal is asked for nothing more, and whatever is still owed is listened to. The cloud may know before a person has to. */
function giveUp(recovery: Recovery, state: Listening, reason: PersonReason): Stepped {
  if (state.phase === "gaveUp") return [state, []];
  const gaveUp: Listening = { ...state, phase: "gaveUp" };
  if (!canSearch(recovery.asked, recovery.settings)) return after(QUIET, callPerson(recovery, gaveUp, reason));
  const { search, effects } = beginSearch();
  return [{ ...gaveUp, search, owed: reason }, [...QUIET, ...effects]];
}

function callPerson({ doubt, asked, settings }: Recovery, state: Listening, reason: PersonReason): Stepped {
  const { owed: _told, ...told } = state;
  const said = [state.lastWhy, state.search?.words].filter((words) => words !== undefined);
  const why = whyPerson(doubt, asked, settings, reason, said.length === 0 ? undefined : said.join("; "));
  return [told, [{ kind: "giveUp", why }]];
}

function searchOn(
  recovery: Recovery,
  state: Listening,
  input: Input<PoyntMessage>,
  context: Context,
): Stepped | undefined {
  const { asked, doubt, settings } = recovery;
  if (state.search === undefined || asked.command === "settle") return undefined;
  const step = stepSearch({ doubt, asked, settings }, state.search, input, context);
  if (step === undefined) return undefined;
  if (step.settles !== undefined) return settled(step.settles);
  const next: Listening = { ...state, search: step.search };
  return step.isPatienceOver && state.owed !== undefined
    ? after(step.effects, callPerson(recovery, next, state.owed))
    : [next, step.effects];
}
