import type { Json } from "../../src/core/json.ts";
import { oneOf, type Random } from "../support/random.ts";

/** What is wrong with all requests of a cloud. */
export type Manner = {
  readonly api: "orders" | "intents";
  readonly replyMs: number;
  /** No request that moves money is looked at later than this. */
  readonly lagMs: number;
  readonly refundMs: number;
  readonly slowestMs: number;
  /** A token that is worth nothing any more is renewed. */
  readonly renews: boolean;
  /** `alike`: what is refused once is refused each time, and so it is when somebody on the way says it twice. */
  readonly refuses: "atRandom" | "alike";
};

type Does = "creates" | "refunds" | "cancels" | "tellsOrders" | "opens" | "else";
type Command = { readonly name: string; readonly does: Does; readonly most: number };

const times = (count: number, name: string, does: Does, most: number): readonly Command[] =>
  Array<Command>(count).fill({ name, does, most });

/** By how often each is asked. */
const COMMANDS: Readonly<Record<Manner["api"], readonly Command[]>> = {
  orders: [
    ...times(6, "createOrder", "creates", 8),
    ...times(4, "refundOrder", "refunds", 4),
    ...times(2, "cancelOrder", "cancels", 3),
    ...times(3, "getOrder", "tellsOrders", 60),
    ...times(1, "searchOrders", "tellsOrders", 3),
    ...times(1, "listTerminals", "else", 30),
    ...times(1, "setupTerminal", "else", 2),
    ...times(1, "createAction", "else", 2),
    ...times(1, "token", "opens", 3),
  ],
  intents: [
    ...times(6, "createIntent", "creates", 8),
    ...times(3, "refundIntent", "refunds", 4),
    ...times(1, "cancelIntent", "cancels", 2),
    ...times(3, "getIntent", "else", 60),
    ...times(2, "getPayment", "else", 10),
    ...times(1, "getRefundIntent", "else", 10),
    ...times(1, "listIntentEvents", "else", 6),
    ...times(1, "listDevices", "else", 30),
    ...times(1, "setDevice", "else", 2),
    ...times(1, "token", "opens", 3),
  ],
};

export function ruleFrom(random: Random, manner: Manner): Json {
  const command = oneOf(random, COMMANDS[manner.api]);
  if (command === undefined) return { when: {}, then: [] };
  const { name, does, most } = command;
  const isRepeated = manner.api === "orders" && (does === "creates" || does === "refunds") && random(4) === 0;
  return {
    when: { command: name, repeat: isRepeated, nth: 1 + random(most) },
    then: reactionsFrom(random, manner, does),
  };
}

function reactionsFrom(random: Random, manner: Manner, does: Does): Json[] {
  const course = () => courseFrom(random, manner, does);
  const story = () => storyFrom(random, manner, does);
  const distortion = () => distortionFrom(random, does);
  return oneOf<() => Json[]>(random, [
    () => [course()],
    () => [course(), ...story()],
    () => [...story()],
    () => [...story()],
    () => [...story(), distortion()],
    () => [distortion()],
  ])();
}

const MOMENTS = ["request", "done", "midReply", "afterReply"] as const;
/** With these a server says nothing about what was done. */
const UNCLEAR = [500, 502, 503, 429, 423] as const;
const REFUSALS = [400, 401, 403, 404, 409, 422, 425, 428] as const;

/** What becomes of the request itself. */
function courseFrom(random: Random, manner: Manner, does: Does): Json {
  const { replyMs, lagMs, api, refuses } = manner;
  const moves = does === "creates" || does === "refunds";
  // What was refused must not be taken from whoever says it again; a grant that is refused is so for good.
  const mayRefuse = moves ? refuses === "atRandom" : does !== "opens";
  // Without a key the second of two copies is looked at as if it were a new one, when the first has not come yet.
  const mayLinger = api === "orders" || refuses === "atRandom";
  const unclear = (): Json => ({ kind: "error", status: oneOf(random, UNCLEAR), moved: moves && random(2) === 0 });
  return oneOf<() => Json>(random, [
    () => ({ kind: "slow", ms: random(2 * replyMs), phase: "reply" }),
    () => (mayLinger ? { kind: "slow", ms: random(lagMs / 2), phase: "arrival" } : unclear()),
    () => ({ kind: "silent", from: oneOf(random, ["request", "done"]) }),
    () => ({
      kind: "linkCut",
      at: oneOf(random, MOMENTS),
      how: oneOf(random, ["cut", "end"]),
      command: oneOf(random, ["goesOn", "stops"]),
    }),
    unclear,
    () => (mayRefuse ? { kind: "error", status: oneOf(random, REFUSALS), code: "not_this_time" } : unclear()),
    () => (mayRefuse ? { kind: "unauthorized" } : unclear()),
    () => (mayRefuse && moves ? { kind: "queued" } : unclear()),
    () => ({ kind: "rateLimited", retryAfterS: random(4) }),
    () => ({ kind: "locked" }),
    () => ({ kind: "outage", at: oneOf(random, ["request", "done"]), ms: random(6_000) }),
    () => ({ kind: "portal", moved: random(2) === 0 }),
    () => (does === "opens" || !manner.renews ? unclear() : { kind: "revokesToken", at: revokedAt(random, mayRefuse) }),
    () => ({ kind: "standalone", at: oneOf(random, ["request", "done"]) }),
  ])();
}

/** Before it is looked at, it is refused. */
const revokedAt = (random: Random, mayRefuse: boolean): string =>
  mayRefuse ? oneOf(random, ["request", "done"]) : "done";

const FAILURES = [
  ...["failed", "high_risk", "rejected_by_issuer", "insufficient_amount", "card_disabled", "processing_error"],
  ...["required_call_for_authorize", "max_attempts_exceeded", "invalid_installments", "rejected_other_reason"],
];

/** What becomes of the order, of its cancel or of its refund. */
function storyFrom(random: Random, manner: Manner, does: Does): readonly Json[] {
  switch (does) {
    case "creates":
      return [saleStoryFrom(random, manner)];
    case "cancels":
      return [{ kind: "losesRace" }];
    case "refunds": {
      const ends = oneOf(random, ["processed", "processed", "failed"]);
      return [{ kind: "refundPends", ms: random(manner.refundMs), ends }];
    }
    case "tellsOrders":
    case "opens":
    case "else":
      return [];
  }
}

function saleStoryFrom(random: Random, { slowestMs }: Manner): Json {
  const paidAmount = (told: boolean): Json => ({ kind: "paidAmount", amount: 1 + random(2_000), told });
  return oneOf<() => Json>(random, [
    () => ({ kind: "slow", ms: random(1 + slowestMs), phase: "customer" }),
    () => ({ kind: "slow", ms: random(1 + slowestMs), phase: "load" }),
    () => ({ kind: "declines", detail: oneOf(random, FAILURES) ?? "failed" }),
    () => ({ kind: "declines", detail: oneOf(random, FAILURES) ?? "failed" }),
    () => ({ kind: "declines", detail: "in_review", moved: random(2) === 0 }),
    () => ({
      kind: "actionRequired",
      detail: oneOf(random, ["check_on_terminal", "waiting_payment"]),
      moved: random(2) === 0,
    }),
    () => ({ kind: "cancels", at: oneOf(random, ["card", "pin"]) }),
    () => ({ kind: "cancels", at: oneOf(random, ["card", "pin"]) }),
    () => ({ kind: "tip", amount: 1 + random(100) }),
    () => paidAmount(false),
    () => paidAmount(true),
    () => ({ kind: "stays", in: oneOf(random, ["created", "at_terminal"]) }),
    () => ({ kind: "card", type: oneOf(random, ["debit_card", "credit_card", "account_money"]) }),
    () => ({ kind: "otherOrder", ends: oneOf(random, ["pays", "cancels"]) }),
  ])();
}

/** What an order may be called beside its payment, which is what counts. That it is over is for its end alone. */
const HEADLINES = ["created", "at_terminal", "processed", "refunded", "action_required", "in_the_clouds"];

/** What is wrong with the answer. */
function distortionFrom(random: Random, does: Does): Json {
  const hasOrder = does === "creates" || does === "refunds" || does === "tellsOrders";
  const whole = (): Json => ({ kind: oneOf(random, ["truncated", "duplicateNames", "invalidUtf8"]) });
  const tells = (wrong: () => Json): Json => (hasOrder ? wrong() : whole());
  return oneOf<() => Json>(random, [
    whole,
    whole,
    () => ({ kind: "padded", bytes: oneOf(random, [2_000, 600_000]) }),
    () => ({ kind: "contentType", value: oneOf(random, ["text/html", "application/json; charset=utf-8"]) }),
    () => ({ kind: "raw", status: oneOf(random, [200, 404, 500]), body: '{"status":"canceled"}' }),
    () => tells(() => ({ kind: "tells", status: oneOf(random, HEADLINES) ?? "created" })),
    () => tells(() => ({ kind: "tells", reference: "OTHER" })),
    () => tells(() => ({ kind: "tells", id: "ORD01JQ4S4KY8HWQ6NA5PXB65B3D3" })),
    () => tells(() => ({ kind: "tells", terminalId: "NEWLAND_N950__OTHER1" })),
    // More than is ever asked.
    () => tells(() => ({ kind: "tells", amount: `${5_000 + random(2_000)}.00` })),
  ])();
}
