import type { AlarmCode } from "../../core/alarm-code.ts";
import type { UnknownCause, Verdict } from "../../core/outcome.ts";
import { CALLBACK } from "../account.ts";
import { conversation, type Context, type Conversation, type Input, type Order, type Step } from "../driver.ts";
import type { Judgement } from "../poynt/judgement.ts";
import { askedOf, messageOf, requestOf, type Asked } from "./asked.ts";
import { requestIdOf } from "./identity.ts";
import { judgeFound, refusalOf, restEnding, wordsOf, type Task } from "./judgement.ts";
import { learn, NOTHING_KNOWN, rung, watchScreen, type Known } from "./learning.ts";
import { accessRefused, beginLooking, stepLooking, type CloudEffect, type Looking, type News } from "./looking.ts";
import { ACCESS, type CloudError, type CloudMessage } from "./messages.ts";
import { searchFor, SENT_AT } from "./requests.ts";
import type { PoyntCloudSettings } from "./settings.ts";

type State =
  | { readonly phase: "new" }
  /** The request on which money hangs is under way. */
  | { readonly phase: "posting"; readonly known: Known }
  /** The cloud has taken the message: what becomes of it is asked for. */
  | { readonly phase: "looking"; readonly known: Known; readonly looking: Looking; readonly since: number }
  | { readonly phase: "over" };

type Stepped = Step<State, CloudMessage>;
type Job = {
  readonly order: Order;
  readonly asked: Exclude<Asked, { way: "none" }>;
  readonly settings: PoyntCloudSettings;
};

const OVER: State = { phase: "over" };

/** The exchange on which money hangs. */
const REQUEST = "request";

/**
 * One operation: a message to the terminal, and then the cloud is asked what became of it; or one request to the cloud, which answers it.
 * There is no way to cancel what was sent (poynt.md 2.6).
 */
export function operationMachine(order: Order, settings: PoyntCloudSettings): Conversation<CloudMessage> {
  const asked = askedOf(order);
  return conversation<State, CloudMessage>(
    (state, input, context) => {
      if (asked.way !== "none") return step({ order, asked, settings }, state, input, context);
      const vendor = { code: "", text: asked.why };
      return state.phase === "over" ? [state, []] : ended({ kind: "notPerformed", reason: "unsupported", vendor });
    },
    { phase: "new" },
  );
}

const ended = (verdict: Verdict, movement?: string): Stepped => [
  OVER,
  [{ kind: "settle", verdict, ...(movement === undefined ? {} : { movement }) }, { kind: "done" }],
];

function inDoubt(since: UnknownCause, why: string, alarm?: AlarmCode): Stepped {
  const effect: CloudEffect = { kind: "doubt", since, why, ...(alarm === undefined ? {} : { alarm }) };
  return [OVER, [effect]];
}

const after = (effects: readonly CloudEffect[], [state, more]: Stepped): Stepped => [state, [...effects, ...more]];

function step(job: Job, state: State, input: Input<CloudMessage>, context: Context): Stepped {
  switch (state.phase) {
    case "new":
      if (input.kind === "opened") return dispatch(job, context);
      return input.kind === "linkLost" ? ended({ kind: "notPerformed", reason: "notSent" }) : [state, []];
    case "posting":
    case "looking":
      if (input.kind === "linkLost")
        return inDoubt("linkLost", "the account was lost before it was known how this ended");
      if (input.kind === "deadline") return inDoubt("timeout", "the cloud did not know in time how this ended");
      return state.phase === "posting" ? post(job, state, input, context) : look(job, state, input, context);
    case "over":
      return [state, []];
  }
}

function dispatch({ order, asked, settings }: Job, { crypto, secrets, vendorNow }: Context): Stepped {
  if (secrets[ACCESS] === undefined) return ended({ kind: "notPerformed", reason: "notSent" });
  const { transaction } = order;
  const requestId = requestIdOf(transaction, crypto);
  const isMessage = asked.way === "message";
  const message = isMessage
    ? messageOf(asked.asked, order, settings, { requestId, canBeCalled: secrets[CALLBACK] !== undefined })
    : requestOf(asked.asked, order, settings, requestId);
  const about = isMessage ? { deviceId: settings.deviceId } : { transactionId: asked.asked.transactionId };
  const sent = { referenceId: transaction, poyntRequestId: requestId, [SENT_AT]: new Date(vendorNow).toISOString() };
  return [
    { phase: "posting", known: NOTHING_KNOWN },
    [
      {
        kind: "exchange",
        exchange: REQUEST,
        message,
        commits: {
          what: "request",
          ticket: transaction,
          references: { ...sent, ...about },
        },
        // Half of the time is for repeats.
        replyTimeoutMs: isMessage ? settings.replyMs : order.answerLimitMs / 2,
      },
    ],
  ];
}

const taskOf = ({ order, asked, settings }: Job, { crypto }: Pick<Context, "crypto">): Task => {
  const { currency, failedMovedNothing, deviceId } = settings;
  // What the cloud does by itself is done at no terminal.
  const where = asked.way === "message" ? { deviceId } : {};
  return {
    order,
    asked: asked.asked,
    settings: { currency, failedMovedNothing, ...where },
    requestId: requestIdOf(order.transaction, crypto),
  };
};

function post(job: Job, state: State & { phase: "posting" }, input: Input<CloudMessage>, context: Context): Stepped {
  const task = taskOf(job, context);
  if (input.kind === "timer") {
    const known = rung(state.known, input.timer, false);
    return [known === undefined ? state : { ...state, known }, []];
  }
  // The terminal may be quicker than the answer.
  if (input.kind === "told" && input.message.kind === "callback") {
    const { known, effects } = learn(task, state.known, { kind: "called", callback: input.message }, job.settings);
    return [{ ...state, known }, effects];
  }
  if (!("exchange" in input) || input.exchange !== REQUEST) return [state, []];
  if (input.kind === "garbled") return inDoubt("contradiction", `the cloud's answer cannot be believed: ${input.why}`);
  if (input.kind === "exchangeLost") return inDoubt("linkLost", `the cloud's answer was lost: ${input.why}`);
  if (input.kind !== "answered") return [state, []];
  const { message } = input;
  if (message.kind === "error") return refused(message, context);
  if (message.kind === "accepted" && job.asked.way === "message") return accepted(job, state.known, context);
  if (message.kind === "transaction" && job.asked.way === "rest") {
    return judged(judgeFound(task, [message.found], restEnding(message.found.tender.status)));
  }
  return inDoubt("contradiction", "the cloud answered something else than it was asked", "resultNotBelieved");
}

function refused(error: CloudError, { secrets }: Context): Stepped {
  const vendor = { code: error.code === "" ? String(error.status) : error.code, text: error.text };
  const first = error.status === 401 ? [accessRefused(secrets)] : [];
  switch (refusalOf(error).kind) {
    case "refused":
      return after(first, ended({ kind: "notPerformed", reason: "refused", vendor }));
    case "declined":
      return ended({ kind: "declined", reason: "other", vendor });
    case "unclear":
      return inDoubt("terminal", `${wordsOf(error)}, which does not say that nothing was begun`);
  }
}

/** Only for delivery (poynt.md 2.1): whether it comes to the terminal is not told. */
function accepted({ order, settings }: Job, known: Known, context: Context): Stepped {
  const since = context.vendorNow - settings.clockSlackMs;
  const question = searchFor(order.transaction, since, settings, context);
  const { looking, effects } = beginLooking(question, settings);
  return [
    { phase: "looking", known, looking, since },
    [{ kind: "progress", stage: "waitingForTerminal" }, watchScreen(order.operation, settings), ...effects],
  ];
}

function look(job: Job, state: State & { phase: "looking" }, input: Input<CloudMessage>, context: Context): Stepped {
  const { order, settings } = job;
  const known = input.kind === "timer" ? rung(state.known, input.timer, state.looking.isAsking) : undefined;
  if (known !== undefined) return [{ ...state, known }, []];
  const question = () => searchFor(order.transaction, state.since, settings, context);
  const looked = stepLooking(state.looking, input, question, settings, context);
  if (looked === undefined) return [state, []];
  const next: State & { phase: "looking" } = { ...state, looking: looked.looking };
  return looked.news === undefined
    ? [next, looked.effects]
    : hear(taskOf(job, context), next, looked.news, settings, looked.effects);
}

function hear(
  task: Task,
  state: State & { phase: "looking" },
  news: News,
  settings: PoyntCloudSettings,
  effects: readonly CloudEffect[],
): Stepped {
  const { known, effects: more, judgement } = learn(task, state.known, news, settings);
  const goesOn: Stepped = [{ ...state, known }, [...effects, ...more]];
  // What is not clear yet may be clear with the next answer.
  return judgement === undefined || judgement.kind === "unclear" ? goesOn : judged(judgement);
}

function judged(judgement: Judgement): Stepped {
  switch (judgement.kind) {
    case "settles":
      return ended(judgement.verdict, judgement.movement);
    case "unclear":
      return inDoubt("terminal", judgement.why);
    case "notBelieved":
      return inDoubt("contradiction", judgement.why, "resultNotBelieved");
  }
}
