import { isJsonObject, type Json, type JsonObject } from "../../core/json.ts";
import { failure, type Reply } from "./simulator-replies.ts";
import { expirationMsIn } from "./simulator-values.ts";

/** What may stand at a place of a request. */
type Shape =
  | { readonly kind: "text"; readonly fits?: (text: string) => boolean }
  | { readonly kind: "textOrInteger" }
  | { readonly kind: "any" }
  | { readonly kind: "one"; readonly item: Shape }
  | { readonly kind: "fields"; readonly required: readonly string[]; readonly fields: Readonly<Record<string, Shape>> };

const matching = (pattern: RegExp): Shape => ({ kind: "text", fits: (text) => pattern.test(text) });
const word = (...words: readonly string[]): Shape => ({ kind: "text", fits: (text) => words.includes(text) });
const fields = (required: readonly string[], named: Readonly<Record<string, Shape>>): Shape => ({
  kind: "fields",
  required,
  fields: named,
});
const text: Shape = { kind: "text" };

const REFERENCE = matching(/^[A-Za-z0-9_-]{1,64}$/);
/** Two underscores, and only these two are listed (mercado-pago.md 2.1). */
const TERMINAL_ID = matching(/^(NEWLAND_N950|PAX_A910)__[A-Za-z0-9]{1,40}$/);
const AMOUNT = matching(/^\d{1,10}(\.\d{1,2})?$/);

/** mercado-pago.md 3.1. */
const ORDER = fields(["type", "external_reference", "transactions", "config"], {
  type: word("point"),
  external_reference: REFERENCE,
  expiration_time: { kind: "text", fits: (duration) => expirationMsIn(duration) !== undefined },
  description: matching(/^[^]{0,150}$/),
  transactions: fields(["payments"], { payments: { kind: "one", item: fields(["amount"], { amount: AMOUNT }) } }),
  config: fields(["point"], {
    point: fields(["terminal_id"], {
      terminal_id: TERMINAL_ID,
      print_on_terminal: word("seller_ticket", "no_ticket"),
      ticket_number: text,
    }),
    payment_method: fields([], {
      default_type: word("debit_card", "credit_card", "voucher_card", "qr"),
      default_installments: { kind: "textOrInteger" },
      installments_cost: word("seller", "buyer"),
    }),
  }),
  integration_data: fields([], { platform_id: text, integrator_id: text, sponsor: fields([], { id: text }) }),
  taxes: { kind: "any" },
});

/** mercado-pago.md 4.4. */
const REFUND = fields(["transactions"], {
  transactions: { kind: "one", item: fields(["id", "amount"], { id: text, amount: AMOUNT }) },
});

/** mercado-pago.md 2.2. */
const SETUP = fields(["terminals"], {
  terminals: {
    kind: "one",
    item: fields(["id", "operating_mode"], { id: text, operating_mode: word("PDV", "STANDALONE") }),
  },
});

/** mercado-pago.md 4.6. */
const ACTION = fields(["type", "external_reference", "config", "content"], {
  type: word("print"),
  external_reference: REFERENCE,
  config: fields(["point"], {
    point: fields(["terminal_id", "subtype"], { terminal_id: TERMINAL_ID, subtype: word("custom", "image") }),
  }),
  content: matching(/^[^]{1,1400000}$/),
});

const SHAPES = { order: ORDER, refund: REFUND, setup: SETUP, action: ACTION } as const;

/** The first thing that is wrong with a body, in the vendor's words; undefined where it is right. */
export function faultIn(what: keyof typeof SHAPES, body: Json | undefined): Reply | undefined {
  if (body === undefined) return failure(400, "json_syntax_error", "The request body is not valid JSON");
  return faultAt(body, SHAPES[what], "");
}

const refused = (code: string, place: string, why: string): Reply =>
  failure(400, code, "Invalid request", [`${place === "" ? "body" : place}: ${why}`]);

function faultAt(value: Json, shape: Shape, place: string): Reply | undefined {
  switch (shape.kind) {
    case "any":
      return undefined;
    case "text":
      if (typeof value !== "string") return refused("property_type", place, "must be a string");
      return shape.fits?.(value) === false
        ? refused("property_value", place, "has a value that is not allowed")
        : undefined;
    case "textOrInteger":
      return typeof value === "string" || Number.isSafeInteger(value)
        ? undefined
        : refused("property_type", place, "must be a string or an integer");
    case "one":
      if (!Array.isArray(value)) return refused("property_type", place, "must be an array");
      return faultInList(value, shape.item, place);
    case "fields":
      if (!isJsonObject(value)) return refused("property_type", place, "must be an object");
      return faultInFields(value, shape, place);
  }
}

function faultInList(items: readonly Json[], shape: Shape, place: string): Reply | undefined {
  const [first] = items;
  if (first === undefined) return refused("minimum_items", place, "must have 1 element");
  return items.length > 1
    ? refused("maximum_items", place, "must have 1 element")
    : faultAt(first, shape, `${place}[0]`);
}

function faultInFields(
  value: JsonObject,
  { required, fields: known }: Extract<Shape, { readonly kind: "fields" }>,
  place: string,
): Reply | undefined {
  const at = (name: string): string => (place === "" ? name : `${place}.${name}`);
  if (Object.keys(value).length === 0 && required.length > 0)
    return refused("minimum_properties", place, "must not be empty");
  const missing = required.find((name) => value[name] === undefined);
  if (missing !== undefined) return refused("required_properties", at(missing), "is required");
  const extra = Object.keys(value).find((name) => !Object.hasOwn(known, name));
  if (extra !== undefined) return refused("unsupported_properties", at(extra), "is not supported");
  for (const [name, shape] of Object.entries(known)) {
    const own = value[name];
    const fault = own === undefined ? undefined : faultAt(own, shape, at(name));
    if (fault !== undefined) return fault;
  }
  return undefined;
}
