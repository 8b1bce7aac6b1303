import type { Outcome } from "../../core/outcome.ts";
import { conversation, type Conversation, type Doubt, type Input, type Step } from "../driver.ts";
import { ACCESS_REFUSED, isAccessRefused, isEndOf, type ExchangeEnd } from "./exchange-end.ts";
import type { MercadoPagoMessage } from "./messages.ts";
import { whyPerson } from "./person-words.ts";
import { judgeRefund, planIn, type RefundPlan } from "./refund-plan.ts";
import type { MercadoPagoSettings } from "./settings.ts";

const QUESTION = "question";

type Approved = Extract<Outcome, { kind: "approved" }>;
type State = "new" | "asking" | "over";
type Stepped = Step<State, MercadoPagoMessage>;
type Standing = {
  readonly doubt: Doubt;
  readonly settings: MercadoPagoSettings;
  readonly plan: RefundPlan;
  readonly refund: string;
};

/** Asks once whether a refund that was taken for processing is at its end. */
export function standingMachine(
  doubt: Doubt,
  standing: Approved,
  settings: MercadoPagoSettings,
): Conversation<MercadoPagoMessage> {
  const plan = planIn(doubt.dispatched.references, settings);
  const refund = standing.terminalReferences?.["refundId"];
  return conversation<State, MercadoPagoMessage>((state, input) => {
    if (state === "over") return [state, []];
    if (plan === undefined || refund === undefined) {
      return input.kind === "resumed"
        ? giveUp(doubt, "which refund it is can no longer be read", undefined)
        : [state, []];
    }
    return step({ doubt, settings, plan, refund }, state, input);
  }, "new");
}

const giveUp = (doubt: Doubt, why: string, order: string | undefined): Stepped => [
  "over",
  [{ kind: "giveUp", why: whyPerson(doubt, why, order) }],
];

function step(standing: Standing, state: State, input: Input<MercadoPagoMessage>): Stepped {
  const { settings, plan } = standing;
  if (input.kind === "linkLost") return ["over", []];
  if (state === "new") {
    if (input.kind !== "resumed") return [state, []];
    const message = { kind: "getOrder", order: plan.order } as const;
    return ["asking", [{ kind: "exchange", exchange: QUESTION, message, replyTimeoutMs: settings.replyMs }]];
  }
  return isEndOf(QUESTION, input) ? answered(standing, input) : [state, []];
}

function answered({ doubt, settings, plan, refund }: Standing, end: ExchangeEnd): Stepped {
  const effects = isAccessRefused(end) ? [ACCESS_REFUSED] : [];
  const later: Stepped = ["over", [...effects, { kind: "later", afterMs: settings.standingPollMs }]];
  if (end.kind !== "answered") return later;
  const { message } = end;
  if (message.kind === "refusal" && message.status === 404) {
    return giveUp(doubt, "the vendor does not know the order any more", plan.order);
  }
  if (message.kind !== "order") return later;
  const own = message.order.refunds.find(({ id }) => id === refund);
  if (own === undefined) return later;
  const judgement = judgeRefund(doubt.order, plan, own, settings);
  if (judgement.kind === "unclear" || !judgement.isFinal) return later;
  const { verdict, movement } = judgement;
  const claim = movement === undefined ? {} : { movement };
  return ["over", [{ kind: "settle", verdict, ...claim }, { kind: "done" }]];
}
