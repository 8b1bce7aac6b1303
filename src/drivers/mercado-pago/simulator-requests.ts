import { toHex } from "../../codec/hex.ts";
import { parseJson } from "../../codec/json-text.ts";
import { decodeUtf8, encodeUtf8 } from "../../codec/utf8.ts";
import { isJsonObject, type Json, type JsonObject } from "../../core/json.ts";
import type { SimulatedRequest, SimulatorContext } from "../simulator.ts";
import { fieldsIn, isLegacyPath, routeOf, type Found, type Route } from "./simulator-commands.ts";
import type { Memory, Payment } from "./simulator-memory.ts";
import type { Scenario } from "./simulator-scenario.ts";
import { minorIn } from "./simulator-values.ts";
import { objectIn } from "./simulator-views.ts";

const MAX_DEPTH = 16;
const DAY_MS = 86_400_000;

/** A request as it came in, with what can be told of it before it is known to be right. */
export type Arrival = {
  readonly request: SimulatedRequest;
  readonly found: Found;
  readonly route: Route | undefined;
  /** Undefined where there is none, or where it is no JSON. */
  readonly body: Json | undefined;
  readonly key: string;
  readonly isLegacy: boolean;
};

export function arrivalFrom(request: SimulatedRequest): Arrival {
  const found = routeOf(request.method, request.path);
  return {
    request,
    found,
    route: typeof found === "string" ? undefined : found,
    body: bodyOf(request),
    key: request.headers["x-idempotency-key"] ?? "",
    isLegacy: isLegacyPath(request.path),
  };
}

function bodyOf({ body, headers }: SimulatedRequest): Json | undefined {
  const text = decodeUtf8(body) ?? "";
  if (/^application\/x-www-form-urlencoded/i.test(headers["content-type"] ?? "")) {
    return Object.fromEntries(fieldsIn(text));
  }
  return parseJson(text, MAX_DEPTH);
}

export function fieldsOf({ body }: Arrival): JsonObject {
  return isJsonObject(body) ? body : {};
}

export function textIn(fields: JsonObject, name: string): string {
  const value = fields[name];
  return typeof value === "string" ? value : "";
}

/** The one element of a list. */
export function firstIn(fields: JsonObject, name: string): JsonObject {
  const list = fields[name];
  const [first] = Array.isArray(list) ? (list as readonly Json[]) : [];
  return isJsonObject(first) ? first : {};
}

/** What makes two requests the same. */
export function printOf({ method, path, body }: SimulatedRequest, { crypto }: SimulatorContext): string {
  const about = encodeUtf8(`${method} ${path}\n`);
  return toHex(crypto.sha256(Uint8Array.from([...about, ...body])));
}

/** Kept for 24 hours (mercado-pago.md 3.1). */
export function keptFor({ answers }: Memory, key: string, now: number): Memory["answers"][number] | undefined {
  return key === "" ? undefined : answers.find((answer) => answer.key === key && now - answer.at < DAY_MS);
}

/** Whom a request is about, for the rules of the scenario. */
export function subjectOf(
  arrival: Arrival,
  { payments }: Memory,
  { country }: Scenario,
): { readonly amount: number | undefined; readonly terminalId: string | undefined } {
  const { route } = arrival;
  const body = fieldsOf(arrival);
  const payment = route === undefined || route.id === "" ? undefined : paymentNamed(payments, route.id);
  if (route?.command === "createOrder") {
    return {
      amount: minorIn(textIn(firstIn(objectIn(body, "transactions"), "payments"), "amount"), country),
      terminalId: textIn(objectIn(objectIn(body, "config"), "point"), "terminal_id"),
    };
  }
  if (route?.command === "createIntent") {
    const amount = body["amount"];
    return { amount: typeof amount === "number" ? amount : undefined, terminalId: route.device };
  }
  const part = route?.command === "refundOrder" ? textIn(firstIn(body, "transactions"), "amount") : "";
  const device = route?.device === "" ? undefined : route?.device;
  return {
    amount: part === "" ? payment?.amount : minorIn(part, country),
    terminalId: payment?.terminalId ?? device,
  };
}

export function paymentNamed(payments: readonly Payment[], id: string): Payment | undefined {
  return payments.find((payment) => payment.id === id || (payment.referenceId !== "" && payment.referenceId === id));
}
