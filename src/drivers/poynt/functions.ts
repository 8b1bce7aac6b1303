import type { Json, JsonObject } from "../../core/json.ts";
import { schemaFaults, Type } from "../../core/schema.ts";
import type { Context, DeviceReply, DeviceRequest, ReportDescription } from "../driver.ts";
import { newUuid } from "./identity.ts";
import { PAIRING, type Command, type PoyntAnswer, type PoyntRequest } from "./messages.ts";
import type { PoyntSettings } from "./settings.ts";
import { OrderItemSchema } from "./vendor-fields.ts";

/** One request that moves no money, and how long its answer may take. */
export type Question = { readonly message: PoyntRequest; readonly timeoutMs: number };

/** Asking for the state of the payment screen changes nothing that a repeat is answered from. */
export const REPORTS = { paymentState: { keepsEvidence: true } } as const satisfies Record<string, ReportDescription>;

export const DEVICE_FUNCTIONS = ["print", "display", "scan"] as const;

/** Words where it cannot be asked. */
export function questionOf(
  request: Extract<DeviceRequest, { kind: "report" | "function" }>,
  context: Context,
  settings: PoyntSettings,
): Question | string {
  if (request.kind === "function") return functionQuestion(request.name, request.params, context, settings);
  return request.report === "paymentState"
    ? stateQuestion(context, settings)
    : `there is no report ${request.report}; there is ${Object.keys(REPORTS).join(", ")}`;
}

export function stateQuestion(context: Context, settings: PoyntSettings): Question {
  return { message: ask("paymentState", {}, context, settings), timeoutMs: settings.replyMs };
}

function ask(command: Command, fields: JsonObject, context: Context, { clientName }: PoyntSettings): PoyntRequest {
  const body = { poyntRequestId: newUuid(context.crypto), ...fields };
  return { kind: "request", command, client: clientName, key: PAIRING, body };
}

function functionQuestion(
  name: string,
  params: JsonObject,
  context: Context,
  settings: PoyntSettings,
): Question | string {
  const { functionMs, replyMs, scanPath } = settings;
  const timed = (command: Command, content: JsonObject): Question => ({
    message: ask(command, { timeout: functionMs, ...content }, context, settings),
    timeoutMs: functionMs + replyMs,
  });
  switch (name) {
    case "print": {
      const lines = linesIn(params);
      if (lines === undefined) return "params.lines must be a list of texts";
      return timed("print", { printingRequest: { content: lines.join("\n") } });
    }
    case "display": {
      const cart = cartIn(params, settings);
      return typeof cart === "string" ? cart : timed("showItems", { secondScreenRequest: cart });
    }
    case "scan": {
      const { seconds } = params;
      const wantedMs = typeof seconds === "number" ? seconds * 1_000 : functionMs;
      const command = scanPath === "cat" ? "scanByCat" : "scan";
      // The house waits for three of these.
      return { message: ask(command, {}, context, settings), timeoutMs: Math.min(wantedMs, 2 * functionMs) };
    }
    default:
      return `there is no function ${name}; there are ${DEVICE_FUNCTIONS.join(", ")}`;
  }
}

function linesIn({ lines }: JsonObject): readonly string[] | undefined {
  const isTexts = Array.isArray(lines) && lines.every((line: Json) => typeof line === "string");
  return isTexts ? lines : undefined;
}

const CartSchema = Type.Object(
  {
    items: Type.Array(OrderItemSchema, { maxItems: 200 }),
    total: Type.Integer({ minimum: 0, maximum: 999_999_999_999, description: "minor units" }),
  },
  { additionalProperties: false },
);

/** The second screen shows a cart: its items, or lines of text as items that cost nothing. */
function cartIn(params: JsonObject, { currency }: PoyntSettings): JsonObject | string {
  const { items, total } = params;
  if (items !== undefined) {
    const [fault] = schemaFaults(CartSchema, { items, ...(total === undefined ? {} : { total }) });
    return fault === undefined ? { totalAmount: total ?? 0, currency, items } : `params.${fault.field} ${fault.why}`;
  }
  const lines = linesIn(params);
  if (lines === undefined) return "params.lines must be a list of texts";
  return { totalAmount: 0, currency, items: lines.map((name) => ({ name, unitPrice: 0, quantity: 1 })) };
}

/** The answer to a report or function, for whoever asked. */
export function deviceReply(answer: PoyntAnswer): DeviceReply {
  switch (answer.kind) {
    case "paymentState":
      return { kind: "answered", data: { paymentState: answer.text } };
    case "finished":
      return { kind: "answered", data: {} };
    case "scanned":
      return answer.isSuccess
        ? { kind: "answered", data: { text: answer.text } }
        : { kind: "refused", why: "nothing was scanned" };
    case "error": {
      const words = [String(answer.code), answer.name, answer.text].filter((part) => part !== "");
      return { kind: "refused", why: `the terminal answered with error ${words.join(" ")}` };
    }
    case "pong":
    case "otherPairing":
    case "paired":
    case "secret":
    case "payment":
    case "settled":
      return { kind: "refused", why: "the terminal answered something else than it was asked" };
  }
}
