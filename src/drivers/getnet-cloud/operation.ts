import type { AlarmCode } from "../../core/alarm-code.ts";
import type { UnknownCause, Verdict } from "../../core/outcome.ts";
import { conversation, type Context, type Conversation, type Input, type Order, type Step } from "../driver.ts";
import { findableBy, type Committing } from "../getnet/asked.ts";
import type { Reply } from "../getnet/messages.ts";
import { clockToldBy } from "../getnet/terminal-clock.ts";
import { askedOf, commandOf, customIdOf } from "./asked.ts";
import { cancelFor, canceledBy, cancelName, type CancelCause } from "./cancels.ts";
import {
  isEndOf,
  lossIn,
  refusalText,
  stepEnquiry,
  watch,
  type CloudEffect,
  type Enquiry,
  type ExchangeEnd,
} from "./enquiry.ts";
import { judgeResult } from "./judgement.ts";
import type { CloudMessage } from "./messages.ts";
import { isRefusal, writeRemembered } from "./remembered.ts";
import { reprint } from "./reprint.ts";
import type { CloudSettings } from "./settings.ts";

type Running = {
  /** The cloud has not answered the request yet, or the terminal is at work. */
  readonly phase: "posted" | "watching";
  readonly enquiry: Enquiry | undefined;
  readonly cancelsWanted: readonly CancelCause[];
  readonly cancelsSent: readonly CancelCause[];
};

type State = { readonly phase: "new" } | Running | { readonly phase: "over" };

type Stepped = Step<State, CloudMessage>;

type Task = { readonly order: Order; readonly asked: Committing; readonly settings: CloudSettings };

const OVER: State = { phase: "over" };

/** The exchange on which money hangs. */
export const POST = "post";
/** The looks at what became of it. */
export const RESULT = "result";
const GRACE = "cancel grace";

/** One operation: posted once, called something by the cloud, and looked at until it is finished. */
export function operationMachine(order: Order, settings: CloudSettings): Conversation<CloudMessage> {
  const asked = askedOf(order, settings);
  if (asked === undefined) {
    return conversation(
      (state: State): Stepped =>
        state.phase === "over" ? [state, []] : ended({ kind: "notPerformed", reason: "unsupported" }),
      { phase: "new" },
    );
  }
  if (asked.kind === "duplicateReceipt") return reprint(asked, settings);
  const task: Task = { order, asked, settings };
  return conversation<State, CloudMessage>((state, input, context) => step(task, state, input, context), {
    phase: "new",
  });
}

const ended = (verdict: Verdict, movement?: string, told: readonly CloudEffect[] = []): Stepped => [
  OVER,
  [{ kind: "settle", verdict, ...(movement === undefined ? {} : { movement }) }, ...told, { kind: "done" }],
];

function inDoubt(since: UnknownCause, why: string, alarm?: AlarmCode): Stepped {
  return [OVER, [{ kind: "doubt", since, why, ...(alarm === undefined ? {} : { alarm }) }]];
}

const after = (effects: readonly CloudEffect[], [state, more]: Stepped): Stepped => [state, [...effects, ...more]];

function step(task: Task, state: State, input: Input<CloudMessage>, context: Context): Stepped {
  switch (state.phase) {
    case "new":
      if (input.kind === "opened") return post(task);
      return input.kind === "linkLost" ? ended({ kind: "notPerformed", reason: "notSent" }) : [state, []];
    case "posted":
    case "watching":
      return run(task, state, input, context);
    case "over":
      return [state, []];
  }
}

function post({ order, asked, settings }: Task): Stepped {
  const customId = customIdOf(order.transaction);
  const ticket = asked.kind === "sale" ? { ticket: asked.ticket } : {};
  return [
    { phase: "posted", enquiry: undefined, cancelsWanted: [], cancelsSent: [] },
    [
      {
        kind: "exchange",
        exchange: POST,
        message: commandOf(asked, order, settings),
        commits: {
          what: "request",
          ticket: findableBy(asked, order.transaction),
          references: { ...ticket, customId },
        },
        replyTimeoutMs: settings.postMs,
      },
    ],
  ];
}

function run(task: Task, state: Running, input: Input<CloudMessage>, context: Context): Stepped {
  if (input.kind === "linkLost") {
    return inDoubt("linkLost", "the way to the cloud was lost before the terminal's result");
  }
  if (input.kind === "cancelAsked") return wantCancel(task, state, "pos");
  if (input.kind === "deadline") return atDeadline(task, state);
  if (input.kind === "timer" && input.timer === GRACE) {
    return inDoubt("timeout", "the terminal told no result in time, nor after the cancel");
  }
  if (isEndOf(POST, input) && state.phase === "posted") return posted(task, state, input, context);
  const cancel = state.cancelsSent.find((cause) => isEndOf(cancelName(cause), input));
  if (cancel !== undefined) return [state, input.kind === "answered" ? lossIn(input.message, context) : []];
  if (state.enquiry === undefined) return [state, []];
  const next = stepEnquiry(state.enquiry, input, task.settings, context);
  if (next === undefined) return [state, []];
  if (next.kind === "goesOn") return [{ ...state, enquiry: next.enquiry }, next.effects];
  const { end } = next;
  // What is watched ends by being finished.
  return after(
    next.effects,
    judged(task, state, state.enquiry.idPosTxs, end.kind === "finished" ? end.reply : undefined),
  );
}

/** What the cloud makes of the request. It is never posted again, whatever it answers. */
function posted(task: Task, state: Running, input: ExchangeEnd, context: Context): Stepped {
  if (input.kind === "notSent") return [state, []];
  if (input.kind === "exchangeLost") return inDoubt("linkLost", `the cloud's answer was lost: ${input.why}`);
  if (input.kind === "garbled") {
    return inDoubt("contradiction", `the cloud's answer cannot be believed: ${input.why}`);
  }
  const { message } = input;
  if (message.kind === "accepted") return accepted(task, state, message.idPosTxs);
  if (message.kind === "finished") return finished(task, state, message.idPosTxs, message.reply);
  if (message.kind === "accessRefused") {
    return after(lossIn(message, context), refusedOr(task, state, 401, message.text, undefined));
  }
  if (message.kind === "refused") return refusedOr(task, state, message.status, message.text, message.idPosTxs);
  if (message.kind === "unavailable") {
    return inDoubt("terminal", `the cloud did not say whether it took the request: HTTP ${message.status}`);
  }
  return inDoubt("contradiction", "the cloud answered something else than was asked");
}

/** It says at once how it ended: nothing has to be looked at. */
function finished(task: Task, state: Running, idPosTxs: string | undefined, reply: Reply | undefined): Stepped {
  if (idPosTxs === undefined) return inDoubt("contradiction", "the cloud told a result that is called nothing");
  return after([{ kind: "remember", data: writeRemembered(idPosTxs) }], judged(task, state, idPosTxs, reply));
}

function refusedOr(task: Task, state: Running, status: number, text: string, idPosTxs: string | undefined): Stepped {
  if (idPosTxs !== undefined) return accepted(task, state, idPosTxs);
  if (!isRefusal(status, task.settings)) return inDoubt("terminal", refusalText(status, text));
  return ended({ kind: "notPerformed", reason: "refused", vendor: { code: `HTTP ${status}`, text } });
}

/** The name is durable before anything else: by it the result can be asked for as long as the cloud knows it. */
function accepted(task: Task, state: Running, idPosTxs: string): Stepped {
  const { order, settings } = task;
  const { enquiry, effects } = watch(RESULT, idPosTxs, customIdOf(order.transaction), settings);
  const watching: Running = { ...state, phase: "watching", enquiry };
  const [next, cancels] = sendCancels(task, watching);
  return [
    next,
    [
      { kind: "remember", data: writeRemembered(idPosTxs) },
      { kind: "progress", stage: "waitingForTerminal" },
      ...effects,
      ...cancels,
    ],
  ];
}

function judged(
  { asked, settings }: Task,
  state: Running,
  idPosTxs: string | undefined,
  reply: Reply | undefined,
): Stepped {
  const by = canceledBy(state.cancelsSent);
  const judgement = judgeResult(asked, idPosTxs, reply, by, settings);
  if (judgement.kind === "settles")
    return ended(judgement.verdict, judgement.movement, reply === undefined ? [] : clockToldBy(reply));
  return inDoubt(judgement.since, judgement.why, judgement.alarm);
}

/** While the cloud has not taken the sale, a cancel could overtake it. */
function wantCancel(task: Task, state: Running, cause: CancelCause): Stepped {
  if (state.cancelsWanted.includes(cause)) return [state, []];
  return sendCancels(task, { ...state, cancelsWanted: [...state.cancelsWanted, cause] });
}

function sendCancels({ asked, settings }: Task, state: Running): Stepped {
  if (state.phase === "posted") return [state, []];
  const effects = state.cancelsWanted.flatMap((cause) => cancelFor(asked, cause, state.cancelsSent, settings));
  return [{ ...state, cancelsSent: state.cancelsWanted }, effects];
}

function atDeadline(task: Task, state: Running): Stepped {
  if (task.asked.kind !== "sale") return inDoubt("timeout", "the terminal told no result in time");
  const grace: CloudEffect = { kind: "arm", timer: GRACE, afterMs: task.settings.cancelGraceMs };
  return after([grace], wantCancel(task, state, "deadline"));
}
