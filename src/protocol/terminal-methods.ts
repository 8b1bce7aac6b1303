import { MAX_AMOUNT_MINOR } from "../core/money.ts";
import { Type } from "../core/schema.ts";
import { SERIAL_NUMBER_PATTERN } from "../core/terminal.ts";
import { exactly, FreeObject, LinkDescription, PersonName, Reason, TerminalId, transactionName } from "./fields.ts";
import { method } from "./method.ts";
import { SightingSchema, TerminalSchema, VendorDescriptionSchema } from "./terminal.ts";

const oneTerminal = Type.Object({ terminal: TerminalSchema });
const Name = Type.String({ minLength: 1, maxLength: 64, description: "What people call it" });
const SerialNumber = Type.String({
  pattern: SERIAL_NUMBER_PATTERN,
  description: "The maker's, as the device tells it; learned at the first meeting where nothing is said",
});
const Line = Type.String({ maxLength: 256 });
const WaitSeconds = Type.Integer({ minimum: 1, maximum: 300 });
const discovered = Type.Object({
  sightings: Type.Array(SightingSchema),
  notes: Type.Optional(Type.Array(Type.String(), { description: "What could not be looked at, in words" })),
});
const deviceAnswer = Type.Object({ answer: Type.Unknown({ description: "In the words of the vendor" }) });

export const terminalMethods = {
  "terminals.list": method({
    summary: "All terminals.",
    scope: "status",
    params: exactly({}),
    result: Type.Object({ terminals: Type.Array(TerminalSchema) }),
  }),
  "terminals.get": method({
    summary: "One terminal.",
    scope: "status",
    params: exactly({ terminal: TerminalId }),
    result: oneTerminal,
  }),
  "terminals.poll": method({
    summary:
      "Asks the terminal itself whether it is there. Moves no money; a busy terminal is not disturbed (`asked: false`).",
    scope: "status",
    params: exactly({ terminal: TerminalId }),
    result: Type.Object({
      reachable: Type.Boolean(),
      asked: Type.Boolean(),
      latencyMs: Type.Optional(Type.Number()),
      detail: Type.Optional(Type.String()),
    }),
  }),
  "terminals.add": method({
    summary: "Adds a terminal to the configuration and connects it.",
    scope: "admin",
    params: exactly({
      terminal: TerminalId,
      vendor: Type.String({ minLength: 1, maxLength: 64, description: "As in `vendors.list`" }),
      link: LinkDescription,
      settings: Type.Optional(FreeObject),
      name: Type.Optional(Name),
      serialNumber: Type.Optional(SerialNumber),
    }),
    result: oneTerminal,
  }),
  "terminals.update": method({
    summary: "Changes a terminal's configuration. What is left out stays as it is, also of the settings.",
    scope: "admin",
    params: exactly({
      terminal: TerminalId,
      link: Type.Optional(LinkDescription),
      settings: Type.Optional(FreeObject),
      name: Type.Optional(Name),
      serialNumber: Type.Optional(
        Type.Union([SerialNumber, Type.Null()], { description: "null forgets it: the next device is learned" }),
      ),
      disabled: Type.Optional(Type.Boolean()),
    }),
    result: oneTerminal,
  }),
  "terminals.remove": method({
    summary: "Takes a terminal out of the configuration.",
    scope: "admin",
    params: exactly({ terminal: TerminalId }),
    result: Type.Object({}),
  }),
  "terminals.pair": method({
    summary: "The vendor's own pairing. What has to be shown or confirmed comes as event `terminal.pairing`.",
    scope: "admin",
    params: exactly({ terminal: TerminalId, code: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })) }),
    result: oneTerminal,
  }),
  "terminals.liftFence": method({
    summary:
      "Lets a terminal work although a transaction is in doubt. From then on only a person decides that transaction.",
    scope: "resolve",
    params: exactly({ terminal: TerminalId, ...transactionName, operator: PersonName, reason: Reason }),
    result: oneTerminal,
  }),
  "vendors.list": method({
    summary: "The vendors that this daemon knows, with the schema of their settings.",
    scope: "status",
    params: exactly({}),
    result: Type.Object({ vendors: Type.Array(VendorDescriptionSchema) }),
  }),
  "discovery.list": method({
    summary: "What the last `discovery.scan` saw. Nothing is looked for unless somebody asks.",
    scope: "status",
    params: exactly({}),
    result: discovered,
  }),
  "discovery.scan": method({
    summary: "Looks for terminals now, for 3 seconds where nothing is said; whoever asks meanwhile shares the look.",
    scope: "status",
    params: exactly({ seconds: Type.Optional(WaitSeconds) }),
    result: discovered,
  }),
  "reports.run": method({
    summary: "A read-only report of the terminal, when it is idle.",
    scope: "status",
    params: exactly({
      terminal: TerminalId,
      report: Type.String({ minLength: 1, maxLength: 64, description: "One of the terminal's `capabilities.reports`" }),
      params: Type.Optional(FreeObject),
    }),
    result: Type.Object({ report: Type.Unknown({ description: "In the words of the vendor" }) }),
  }),
  "device.display": method({
    summary: "Shows text or a cart on the terminal, where `capabilities.device` names `display`.",
    scope: "pay",
    params: exactly({
      terminal: TerminalId,
      lines: Type.Optional(Type.Array(Line, { maxItems: 8 })),
      items: Type.Optional(
        Type.Array(
          exactly({
            name: Type.String({ minLength: 1, maxLength: 128 }),
            unitPrice: Type.Integer({ minimum: 0, maximum: MAX_AMOUNT_MINOR, description: "minor units" }),
            quantity: Type.Number({ minimum: 0, maximum: 1_000_000 }),
          }),
          { maxItems: 200, description: "The cart, in place of `lines`, where the terminal can show one" },
        ),
      ),
      total: Type.Optional(
        Type.Integer({ minimum: 0, maximum: MAX_AMOUNT_MINOR, description: "Of the cart, in minor units" }),
      ),
      seconds: Type.Optional(WaitSeconds),
    }),
    result: deviceAnswer,
  }),
  "device.print": method({
    summary: "Prints on the terminal, where `capabilities.device` names `print`.",
    scope: "pay",
    params: exactly({ terminal: TerminalId, lines: Type.Array(Line, { maxItems: 200 }) }),
    result: deviceAnswer,
  }),
  "device.function": method({
    summary:
      "One of the vendor's own functions: whatever else `capabilities.device` names, and the vendor's page in the documentation explains.",
    scope: "pay",
    params: exactly({
      terminal: TerminalId,
      name: Type.String({
        minLength: 1,
        maxLength: 64,
        description: "One of `capabilities.device` that has no method of its own",
      }),
      params: Type.Optional(FreeObject),
    }),
    result: deviceAnswer,
  }),
  "device.scan": method({
    summary: "Reads a code with the terminal's scanner, where `capabilities.device` names `scan`.",
    scope: "pay",
    params: exactly({ terminal: TerminalId, seconds: Type.Optional(WaitSeconds) }),
    result: deviceAnswer,
  }),
};
