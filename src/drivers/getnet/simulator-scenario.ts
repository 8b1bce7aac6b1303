import type { Json } from "../../core/json.ts";
import { oneOf, Type, withDefaults, type ValueOf } from "../../core/schema.ts";
import { COMMANDS, type Request } from "./messages.ts";

const COMMAND_NAMES = Object.keys(COMMANDS) as (keyof typeof COMMANDS)[];

const CLOSED = { additionalProperties: false };
const commandName = oneOf(COMMAND_NAMES);
const amount = Type.Integer({ minimum: 0, maximum: 999_999_999 });
const text = Type.String({ maxLength: 500 });
const milliseconds = Type.Integer({ minimum: 0, maximum: 3_600_000 });

/** Where in the life of a command something happens. `Money`: when it is carried out, also where no money hangs on it. */
const MOMENTS = ["request", "card", "beforeMoney", "afterMoney", "midReply", "afterReply"] as const;
export type Moment = (typeof MOMENTS)[number];

/** One thing that goes otherwise than well. Those of one rule go together. */
const ReactionSchema = Type.Union([
  /** Takes longer: to acknowledge, until the customer presents a card, or to reply once it is done. */
  Type.Object(
    {
      kind: Type.Literal("slow"),
      ms: milliseconds,
      phase: Type.Optional(oneOf(["acknowledgement", "customer", "reply"])),
    },
    CLOSED,
  ),
  /** Says nothing any more: from the request on (nothing is done), after its acknowledgement (nothing is done), or once it is done. */
  Type.Object(
    { kind: Type.Literal("silent"), from: Type.Optional(oneOf(["request", "acknowledgement", "money"])) },
    CLOSED,
  ),
  Type.Object(
    {
      kind: Type.Literal("declines"),
      code: Type.Optional(Type.Integer({ minimum: 1, maximum: 9_999 })),
      text: Type.Optional(text),
    },
    CLOSED,
  ),
  Type.Object({ kind: Type.Literal("operatorCancels"), at: Type.Optional(oneOf(["card", "pin"])) }, CLOSED),
  /** A reply with FunctionCode 0 and ResponseCode 0, which is no approval (getnet.md 4.1). `moved`: it was done all the same. */
  Type.Object(
    {
      kind: Type.Literal("functionCode0"),
      text: Type.Optional(text),
      moved: Type.Optional(Type.Boolean()),
    },
    CLOSED,
  ),
  Type.Object({ kind: Type.Literal("receivedFalse") }, CLOSED),
  Type.Object({ kind: Type.Literal("noReceived") }, CLOSED),
  Type.Object({ kind: Type.Literal("wrongSign") }, CLOSED),
  /** The inner text encoded twice, as some real replies are (getnet.md 2). */
  Type.Object({ kind: Type.Literal("doublyEncoded") }, CLOSED),
  /** Everything from the acknowledgement to the reply in one write. */
  Type.Object({ kind: Type.Literal("glued") }, CLOSED),
  /** Every message in pieces of so many bytes. */
  Type.Object(
    {
      kind: Type.Literal("split"),
      bytes: Type.Integer({ minimum: 1, maximum: 65_536 }),
      gapMs: Type.Optional(milliseconds),
    },
    CLOSED,
  ),
  /** Bytes that are no message, before the acknowledgement or between it and the reply. */
  Type.Object({ kind: Type.Literal("garbage"), text, at: Type.Optional(oneOf(["before", "between"])) }, CLOSED),
  Type.Object({ kind: Type.Literal("replyTwice") }, CLOSED),
  /** The reply of another command, before the right one or instead of it. */
  Type.Object(
    {
      kind: Type.Literal("otherReply"),
      command: commandName,
      instead: Type.Optional(Type.Boolean()),
    },
    CLOSED,
  ),
  /** Tells another ticket: in the reply alone, or in what it keeps as well. */
  Type.Object(
    {
      kind: Type.Literal("otherTicket"),
      ticket: Type.String({ maxLength: 24 }),
      where: Type.Optional(oneOf(["reply", "voucher"])),
    },
    CLOSED,
  ),
  /** Tells another amount: in the reply alone, or it is what really moved. */
  Type.Object({ kind: Type.Literal("otherAmount"), amount, where: Type.Optional(oneOf(["reply", "voucher"])) }, CLOSED),
  Type.Object({ kind: Type.Literal("tip"), amount }, CLOSED),
  Type.Object({ kind: Type.Literal("cashback"), amount }, CLOSED),
  /** The connection goes, the terminal goes on; `stops`: it gives up what has not been carried out yet. */
  Type.Object(
    {
      kind: Type.Literal("linkCut"),
      at: oneOf(MOMENTS),
      how: Type.Optional(oneOf(["cut", "end"])),
      command: Type.Optional(oneOf(["goesOn", "stops"])),
    },
    CLOSED,
  ),
  /** Off and on again, with or without what it kept. What was not carried out yet never is. */
  Type.Object(
    {
      kind: Type.Literal("restart"),
      at: oneOf(MOMENTS),
      memory: Type.Optional(oneOf(["remembers", "forgets"])),
      offMs: Type.Optional(milliseconds),
    },
    CLOSED,
  ),
  /** Closes the connection in order after the reply, as the vendor's Java client wants it (getnet.md 5). */
  Type.Object({ kind: Type.Literal("closeAfterReply") }, CLOSED),
]);
export type Reaction = ValueOf<typeof ReactionSchema>;

const RuleSchema = Type.Object(
  {
    when: Type.Object(
      {
        command: Type.Optional(commandName),
        amount: Type.Optional(amount),
        nth: Type.Optional(
          Type.Integer({ minimum: 1, description: "only the nth request that matches the rest; 1 is the first" }),
        ),
      },
      { ...CLOSED, default: {} },
    ),
    then: Type.Array(ReactionSchema, { maxItems: 20 }),
  },
  CLOSED,
);

export const ScenarioSchema = Type.Object(
  {
    identity: Type.Object(
      {
        commerceCode: Type.Integer({ minimum: 1, maximum: 999_999_999_999, default: 597_029 }),
        terminalId: Type.String({ pattern: "^[0-9A-Za-z]{1,16}$", default: "70012345" }),
        serialNumber: Type.String({ pattern: "^[0-9A-Za-z-]{1,32}$", default: "SIM0000001" }),
      },
      { ...CLOSED, default: {} },
    ),
    gapMs: Type.Integer({
      ...milliseconds,
      default: 150,
      description: "between two messages, because the vendor's programs break on glued ones",
    }),
    customerMs: Type.Integer({ ...milliseconds, default: 500, description: "until the customer presents a card" }),
    stageMs: Type.Integer({ ...milliseconds, default: 275, description: "for the PIN, and for the host" }),
    stages: Type.Enum(["with112", "without112", "none"], {
      default: "with112",
      description: "intermediate messages: with FunctionCode 112, without it, or none",
    }),
    badSign: Type.Enum(["receivedFalse", "error"], {
      default: "receivedFalse",
      description: "what answers a wrong Sign or what is no message",
    }),
    malformed: Type.Enum(["receivedFalse", "error"], {
      default: "error",
      description: "what answers a signed request that makes no sense",
    }),
    whileBusy: Type.Enum(["receivedFalse", "error", "silent"], {
      default: "receivedFalse",
      description: "what answers a second command while one runs (assumed); poll and cancel are always answered",
    }),
    cancelReply: Type.Boolean({
      default: true,
      description: "whether a cancel has a reply of its own, before the canceled sale's (assumed)",
    }),
    repliesAfterReconnect: Type.Boolean({
      default: false,
      description: "whether a reply goes to a connection that was opened after its request (assumed)",
    }),
    detailsTellFunction: Type.Boolean({
      default: true,
      description: "whether the records of Details tell the FunctionCode of their operation (assumed)",
    }),
    clockSkewMs: Type.Integer({
      minimum: -31_536_000_000,
      maximum: 31_536_000_000,
      default: 0,
      description: "how far the clock of the terminal is ahead of this machine's local time",
    }),
    batchLimit: Type.Integer({
      minimum: 1,
      maximum: 1_000_000,
      default: 1_000,
      description: "vouchers until the batch has to be closed; 1,900 of them fill the largest reply that is read",
    }),
    closeAfterReply: Type.Boolean({ default: false }),
    rules: Type.Array(RuleSchema, { default: [], maxItems: 1_000, description: "the first that matches counts" }),
  },
  { ...CLOSED, default: {} },
);
export type Scenario = ValueOf<typeof ScenarioSchema>;

/** `scenario` fits the schema. */
export function completeScenario(scenario: Json): Scenario {
  return withDefaults(ScenarioSchema, scenario) as Scenario;
}

/** How often each rule was matched but for its `nth`. */
export type Hits = readonly number[];

/** The reactions to a request, and the counts with this request in them. */
export function reactionsTo(
  rules: Scenario["rules"],
  hits: Hits,
  request: Request,
): { readonly reactions: readonly Reaction[]; readonly hits: Hits } {
  const matched = rules.map(({ when }) => {
    const command = when.command === undefined || COMMANDS[when.command] === request.command;
    return command && (when.amount === undefined || when.amount === request.fields["Amount"]);
  });
  const counted = rules.map((_, index) => (hits[index] ?? 0) + (matched[index] === true ? 1 : 0));
  const chosen = rules.find(
    ({ when }, index) => matched[index] === true && (when.nth === undefined || when.nth === counted[index]),
  );
  return { reactions: chosen?.then ?? [], hits: counted };
}

/** The reaction of a kind, where the rule has one. */
export function reactionOf<Kind extends Reaction["kind"]>(
  reactions: readonly Reaction[],
  kind: Kind,
): Extract<Reaction, { readonly kind: Kind }> | undefined {
  return reactions.find((reaction): reaction is Extract<Reaction, { readonly kind: Kind }> => reaction.kind === kind);
}
