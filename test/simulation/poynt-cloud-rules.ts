import type { Json } from "../../src/core/json.ts";
import { oneOf, type Random } from "../support/random.ts";

/** What is wrong with all requests of a cloud. */
export type Manner = {
  readonly replyMs: number;
  /** No answer comes later, and no message is held up for longer. */
  readonly lagMs: number;
  /** So long nobody finds a payment that was made. */
  readonly hiddenMs: number;
  /** How much longer a customer takes. */
  readonly slowestMs: number;
  /** How much longer the cloud takes for what it does by itself. */
  readonly slowestChangeMs: number;
  readonly outageMs: number;
  /** Who says a request twice may have one refused and the other taken; then nobody on the way does. */
  readonly refuses: "atRandom" | "never";
  /** What can be wrong about a payment: another amount, or that its terminal says that it was not made. */
  readonly tells: "otherAmounts" | "otherEnds";
};

type Does = "shows" | "changes" | "tells" | "opens" | "else";
type Command = { readonly name: string; readonly does: Does; readonly most: number };

const times = (count: number, name: string, does: Does, most: number): readonly Command[] =>
  Array<Command>(count).fill({ name, does, most });

/** By how often each is asked. */
const COMMANDS = [
  ...times(6, "sale", "shows", 6),
  ...times(2, "preSale", "shows", 3),
  ...times(1, "nonRefRefund", "shows", 2),
  ...times(1, "restVoid", "changes", 2),
  ...times(2, "restRefund", "changes", 3),
  ...times(1, "restCapture", "changes", 2),
  ...times(1, "restAdjustment", "changes", 2),
  ...times(3, "search", "tells", 60),
  ...times(1, "transaction", "tells", 10),
  ...times(1, "token", "opens", 4),
  ...times(1, "profile", "else", 2),
] as const;

export function ruleFrom(random: Random, manner: Manner): Json {
  const { name, does, most } = oneOf(random, COMMANDS) ?? { name: "sale", does: "shows", most: 6 };
  return { when: { command: name, nth: 1 + random(most) }, then: reactionsFrom(random, manner, does) };
}

function reactionsFrom(random: Random, manner: Manner, does: Does): Json[] {
  const answer = () => answerFrom(random, manner, does);
  if (does === "changes") return oneOf<() => Json[]>(random, [() => [answer()], () => changeFrom(random, manner)])();
  if (does !== "shows") return [answer()];
  const payment = () => paymentFrom(random, manner);
  const call = () => callFrom(random, manner);
  return oneOf<() => Json[]>(random, [
    () => [answer()],
    () => [...payment()],
    () => [...payment(), call()],
    () => [...payment(), answer()],
    () => [...payment(), call(), answer()],
    () => [deliveryFrom(random, manner)],
    () => [deliveryFrom(random, manner), ...payment(), call()],
  ])();
}

/** With these a server says nothing about what was done; so it is with some of the vendor's codes. */
const UNCLEAR = [500, 502, 503, 504, 408, 409] as const;
const UNCLEAR_CODES = ["PROCESSOR_TIMEOUT", "REQUEST_IN_PROGRESS", "RESOURCE_MODIFIED", "INTERNAL_ERROR"] as const;
const REFUSALS = [
  "STORE_DEVICE_NOT_ACTIVATED",
  "INVALID_PARAMETER",
  "UNAUTHORIZED_ACCESS",
  "RESOURCE_NOT_FOUND",
] as const;

/** What becomes of the request itself. */
function answerFrom(random: Random, { replyMs, refuses }: Manner, does: Does): Json {
  const moves = does === "shows" || does === "changes";
  const moved = () => ({ moved: moves && random(2) === 0 });
  const mayRefuse = !moves || refuses === "atRandom";
  const unclear = (): Json => ({ kind: "error", status: oneOf(random, UNCLEAR), ...moved() });
  return oneOf<() => Json>(random, [
    () => ({ kind: "slow", ms: random(2 * replyMs), phase: "reply" }),
    () => ({ kind: "silent", from: oneOf(random, ["request", "money"]) }),
    () => ({ kind: "silent", from: oneOf(random, ["request", "money"]) }),
    () => ({
      kind: "linkCut",
      at: oneOf(random, ["request", "afterMoney", "midReply"]),
      how: oneOf(random, ["cut", "end"]),
    }),
    unclear,
    () => ({ kind: "error", code: oneOf(random, UNCLEAR_CODES), ...moved() }),
    () => (mayRefuse ? { kind: "error", code: oneOf(random, REFUSALS) } : unclear()),
    () => (mayRefuse ? { kind: "error", code: "INVALID_ACCESS_TOKEN" } : unclear()),
    () => (mayRefuse ? { kind: "error", status: 429, code: "TOO_MANY", retryAfterS: random(4) } : unclear()),
    () => ({ kind: "error", status: 503, code: "SERVICE_UNAVAILABLE", retryAfterS: random(4), ...moved() }),
    // A portal, or somebody's error page.
    () => ({ kind: "raw", status: oneOf(random, [200, 302, 502]), ...moved() }),
    () => ({ kind: "truncated" }),
  ])();
}

/** What becomes of a void, refund, capture or adjustment. */
function changeFrom(random: Random, manner: Manner): Json[] {
  return oneOf<() => Json[]>(random, [
    () => [{ kind: "slow", ms: random(manner.slowestChangeMs), phase: "customer" }],
    () => [
      { kind: "slow", ms: random(manner.slowestChangeMs), phase: "customer" },
      answerFrom(random, manner, "changes"),
    ],
    () => (manner.refuses === "atRandom" ? [{ kind: "declines" }] : []),
    () => [hiddenFrom(random, manner)],
    () => [hiddenFrom(random, manner), answerFrom(random, manner, "changes")],
  ])();
}

const hiddenFrom = (random: Random, { hiddenMs }: Manner): Json => ({
  kind: "hidden",
  ms: random(hiddenMs),
  from: oneOf(random, ["search", "everybody"]),
});

/** What becomes of the message between the cloud and the terminal. */
function deliveryFrom(random: Random, { lagMs, outageMs }: Manner): Json {
  return oneOf<() => Json>(random, [
    () => ({ kind: "late", ms: random(lagMs) }),
    () => ({ kind: "late", ms: random(lagMs), despiteTtl: true }),
    () => ({ kind: "neverDelivered" }),
    () => ({ kind: "offline", ms: random(outageMs) }),
  ])();
}

/** What happens at the terminal. */
function paymentFrom(random: Random, manner: Manner): readonly Json[] {
  const { slowestMs, tells } = manner;
  const otherwise = (): Json =>
    tells === "otherAmounts"
      ? { kind: "otherAmount", amount: 1 + random(2_000), where: "transaction" }
      : { kind: "declines" };
  return oneOf<() => readonly Json[]>(random, [
    () => [{ kind: "slow", ms: random(1 + slowestMs), phase: "customer" }],
    () => [{ kind: "declines" }],
    () => [{ kind: "declines" }],
    () => [{ kind: "cancels", at: oneOf(random, ["card", "pin"]) }],
    () => [{ kind: "cancels", at: oneOf(random, ["card", "pin"]) }],
    () => [{ kind: "partial", amount: 1 + random(600) }],
    () => [{ kind: "tenders", tenders: tendersFrom(random) }],
    () => [{ kind: "tip", amount: 1 + random(100) }],
    () => [{ kind: "cashback", amount: 1 + random(100) }],
    () => [otherwise()],
    () => (tells === "otherEnds" ? [] : [hiddenFrom(random, manner)]),
    () => [],
  ])();
}

/** Of the amounts that are asked here, with nothing or something left over. */
function tendersFrom(random: Random): Json[] {
  const whole = oneOf(random, [501, 1_001]);
  const first = 1 + random(whole - 1);
  const rest = { amount: whole - first };
  return [{ amount: first }, oneOf<Json>(random, [rest, rest, { ...rest, declined: true }])];
}

const STATUSES = ["CANCELED", "FAILED", "PROCESSED", "REFUNDED", "VOIDED", "HOLD", ""] as const;

/** What is wrong with the terminal's call. It may say that nothing was paid only where the cloud knows soon what was. */
function callFrom(random: Random, { lagMs, tells }: Manner): Json {
  return oneOf<() => Json>(random, [
    () => ({ kind: "lateCallback", ms: random(10 * lagMs) }),
    () => ({ kind: "noCallback" }),
    () => ({ kind: "noCallback" }),
    () => ({ kind: "thriceCallback" }),
    () => ({ kind: "tornCallback" }),
    () => (tells === "otherEnds" ? { kind: "otherStatus", status: oneOf(random, STATUSES) } : { kind: "noCallback" }),
    () => ({ kind: "otherReference", referenceId: "OTHER", where: "callback" }),
    () => ({ kind: "otherAmount", amount: 1 + random(5_000), where: "callback" }),
  ])();
}
