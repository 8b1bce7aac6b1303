import { oneOf, Type, type ValueOf } from "../../core/schema.ts";

export const CLOSED = { additionalProperties: false };
export const amount = Type.Integer({ minimum: 0, maximum: 999_999_999 });
export const milliseconds = Type.Integer({ minimum: 0, maximum: 86_400_000 });
const text = Type.String({ maxLength: 500 });

/** Where in the life of a request something happens. `Money`: when it is carried out, also where no money hangs on it. */
const MOMENTS = ["request", "card", "beforeMoney", "afterMoney", "midReply", "afterReply"] as const;
export type Moment = (typeof MOMENTS)[number];
const at = oneOf(MOMENTS);

/** In the answer alone, or in what the terminal keeps and what moves as well. */
const where = Type.Optional(oneOf(["reply", "transaction"]));

/** What becomes of a request. */
const COURSES = [
  /** Takes longer: until a person has done what there is to do, or to answer once it is done. */
  Type.Object(
    { kind: Type.Literal("slow"), ms: milliseconds, phase: Type.Optional(oneOf(["customer", "reply"])) },
    CLOSED,
  ),
  /** Never answers: from the request on (nothing is done), or once it is done. */
  Type.Object({ kind: Type.Literal("silent"), from: Type.Optional(oneOf(["request", "money"])) }, CLOSED),
  Type.Object(
    {
      kind: Type.Literal("declines"),
      code: Type.Optional(Type.String({ maxLength: 16 })),
      text: Type.Optional(text),
      status: Type.Optional(oneOf(["DECLINED", "FAILED"])),
    },
    CLOSED,
  ),
  /** The person at the terminal: the customer, or who is asked to confirm a pairing. */
  Type.Object({ kind: Type.Literal("cancels"), at: Type.Optional(oneOf(["card", "pin"])) }, CLOSED),
  /** An error in place of the result. `moved`: it was done all the same, and a repeat is told so. */
  Type.Object(
    {
      kind: Type.Literal("error"),
      code: Type.Optional(Type.Integer({ minimum: 1, maximum: 999_999 })),
      name: Type.Optional(Type.String({ maxLength: 64 })),
      text: Type.Optional(text),
      status: Type.Optional(Type.Integer({ minimum: 200, maximum: 599 })),
      moved: Type.Optional(Type.Boolean()),
    },
    CLOSED,
  ),
  /** As if the signature were wrong, which it is not. */
  Type.Object({ kind: Type.Literal("mismatch") }, CLOSED),
  Type.Object({ kind: Type.Literal("partial"), amount }, CLOSED),
  /** Several tenders pay, one transaction each (poynt.md 1.6). */
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
  /** The connection goes, the terminal goes on; `stops`: it gives up what has not been carried out yet. */
  Type.Object(
    {
      kind: Type.Literal("linkCut"),
      at,
      how: Type.Optional(oneOf(["cut", "end"])),
      command: Type.Optional(oneOf(["goesOn", "stops"])),
    },
    CLOSED,
  ),
  /** Off and on again, with or without the answers that it kept for repeats. What was not carried out yet never is. */
  Type.Object(
    {
      kind: Type.Literal("restart"),
      at,
      memory: Type.Optional(oneOf(["remembers", "forgets"])),
      offMs: Type.Optional(milliseconds),
    },
    CLOSED,
  ),
  /** The terminal has one client: from now on it is another one. */
  Type.Object({ kind: Type.Literal("otherClientPairs"), at }, CLOSED),
  /** Somebody ends the pairing at the terminal. */
  Type.Object({ kind: Type.Literal("unpairs"), at }, CLOSED),
] as const;

/** What is wrong with the answer. */
const DISTORTIONS = [
  /** The status of the payment as a whole is told otherwise than it is. */
  Type.Object({ kind: Type.Literal("otherStatus"), status: Type.String({ maxLength: 64 }) }, CLOSED),
  /** Answers another request. */
  Type.Object({ kind: Type.Literal("otherId"), poyntRequestId: Type.Optional(Type.String({ maxLength: 64 })) }, CLOSED),
  Type.Object({ kind: Type.Literal("noId") }, CLOSED),
  Type.Object({ kind: Type.Literal("wrongSignature") }, CLOSED),
  Type.Object({ kind: Type.Literal("noSignature") }, CLOSED),
  Type.Object({ kind: Type.Literal("lowerCaseSignature") }, CLOSED),
  Type.Object({ kind: Type.Literal("contentType"), value: Type.String({ pattern: "^[ -~]{0,200}$" }) }, CLOSED),
  /** Content-Length says so many bytes more than there are, or fewer. */
  Type.Object(
    { kind: Type.Literal("contentLength"), by: Type.Integer({ minimum: -1_000_000, maximum: 1_000_000 }) },
    CLOSED,
  ),
  /** White space behind the JSON until the body has so many bytes. */
  Type.Object({ kind: Type.Literal("padded"), bytes: Type.Integer({ minimum: 0, maximum: 100_000_000 }) }, CLOSED),
  Type.Object({ kind: Type.Literal("deepJson"), levels: Type.Integer({ minimum: 1, maximum: 100_000 }) }, CLOSED),
  /** The payment twice: canceled first, and then as it is. */
  Type.Object({ kind: Type.Literal("duplicateNames") }, CLOSED),
  Type.Object({ kind: Type.Literal("invalidUtf8") }, CLOSED),
  /** Exactly this in place of the answer; `hex` for a body that is no text. */
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
          { maxItems: 10_000 },
        ),
      ),
      body: Type.Optional(Type.String({ maxLength: 1_000_000 })),
      hex: Type.Optional(Type.String({ pattern: "^([0-9A-Fa-f]{2}){0,500000}$" })),
    },
    CLOSED,
  ),
  /** Closes the connection in order after the answer, as the vendor's documents say (poynt.md 1.1). */
  Type.Object({ kind: Type.Literal("closeAfterReply") }, CLOSED),
] as const;

/** One thing that goes otherwise than well. Those of one rule go together. */
export const ReactionSchema = Type.Union([...COURSES, ...DISTORTIONS]);
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
