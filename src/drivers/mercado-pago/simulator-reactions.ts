import { oneOf, Type, type ValueOf } from "../../core/schema.ts";

export const CLOSED = { additionalProperties: false };
export const amount = Type.Integer({ minimum: 0, maximum: 999_999_999_999 });
export const milliseconds = Type.Integer({ minimum: 0, maximum: 31_622_400_000 });
const text = Type.String({ maxLength: 500 });
const status = Type.Integer({ minimum: 200, maximum: 599 });
const retryAfterS = Type.Optional(Type.Integer({ minimum: 0, maximum: 86_400 }));
const moved = Type.Optional(Type.Boolean());

/** Why a payment fails (mercado-pago.md 4.1). */
export const FAILURES = [
  "failed",
  "bad_filled_card_data",
  "high_risk",
  "rejected_by_issuer",
  "required_call_for_authorize",
  "max_attempts_exceeded",
  "card_disabled",
  "insufficient_amount",
  "amount_limit_exceeded",
  "processing_error",
  "invalid_installments",
  "in_review",
  "rejected_other_reason",
] as const;
export type Failure = (typeof FAILURES)[number];

/** How a second order for a terminal is refused: all three were met (mercado-pago.md 3.1). */
export const QUEUED_CODES = [
  "already_queued_order_for_terminal",
  "already_queued_order_on_terminal",
  "already_queued_order_for_device",
] as const;

/** Where in the life of a request something happens: before it is looked at, once it is done, in its answer, behind that. */
const MOMENTS = ["request", "done", "midReply", "afterReply"] as const;
export type Moment = (typeof MOMENTS)[number];
const at = oneOf(MOMENTS);

/** What becomes of the request itself. */
const COURSES = [
  /** `load`, `customer`: at the terminal, of the order that is created. */
  Type.Object(
    {
      kind: Type.Literal("slow"),
      ms: milliseconds,
      phase: Type.Optional(oneOf(["arrival", "reply", "load", "customer"])),
    },
    CLOSED,
  ),
  /** Never answers: `request`: nothing is done. */
  Type.Object({ kind: Type.Literal("silent"), from: Type.Optional(oneOf(["request", "done"])) }, CLOSED),
  /** The connection goes; the request is carried out all the same unless it `stops`. */
  Type.Object(
    {
      kind: Type.Literal("linkCut"),
      at,
      how: Type.Optional(oneOf(["cut", "end"])),
      command: Type.Optional(oneOf(["goesOn", "stops"])),
    },
    CLOSED,
  ),
  /** An error in place of the answer. `moved`: it was done all the same. */
  Type.Object(
    {
      kind: Type.Literal("error"),
      status: Type.Optional(status),
      code: Type.Optional(Type.String({ maxLength: 64 })),
      text: Type.Optional(text),
      moved,
      retryAfterS,
    },
    CLOSED,
  ),
  /** 429, and nothing is done. */
  Type.Object({ kind: Type.Literal("rateLimited"), retryAfterS }, CLOSED),
  /** 423: as if the key were being worked on. */
  Type.Object({ kind: Type.Literal("locked") }, CLOSED),
  /** 409: as if an order were queued on the terminal. */
  Type.Object({ kind: Type.Literal("queued"), code: Type.Optional(oneOf(QUEUED_CODES)) }, CLOSED),
  /** 401: this time only. */
  Type.Object({ kind: Type.Literal("unauthorized") }, CLOSED),
  /** The token that came with the request is worth nothing from now on; `refresh`: nor is the refresh token. */
  Type.Object(
    { kind: Type.Literal("revokesToken"), at: oneOf(["request", "done"]), refresh: Type.Optional(Type.Boolean()) },
    CLOSED,
  ),
  /** Nobody reaches the cloud for so long; the terminals go on. */
  Type.Object({ kind: Type.Literal("outage"), at: oneOf(["request", "done"]), ms: milliseconds }, CLOSED),
  /** Somebody else's page of HTML answers, with status 200: the request never came to the cloud, unless it `moved`. */
  Type.Object({ kind: Type.Literal("portal"), moved }, CLOSED),
  /** Another system's order comes to the terminal just before this request. */
  Type.Object(
    {
      kind: Type.Literal("otherOrder"),
      amount: Type.Optional(amount),
      terminalId: Type.Optional(Type.String({ maxLength: 64 })),
      ends: Type.Optional(oneOf(["pays", "cancels", "waits"])),
    },
    CLOSED,
  ),
  /** Somebody takes the terminal out of integrated mode. */
  Type.Object(
    {
      kind: Type.Literal("standalone"),
      at: oneOf(["request", "done"]),
      terminalId: Type.Optional(Type.String({ maxLength: 64 })),
    },
    CLOSED,
  ),
] as const;

/** What becomes of the order that is created: it stays with the order. Some of it belongs to a cancel or refund. */
const STORIES = [
  /** `moved`: the customer was charged all the same, as can come of `in_review`. */
  Type.Object({ kind: Type.Literal("declines"), detail: Type.Optional(oneOf(FAILURES)), moved }, CLOSED),
  /** The outcome is not known in time; `moved`: the customer was charged. */
  Type.Object(
    {
      kind: Type.Literal("actionRequired"),
      detail: Type.Optional(oneOf(["check_on_terminal", "waiting_payment"])),
      moved,
    },
    CLOSED,
  ),
  /** The customer or the cashier does, on the terminal. */
  Type.Object({ kind: Type.Literal("cancels"), at: Type.Optional(oneOf(["card", "pin"])) }, CLOSED),
  Type.Object({ kind: Type.Literal("tip"), amount }, CLOSED),
  /** Another amount is paid than was asked; `told`: it is only told, and the asked one moved. */
  Type.Object({ kind: Type.Literal("paidAmount"), amount, told: Type.Optional(Type.Boolean()) }, CLOSED),
  /** The terminal never loads it, or nobody comes to it: it ends by its expiration. */
  Type.Object({ kind: Type.Literal("stays"), in: oneOf(["created", "at_terminal"]) }, CLOSED),
  /** What the customer pays with. */
  Type.Object(
    {
      kind: Type.Literal("card"),
      id: Type.Optional(Type.String({ maxLength: 32 })),
      type: Type.Optional(Type.String({ maxLength: 32 })),
      installments: Type.Optional(Type.Integer({ minimum: 1, maximum: 99 })),
    },
    CLOSED,
  ),
  /** Of a cancel: it is answered with 202, and the customer pays all the same. */
  Type.Object({ kind: Type.Literal("losesRace") }, CLOSED),
  /** Of a refund: it stays `processing` for so long. */
  Type.Object(
    { kind: Type.Literal("refundPends"), ms: milliseconds, ends: Type.Optional(oneOf(["processed", "failed"])) },
    CLOSED,
  ),
  /** How the webhook of what comes of it is delivered; 0 `times`: never. */
  Type.Object(
    {
      kind: Type.Literal("webhook"),
      delayMs: Type.Optional(milliseconds),
      times: Type.Optional(Type.Integer({ minimum: 0, maximum: 10 })),
      signature: Type.Optional(oneOf(["right", "wrong", "none"])),
      form: Type.Optional(oneOf(["full", "short"])),
    },
    CLOSED,
  ),
] as const;

/** What is wrong with the answer. */
const DISTORTIONS = [
  /** An order is told otherwise than it is. */
  Type.Object(
    {
      kind: Type.Literal("tells"),
      id: Type.Optional(Type.String({ maxLength: 64 })),
      reference: Type.Optional(Type.String({ maxLength: 64 })),
      terminalId: Type.Optional(Type.String({ maxLength: 64 })),
      amount: Type.Optional(Type.String({ maxLength: 32 })),
      status: Type.Optional(Type.String({ maxLength: 64 })),
      detail: Type.Optional(Type.String({ maxLength: 64 })),
    },
    CLOSED,
  ),
  /** Half of the JSON, as if it were all. */
  Type.Object({ kind: Type.Literal("truncated") }, CLOSED),
  /** A name twice: a status that is not so first, and then all as it is. */
  Type.Object({ kind: Type.Literal("duplicateNames") }, CLOSED),
  Type.Object({ kind: Type.Literal("invalidUtf8") }, CLOSED),
  /** White space behind the JSON until the body has so many bytes. */
  Type.Object({ kind: Type.Literal("padded"), bytes: Type.Integer({ minimum: 0, maximum: 100_000_000 }) }, CLOSED),
  Type.Object({ kind: Type.Literal("contentType"), value: Type.String({ pattern: "^[ -~]{0,200}$" }) }, CLOSED),
  /** Exactly this in place of the answer. */
  Type.Object(
    {
      kind: Type.Literal("raw"),
      status: Type.Optional(status),
      body: Type.Optional(Type.String({ maxLength: 1_000_000 })),
    },
    CLOSED,
  ),
] as const;

/** One thing that goes otherwise than well. Those of one rule go together. */
export const ReactionSchema = Type.Union([...COURSES, ...STORIES, ...DISTORTIONS]);
export type Reaction = ValueOf<typeof ReactionSchema>;
export type ReactionOf<Kind extends Reaction["kind"]> = Extract<Reaction, { readonly kind: Kind }>;

/** The reaction of a kind, where the rule has one. */
export function reactionOf<Kind extends Reaction["kind"]>(
  reactions: readonly Reaction[],
  kind: Kind,
): ReactionOf<Kind> | undefined {
  return reactions.find((reaction): reaction is ReactionOf<Kind> => reaction.kind === kind);
}

/** How much longer it takes. */
export function delayOf(reactions: readonly Reaction[], phase: "arrival" | "reply" | "load" | "customer"): number {
  return reactions
    .filter((reaction) => reaction.kind === "slow")
    .filter((slow) => (slow.phase ?? "reply") === phase)
    .reduce((sum, slow) => sum + slow.ms, 0);
}
