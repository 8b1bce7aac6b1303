import { ReceiptSchema } from "../core/receipt.ts";
import { oneOf, Type, type TObject, type TSchema, type ValueOf } from "../core/schema.ts";
import { STAGES } from "../core/terminal.ts";
import { RequestId, TerminalId, Time, TransactionId } from "./fields.ts";
import { SightingSchema, TerminalSchema } from "./terminal.ts";
import { TransactionSchema } from "./transaction.ts";

/** The first thing that the server says on a socket. */
export const HelloSchema = Type.Object({
  product: Type.Literal("tillbridge"),
  version: Type.String(),
  protocol: Type.Object({ min: Type.Integer(), max: Type.Integer() }),
  instance: Type.String({ description: "Of this installation of the daemon" }),
  journal: Type.String({ description: "The id of the memory of money" }),
  time: Time,
  features: Type.Array(Type.String(), { description: "What this daemon understands beyond version 1" }),
});
export type Hello = ValueOf<typeof HelloSchema>;

const transactionEvent = { transaction: TransactionSchema };

/** The fields of every event, by its type, beside `seq`, `at`, `type` and `kept`. */
export const EVENTS = {
  "transaction.accepted": {
    summary: "Stored: it will be done, or the outcome says why not.",
    fields: transactionEvent,
  },
  "transaction.dispatched": {
    summary: "On its way to the terminal: money may move from here on.",
    fields: transactionEvent,
  },
  "transaction.settled": { summary: "It has an outcome.", fields: transactionEvent },
  "transaction.resolved": { summary: "The outcome has a new revision.", fields: transactionEvent },
  alarm: {
    summary: "Something that a person should look at.",
    fields: {
      severity: oneOf(["warning", "critical"]),
      code: Type.String(),
      terminal: Type.Optional(TerminalId),
      transaction: Type.Optional(TransactionId),
      text: Type.String(),
      remedy: Type.String(),
    },
  },
  "transaction.progress": {
    summary: "Where the customer is.",
    fields: {
      transaction: TransactionId,
      requestId: RequestId,
      stage: oneOf(STAGES),
      text: Type.Optional(Type.String({ description: "the terminal's own words" })),
      remainingMs: Type.Optional(Type.Number()),
      queuePosition: Type.Optional(
        Type.Integer({ minimum: 0, description: "its place in the queue of the terminal; 1 is the next" }),
      ),
    },
  },
  "transaction.receipt": {
    summary: "A receipt to print.",
    fields: { transaction: TransactionId, requestId: RequestId, receipt: ReceiptSchema },
  },
  "transaction.prompt": {
    summary: "A question for the cashier: `transactions.answer` answers it; without an answer `default` counts.",
    fields: {
      transaction: TransactionId,
      prompt: Type.String(),
      ask: oneOf(["confirm", "choose", "text", "signature"]),
      text: Type.String(),
      choices: Type.Optional(Type.Array(Type.String())),
      expiresAt: Time,
      default: Type.String(),
    },
  },
  "terminal.state": { summary: "A terminal changed.", fields: { terminal: TerminalSchema } },
  "terminal.appeared": {
    summary: "Discovery saw a terminal that is not configured.",
    fields: { sighting: SightingSchema },
  },
  "terminal.vanished": {
    summary: "A terminal was taken out of the configuration (`terminal`), or is not seen any more (`sighting`).",
    fields: { terminal: Type.Optional(TerminalId), sighting: Type.Optional(SightingSchema) },
  },
  "terminal.pairing": {
    summary: "What the vendor's pairing wants shown or confirmed.",
    fields: {
      terminal: TerminalId,
      code: Type.Optional(Type.String()),
      text: Type.Optional(Type.String()),
      expiresAt: Type.Optional(Time),
    },
  },
  trace: {
    summary: "One redacted message between the daemon and a terminal.",
    fields: { terminal: TerminalId, entry: Type.Unknown() },
  },
} as const satisfies Record<string, { readonly summary: string; readonly fields: Record<string, TSchema> }>;

export type EventType = keyof typeof EVENTS;

/** Events of these types are numbered, kept and delivered again; all others are said once. */
export const KEPT_EVENT_TYPES = [
  "transaction.accepted",
  "transaction.dispatched",
  "transaction.settled",
  "transaction.resolved",
  "alarm",
] as const satisfies readonly EventType[];

/** What every event begins with. `seq` counts the kept events of one POS; others carry that of the last kept one. */
export const eventHead = {
  seq: Type.Integer({ minimum: 0 }),
  at: Time,
  kept: Type.Boolean(),
};

export function eventSchema(type: EventType) {
  return Type.Object({ ...eventHead, type: Type.Literal(type), ...EVENTS[type].fields });
}

type FieldsOf<Name extends EventType> = ValueOf<TObject<(typeof EVENTS)[Name]["fields"]>>;

/** One event without its head. */
export type EventBody = { [Name in EventType]: { readonly type: Name } & FieldsOf<Name> }[EventType];

/** The params of the notification `event`. */
export type EventOnWire = { readonly seq: number; readonly at: string; readonly kept: boolean } & EventBody;
