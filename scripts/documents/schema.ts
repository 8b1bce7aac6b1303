// The protocol's schemas as plain JSON Schema: every object that has a name stands once and is referred to.
import { CardSchema, AmountsSchema } from "../../src/core/outcome.ts";
import { MoneySchema, OperationSchema, OriginalSchema } from "../../src/core/operation.ts";
import { ReceiptSchema } from "../../src/core/receipt.ts";
import type { TSchema } from "../../src/core/schema.ts";
import { CapabilitiesSchema } from "../../src/core/terminal.ts";
import { ErrorDataSchema } from "../../src/protocol/envelope.ts";
import { EVENTS, eventSchema, HelloSchema, type EventType } from "../../src/protocol/events.ts";
import { METHODS, type MethodName } from "../../src/protocol/methods.ts";
import { LimitsSchema } from "../../src/protocol/session-methods.ts";
import { SightingSchema, TerminalSchema, VendorDescriptionSchema } from "../../src/protocol/terminal.ts";
import {
  AdviceSchema,
  DecisionSchema,
  OutcomeOnWireSchema,
  TransactionSchema,
} from "../../src/protocol/transaction.ts";

/** A JSON Schema as JSON, for reading. */
export type Described = {
  readonly $ref?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Described[];
  readonly allOf?: readonly Described[];
  readonly items?: Described;
  readonly properties?: Readonly<Record<string, Described>>;
  readonly patternProperties?: Readonly<Record<string, Described>>;
  readonly required?: readonly string[];
  readonly description?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly default?: string | number | boolean;
  readonly [keyword: string]: unknown;
};

/** The larger first, so that what they hold is referred to by the name of the whole. */
export const OBJECTS: Readonly<Record<string, TSchema>> = {
  Transaction: TransactionSchema,
  Operation: OperationSchema,
  Original: OriginalSchema,
  Outcome: OutcomeOnWireSchema,
  Decision: DecisionSchema,
  Terminal: TerminalSchema,
  Capabilities: CapabilitiesSchema,
  Vendor: VendorDescriptionSchema,
  Sighting: SightingSchema,
  Receipt: ReceiptSchema,
  Amounts: AmountsSchema,
  Card: CardSchema,
  Advice: AdviceSchema,
  Money: MoneySchema,
  Limits: LimitsSchema,
  ErrorData: ErrorDataSchema,
};

export const METHOD_NAMES = Object.keys(METHODS) as MethodName[];
export const EVENT_TYPES = Object.keys(EVENTS) as EventType[];

const names = new Map(Object.entries(OBJECTS).map(([name, schema]) => [JSON.stringify(schema), name]));

/** The schema with a reference wherever one of the named objects stands inside it; `base` ends with a slash. */
export function withReferences(schema: TSchema, base: string): Described {
  const replaced = (value: unknown, isWhole: boolean): unknown => {
    if (typeof value !== "object" || value === null) return value;
    const name = isWhole ? undefined : names.get(JSON.stringify(value));
    if (name !== undefined) return { $ref: `${base}${name}` };
    if (Array.isArray(value)) return value.map((item) => replaced(item, false));
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replaced(item, false)]));
  };
  return replaced(JSON.parse(JSON.stringify(schema)), names.has(JSON.stringify(schema))) as Described;
}

const id = { anyOf: [{ type: "string", maxLength: 128 }, { type: "integer" }] };

function envelope(properties: Record<string, unknown>): Described {
  return {
    type: "object",
    properties: { jsonrpc: { const: "2.0" }, ...properties },
    required: ["jsonrpc", ...Object.keys(properties)],
  };
}

/** Every message of the protocol by its name: `terminals.get.request`, `terminals.get.reply`, `hello`, `event.alarm`, `error`. */
export function messageSchemas(base: string): Readonly<Record<string, Described>> {
  const ofMethods = METHOD_NAMES.flatMap((name): [string, Described][] => [
    [
      `${name}.request`,
      {
        ...envelope({ id, method: { const: name }, params: withReferences(METHODS[name].params, base) }),
        additionalProperties: false,
      },
    ],
    [`${name}.reply`, envelope({ id, result: withReferences(METHODS[name].result, base) })],
  ]);
  const ofEvents = EVENT_TYPES.map((type): [string, Described] => [
    `event.${type}`,
    envelope({ method: { const: "event" }, params: withReferences(eventSchema(type), base) }),
  ]);
  const error = {
    type: "object",
    properties: { code: { type: "integer" }, message: { type: "string" }, data: { $ref: `${base}ErrorData` } },
    required: ["code", "message", "data"],
  };
  return {
    ...Object.fromEntries(ofMethods),
    hello: envelope({ method: { const: "hello" }, params: withReferences(HelloSchema, base) }),
    ...Object.fromEntries(ofEvents),
    error: envelope({ id: { anyOf: [...id.anyOf, { type: "null" }] }, error }),
  };
}

export function objectSchemas(base: string): Readonly<Record<string, Described>> {
  return Object.fromEntries(Object.entries(OBJECTS).map(([name, schema]) => [name, withReferences(schema, base)]));
}

/** One JSON Schema document for all messages and objects. */
export function jsonSchemaDocument(): Described {
  const base = "#/$defs/";
  const messages = messageSchemas(base);
  const oneOf = (names: readonly string[]) => ({ anyOf: names.map((name) => ({ $ref: `${base}${name}` })) });
  const requests = METHOD_NAMES.map((name) => `${name}.request`);
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Tillbridge protocol, version 1",
    description:
      "Any message of the protocol. Replies and events may hold more fields than are named here; requests may not.",
    anyOf: [{ $ref: `${base}ClientMessage` }, { $ref: `${base}ServerMessage` }],
    $defs: {
      ClientMessage: oneOf(requests),
      ServerMessage: oneOf(Object.keys(messages).filter((name) => !requests.includes(name))),
      ...objectSchemas(base),
      ...messages,
    },
  };
}
