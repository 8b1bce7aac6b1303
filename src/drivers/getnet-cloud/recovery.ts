import { maskIssuedCards } from "../../codec/card-numbers.ts";
import { conversation, type Context, type Conversation, type Doubt, type Input, type Step } from "../driver.ts";
import type { Committing } from "../getnet/asked.ts";
import type { Reply } from "../getnet/messages.ts";
import { readBaseline } from "../getnet/voucher.ts";
import { askedOf, customIdOf } from "./asked.ts";
import { cancelFor, canceledBy, cancelName, type CancelCause } from "./cancels.ts";
import { isEndOf, lossIn, stepEnquiry, watch, type CloudEffect, type Enquiry } from "./enquiry.ts";
import { judgeResult } from "./judgement.ts";
import type { CloudMessage } from "./messages.ts";
import { POST, RESULT } from "./operation.ts";
import { beginRecall, endRecall, stepRecall, type Recall, type RecallStep, type Search } from "./recall.ts";
import { isRefusal, readRemembered, writeRemembered } from "./remembered.ts";
import { recordSettings, type CloudSettings } from "./settings.ts";

type Way =
  /** The cloud's answer to the request itself may still come. */
  | { readonly kind: "awaiting" }
  /** The cloud is asked by the name that it gave. */
  | { readonly kind: "watching"; readonly enquiry: Enquiry }
  /** The terminal's own records are asked. */
  | { readonly kind: "recalling"; readonly recall: Recall }
  /** Nothing is left to ask. */
  | { readonly kind: "none" };

type Running = {
  /** `gaveUp`: a person decides, unless the result comes after all. */
  readonly phase: "asking" | "gaveUp";
  readonly way: Way;
  readonly cancelsSent: readonly CancelCause[];
};

type State = { readonly phase: "new" } | Running | { readonly phase: "over" };

type Stepped = Step<State, CloudMessage>;
type SteppedOn = Step<Running, CloudMessage>;

type Task = Search & { readonly doubt: Doubt; readonly asked: Committing };

/** When a person is called although the cloud still says "pending". */
const PATIENCE = "patience";

/**
 * Finds out what became of an operation: by the name that the cloud gave it, as long as that takes; or, where its answer was lost, by the
 * terminal's own records. It is never posted again.
 */
export function recoverMachine(doubt: Doubt, settings: CloudSettings): Conversation<CloudMessage> {
  const asked = recoveredAsked(doubt, settings);
  if (asked === undefined) {
    return conversation(
      (state: "new" | "told", { kind }: Input<CloudMessage>): Step<"new" | "told", CloudMessage> =>
        state === "new" && kind === "resumed"
          ? ["told", [{ kind: "giveUp", why: "what was asked of the terminal can no longer be read" }]]
          : [state, []],
      "new",
    );
  }
  const { identity, baseline } = doubt.dispatched;
  const known = { asked, settings: recordSettings(settings), identity, baseline: readBaseline(baseline) };
  const task: Task = { doubt, asked, known, settings };
  return conversation<State, CloudMessage>((state, input, context) => step(task, state, input, context), {
    phase: "new",
  });
}

/** As it was dispatched: the settings may say otherwise by now. */
function recoveredAsked(doubt: Doubt, settings: CloudSettings): Committing | undefined {
  const asked = askedOf(doubt.order, settings);
  if (asked === undefined || asked.kind === "duplicateReceipt") return undefined;
  return asked.kind === "sale" ? { ...asked, ticket: doubt.dispatched.ticket } : asked;
}

function step(task: Task, state: State, input: Input<CloudMessage>, context: Context): Stepped {
  if (input.kind === "linkLost") return [{ phase: "over" }, []];
  switch (state.phase) {
    case "new":
      return input.kind === "resumed" ? resume(task, input.pending, context) : [state, []];
    case "asking":
    case "gaveUp":
      return listen(task, state, input, context);
    case "over":
      return [state, []];
  }
}

function resume(task: Task, pending: readonly string[], { now }: Context): Stepped {
  const { doubt, settings } = task;
  const state: Running = { phase: "asking", way: { kind: "awaiting" }, cancelsSent: [] };
  const idPosTxs = readRemembered(doubt.remembered);
  const leftMs = Math.max(0, Date.parse(doubt.dispatched.deadline) - now);
  const waitMs = Math.min(leftMs, doubt.order.answerLimitMs) + settings.quietMs;
  const patience: CloudEffect = { kind: "arm", timer: PATIENCE, afterMs: waitMs };
  const [next, effects] = begin(task, state, idPosTxs, pending, patience);
  if (!doubt.cancelRequested || leftMs === 0) return [next, effects];
  // Whether the cancel that was asked for before has left is not known, and a second one does no harm.
  return after(effects, cancel(task, next, "pos"));
}

function begin(
  task: Task,
  state: Running,
  idPosTxs: string | undefined,
  pending: readonly string[],
  patience: CloudEffect,
): SteppedOn {
  if (idPosTxs === undefined) return pending.includes(POST) ? [state, [patience]] : recall(task, state);
  const [next, effects] = watchResult(task, state, idPosTxs);
  return [next, [patience, ...effects]];
}

const after = (effects: readonly CloudEffect[], [state, more]: Stepped): Stepped => [state, [...effects, ...more]];

function watchResult({ doubt, settings }: Task, state: Running, idPosTxs: string): SteppedOn {
  const { enquiry, effects } = watch(RESULT, idPosTxs, customIdOf(doubt.order.transaction), settings);
  return [{ ...state, way: { kind: "watching", enquiry } }, effects];
}

function recall(task: Task, state: Running): SteppedOn {
  const { recall: begun, effects } = beginRecall(task);
  return [{ ...state, way: { kind: "recalling", recall: begun } }, [recallPatience(task), ...effects]];
}

/** Long enough for two questions that are not answered, behind the quiet time. */
const recallPatience = ({ settings: { quietMs, questionMs } }: Task): CloudEffect => ({
  kind: "arm",
  timer: PATIENCE,
  afterMs: quietMs + 2 * questionMs,
});

function listen(task: Task, state: Running, input: Input<CloudMessage>, context: Context): Stepped {
  if (input.kind === "cancelAsked") return cancel(task, state, "pos");
  if (input.kind === "deadline") return cancel(task, state, "deadline");
  if (input.kind === "timer" && input.timer === PATIENCE) return outOfPatience(task, state);
  if (state.cancelsSent.some((cause) => isEndOf(cancelName(cause), input))) {
    return [state, input.kind === "answered" ? lossIn(input.message, context) : []];
  }
  const { way } = state;
  switch (way.kind) {
    case "awaiting":
      return isEndOf(POST, input) ? postAnswered(task, state, input) : [state, []];
    case "watching": {
      const next = stepEnquiry(way.enquiry, input, paceOf(task, state), context);
      if (next === undefined) return [state, []];
      if (next.kind === "goesOn") {
        return [{ ...state, way: { kind: "watching", enquiry: next.enquiry } }, next.effects];
      }
      const reply = next.end.kind === "finished" ? next.end.reply : undefined;
      return after(next.effects, judged(task, state, way.enquiry.idPosTxs, reply));
    }
    case "recalling": {
      const next = stepRecall(task, way.recall, input, context);
      return next === undefined ? [state, []] : recalled(state, way.recall, next);
    }
    case "none":
      return [state, []];
  }
}

/** Whoever waits for a person is in no hurry, and its requests are missing elsewhere in the account. */
function paceOf({ settings }: Task, { phase }: Running): CloudSettings {
  if (phase === "asking") return settings;
  const { lookCalmlyEveryMs } = settings;
  return { ...settings, lookEveryMs: lookCalmlyEveryMs, lookLaterEveryMs: lookCalmlyEveryMs };
}

/** It came after the operation had ended in doubt. */
function postAnswered(task: Task, state: Running, input: Input<CloudMessage>): Stepped {
  const message = input.kind === "answered" ? input.message : undefined;
  if (message?.kind === "accepted" || message?.kind === "finished") return named(task, state, message.idPosTxs);
  if (message?.kind === "accessRefused") return refused(task, state, 401, message.text);
  if (message?.kind !== "refused") return recall(task, state);
  if (message.idPosTxs !== undefined) return named(task, state, message.idPosTxs);
  return refused(task, state, message.status, message.text);
}

function named(task: Task, state: Running, idPosTxs: string | undefined): Stepped {
  if (idPosTxs === undefined) return recall(task, state);
  return after([{ kind: "remember", data: writeRemembered(idPosTxs) }], watchResult(task, state, idPosTxs));
}

function refused(task: Task, state: Running, status: number, text: string): Stepped {
  if (!isRefusal(status, task.settings)) return recall(task, state);
  const vendor = { code: `HTTP ${status}`, text };
  return settled([], { kind: "settle", verdict: { kind: "notPerformed", reason: "refused", vendor } });
}

function settled(before: readonly CloudEffect[], settle: Extract<CloudEffect, { kind: "settle" }>): Stepped {
  return [{ phase: "over" }, [...before, settle, { kind: "done" }]];
}

function judged(task: Task, state: Running, idPosTxs: string | undefined, reply: Reply | undefined): Stepped {
  const { asked, doubt, settings } = task;
  const by = doubt.cancelRequested ? "pos" : canceledBy(state.cancelsSent);
  const judgement = judgeResult(asked, idPosTxs, reply, by, settings);
  if (judgement.kind === "settles") {
    const { verdict, movement } = judgement;
    return settled([], { kind: "settle", verdict, ...(movement === undefined ? {} : { movement }) });
  }
  const isOver: Running = { ...state, way: { kind: "none" } };
  if (!judgement.isForRecords || state.phase === "gaveUp") return giveUp(isOver, judgement.why);
  return recall(task, state);
}

function recalled(state: Running, before: Recall, next: RecallStep): Stepped {
  switch (next.kind) {
    case "goesOn":
      return [{ ...state, way: { kind: "recalling", recall: next.recall } }, next.effects];
    case "found": {
      const { verdict, movement } = next.finding;
      const claim = movement === undefined ? {} : { movement };
      return settled(next.effects, { kind: "settle", verdict, ...claim });
    }
    case "person":
      return after([...next.effects, ...endRecall(before)], giveUp({ ...state, way: { kind: "none" } }, next.why));
  }
}

/** Nobody knows how long the cloud keeps what is pending. It is looked at on, and a person need not wait for it. */
function outOfPatience(task: Task, state: Running): Stepped {
  const { way } = state;
  switch (way.kind) {
    case "watching":
      return giveUp(
        state,
        // Whatever the cloud calls a command, a person is told no card's number.
        `the cloud does not tell the result of ${maskIssuedCards(String(way.enquiry.idPosTxs))}: ${whyOf(way.enquiry)}`,
      );
    case "awaiting":
      return recall(task, state);
    case "recalling": {
      const { recall: asking } = way;
      if (asking.isAnswering) return [state, [recallPatience(task)]];
      return after(
        endRecall(asking),
        giveUp({ ...state, way: { kind: "none" } }, "the terminal does not answer what it is asked"),
      );
    }
    case "none":
      return [state, []];
  }
}

const whyOf = ({ why }: Enquiry): string => (why === "" ? "it was not asked yet" : why);

function giveUp(state: Running, why: string): Stepped {
  if (state.phase === "gaveUp") return [state, []];
  return [
    { ...state, phase: "gaveUp" },
    [
      { kind: "disarm", timer: PATIENCE },
      { kind: "giveUp", why },
    ],
  ];
}

/** A sale may still be in the customer's hands: its own result decides all the same. */
function cancel({ asked, settings }: Task, state: Running, cause: CancelCause): Stepped {
  if (state.phase === "gaveUp" || state.cancelsSent.includes(cause)) return [state, []];
  const effects = cancelFor(asked, cause, state.cancelsSent, settings);
  return [{ ...state, cancelsSent: [...state.cancelsSent, cause] }, effects];
}
