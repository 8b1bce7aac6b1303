import type { AlarmCode } from "../../core/alarm-code.ts";
import type { UnknownCause, Verdict } from "../../core/outcome.ts";
import { conversation, type Context, type Conversation, type Input, type Order, type Step } from "../driver.ts";
import { accessReference } from "./access.ts";
import { ACCESS_REFUSED, isAccessRefused, isEndOf, type ExchangeEnd } from "./exchange-end.ts";
import { idIn } from "./fields.ts";
import type { CloudOrder, CloudRefusal, MercadoPagoMessage } from "./messages.ts";
import {
  candidates,
  judgeRefund,
  planRefund,
  referencesOf,
  refundRequest,
  rememberedRefund,
  type RefundPlan,
} from "./refund-plan.ts";
import { KEY_USED } from "./sale.ts";
import type { MercadoPagoSettings } from "./settings.ts";

/** Exchanges: the look at the order before, and the one on which money hangs. */
const BEFORE = "before";
const REFUND = "refund";
const NEXT = "next";

type State =
  | { readonly phase: "new" }
  | { readonly phase: "looking" }
  | { readonly phase: "refunding"; readonly plan: RefundPlan }
  | { readonly phase: "over" };

type Stepped = Step<State, MercadoPagoMessage>;
type Task = { readonly order: Order; readonly settings: MercadoPagoSettings; readonly original: string };

const OVER: State = { phase: "over" };

/**
 * A refund, or a void, which is a refund of the whole. The order is looked at first: what was refunded of it before has to be told apart
 * from this one if its answer is lost.
 */
export function refundMachine(order: Order, settings: MercadoPagoSettings): Conversation<MercadoPagoMessage> {
  const { type = "sale", terminalReferences } = order.original ?? {};
  // A refund names the same order: what follows it would give back more of the sale.
  const original = type === "sale" ? idIn("ORD", terminalReferences?.["orderId"]) : undefined;
  return conversation<State, MercadoPagoMessage>(
    (state, input, context) => {
      if (original !== undefined) return step({ order, settings, original }, state, input, context);
      return state.phase === "over"
        ? [state, []]
        : notDone("unsupported", "", "the original is no sale of this vendor");
    },
    { phase: "new" },
  );
}

function step(task: Task, state: State, input: Input<MercadoPagoMessage>, context: Context): Stepped {
  switch (state.phase) {
    case "new":
      if (input.kind === "opened") return look(task);
      return input.kind === "linkLost" ? ended({ kind: "notPerformed", reason: "notSent" }) : [state, []];
    case "looking":
      return looking(task, state, input, context);
    case "refunding":
      return refunding(task, state.plan, state, input);
    case "over":
      return [state, []];
  }
}

const ended = (verdict: Verdict, movement?: string): Stepped => [
  OVER,
  [{ kind: "settle", verdict, ...(movement === undefined ? {} : { movement }) }, { kind: "done" }],
];

const notDone = (reason: "refused" | "unsupported" | "notSent", code: string, text: string): Stepped =>
  ended({ kind: "notPerformed", reason, vendor: { code, text } });

function inDoubt(since: UnknownCause, why: string, alarm?: AlarmCode): Stepped {
  return [OVER, [{ kind: "doubt", since, why, ...(alarm === undefined ? {} : { alarm }) }]];
}

function look({ original, settings }: Task): Stepped {
  const message = { kind: "getOrder", order: original } as const;
  return [{ phase: "looking" }, [{ kind: "exchange", exchange: BEFORE, message, replyTimeoutMs: settings.replyMs }]];
}

/** Nothing that moves money has left. */
function looking(task: Task, state: State, input: Input<MercadoPagoMessage>, context: Context): Stepped {
  if (isEndOf(BEFORE, input)) return lookedBefore(task, state, input, context);
  if (input.kind === "timer") return input.timer === NEXT ? look(task) : [state, []];
  if (input.kind === "cancelAsked") return ended({ kind: "canceled", by: "pos" });
  if (input.kind === "deadline") return notDone("notSent", "", "the order could not be looked at in time");
  return input.kind === "linkLost" ? ended({ kind: "notPerformed", reason: "notSent" }) : [state, []];
}

function lookedBefore(task: Task, state: State, end: ExchangeEnd, context: Context): Stepped {
  const { settings, order } = task;
  if (end.kind === "answered" && end.message.kind === "order") {
    const planned = planRefund(order, end.message.order, settings);
    return planned.kind === "plan" ? send(task, planned.plan, context) : notDone("refused", planned.code, planned.why);
  }
  if (end.kind === "answered" && end.message.kind === "refusal" && end.message.status === 404) {
    return notDone("refused", end.message.code, end.message.text);
  }
  const effects = isAccessRefused(end) ? [ACCESS_REFUSED] : [];
  return [state, [...effects, { kind: "arm", timer: NEXT, afterMs: settings.slowPollMs }]];
}

function send({ order, settings }: Task, plan: RefundPlan, context: Context): Stepped {
  const { transaction } = order;
  const references = { ...referencesOf(plan, settings), ...accessReference(settings, context) };
  return [
    { phase: "refunding", plan },
    [
      {
        kind: "exchange",
        exchange: REFUND,
        message: refundRequest(transaction, plan, settings),
        commits: { what: "request", ticket: transaction, references },
        replyTimeoutMs: settings.replyMs,
      },
    ],
  ];
}

function refunding(task: Task, plan: RefundPlan, state: State, input: Input<MercadoPagoMessage>): Stepped {
  if (isEndOf(REFUND, input)) {
    if (input.kind !== "answered") return inDoubt("linkLost", `the answer to the refund was lost: ${input.why}`);
    if (input.message.kind === "order") return refunded(task, plan, input.message.order);
    if (input.message.kind === "refusal") return refusedAtFirst(input.message);
    return inDoubt("contradiction", "the vendor answered something else than it was asked", "resultNotBelieved");
  }
  if (input.kind === "linkLost") return inDoubt("linkLost", "the account went away before the refund was answered");
  return input.kind === "deadline" ? inDoubt("timeout", "the vendor did not answer in time") : [state, []];
}

function refunded({ order, settings }: Task, plan: RefundPlan, told: CloudOrder): Stepped {
  const [refund, ...others] = candidates(plan, told, settings);
  if (refund === undefined || others.length > 0) {
    return inDoubt("contradiction", "the vendor's answer does not tell which refund was made", "resultNotBelieved");
  }
  const judgement = judgeRefund(order, plan, refund, settings);
  const remember = { kind: "remember", data: rememberedRefund(plan, refund) } as const;
  if (judgement.kind === "unclear") return [OVER, [remember, { kind: "doubt", since: "terminal", why: judgement.why }]];
  const [state, effects] = ended(judgement.verdict, judgement.movement);
  return [state, [remember, ...effects]];
}

/** Of the first attempt, and in the vendor's own words: it took nothing (mercado-pago.md 4.4). */
const REFUSALS: ReadonlySet<number> = new Set([400, 401, 403, 404, 409, 422, 425, 428]);

function refusedAtFirst({ status, code, text }: CloudRefusal): Stepped {
  const words = `the vendor answered ${status} ${code} ${text}`.trim();
  if (code === KEY_USED) return inDoubt("contradiction", words, "idempotencyKeyUsed");
  if (!REFUSALS.has(status)) return inDoubt("linkLost", words);
  const [state, effects] = notDone("refused", code, text);
  return [state, status === 401 ? [ACCESS_REFUSED, ...effects] : effects];
}
