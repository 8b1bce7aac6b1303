import type { JsonObject } from "../../core/json.ts";
import { conversation, type Context, type Conversation, type Doubt, type Input, type Step } from "../driver.ts";
import { askedOf, type Committing } from "./asked.ts";
import { closeRecovery } from "./close-recovery.ts";
import { acknowledgement, acknowledges, REST_MS, type GetnetEffect } from "./dialogue.ts";
import { findAsked, recordsOf, whyNotAbsent, type Finding, type Known } from "./evidence.ts";
import { lastWordOf } from "./last-word.ts";
import { othersWordOf } from "./late-word.ts";
import { COMMANDS, RECORDED_FUNCTIONS, request, type GetnetMessage, type Reply } from "./messages.ts";
import { answers, pollOf, recordsIn, silently, type Question } from "./reports.ts";
import type { GetnetSettings } from "./settings.ts";
import { identityOf, movementOf, possibleMovements, readBaseline, readVoucher, type Voucher } from "./voucher.ts";

/** Looks in a row that may fail, or prove nothing, before a person is asked. */
const LOOKS_BEFORE_GIVING_UP = 3;
/** A terminal that has no record of it has to say so this often. */
const ABSENCES_NEEDED = 2;

/** One round of questions. `isDecisive`: begun after the quiet time, so that finding nothing means something. */
type Look = {
  readonly isDecisive: boolean;
  readonly left: readonly Question[];
  readonly last?: Voucher | undefined;
  readonly details?: readonly Voucher[];
};

type Asking = {
  readonly phase: "asking";
  readonly acks: boolean;
  readonly isQuiet: boolean;
  readonly look: Look;
  /** Whether the first question that is left was sent. */
  readonly isAsked: boolean;
  /** A question was not answered in time, and no poll has been answered since: its answer may still come. */
  readonly owesAnswer: boolean;
  readonly parameters: JsonObject | undefined;
  /** What LastVoucher told in the look before this one. */
  readonly lastTold: string | undefined;
  readonly absences: number;
  /** Decisive looks in a row that proved nothing. */
  readonly unclear: number;
};

type State =
  | { readonly phase: "new" }
  | Asking
  /** A person decides, unless the terminal's word comes after all. */
  | { readonly phase: "gaveUp"; readonly acks: boolean }
  | { readonly phase: "over" };

type Stepped = Step<State, GetnetMessage>;

type Task = Known & { readonly doubt: Doubt };

/** Finds out what became of an operation: by the terminal's late word, by its records, or by proof that there is none. */
export function recoverMachine(doubt: Doubt, settings: GetnetSettings): Conversation<GetnetMessage> {
  const asked = recoveredAsked(doubt, settings);
  if (asked === undefined) return conversation(leaveToPerson, "new");
  if (asked.kind === "reconciliation") return closeRecovery(doubt, settings);
  const { identity, baseline } = doubt.dispatched;
  const task: Task = { doubt, asked, settings, identity, baseline: readBaseline(baseline) };
  return conversation<State, GetnetMessage>((state, input, context) => step(task, state, input, context), {
    phase: "new",
  });
}

/** As it was dispatched: the settings may say otherwise by now. */
function recoveredAsked(doubt: Doubt, settings: GetnetSettings): Committing | undefined {
  const asked = askedOf(doubt.order, settings);
  if (asked === undefined || asked.kind === "duplicateReceipt") return undefined;
  return asked.kind === "sale" ? { ...asked, ticket: doubt.dispatched.ticket } : asked;
}

function leaveToPerson(state: "new" | "told", input: Input<GetnetMessage>): Step<"new" | "told", GetnetMessage> {
  if (state === "told" || input.kind !== "resumed") return [state, []];
  return ["told", [{ kind: "giveUp", why: "what was asked of the terminal can no longer be read" }]];
}

function step(task: Task, state: State, input: Input<GetnetMessage>, context: Context): Stepped {
  if (input.kind === "linkLost") return [{ phase: "over" }, []];
  switch (state.phase) {
    case "new":
      return input.kind === "resumed" ? resume(task, acknowledges(input.link, task.settings)) : [state, []];
    case "asking":
      return ask(task, state, input, context);
    case "gaveUp":
      return input.kind === "received" ? listen(task, state, input.message) : [state, []];
    case "over":
      return [state, []];
  }
}

function resume(task: Task, acks: boolean): Stepped {
  const { settings } = task;
  const state: Asking = {
    phase: "asking",
    acks,
    isQuiet: false,
    look: { isDecisive: false, left: [] },
    isAsked: false,
    owesAnswer: false,
    parameters: undefined,
    lastTold: undefined,
    absences: 0,
    unclear: 0,
  };
  return [
    { ...state, look: newLook(task, state) },
    [
      { kind: "arm", timer: "quiet", afterMs: settings.quietMs },
      { kind: "arm", timer: "silence", afterMs: settings.answerMs },
      { kind: "arm", timer: "next", afterMs: REST_MS },
    ],
  ];
}

/** A poll first: a terminal that does not answer it has nothing to tell. */
function newLook({ settings, identity }: Task, state: Asking): Look {
  const lastVoucher = silently(COMMANDS.lastVoucher, settings);
  if (settings.closesAfterReply) return { isDecisive: false, left: [lastVoucher] };
  const asksIdentity = state.isQuiet && settings.identity && identity !== undefined && state.parameters === undefined;
  const parameters = asksIdentity ? [silently(COMMANDS.parameters, settings)] : [];
  return { isDecisive: state.isQuiet, left: [pollOf(settings), ...parameters, lastVoucher] };
}

function ask(task: Task, state: Asking, input: Input<GetnetMessage>, context: Context): Stepped {
  if (input.kind === "timer") return ring(task, state, input.timer, context);
  if (input.kind === "claims") return conclude(task, state, new Set(input.claimed));
  return input.kind === "received" ? hear(task, state, input.message) : [state, []];
}

function ring(task: Task, state: Asking, timer: string, context: Context): Stepped {
  switch (timer) {
    case "quiet":
      return [{ ...state, isQuiet: true }, []];
    case "silence":
      return [{ phase: "over" }, [{ kind: "dropLink", why: "the terminal is silent" }]];
    case "next":
      return sendNext(task, state, context);
    case "reply": {
      const { receivedMs, askEveryMs } = task.settings;
      const left = Math.max(REST_MS, askEveryMs - receivedMs);
      return unanswered(task, { ...state, owesAnswer: true }, left);
    }
    default:
      return [state, []];
  }
}

function sendNext(task: Task, state: Asking, { now }: Context): Stepped {
  const [question] = state.look.left;
  if (question === undefined) return [state, []];
  return [
    { ...state, isAsked: true },
    [
      { kind: "send", message: request(question.command, question.fields, now) },
      { kind: "arm", timer: "reply", afterMs: task.settings.receivedMs },
    ],
  ];
}

function hear(task: Task, state: Asking, message: GetnetMessage): Stepped {
  const alive: GetnetEffect = { kind: "arm", timer: "silence", afterMs: task.settings.answerMs };
  const [question] = state.look.left;
  if (message.kind === "acknowledgement") {
    if (question === undefined || !state.isAsked) return [state, [alive]];
    // Only now is it worth waiting for as long as the answer may take.
    if (message.received) return [state, [alive, { kind: "arm", timer: "reply", afterMs: question.timeoutMs }]];
    return after([alive, DISARM], unanswered(task, state));
  }
  const acked = [alive, ...acknowledgement(state.acks)];
  if (message.kind !== "reply") return [state, acked];
  const isAnswer = question !== undefined && state.isAsked && answers(message.functionCode, question);
  const word = lastWordOf(task, task.doubt.cancelRequested, message, isAnswer);
  if (word.kind === "found") return settle(word, acked, state.owesAnswer || (state.isAsked && !isAnswer));
  if (word.kind === "unclear") return giveUp(state, word.why, acked);
  if (isAnswer) return after([...acked, DISARM], answered(task, state, question, message));
  const isRefusal = message.functionCode === 0 && state.isAsked;
  if (isRefusal) return after([...acked, DISARM], unanswered(task, state));
  return [state, [...acked, ...othersWordOf(task.asked, message, task.settings)]];
}

const DISARM: GetnetEffect = { kind: "disarm", timer: "reply" };

const after = (effects: readonly GetnetEffect[], [state, more]: Stepped): Stepped => [state, [...effects, ...more]];

/** A question got no answer. Who answers can be left open; without the rest the look is worth nothing. */
function unanswered(task: Task, state: Asking, pauseMs = task.settings.askEveryMs): Stepped {
  const [question, ...left] = state.look.left;
  if (question?.command === COMMANDS.parameters)
    return goOn(task, { ...state, isAsked: false, look: { ...state.look, left } });
  return inconclusive(task, state, "the terminal does not answer what it is asked", pauseMs);
}

function answered(task: Task, state: Asking, question: Question, reply: Reply): Stepped {
  const left = state.look.left.slice(1);
  const next: Asking = { ...state, isAsked: false, look: { ...state.look, left } };
  switch (question.command) {
    case COMMANDS.poll:
      return goOn(task, { ...next, owesAnswer: false });
    case COMMANDS.parameters:
      return goOn(task, reply.responseCode === 0 ? { ...next, parameters: reply.fields } : next);
    case COMMANDS.lastVoucher:
      return lastVoucherTold(task, next, reply);
    default:
      return detailsTold(task, next, reply);
  }
}

function goOn(task: Task, state: Asking): Stepped {
  if (state.look.left.length > 0) return [state, [{ kind: "arm", timer: "next", afterMs: REST_MS }]];
  const movements = memoryOf(state.look).flatMap(possibleMovements);
  const needsClaims = state.look.isDecisive || task.asked.kind === "refund";
  if (!needsClaims || movements.length === 0) return conclude(task, state, new Set());
  return [state, [{ kind: "askClaims", movements }]];
}

const memoryOf = (look: Look): readonly Voucher[] => recordsOf({ last: look.last, details: look.details ?? [] });

/** A code other than 0 may mean that there is no voucher: no evidence of anything (the table of codes is not public). */
function lastVoucherTold(task: Task, state: Asking, reply: Reply): Stepped {
  const { functionCode, responseCode, fields } = reply;
  const last = responseCode === 0 ? readVoucher(fields, recordedFunction(functionCode), responseCode) : undefined;
  const told = last === undefined ? undefined : movementOf(last);
  const look: Look = { ...state.look, last };
  const isNews = told === undefined || told !== state.lastTold;
  const needsDetails = look.isDecisive || isNews || task.asked.kind === "refund";
  const left = needsDetails && !task.settings.closesAfterReply ? [silently(COMMANDS.details, task.settings)] : [];
  return found(task, { ...state, lastTold: told, look: { ...look, left } });
}

const recordedFunction = (functionCode: number): number | undefined =>
  RECORDED_FUNCTIONS.has(functionCode) ? functionCode : undefined;

function detailsTold(task: Task, state: Asking, reply: Reply): Stepped {
  const records = reply.responseCode === 0 ? recordsIn(reply.fields) : undefined;
  if (records === undefined) return inconclusive(task, state, "the terminal does not list its vouchers");
  const details = records.map((fields) => readVoucher(fields, undefined));
  return found(task, { ...state, look: { ...state.look, details } });
}

/** What names itself settles at once; twins are told apart at the end of the look. */
function found(task: Task, state: Asking): Stepped {
  if (task.asked.kind === "refund") return goOn(task, state);
  const { last, details = [] } = state.look;
  const finding = findAsked(task, { last, details }, new Set());
  if (finding.kind === "found") return settle(finding, [], state.owesAnswer);
  if (finding.kind === "unclear") return giveUp(state, finding.why, []);
  return goOn(task, state);
}

/** The end of a look. */
function conclude(task: Task, state: Asking, claimed: ReadonlySet<string>): Stepped {
  const { last, details = [], isDecisive } = state.look;
  const finding = findAsked(task, { last, details }, claimed);
  if (finding.kind === "found") return settle(finding, [], state.owesAnswer);
  if (finding.kind === "unclear") return giveUp(state, finding.why, []);
  if (task.settings.closesAfterReply) {
    return giveUp(state, "the terminal does not know it, and closes the link before it can prove that", []);
  }
  if (!isDecisive) return pause(task, state);
  const why = whyNotAbsent(task, { last, details }, claimed, identityOf(state.parameters, last));
  if (why !== undefined) return inconclusive(task, state, why);
  const absences = state.absences + 1;
  if (absences < ABSENCES_NEEDED) return pause(task, { ...state, absences, unclear: 0 });
  const absent: Finding = {
    kind: "found",
    verdict: { kind: "notPerformed", reason: "noRecord" },
    movement: undefined,
  };
  return settle(absent, [], state.owesAnswer);
}

function inconclusive(task: Task, state: Asking, why: string, pauseMs = task.settings.askEveryMs): Stepped {
  const unclear = state.look.isDecisive ? state.unclear + 1 : 0;
  if (unclear >= LOOKS_BEFORE_GIVING_UP) return giveUp(state, why, []);
  return pause(task, { ...state, absences: 0, unclear }, pauseMs);
}

function pause(task: Task, state: Asking, pauseMs = task.settings.askEveryMs): Stepped {
  return [{ ...state, isAsked: false, look: newLook(task, state) }, [{ kind: "arm", timer: "next", afterMs: pauseMs }]];
}

function giveUp(state: Asking, why: string, before: readonly GetnetEffect[]): Stepped {
  const quiet = ["quiet", "silence", "next", "reply"].map((timer): GetnetEffect => ({ kind: "disarm", timer }));
  return [{ phase: "gaveUp", acks: state.acks }, [...before, ...quiet, { kind: "giveUp", why }]];
}

function listen(task: Task, state: Extract<State, { phase: "gaveUp" }>, message: GetnetMessage): Stepped {
  if (message.kind === "acknowledgement") return [state, []];
  const acked = acknowledgement(state.acks);
  if (message.kind !== "reply") return [state, acked];
  const word = lastWordOf(task, task.doubt.cancelRequested, message, false);
  if (word.kind === "found") return settle(word, acked, false);
  return [state, [...acked, ...othersWordOf(task.asked, message, task.settings)]];
}

/** An answer that is still owed must not reach the next operation: then the link goes with this one. */
function settle(
  { verdict, movement }: Extract<Finding, { kind: "found" }>,
  acked: readonly GetnetEffect[],
  owesAnswer: boolean,
): Stepped {
  const claim = movement === undefined ? {} : { movement };
  const end: GetnetEffect = owesAnswer
    ? { kind: "dropLink", why: "an answer of the terminal is still owed" }
    : { kind: "done" };
  return [{ phase: "over" }, [{ kind: "settle", verdict, ...claim }, ...acked, end]];
}
