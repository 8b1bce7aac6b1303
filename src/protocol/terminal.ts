import { oneOf, Type, type ValueOf } from "../core/schema.ts";
import { CapabilitiesSchema, TERMINAL_STATES } from "../core/terminal.ts";
import { FreeObject, LinkDescription, TerminalId, Time, TransactionId } from "./fields.ts";
import { AdviceSchema } from "./transaction.ts";

/** Why a terminal is away, where more is known of it than a sentence. */
export const AWAY_REASONS = [
  "otherDevice",
  "twin",
  "unnamed",
  "nobodyListens",
  "otherProgram",
  "settingLacks",
] as const;

export const TerminalSchema = Type.Object(
  {
    id: TerminalId,
    vendor: Type.String(),
    name: Type.Optional(Type.String()),
    model: Type.Optional(Type.String()),
    identity: Type.Optional(Type.Record(Type.String(), Type.String(), { description: "Who the device says it is" })),
    serialNumber: Type.Optional(
      Type.String({
        description:
          "Of the device that it is: configured, or learned at the first meeting. Another one in its place takes no payment",
      }),
    ),
    link: LinkDescription,
    state: oneOf(TERMINAL_STATES),
    detail: Type.Optional(Type.String({ description: "Why it is in this state, in words" })),
    reason: Type.Optional(
      oneOf(AWAY_REASONS, {
        description: "What `detail` is about, where that is known. A later version may know more",
      }),
    ),
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
    kind: Type.Optional(Type.String({ description: "How it was seen: mdns, serial, usb or account" })),
    vendor: Type.Optional(Type.String({ description: "Whose terminal it looks like" })),
    name: Type.Optional(Type.String({ description: "As it calls itself: anybody's text" })),
    address: Type.Optional(Type.String()),
    port: Type.Optional(Type.Integer()),
    host: Type.Optional(Type.String({ description: "The host name that it announces" })),
    card: Type.Optional(Type.String({ description: "The network card on which it was seen" })),
    path: Type.Optional(Type.String({ description: "Of a serial port: /dev/ttyACM0, COM3" })),
    vendorId: Type.Optional(Type.String({ description: "Of a USB device: 0x2fb8" })),
    productId: Type.Optional(Type.String()),
    serialNumber: Type.Optional(Type.String({ description: "As the USB device tells it: anybody's text" })),
    manufacturer: Type.Optional(Type.String()),
    product: Type.Optional(Type.String()),
    device: Type.Optional(Type.String({ description: "What its vendor's cloud calls it: anybody's text" })),
    model: Type.Optional(Type.String({ description: "As its vendor's cloud tells it" })),
    state: Type.Optional(
      Type.String({ description: "Of a terminal in a cloud: whether it takes payments, and if not, what to do" }),
    ),
    why: Type.Optional(Type.String({ description: "By what it was recognised" })),
    score: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, description: "How sure that is" })),
    simulated: Type.Optional(Type.Boolean({ description: "It says of itself that it is no real terminal" })),
    reachable: Type.Optional(
      Type.Boolean({ description: "Whether somebody listens there; absent where nobody was asked" }),
    ),
    link: Type.Optional(LinkDescription),
    settings: Type.Optional(FreeObject),
    missing: Type.Optional(
      Type.Array(Type.String(), {
        description: "Settings that have to be filled in to add it: discovery cannot know them",
      }),
    ),
    terminal: Type.Optional(TerminalId),
    command: Type.Optional(Type.String({ description: "Adds it, pasted into a shell of the daemon's machine" })),
  },
  { description: "What discovery saw. `terminal` names the one that is configured there already" },
);
export type SightingOnWire = ValueOf<typeof SightingSchema>;
