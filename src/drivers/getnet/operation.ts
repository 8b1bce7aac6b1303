import type { AlarmCode } from "../../core/alarm-code.ts";
import type { UnknownCause, Verdict } from "../../core/outcome.ts";
import { conversation, type Context, type Conversation, type Input, type Order, type Step } from "../driver.ts";
import { askedOf, commandOf, fieldsOf, findableBy, type Committing } from "./asked.ts";
import { acknowledgement, acknowledges, progressOf, REST_MS, type GetnetEffect } from "./dialogue.ts";
import { approvalOf, isCancelText, isMalformedText, namesAsked, refusalOf, saysOf, type Says } from "./judgement.ts";
import { othersWordOf } from "./late-word.ts";
import { COMMANDS, request, type GetnetMessage, type Reply } from "./messages.ts";
import { reprint } from "./reprint.ts";
import type { GetnetSettings } from "./settings.ts";
import { clockToldBy } from "./terminal-clock.ts";
import { isByAnotherTerminal, readVoucher } from "./voucher.ts";

type CancelCause = "pos" | "deadline";

type Waiting = {
  readonly phase: "waiting";
  readonly acknowledges: boolean;
  /** The terminal said that it received the request. */
  readonly received: boolean;
  /** Intermediate messages came: the terminal works on the request. */
  readonly worksOnIt: boolean;
  /** It showed "Operacion Cancelada" on the way. */
  readonly showedCancel: boolean;
  /** Too early after the request for another command. */
  readonly resting: boolean;
  readonly cancelsWanted: readonly CancelCause[];
  readonly cancelsSent: readonly CancelCause[];
  /** Commands whose acknowledgement has not come. */
  readonly acksOwed: number;
  /** The terminal refused something, and has said nothing since that it works on our request after all. */
  readonly refusal?: Verdict;
};

type State = { readonly phase: "new" } | Waiting | { readonly phase: "over" };

type Stepped = Step<State, GetnetMessage>;

/** Everything that stays the same while one committing operation runs. */
type Task = {
  readonly order: Order;
  readonly asked: Committing;
  readonly settings: GetnetSettings;
};

const OVER: State = { phase: "over" };

/** One operation: the request, the terminal's messages on the way, and its word at the end. */
export function operationMachine(order: Order, settings: GetnetSettings): Conversation<GetnetMessage> {
  const asked = askedOf(order, settings);
  if (asked === undefined) return conversation(refuse, { phase: "new" });
  if (asked.kind === "duplicateReceipt") return reprint(order, asked, settings);
  const task: Task = { order, asked, settings };
  return conversation<State, GetnetMessage>((state, input, context) => step(task, state, input, context), {
    phase: "new",
  });
}

/** The original of a void or refund names nothing that the terminal could find it by, or another amount. */
function refuse(state: State): Stepped {
  if (state.phase === "over") return [OVER, []];
  return [OVER, [{ kind: "settle", verdict: { kind: "notPerformed", reason: "unsupported" } }, { kind: "done" }]];
}

function step(task: Task, state: State, input: Input<GetnetMessage>, context: Context): Stepped {
  switch (state.phase) {
    case "new":
      if (input.kind === "opened") return dispatch(task, input.link, context);
      if (input.kind !== "linkLost") return [state, []];
      return [OVER, [{ kind: "settle", verdict: { kind: "notPerformed", reason: "notSent" } }, { kind: "done" }]];
    case "waiting":
      return wait(task, state, input, context);
    case "over":
      return [state, []];
  }
}

function dispatch(task: Task, link: string, context: Context): Stepped {
  const { order, asked, settings } = task;
  const waiting: Waiting = {
    phase: "waiting",
    acknowledges: acknowledges(link, settings),
    received: false,
    worksOnIt: false,
    showedCancel: false,
    resting: true,
    cancelsWanted: [],
    cancelsSent: [],
    acksOwed: 1,
  };
  return [
    waiting,
    [
      {
        kind: "send",
        message: request(commandOf(asked), fieldsOf(asked, order.operation, settings), context.now),
        commits: {
          what: "request",
          ticket: findableBy(asked, order.transaction),
          ...(asked.kind === "sale" ? { references: { ticket: asked.ticket } } : {}),
        },
      },
      { kind: "arm", timer: "rest", afterMs: REST_MS },
    ],
  ];
}

function wait(task: Task, state: Waiting, input: Input<GetnetMessage>, context: Context): Stepped {
  if (input.kind === "received") return hear(task, state, input.message);
  if (input.kind === "garbled") {
    return inDoubt("contradiction", `a message of the terminal cannot be believed: ${input.why}`, false);
  }
  if (input.kind === "linkLost") return inDoubt("linkLost", "the link was lost before the terminal's reply", false);
  if (input.kind === "cancelAsked") return wantCancel(task, state, "pos", context);
  if (input.kind === "deadline") return atDeadline(task, state, context);
  if (input.kind !== "timer") return [state, []];
  if (input.timer === "rest") return sendCancels({ ...state, resting: false }, context);
  if (input.timer === "refusal") return refused(state);
  return inDoubt("timeout", "the terminal did not reply in time, nor to the cancel", false);
}

function atDeadline(task: Task, state: Waiting, context: Context): Stepped {
  if (task.asked.kind !== "sale") return inDoubt("timeout", "the terminal did not reply in time", false);
  const [next, effects] = wantCancel(task, state, "deadline", context);
  return [next, [...effects, { kind: "arm", timer: "cancelGrace", afterMs: task.settings.cancelGraceMs }]];
}

/** Nothing but a sale can be canceled, and never more than once for each cause. */
function wantCancel(task: Task, state: Waiting, cause: CancelCause, context: Context): Stepped {
  const known = [...state.cancelsSent, ...state.cancelsWanted];
  if (task.asked.kind !== "sale" || known.includes(cause) || state.refusal !== undefined) return [state, []];
  return sendCancels({ ...state, cancelsWanted: [...state.cancelsWanted, cause] }, context);
}

function sendCancels(state: Waiting, context: Context): Stepped {
  const [cause, ...cancelsWanted] = state.cancelsWanted;
  if (cause === undefined || state.resting) return [state, []];
  return [
    {
      ...state,
      resting: true,
      cancelsWanted,
      cancelsSent: [...state.cancelsSent, cause],
      acksOwed: state.acksOwed + 1,
    },
    [
      { kind: "send", message: request(COMMANDS.cancelSale, {}, context.now) },
      { kind: "arm", timer: "rest", afterMs: REST_MS },
    ],
  ];
}

function hear(task: Task, state: Waiting, message: GetnetMessage): Stepped {
  switch (message.kind) {
    case "acknowledgement":
      return message.received ? [{ ...acknowledged(unrefused(state)), received: true }, []] : notReceived(task, state);
    case "intermediate": {
      const showedCancel = state.showedCancel || isCancelText(message.text);
      const effects = [progressOf(message), ...acknowledgement(state.acknowledges)];
      return [{ ...unrefused(state), worksOnIt: true, showedCancel }, effects];
    }
    case "reply":
      return judge(task, state, message);
    case "request":
    case "other":
      return inDoubt("contradiction", "the terminal sent a message that is no reply", state.acknowledges);
  }
}

/**
 * `Received: false` refuses the request, when it can be about nothing else: the terminal has not said that it received it, is not
 * working on it, and no cancel was sent that it could mean.
 */
function notReceived(task: Task, state: Waiting): Stepped {
  if (state.received || state.worksOnIt || state.cancelsSent.length > 0) return [acknowledged(state), []];
  return heldBack(task, state, { code: "Received:false", text: "" });
}

/**
 * A refusal names nothing. It may be late and about our last message, an acknowledgement that arrived damaged: then the terminal
 * says within the time of an acknowledgement that it works on the request all the same.
 */
function heldBack({ settings }: Task, state: Waiting, vendor: Says): Stepped {
  const refusal: Verdict = { kind: "notPerformed", reason: "refused", vendor };
  return [{ ...state, refusal }, [{ kind: "arm", timer: "refusal", afterMs: settings.receivedMs }]];
}

function refused(state: Waiting): Stepped {
  if (state.refusal === undefined) return [state, []];
  return [OVER, [{ kind: "settle", verdict: state.refusal }, { kind: "done" }]];
}

function unrefused({ refusal: _refusal, ...state }: Waiting): Waiting {
  return state;
}

const acknowledged = (state: Waiting): Waiting => ({ ...state, acksOwed: Math.max(0, state.acksOwed - 1) });

/** A signed reply: believed only where nothing in it speaks against it (getnet.md 4.1). */
function judge(task: Task, state: Waiting, reply: Reply): Stepped {
  const { asked, settings } = task;
  const acks = state.acknowledges;
  const doubtful = (why: string): Stepped => inDoubt("contradiction", why, acks);
  const others = (stepped: Stepped): Stepped => [stepped[0], [...othersWordOf(asked, reply, settings), ...stepped[1]]];
  switch (reply.functionCode) {
    // No reply to a cancel is documented; whatever comes is not the sale's.
    case COMMANDS.cancelSale:
      return [state, acknowledgement(acks)];
    case COMMANDS.intermediate:
      return [state, [{ kind: "progress", stage: "other", text: reply.text }, ...acknowledgement(acks)]];
    case 0:
      return judgeFunctionZero(task, state, reply);
    case commandOf(asked):
      break;
    default:
      return others(doubtful(`the terminal replied to command ${reply.functionCode}, which was not asked`));
  }
  if (reply.responseCode === undefined) return doubtful("the terminal replied without a ResponseCode");
  const voucher = readVoucher(reply.fields, reply.functionCode, reply.responseCode);
  const named = namesAsked(asked, voucher, settings);
  if (named === "another") {
    return others(inDoubt("contradiction", "the terminal replied about another operation", acks, ALARM));
  }
  if (isByAnotherTerminal(voucher, task.order.identity)) {
    return others(inDoubt("contradiction", "another terminal replied than the one that was asked", acks, ALARM));
  }
  if (reply.responseCode === 0) {
    const approval = approvalOf(asked, voucher, saysOf(reply), settings);
    if (approval.kind === "notBelieved") return inDoubt("contradiction", approval.why, acks, ALARM);
    return settled(state, approval.verdict, approval.movement, reply);
  }
  if (named === "notTold" && !state.received) {
    return doubtful("the terminal refused something without having received the request");
  }
  const by = state.cancelsSent.includes("pos") ? "pos" : state.cancelsSent.length > 0 ? "terminalTimeout" : "operator";
  return settled(state, refusalOf(reply, { by, wasShown: state.showedCancel }), undefined, reply);
}

/** The code of a result that cannot be believed, for the alarm. */
const ALARM = "resultNotBelieved";

/** `FunctionCode: 0` is an error, never an approval, whatever its ResponseCode (getnet.md 4.1, "Trap"). */
function judgeFunctionZero(task: Task, state: Waiting, reply: Reply): Stepped {
  // After a cancel it may be the cancel that the terminal could not read.
  if (state.cancelsSent.length > 0) return [state, acknowledgement(state.acknowledges)];
  if (isMalformedText(reply.text) && !state.worksOnIt) {
    const [next, effects] = heldBack(task, state, saysOf(reply));
    return [next, [...acknowledgement(state.acknowledges), ...effects]];
  }
  return inDoubt("terminal", `the terminal failed while it worked on the request: ${reply.text}`, state.acknowledges);
}

/**
 * A cancel that the terminal has not acknowledged yet may still be answered, and the next operation must not take that answer for
 * its own: then the link goes with this operation.
 */
function settled(state: Waiting, verdict: Verdict, movement: string | undefined, reply: Reply): Stepped {
  const claim = movement === undefined ? {} : { movement };
  const owesAnswer = state.cancelsSent.length > 0 && state.acksOwed > 0;
  const end: GetnetEffect = owesAnswer ? { kind: "dropLink", why: "a cancel was not answered" } : { kind: "done" };
  return [
    OVER,
    [{ kind: "settle", verdict, ...claim }, ...acknowledgement(state.acknowledges), ...clockToldBy(reply), end],
  ];
}

function inDoubt(since: UnknownCause, why: string, acks: boolean, alarm?: AlarmCode): Stepped {
  const raised = alarm === undefined ? {} : { alarm };
  return [OVER, [...acknowledgement(acks), { kind: "doubt", since, why, ...raised }]];
}
