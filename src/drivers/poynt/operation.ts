import type { AlarmCode } from "../../core/alarm-code.ts";
import type { UnknownCause, Verdict } from "../../core/outcome.ts";
import { conversation, type Context, type Conversation, type Input, type Order, type Step } from "../driver.ts";
import { askedOf, requestOf } from "./asked.ts";
import { isPaired, newUuid } from "./identity.ts";
import { isRefusal, judge, type Task } from "./judgement.ts";
import { isAnswer, type PoyntAnswer, type PoyntMessage } from "./messages.ts";
import { afterPing, askPing, PING, pingedBy, type PoyntEffect } from "./pinging.ts";
import type { PoyntSettings } from "./settings.ts";

type State = { readonly phase: "new" } | { readonly phase: "waiting" } | { readonly phase: "over" };

type Stepped = Step<State, PoyntMessage>;

const OVER: State = { phase: "over" };
const WAITING: State = { phase: "waiting" };

/** The exchange on which money hangs. */
const PAYMENT = "payment";

/** The terminal was told how long it may take, and half of what is left to us after that is over. */
const OVERDUE = "overdue";

/**
 * One operation: one request, whose answer takes as long as the customer does. Meanwhile the terminal is pinged: only one that was never
 * silent for long may be asked for a lost answer. There is no way to cancel at the terminal (poynt.md 1.5).
 */
export function operationMachine(order: Order, settings: PoyntSettings): Conversation<PoyntMessage> {
  const asked = askedOf(order, settings);
  if (asked.command === "none") {
    const { why } = asked;
    return conversation((state: State): Stepped => (state.phase === "over" ? [state, []] : unsupported(why)), {
      phase: "new",
    });
  }
  const task: Task = { order, asked, settings };
  return conversation<State, PoyntMessage>((state, input, context) => step(task, state, input, context), {
    phase: "new",
  });
}

function unsupported(why: string): Stepped {
  const vendor = { code: "", text: why };
  return ended({ kind: "notPerformed", reason: "unsupported", vendor });
}

const ended = (verdict: Verdict, movement?: string): Stepped => [
  OVER,
  [{ kind: "settle", verdict, ...(movement === undefined ? {} : { movement }) }, { kind: "done" }],
];

function step(task: Task, state: State, input: Input<PoyntMessage>, context: Context): Stepped {
  switch (state.phase) {
    case "new":
      if (input.kind === "opened") return dispatch(task, context);
      return input.kind === "linkLost" ? ended({ kind: "notPerformed", reason: "notSent" }) : [state, []];
    case "waiting":
      return wait(task, input, context);
    case "over":
      return [state, []];
  }
}

function dispatch({ order, asked, settings }: Task, context: Context): Stepped {
  if (!isPaired(context)) return ended({ kind: "notPerformed", reason: "notSent" });
  const { transaction, answerLimitMs } = order;
  const requestId = newUuid(context.crypto);
  const about = "transactionId" in asked ? { transactionId: asked.transactionId } : {};
  return [
    WAITING,
    [
      {
        kind: "exchange",
        exchange: PAYMENT,
        message: requestOf(asked, order, requestId, settings),
        commits: {
          what: "request",
          ticket: transaction,
          references: { referenceId: transaction, poyntRequestId: requestId, ...about },
        },
        replyTimeoutMs: answerLimitMs + settings.lateReplyMs,
      },
      { kind: "arm", timer: PING, afterMs: settings.aliveEveryMs },
      { kind: "arm", timer: OVERDUE, afterMs: answerLimitMs - settings.answerMarginMs / 2 },
    ],
  ];
}

function wait(task: Task, input: Input<PoyntMessage>, context: Context): Stepped {
  const { settings } = task;
  const pinged = pingedBy(input);
  if (pinged !== undefined) return [WAITING, afterPing(pinged, context, settings.aliveEveryMs)];
  switch (input.kind) {
    case "answered":
      return isAnswer(input.message) ? hear(task, input.message) : [WAITING, []];
    case "garbled":
      return inDoubt("contradiction", `the terminal's answer cannot be believed: ${input.why}`);
    case "exchangeLost":
      return inDoubt("linkLost", `the terminal's answer was lost: ${input.why}`);
    case "linkLost":
      return inDoubt("linkLost", "the link was lost before the terminal's answer");
    case "deadline":
      return inDoubt("timeout", "the terminal did not answer in time");
    case "timer":
      // What the vendor advises after a time-out is a repeat, which has to come before the deadline (poynt.md 1.8).
      if (input.timer === OVERDUE) return inDoubt("timeout", "the terminal did not answer within its own time");
      return [WAITING, input.timer === PING && isPaired(context) ? [askPing(context, settings)] : []];
    case "opened":
    case "resumed":
    case "received":
    case "notSent":
    case "notRepeated":
    case "called":
    case "consulted":
    case "listAsked":
    case "told":
    case "cancelAsked":
    case "answerGiven":
    case "stored":
    case "keyPairCreated":
    case "asked":
    case "claims":
      return [WAITING, []];
  }
}

function hear(task: Task, answer: PoyntAnswer): Stepped {
  if (answer.kind === "error" && isRefusal(answer, task.settings)) {
    const { code, name, text } = answer;
    const vendor = { code: String(code), text: text === "" ? name : text };
    return ended({ kind: "notPerformed", reason: "refused", vendor });
  }
  const judgement = judge(task, answer);
  switch (judgement.kind) {
    case "settles":
      return ended(judgement.verdict, judgement.movement);
    case "unclear":
      return inDoubt("terminal", judgement.why);
    case "notBelieved":
      return inDoubt("contradiction", judgement.why, "resultNotBelieved");
  }
}

function inDoubt(since: UnknownCause, why: string, alarm?: AlarmCode): Stepped {
  const effect: PoyntEffect = { kind: "doubt", since, why, ...(alarm === undefined ? {} : { alarm }) };
  return [OVER, [effect]];
}
