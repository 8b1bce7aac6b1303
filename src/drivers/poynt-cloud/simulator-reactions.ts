import { oneOf, Type, type ValueOf } from "../../core/schema.ts";
import { amount, CLOSED, milliseconds } from "../poynt/simulator-reactions.ts";

const text = Type.String({ maxLength: 500 });
const moved = Type.Optional(Type.Boolean());

/** What the callback alone tells, or what the terminal and the cloud keep and what moves as well. */
const where = Type.Optional(oneOf(["callback", "transaction"]));

/** What becomes of a request to the cloud. `moved`: it was done all the same. */
const ANSWERS = [
  /** Takes longer: until the customer has done what there is to do, or to answer a request once it is done. */
  Type.Object(
    { kind: Type.Literal("slow"), ms: milliseconds, phase: Type.Optional(oneOf(["customer", "reply"])) },
    CLOSED,
  ),
  /** Never answers: nothing is done, or it is done. */
  Type.Object({ kind: Type.Literal("silent"), from: Type.Optional(oneOf(["request", "money"])) }, CLOSED),
  /** The connection goes before anything is done, before the answer, or in its middle. */
  Type.Object(
    {
      kind: Type.Literal("linkCut"),
      at: oneOf(["request", "afterMoney", "midReply"]),
      how: Type.Optional(oneOf(["cut", "end"])),
    },
    CLOSED,
  ),
  Type.Object(
    {
      kind: Type.Literal("error"),
      code: Type.Optional(Type.String({ pattern: "^[A-Z_]{1,64}$" })),
      status: Type.Optional(Type.Integer({ minimum: 400, maximum: 599 })),
      text: Type.Optional(text),
      retryAfterS: Type.Optional(Type.Integer({ minimum: 0, maximum: 86_400 })),
      moved,
    },
    CLOSED,
  ),
  /** Exactly this in place of the answer: somebody's web page, a captive portal. */
  Type.Object(
    {
      kind: Type.Literal("raw"),
      status: Type.Optional(Type.Integer({ minimum: 200, maximum: 599 })),
      reason: Type.Optional(Type.String({ pattern: "^[ -~]{0,100}$" })),
      headers: Type.Optional(
        Type.Array(
          Type.Object(
            {
              name: Type.String({ pattern: "^[A-Za-z0-9-]{1,100}$" }),
              value: Type.String({ pattern: "^[ -~]{0,10000}$" }),
            },
            CLOSED,
          ),
          { maxItems: 1_000 },
        ),
      ),
      body: Type.Optional(Type.String({ maxLength: 1_000_000 })),
      moved,
    },
    CLOSED,
  ),
  /** A whole answer with half a JSON text in it. */
  Type.Object({ kind: Type.Literal("truncated") }, CLOSED),
] as const;

/** What becomes of a cloud message between the 202 and the terminal. */
const DELIVERIES = [
  /** So much later; `despiteTtl`: also when its time to live is over, as if the cloud had not looked. */
  Type.Object({ kind: Type.Literal("late"), ms: milliseconds, despiteTtl: Type.Optional(Type.Boolean()) }, CLOSED),
  Type.Object({ kind: Type.Literal("neverDelivered") }, CLOSED),
  /** From this message on the terminal has no connection for so long. Messages wait until their time to live is over. */
  Type.Object({ kind: Type.Literal("offline"), ms: milliseconds }, CLOSED),
] as const;

/** What happens at the terminal: the same words as with a terminal on the LAN. */
const COURSES = [
  Type.Object(
    { kind: Type.Literal("declines"), code: Type.Optional(Type.String({ maxLength: 16 })), text: Type.Optional(text) },
    CLOSED,
  ),
  /** The person at the terminal. Nothing is kept: only the callback tells. */
  Type.Object({ kind: Type.Literal("cancels"), at: Type.Optional(oneOf(["card", "pin"])) }, CLOSED),
  Type.Object({ kind: Type.Literal("partial"), amount }, CLOSED),
  Type.Object(
    {
      kind: Type.Literal("tenders"),
      tenders: Type.Array(Type.Object({ amount, declined: Type.Optional(Type.Boolean()) }, CLOSED), {
        minItems: 1,
        maxItems: 20,
      }),
    },
    CLOSED,
  ),
  Type.Object({ kind: Type.Literal("tip"), amount }, CLOSED),
  Type.Object({ kind: Type.Literal("cashback"), amount }, CLOSED),
  Type.Object({ kind: Type.Literal("otherAmount"), amount, where }, CLOSED),
  Type.Object({ kind: Type.Literal("otherReference"), referenceId: Type.String({ maxLength: 64 }), where }, CLOSED),
  /** What was done is not found in the cloud for so long: by a search, or by its id as well. */
  Type.Object(
    { kind: Type.Literal("hidden"), ms: milliseconds, from: Type.Optional(oneOf(["search", "everybody"])) },
    CLOSED,
  ),
] as const;

/** What is wrong with the callback. */
const CALLBACKS = [
  Type.Object({ kind: Type.Literal("lateCallback"), ms: milliseconds }, CLOSED),
  Type.Object({ kind: Type.Literal("noCallback") }, CLOSED),
  /** All three deliveries, whatever the first one was answered. */
  Type.Object({ kind: Type.Literal("thriceCallback") }, CLOSED),
  Type.Object({ kind: Type.Literal("tornCallback") }, CLOSED),
  Type.Object({ kind: Type.Literal("otherStatus"), status: Type.String({ maxLength: 64 }) }, CLOSED),
] as const;

/** One thing that goes otherwise than well. Those of one rule go together. */
export const ReactionSchema = Type.Union([...ANSWERS, ...DELIVERIES, ...COURSES, ...CALLBACKS]);
export type Reaction = ValueOf<typeof ReactionSchema>;

/** The reaction of a kind, where the rule has one. */
export function reactionOf<Kind extends Reaction["kind"]>(
  reactions: readonly Reaction[],
  kind: Kind,
): Extract<Reaction, { readonly kind: Kind }> | undefined {
  return reactions.find((reaction): reaction is Extract<Reaction, { readonly kind: Kind }> => reaction.kind === kind);
}

/** How much longer it takes. */
export function delayOf(reactions: readonly Reaction[], phase: "customer" | "reply"): number {
  return reactions
    .filter((reaction) => reaction.kind === "slow")
    .filter((slow) => (slow.phase ?? "customer") === phase)
    .reduce((sum, slow) => sum + slow.ms, 0);
}

export function delayOfCallback(reactions: readonly Reaction[]): number {
  return reactionOf(reactions, "lateCallback")?.ms ?? 0;
}
