import { parseJson } from "../../codec/json-text.ts";
import { decodeUtf8 } from "../../codec/utf8.ts";
import { isJsonObject, type Json, type JsonObject } from "../../core/json.ts";
import type { SimulatedRequest } from "../simulator.ts";
import { amountIn, textIn } from "../poynt/simulator-order.ts";
import type { CommandName, MoneyCommand, RestCommand } from "./simulator-commands.ts";
import { messageIn, type Payload } from "./simulator-messages.ts";

const MAX_DEPTH = 16;

export type Fields = ReadonlyMap<string, string>;

/** What somebody asks the cloud for. */
export type Route =
  | { readonly kind: "token"; readonly form: Fields }
  | { readonly kind: "message"; readonly envelope: JsonObject | undefined; readonly payload: Payload }
  | { readonly kind: "business"; readonly businessId: string; readonly storeId?: string }
  | { readonly kind: "search"; readonly businessId: string; readonly query: Fields; readonly path: string }
  | { readonly kind: "transaction"; readonly businessId: string; readonly transactionId: string }
  | ({ readonly kind: "change"; readonly businessId: string } & ChangeAsked)
  | { readonly kind: "unknown"; readonly why: string };

/** Voids, refunds, captures or adjusts over REST. */
export type ChangeAsked = {
  readonly command: Extract<MoneyCommand, "void" | "refund" | "completion" | "adjustment">;
  readonly transactionId: string;
  /** Empty where it has none. */
  readonly body: JsonObject;
};

export function routeOf(request: SimulatedRequest): Route {
  const { method } = request;
  const [path = "", query = ""] = request.path.split("?", 2);
  const steps = path.split("/").slice(1).map(decoded);
  const [first = "", ...rest] = steps;
  if (method === "POST" && path === "/token") return { kind: "token", form: fieldsIn(textOf(request)) };
  if (method === "POST" && path === "/cloudMessages") {
    const envelope = bodyOf(request);
    return { kind: "message", envelope, payload: messageIn(envelope ?? {}) };
  }
  return first === "businesses"
    ? businessRoute(request, path, fieldsIn(query), rest)
    : { kind: "unknown", why: `${method} ${path}` };
}

function businessRoute(request: SimulatedRequest, path: string, query: Fields, steps: readonly string[]): Route {
  const { method } = request;
  const [businessId = "", what, id, action, ...more] = steps;
  const unknown: Route = { kind: "unknown", why: `${method} ${path}` };
  if (more.length > 0) return unknown;
  if (method === "GET" && what === undefined) return { kind: "business", businessId };
  if (method === "GET" && what === "stores" && id !== undefined && action === undefined)
    return { kind: "business", businessId, storeId: id };
  if (what !== "transactions") return unknown;
  if (method === "GET" && id === undefined) return { kind: "search", businessId, query, path };
  if (method === "GET" && id !== undefined && action === undefined)
    return { kind: "transaction", businessId, transactionId: id.toLowerCase() };
  const body = bodyOf(request) ?? {};
  const change = changeOf(method, id, action, body);
  return change === undefined
    ? unknown
    : { kind: "change", businessId, ...change, transactionId: change.transactionId.toLowerCase(), body };
}

/** The paths of a capture and an adjustment are assumed: the vendor's sources that we have name only void and refund (poynt.md 2.6). */
function changeOf(
  method: string,
  id: string | undefined,
  action: string | undefined,
  body: JsonObject,
): Omit<ChangeAsked, "body"> | undefined {
  if (method === "PATCH" && id !== undefined && action === undefined)
    return { command: "adjustment", transactionId: id };
  if (method !== "POST") return undefined;
  if (id === undefined) {
    const transactionId = textIn(body, "parentId");
    const kind = textIn(body, "action");
    if (kind === "REFUND") return { command: "refund", transactionId };
    return kind === "CAPTURE" ? { command: "completion", transactionId } : undefined;
  }
  if (action === "void") return { command: "void", transactionId: id };
  return action === "capture" ? { command: "completion", transactionId: id } : undefined;
}

const REST_COMMANDS: Readonly<Record<ChangeAsked["command"], RestCommand>> = {
  void: "restVoid",
  refund: "restRefund",
  completion: "restCapture",
  adjustment: "restAdjustment",
};

/** What a rule looks at. */
export function occasionOf(route: Route): { readonly command: CommandName | undefined; readonly amount?: Json } {
  if (route.kind === "message") {
    const { payload } = route;
    if (payload.kind !== "payment") return { command: payload.kind };
    return { command: payload.command, amount: amountIn(payload.asked, "amount") ?? null };
  }
  if (route.kind === "change") {
    const { amounts } = route.body;
    const amount = isJsonObject(amounts) ? (amounts["transactionAmount"] ?? null) : null;
    return { command: REST_COMMANDS[route.command], amount };
  }
  return { command: route.kind === "unknown" ? undefined : route.kind };
}

function textOf({ body }: SimulatedRequest): string {
  return decodeUtf8(body) ?? "";
}

function bodyOf(request: SimulatedRequest): JsonObject | undefined {
  const body = parseJson(textOf(request), MAX_DEPTH);
  return isJsonObject(body) ? body : undefined;
}

/** Of a query or a form. The last of several with one name counts. */
function fieldsIn(text: string): Fields {
  return new Map(
    text
      .split("&")
      .filter((pair) => pair !== "")
      .map((pair) => {
        const [name = "", ...values] = pair.split("=");
        return [formDecoded(name), formDecoded(values.join("="))] as const;
      }),
  );
}

const formDecoded = (text: string): string => decoded(text.replaceAll("+", " "));

/** What is no percent-encoding stays as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
