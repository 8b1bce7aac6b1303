import { oneOf, Type, type ValueOf } from "../core/schema.ts";
import { CapabilitiesSchema, TERMINAL_STATES } from "../core/terminal.ts";
import { LinkDescription, TerminalId, Time, TransactionId } from "./fields.ts";
import { AdviceSchema } from "./transaction.ts";

export const TerminalSchema = Type.Object(
  {
    id: TerminalId,
    vendor: Type.String(),
    name: Type.Optional(Type.String()),
    model: Type.Optional(Type.String()),
    identity: Type.Optional(Type.Record(Type.String(), Type.String(), { description: "Who the device says it is" })),
    link: LinkDescription,
    state: oneOf(TERMINAL_STATES),
    detail: Type.Optional(Type.String({ description: "Why it is in this state, in words" })),
    fence: Type.Optional(
      Type.Object(
        { transaction: TransactionId, since: Time, advice: AdviceSchema },
        { description: "The transaction in doubt that keeps the terminal from others" },
      ),
    ),
    capabilities: CapabilitiesSchema,
    lastSeen: Type.Union([Time, Type.Null()], { description: "The last sign of life; null where there was none" }),
    busyWith: Type.Optional(TransactionId),
    queue: Type.Integer({ minimum: 0, description: "How many transactions wait" }),
  },
  { description: "A card terminal" },
);
export type TerminalOnWire = ValueOf<typeof TerminalSchema>;

export const VendorDescriptionSchema = Type.Object({
  id: Type.String(),
  name: Type.String(),
  links: Type.Array(Type.String()),
  settingsSchema: Type.Unknown({ description: "JSON Schema of a terminal's `settings`" }),
  operations: Type.Array(Type.String()),
});
export type VendorDescription = ValueOf<typeof VendorDescriptionSchema>;

export const SightingSchema = Type.Object(
  {
    vendor: Type.Optional(Type.String()),
    name: Type.Optional(Type.String()),
    address: Type.Optional(Type.String()),
    port: Type.Optional(Type.Integer()),
  },
  { description: "What discovery saw" },
);
