import type { AlarmCode } from "../../core/alarm-code.ts";
import { assert } from "../../core/assert.ts";
import type { UnknownCause, Verdict } from "../../core/outcome.ts";
import {
  conversation,
  type Context,
  type Conversation,
  type Effect,
  type Input,
  type Order,
  type Step,
} from "../driver.ts";
import { accessReference } from "./access.ts";
import { afterCancel, again, type Canceling } from "./canceling.ts";
import { ACCESS_REFUSED, isAccessRefused, isEndOf, type ExchangeEnd } from "./exchange-end.ts";
import { askTerminal } from "./identity.ts";
import { referencesAt } from "./intents-memory.ts";
import { judge, type Judgement, type Sale } from "./judgement.ts";
import type { CloudOrder, CloudRefusal, MercadoPagoMessage } from "./messages.ts";
import { keyOf, orderBody } from "./order-body.ts";
import { ownAmong, searchOf } from "./search.ts";
import type { MercadoPagoSettings } from "./settings.ts";

/** Exchanges: the one on which money hangs, looks at the order, the cancel, the search for an order that may be ours. */
const CREATE = "create";
const LOOK = "look";
const CANCEL = "cancel";
const SEARCH = "search";

/** Timers: the next look; the end of the time that a cancel has after the limit. */
const NEXT = "next";
const GRACE = "grace";

type Living = {
  readonly phase: "living";
  readonly order: string;
  readonly canceling: Canceling | undefined;
  readonly isLooking: boolean;
  readonly shown: "waiting" | "presented" | "leaving";
};

type State =
  | { readonly phase: "new" }
  | { readonly phase: "creating"; readonly canceling: Canceling | undefined }
  /** Another order waits for the terminal: whose is it? */
  | { readonly phase: "searching"; readonly canceling: Canceling | undefined; readonly refusal: CloudRefusal }
  | Living
  | { readonly phase: "over" };

type Sent = Effect<MercadoPagoMessage>;
type Stepped = Step<State, MercadoPagoMessage>;
type Task = { readonly order: Order; readonly settings: MercadoPagoSettings };

const OVER: State = { phase: "over" };

/**
 * A sale: an order is made, and looked at until it is at its end. What its end is, only the order says; a cancel, and the time being
 * over, are asked for and decide nothing.
 */
export function saleMachine(order: Order, settings: MercadoPagoSettings): Conversation<MercadoPagoMessage> {
  const task: Task = { order, settings };
  return conversation<State, MercadoPagoMessage>((state, input, context) => step(task, state, input, context), {
    phase: "new",
  });
}

function step(task: Task, state: State, input: Input<MercadoPagoMessage>, context: Context): Stepped {
  if (state.phase === "over") return [state, []];
  if (state.phase === "new") {
    if (input.kind === "opened") return create(task, context);
    return input.kind === "linkLost" ? ended({ kind: "notPerformed", reason: "notSent" }) : [state, []];
  }
  if (input.kind === "linkLost") return inDoubt("linkLost", "the account went away before the order's end was known");
  switch (state.phase) {
    case "creating":
      if (isEndOf(CREATE, input)) return created(task, state.canceling, input, context);
      return waiting(state, input);
    case "searching":
      if (isEndOf(SEARCH, input)) return searched(task, state, input);
      return waiting(state, input);
    case "living":
      return live(task, state, input);
  }
}

type Waiting = Extract<State, { phase: "creating" | "searching" }>;

/** There is nothing yet that could be canceled. */
function waiting(state: Waiting, input: Input<MercadoPagoMessage>): Stepped {
  if (input.kind === "cancelAsked") return [{ ...state, canceling: { by: "pos", step: "wanted" } }, []];
  return input.kind === "deadline" ? inDoubt("timeout", "the vendor did not answer in time") : [state, []];
}

const ended = (verdict: Verdict, movement?: string): Stepped => [
  OVER,
  [{ kind: "settle", verdict, ...(movement === undefined ? {} : { movement }) }, { kind: "done" }],
];

function inDoubt(since: UnknownCause, why: string, alarm?: AlarmCode): Stepped {
  return [OVER, [{ kind: "doubt", since, why, ...(alarm === undefined ? {} : { alarm }) }]];
}

function create({ order, settings }: Task, context: Context): Stepped {
  const { transaction } = order;
  const { terminalId } = settings;
  if (terminalId === undefined) return ended({ kind: "notPerformed", reason: "notSent" });
  const body = orderBody(order, settings);
  const expirationTime = body["expiration_time"];
  assert(typeof expirationTime === "string", "an order says how long it lives");
  return [
    { phase: "creating", canceling: undefined },
    [
      {
        kind: "exchange",
        exchange: CREATE,
        message: { kind: "createOrder", key: keyOf.sale(transaction), body },
        commits: {
          what: "request",
          ticket: transaction,
          references: {
            ...referencesAt(order, context),
            ...accessReference(settings, context),
            terminalId,
            expirationTime,
          },
        },
        replyTimeoutMs: settings.replyMs,
      },
    ],
  ];
}

/** What a first create can be refused with, so that nothing was taken (mercado-pago.md 3.1). */
const REFUSALS: ReadonlySet<number> = new Set([400, 403]);
const QUEUED = "already_queued_order";
export const KEY_USED = "idempotency_key_already_used";

function created(task: Task, canceling: Canceling | undefined, end: ExchangeEnd, context: Context): Stepped {
  if (end.kind !== "answered") return inDoubt("linkLost", `the answer to the order was lost: ${end.why}`);
  const { message } = end;
  if (message.kind === "order") return begins(task, canceling, message.order);
  if (message.kind === "refusal") return refusedAtFirst(task, canceling, message, context);
  return inDoubt("contradiction", "the vendor answered something else than it was asked", "resultNotBelieved");
}

/** What the answer to a create tells besides its id may be of an earlier time: the order itself is asked. */
function begins(task: Task, canceling: Canceling | undefined, order: CloudOrder): Stepped {
  const { externalReference, id } = order;
  const { transaction } = task.order;
  if (externalReference !== transaction) {
    const why = `the vendor made an order with reference ${externalReference ?? "none"}, which was not asked for`;
    return inDoubt("contradiction", why, "resultNotBelieved");
  }
  const state: Living = { phase: "living", order: id, canceling, isLooking: false, shown: "waiting" };
  const [next, more] = canceling === undefined ? [state, []] : cancel(task, state);
  return [
    next,
    [
      { kind: "remember", data: { version: 1, order: id } },
      { kind: "progress", stage: "waitingForTerminal" },
      { kind: "arm", timer: NEXT, afterMs: task.settings.pollMs },
      ...more,
    ],
  ];
}

function refusedAtFirst(
  { order, settings }: Task,
  canceling: Canceling | undefined,
  refusal: CloudRefusal,
  context: Context,
): Stepped {
  const { status, code, text } = refusal;
  const words = `the vendor answered ${status} ${code} ${text}`.trim();
  const refused: Verdict = { kind: "notPerformed", reason: "refused", vendor: { code, text } };
  if (status === 401) {
    const [state, effects] = ended(refused);
    return [state, [ACCESS_REFUSED, ...effects]];
  }
  if (REFUSALS.has(status)) return ended(refused);
  if (status !== 409) return inDoubt("linkLost", words);
  if (code === KEY_USED) return inDoubt("contradiction", words, "idempotencyKeyUsed");
  if (!code.startsWith(QUEUED)) return inDoubt("terminal", words);
  const search: Sent = {
    kind: "exchange",
    exchange: SEARCH,
    message: searchOf(order.transaction, context.vendorNow),
    replyTimeoutMs: settings.replyMs,
  };
  return [{ phase: "searching", canceling, refusal }, [search]];
}

/** An order that waits for the terminal is another program's, unless the search finds it under our reference. It is left alone. */
function searched(
  task: Task,
  { canceling, refusal }: Extract<State, { phase: "searching" }>,
  end: ExchangeEnd,
): Stepped {
  if (end.kind !== "answered" || end.message.kind !== "orders") {
    return inDoubt("terminal", "another order waits for the terminal, and the vendor does not say whether it is ours");
  }
  const own = ownAmong(end.message, task.order.transaction);
  switch (own.kind) {
    case "one":
      return begins(task, canceling, own.order);
    case "none":
      return ended({
        kind: "notPerformed",
        reason: "terminalBusy",
        vendor: { code: refusal.code, text: refusal.text },
      });
    case "several":
    case "notAllTold":
      return inDoubt("terminal", own.why);
  }
}

function live(task: Task, state: Living, input: Input<MercadoPagoMessage>): Stepped {
  const { settings } = task;
  if (isEndOf(LOOK, input)) return looked(task, { ...state, isLooking: false }, input);
  if (isEndOf(CANCEL, input)) return cancelEnded(state, input);
  if (input.kind === "timer") {
    if (input.timer === GRACE) return inDoubt("timeout", "the order has not ended in time");
    return input.timer === NEXT && !state.isLooking ? look(task, state) : [state, []];
  }
  if (input.kind === "cancelAsked") return cancel(task, { ...state, canceling: again(state.canceling, "pos") });
  if (input.kind !== "deadline") return [state, []];
  const [next, effects] = cancel(task, { ...state, canceling: again(state.canceling, "limit") });
  return [next, [...effects, { kind: "arm", timer: GRACE, afterMs: settings.cancelGraceMs }]];
}

function look({ settings }: Task, state: Living): Stepped {
  const message = { kind: "getOrder", order: state.order } as const;
  return [
    { ...state, isLooking: true },
    [{ kind: "exchange", exchange: LOOK, message, replyTimeoutMs: settings.replyMs }],
  ];
}

function cancel({ order, settings }: Task, state: Living): Stepped {
  const { canceling } = state;
  if (canceling?.step !== "wanted") return [state, []];
  return [
    { ...state, canceling: { ...canceling, step: "asked" } },
    [
      {
        kind: "exchange",
        exchange: CANCEL,
        message: { kind: "cancelOrder", order: state.order, key: keyOf.cancel(order.transaction, canceling.by) },
        replyTimeoutMs: settings.replyMs,
      },
    ],
  ];
}

function cancelEnded(state: Living, end: ExchangeEnd): Stepped {
  const { canceling } = state;
  if (canceling === undefined) return [state, []];
  return [{ ...state, canceling: { ...canceling, step: afterCancel(end) } }, []];
}

function looked(task: Task, state: Living, end: ExchangeEnd): Stepped {
  const { settings, order } = task;
  const later = (afterMs: number): Sent => ({ kind: "arm", timer: NEXT, afterMs });
  if (end.kind !== "answered" || end.message.kind !== "order") {
    return [state, [...(isAccessRefused(end) ? [ACCESS_REFUSED] : []), later(settings.slowPollMs)]];
  }
  const sale: Sale = { order, settings, canceling: state.canceling?.by };
  const judgement = judge(sale, end.message.order);
  switch (judgement.kind) {
    case "settles": {
      const [over, effects] = ended(judgement.verdict, judgement.movement);
      return [over, [...wasNeverTaken(state, end.message.order), ...effects]];
    }
    case "vendorDoubts":
      return vendorDoubts(judgement.why, end.message.order);
    case "notBelieved":
      return inDoubt("contradiction", judgement.why, "resultNotBelieved");
    case "unclear":
      return [state, [later(settings.pollMs)]];
    case "lives": {
      const [next, effects] = cancel(task, state);
      const [shown, told] = progress(state.shown, judgement);
      return [{ ...(next as Living), shown }, [...told, ...effects, later(settings.pollMs)]];
    }
  }
}

/**
 * It ended by itself, and the terminal never had it: somebody may have taken the terminal out of PDV. Its device machine hears what the account
 * lists now.
 */
function wasNeverTaken({ shown }: Living, { status, payments }: CloudOrder): readonly Sent[] {
  const isExpired = status === "expired" || payments.some((payment) => payment.status === "expired");
  return isExpired && shown === "waiting" ? [askTerminal("beFresh")] : [];
}

function progress(
  before: Living["shown"],
  { isAtTerminal, isLeaving }: Extract<Judgement, { kind: "lives" }>,
): readonly [Living["shown"], readonly Sent[]] {
  const now = isLeaving ? "leaving" : isAtTerminal ? "presented" : "waiting";
  if (now === before) return [before, []];
  switch (now) {
    case "leaving":
      return [now, [{ kind: "progress", stage: "other", text: "the terminal is asked to leave the payment" }]];
    case "presented":
      return [now, [{ kind: "progress", stage: "presentCard" }]];
    case "waiting":
      return [now, []];
  }
}

/** It is told at once, because the cashier has to look; and asked on, because the vendor may find out. */
function vendorDoubts(why: string, order: CloudOrder): Stepped {
  return [
    OVER,
    [
      { kind: "settle", verdict: vendorDoubt(why, order) },
      { kind: "doubt", since: "terminal", why },
    ],
  ];
}

export function vendorDoubt(why: string, order: CloudOrder): Verdict {
  const [payment] = order.payments;
  return {
    kind: "unknown",
    since: "terminal",
    advice: "lookAtTerminal",
    vendor: { code: payment?.detail === undefined || payment.detail === "" ? order.status : payment.detail, text: why },
    terminalReferences: { orderId: order.id, ...(payment === undefined ? {} : { paymentId: payment.id }) },
  };
}
