import { oneOf, Type, type ValueOf } from "../../core/schema.ts";
import { PATHS, type CommandPath } from "./messages.ts";

export const CLOSED = { additionalProperties: false };
export const milliseconds = { minimum: 0, maximum: 3_600_000 };

const text = Type.Optional(Type.String({ maxLength: 500 }));
const amount = Type.Integer({ minimum: 0, maximum: 999_999_999_999 });
const isTaken = Type.Optional(Type.Boolean());
const commandName = oneOf(Object.keys(PATHS) as CommandPath[]);
const when = Type.Optional(oneOf(["before", "after"]));
const where = Type.Optional(oneOf(["result", "voucher"]));

/** What becomes of the answer to a request. `taken`: the command is carried out all the same. */
const ANSWERS = [
  /** Takes longer: the cloud's answer, the customer, or until the cloud knows the result. */
  Type.Object(
    {
      kind: Type.Literal("slow"),
      ms: Type.Integer(milliseconds),
      phase: Type.Optional(oneOf(["answer", "customer", "result"])),
    },
    CLOSED,
  ),
  Type.Object({ kind: Type.Literal("answerLost"), taken: isTaken, how: Type.Optional(oneOf(["cut", "end"])) }, CLOSED),
  Type.Object({ kind: Type.Literal("silent"), taken: isTaken }, CLOSED),
  Type.Object(
    {
      kind: Type.Literal("httpError"),
      status: Type.Integer({ minimum: 400, maximum: 599 }),
      taken: isTaken,
      text,
      retryAfterSeconds: Type.Optional(Type.Integer({ minimum: 0, maximum: 3_600 })),
      /** An error that names the transaction all the same. */
      named: Type.Optional(Type.Boolean()),
    },
    CLOSED,
  ),
  /** What a network says that wants a login first. */
  Type.Object(
    { kind: Type.Literal("html"), status: Type.Optional(Type.Integer({ minimum: 200, maximum: 599 })), taken: isTaken },
    CLOSED,
  ),
  Type.Object({ kind: Type.Literal("truncated") }, CLOSED),
  /** 200, and the command is called nothing. */
  Type.Object({ kind: Type.Literal("unnamed"), taken: isTaken, text }, CLOSED),
  Type.Object({ kind: Type.Literal("tokenRevoked") }, CLOSED),
  Type.Object({ kind: Type.Literal("wrongCredentials") }, CLOSED),
  Type.Object({ kind: Type.Literal("otherTransaction") }, CLOSED),
  Type.Object({ kind: Type.Literal("otherCustomId") }, CLOSED),
] as const;

/** What becomes of the command at the terminal. `moved`: it was done all the same. */
const RESULTS = [
  Type.Object({ kind: Type.Literal("pendingForever"), moved: Type.Optional(Type.Boolean()) }, CLOSED),
  Type.Object(
    { kind: Type.Literal("declines"), code: Type.Optional(Type.Integer({ minimum: 1, maximum: 9_999 })), text },
    CLOSED,
  ),
  Type.Object({ kind: Type.Literal("timesOut"), moved: Type.Optional(Type.Boolean()) }, CLOSED),
  Type.Object({ kind: Type.Literal("customerCancels") }, CLOSED),
  Type.Object({ kind: Type.Literal("functionCode0"), text, moved: Type.Optional(Type.Boolean()) }, CLOSED),
  Type.Object({ kind: Type.Literal("otherFunction"), command: commandName }, CLOSED),
  Type.Object({ kind: Type.Literal("noResponse") }, CLOSED),
  Type.Object({ kind: Type.Literal("otherTicket"), ticket: Type.String({ maxLength: 24 }), where }, CLOSED),
  Type.Object({ kind: Type.Literal("otherAmount"), amount, where }, CLOSED),
  Type.Object({ kind: Type.Literal("tip"), amount }, CLOSED),
  Type.Object({ kind: Type.Literal("cashback"), amount }, CLOSED),
] as const;

/** What happens at the terminal meanwhile. */
const EVENTS = [
  /** Nothing reaches it for so long, from this request on. */
  Type.Object({ kind: Type.Literal("offline"), ms: Type.Integer(milliseconds) }, CLOSED),
  /** It loses what it knew. */
  Type.Object({ kind: Type.Literal("forgets"), when }, CLOSED),
  /** Somebody closes the batch at the terminal. */
  Type.Object({ kind: Type.Literal("closesBatch"), when }, CLOSED),
  /** Somebody else sells something at the terminal. */
  Type.Object({ kind: Type.Literal("otherSale"), amount, when }, CLOSED),
] as const;

/** One thing that goes otherwise than well. Those of one rule go together. */
export const ReactionSchema = Type.Union([...ANSWERS, ...RESULTS, ...EVENTS]);
export type Reaction = ValueOf<typeof ReactionSchema>;

/** The reaction of a kind, where the rule has one. */
export function reactionOf<Kind extends Reaction["kind"]>(
  reactions: readonly Reaction[],
  kind: Kind,
): Extract<Reaction, { readonly kind: Kind }> | undefined {
  return reactions.find((reaction): reaction is Extract<Reaction, { readonly kind: Kind }> => reaction.kind === kind);
}

export function delayOf(reactions: readonly Reaction[], phase: "answer" | "customer" | "result"): number {
  return reactions
    .filter((reaction) => reaction.kind === "slow")
    .filter((slow) => (slow.phase ?? "customer") === phase)
    .reduce((sum, slow) => sum + slow.ms, 0);
}
