import { sameDevice } from "../../core/terminal.ts";
import { conversation, type Context, type Conversation, type Doubt, type Input, type Step } from "../driver.ts";
import type { Judgement } from "../poynt/judgement.ts";
import { askedOf, type Messaged } from "./asked.ts";
import { identityOf, requestIdOf } from "./identity.ts";
import { isOurs, refusalOf, type Task } from "./judgement.ts";
import { knownFrom, learn, rung, screenMs, waitFor, watchScreen, type Known } from "./learning.ts";
import { beginLooking, LOOK, paced, stepLooking, type CloudEffect, type Looking, type News } from "./looking.ts";
import type { CloudMessage, CloudRequest, Found } from "./messages.ts";
import { madeBy, oneTransaction, searchFor, sentAt } from "./requests.ts";
import { postedRecovery } from "./rest-recovery.ts";
import { whyPerson, type PersonReason } from "./search-words.ts";
import type { PoyntCloudSettings } from "./settings.ts";

type Question = "search" | "madeSince" | "read";

type Searching = {
  readonly phase: "searching";
  readonly known: Known;
  readonly looking: Looking;
  /** What is being asked. */
  readonly asking: Question;
  /** Read one by one before they are believed: a search may lag behind. */
  readonly toRead: readonly string[];
  readonly read: readonly Found[];
  /** The cloud has stopped trying to deliver the message. */
  readonly isTtlOver: boolean;
  /** The terminal has told the cloud of a payment that was made after that. */
  readonly isSeen: boolean;
  /** And the cloud had the time to know of ours since. */
  readonly isQuiet: boolean;
  readonly hasGivenUp: boolean;
  readonly lastWhy: string | undefined;
};

type State = { readonly phase: "new" } | Searching | { readonly phase: "over" };
type Stepped = Step<State, CloudMessage>;

type Recovery = { readonly doubt: Doubt; readonly asked: Messaged; readonly settings: PoyntCloudSettings };

const TTL = "ttl";
const QUIET = "quiet";
const PATIENCE = "patience";

/**
 * Finds out what became of an operation by asking the cloud for what it knows under our reference. Nothing is ever sent again: nobody says that a
 * terminal refuses a reference that it knows (poynt.md 2.6).
 */
export function recoverMachine(doubt: Doubt, settings: PoyntCloudSettings): Conversation<CloudMessage> {
  const asked = askedOf(doubt.order);
  switch (asked.way) {
    case "rest":
      return postedRecovery(doubt, asked.asked, settings);
    case "message": {
      const recovery: Recovery = { doubt, asked: asked.asked, settings };
      return conversation<State, CloudMessage>((state, input, context) => step(recovery, state, input, context), {
        phase: "new",
      });
    }
    case "none": {
      const why = whyPerson(doubt, undefined, settings, "unreadable");
      return conversation(
        (state: "new" | "told", { kind }: Input<CloudMessage>): Step<"new" | "told", CloudMessage> =>
          state === "new" && kind === "resumed" ? ["told", [{ kind: "giveUp", why }]] : [state, []],
        "new",
      );
    }
  }
}

function step(recovery: Recovery, state: State, input: Input<CloudMessage>, context: Context): Stepped {
  if (input.kind === "linkLost") return [{ phase: "over" }, []];
  switch (state.phase) {
    case "new":
      return input.kind === "resumed" ? resume(recovery, context) : [state, []];
    case "searching":
      return search(recovery, state, input, context);
    case "over":
      return [state, []];
  }
}

function resume(recovery: Recovery, context: Context): Stepped {
  const { doubt, settings } = recovery;
  const known = knownFrom(doubt);
  const { looking, effects } = beginLooking(questionOf(recovery, "search", [], context), settings);
  const ttlMs = settings.ttlSeconds * 1_000 + settings.ttlMarginMs;
  // Nobody is called about what is decided without them a moment later.
  const openMs = screenMs(doubt.order.operation, settings) + settings.answerMarginMs;
  const state: Searching = {
    phase: "searching",
    known,
    looking,
    asking: "search",
    toRead: [],
    read: [],
    isTtlOver: false,
    isSeen: false,
    isQuiet: false,
    hasGivenUp: false,
    lastWhy: undefined,
  };
  return [
    state,
    [
      ...effects,
      ...waitFor(known, settings),
      watchScreen(doubt.order.operation, settings),
      { kind: "arm", timer: TTL, afterMs: ttlMs },
      { kind: "arm", timer: PATIENCE, afterMs: Math.max(ttlMs + settings.processingMs, openMs) },
    ],
  ];
}

/** From when on another payment of the terminal proves that it was online, whatever its clock says. */
function provesFrom(recovery: Recovery, context: Context): number {
  const { ttlSeconds, ttlMarginMs, clockSlackMs } = recovery.settings;
  return sentAt(recovery.doubt, context) + ttlSeconds * 1_000 + ttlMarginMs + clockSlackMs;
}

function questionOf(recovery: Recovery, question: Question, toRead: readonly string[], context: Context): CloudRequest {
  const { doubt, settings } = recovery;
  const [id] = toRead;
  if (question === "read" && id !== undefined) return oneTransaction(id, settings, context);
  if (question === "madeSince") return madeBy(deviceOf(recovery), provesFrom(recovery, context), settings, context);
  const since = sentAt(recovery.doubt, context) - settings.clockSlackMs;
  return searchFor(doubt.order.transaction, since, settings, context);
}

/** The terminal that it was sent to, whatever the settings say now. */
const deviceOf = ({ doubt, settings }: Recovery): string =>
  doubt.dispatched.identity?.["device"] ?? settings.deviceId.toLowerCase();

function taskOf(recovery: Recovery, { crypto }: Context): Task {
  const { doubt, asked, settings } = recovery;
  const { currency, failedMovedNothing } = settings;
  return {
    order: doubt.order,
    asked,
    settings: { currency, failedMovedNothing, deviceId: deviceOf(recovery) },
    requestId: requestIdOf(doubt.order.transaction, crypto),
  };
}

/** One thing after the other: what was found is read, then the terminal's other payments are looked at in turn with the search. */
function nextQuestion(recovery: Recovery, state: Searching, context: Context): Question {
  if (state.toRead.length > 0) return "read";
  const isTime = state.isTtlOver && !state.isSeen && context.vendorNow > provesFrom(recovery, context);
  return isTime && state.asking === "search" ? "madeSince" : "search";
}

function search(recovery: Recovery, state: Searching, input: Input<CloudMessage>, context: Context): Stepped {
  if (input.kind === "timer") {
    const told = ring(recovery, state, input.timer);
    if (told !== undefined) return told;
  }
  if (input.kind === "answered" && input.exchange === "request") return lateAnswer(state, input.message);
  const question = nextQuestion(recovery, state, context);
  const ask = () => questionOf(recovery, question, state.toRead, context);
  const looked = stepLooking(state.looking, input, ask, recovery.settings, context);
  if (looked === undefined) return [state, []];
  const isAsked = looked.effects.some((effect) => effect.kind === "exchange" && effect.exchange === LOOK);
  const next: Searching = { ...state, looking: looked.looking, asking: isAsked ? question : state.asking };
  if (looked.news === undefined) return [next, looked.effects];
  const [heard, effects] = hear(recovery, { ...next, asking: state.asking }, looked.news, context);
  const told: State = heard.phase === "searching" && isAsked ? { ...heard, asking: question } : heard;
  return [told, heard.phase === "over" ? effects : [...looked.effects, ...effects]];
}

/** The answer to the message itself, which came when nobody waited for it any more. */
function lateAnswer(state: Searching, message: CloudMessage): Stepped {
  if (message.kind !== "error" || refusalOf(message).kind !== "refused") return [state, []];
  const { status, code, text } = message;
  const vendor = { code: code === "" ? String(status) : code, text };
  const verdict = { kind: "notPerformed", reason: "refused", vendor } as const;
  return [{ phase: "over" }, [{ kind: "settle", verdict }, { kind: "done" }]];
}

function ring(recovery: Recovery, state: Searching, timer: string): Stepped | undefined {
  switch (timer) {
    case TTL:
      return [{ ...state, isTtlOver: true }, []];
    case QUIET:
      return [{ ...state, isQuiet: true }, []];
    case PATIENCE: {
      const isTold = state.known.count > 0 || state.known.callback !== undefined;
      const reason = isTold ? "open" : state.lastWhy === undefined ? "noRecord" : "silent";
      return giveUp(recovery, state, reason);
    }
    default: {
      const known = rung(state.known, timer, state.looking.isAsking);
      return known === undefined ? undefined : [{ ...state, known }, []];
    }
  }
}

function hear(recovery: Recovery, state: Searching, news: News, context: Context): Stepped {
  switch (news.kind) {
    case "failed":
      return [{ ...state, lastWhy: news.why, toRead: [], read: [] }, []];
    case "called": {
      const { known, effects } = learn(taskOf(recovery, context), state.known, news, recovery.settings);
      return [{ ...state, known }, effects];
    }
    case "read":
      return readOne(recovery, state, news.found, context);
    case "found": {
      const identified: CloudEffect = { kind: "identified", identity: identityOf(recovery.settings) };
      const [next, effects] =
        state.asking === "madeSince"
          ? lookedAround(recovery, state, news.found, context)
          : found(recovery, { ...state, lastWhy: undefined }, news, context);
      return [next, [identified, ...effects]];
    }
  }
}

function found(
  recovery: Recovery,
  state: Searching,
  news: Extract<News, { kind: "found" }>,
  context: Context,
): Stepped {
  const task = taskOf(recovery, context);
  const { known, effects, judgement } = learn(task, state.known, news, recovery.settings);
  const next: Searching = { ...state, known };
  const ours = news.found.filter((one) => isOurs(task.order.transaction, one));
  switch (judgement?.kind) {
    case undefined:
      return ours.length === 0 && news.isWhole ? absent(recovery, next, effects) : [next, effects];
    case "settles": {
      const toRead = ours.flatMap(({ tender: { id } }) => (id === undefined ? [] : [id]));
      if (toRead.length > 0) return [{ ...next, toRead, read: [] }, effects];
      return settled(judgement);
    }
    case "unclear":
      return [next, effects];
    case "notBelieved":
      return giveUp(recovery, next, "open", judgement.why);
  }
}

type Settles = Extract<Judgement, { kind: "settles" }>;

const settled = ({ verdict, movement }: Settles): Stepped => [
  { phase: "over" },
  [{ kind: "settle", verdict, ...(movement === undefined ? {} : { movement }) }, { kind: "done" }],
];

/** What the search showed is judged as it is read one by one. */
function readOne(recovery: Recovery, state: Searching, one: Found, context: Context): Stepped {
  const [id, ...toRead] = state.toRead;
  const none: Searching = { ...state, toRead: [], read: [] };
  const task = taskOf(recovery, context);
  if (id === undefined || one.tender.id !== id || !isOurs(task.order.transaction, one)) return [none, []];
  const read = [...state.read, one];
  if (toRead.length > 0) return [{ ...state, toRead, read }, []];
  const { judgement, effects, known } = learn(
    task,
    state.known,
    { kind: "found", found: read, isWhole: true },
    recovery.settings,
  );
  if (judgement?.kind === "settles") return settled(judgement);
  return [{ ...none, known }, effects];
}

/** Not found is proof only of a terminal that was online after the message could come to it, and told of what it did since. */
function absent({ doubt, settings }: Recovery, state: Searching, effects: readonly CloudEffect[]): Stepped {
  const isSame = sameDevice(doubt.dispatched.identity, identityOf(settings)) === "same";
  const hasNone = state.known.count === 0 && state.known.callback === undefined;
  if (!isSame || !state.isSeen || !state.isQuiet || !hasNone) return [state, effects];
  return settled({ kind: "settles", verdict: { kind: "notPerformed", reason: "noRecord" } });
}

function lookedAround(recovery: Recovery, state: Searching, made: readonly Found[], context: Context): Stepped {
  const from = provesFrom(recovery, context);
  const device = deviceOf(recovery);
  const isSeen = made.some(
    ({ deviceId, createdAt }) => deviceId === device && createdAt !== undefined && createdAt >= from,
  );
  if (!isSeen) return [state, []];
  return [{ ...state, isSeen }, [{ kind: "arm", timer: QUIET, afterMs: recovery.settings.processingMs }]];
}

/** It is asked on, and what comes after all still counts. */
function giveUp(recovery: Recovery, state: Searching, reason: PersonReason, lastWhy = state.lastWhy): Stepped {
  if (state.hasGivenUp) return [state, []];
  const { doubt, asked, settings } = recovery;
  const why = whyPerson(doubt, asked, settings, reason, lastWhy);
  return [{ ...state, hasGivenUp: true, looking: paced(state.looking, "idle") }, [{ kind: "giveUp", why }]];
}
