import { readStrictJson, toAsciiJson } from "../../codec/strict-json.ts";
import { encodeUtf8 } from "../../codec/utf8.ts";
import type { HttpAnswer, HttpRequest } from "../../core/http.ts";
import { isJsonObject, type Json, type JsonObject } from "../../core/json.ts";
import type { OpenedAnswer } from "../wire.ts";
import { listIn, objectIn, textIn, wordIn } from "./fields.ts";
import { intentIdIn, readEvent, readIntent, readPayment } from "./intents-fields.ts";
import type { IntentAnswer, IntentError, IntentRequest } from "./intents-messages.ts";

type Opened = OpenedAnswer<IntentAnswer>;

const ROOT = "/point/integration-api";
const MAX_DEPTH = 32;
/** More than an account's terminals make in some days. */
const MOST_EVENTS = 5_000;
const MOST_ERRORS = 100;

const garbled = (why: string): Opened => ({ kind: "garbled", why });
const message = (told: IntentAnswer): Opened => ({ kind: "message", message: told });

/** Without the access token, which the seal adds. */
export function encodeIntent(request: IntentRequest): HttpRequest {
  switch (request.kind) {
    case "intentCreate":
      return posted(`${deviceOf(request.terminal)}/payment-intents`, request.body);
    case "intentGet":
      return bare("GET", `${ROOT}/payment-intents/${encodeURIComponent(request.intent)}`);
    case "intentCancel":
      return bare("DELETE", `${deviceOf(request.terminal)}/payment-intents/${encodeURIComponent(request.intent)}`);
    case "intentEventsGet": {
      const [from, to] = [request.from, request.to].map(encodeURIComponent);
      return bare("GET", `${ROOT}/payment-intents/events?startDate=${from}&endDate=${to}`);
    }
    case "intentPaymentGet":
      return bare("GET", `/v1/payments/${encodeURIComponent(request.payment)}`);
    case "intentRefundCreate":
      return posted(`${deviceOf(request.terminal)}/refund`, request.body);
    case "intentRefundGet":
      return bare("GET", `${ROOT}/refund/${encodeURIComponent(request.intent)}`);
    case "intentRefundCancel":
      return bare("DELETE", `${deviceOf(request.terminal)}/refund/${encodeURIComponent(request.intent)}`);
  }
}

const deviceOf = (terminal: string): string => `${ROOT}/devices/${encodeURIComponent(terminal)}`;

const bare = (method: "GET" | "DELETE", path: string): HttpRequest => ({
  method,
  path,
  headers: {},
  body: new Uint8Array(),
});

const posted = (path: string, body: JsonObject): HttpRequest => ({
  method: "POST",
  path,
  headers: { "Content-Type": "application/json" },
  body: encodeUtf8(toAsciiJson(body)),
});

/** What an answer can be about, by the path that was asked. `id`: the intent or payment that it has to name. */
type About =
  { readonly what: "new" | "events" } | { readonly what: "intent" | "cancel" | "payment"; readonly id: string };

const PATHS: readonly (readonly [pattern: RegExp, about: (id: string) => About])[] = [
  [/^\/point\/integration-api\/devices\/[^/?]+\/(?:payment-intents|refund)$/, () => ({ what: "new" })],
  [/^\/point\/integration-api\/payment-intents\/events\?/, () => ({ what: "events" })],
  [/^\/point\/integration-api\/(?:payment-intents|refund)\/([^/?]+)$/, (id) => ({ what: "intent", id })],
  [
    /^\/point\/integration-api\/devices\/[^/?]+\/(?:payment-intents|refund)\/([^/?]+)$/,
    (id) => ({ what: "cancel", id }),
  ],
  [/^\/v1\/payments\/(\d+)$/, (id) => ({ what: "payment", id })],
];

function aboutOf(path: string): About | undefined {
  for (const [pattern, about] of PATHS) {
    const match = pattern.exec(path);
    if (match !== null) return about(match[1] ?? "");
  }
  return undefined;
}

/** What only the older API has, but for its list of devices. */
export const isIntentPath = (path: string): boolean => aboutOf(path) !== undefined;

/** TLS tells who answers. What is not JSON comes from somebody in between, and says nothing about the request. */
export function openIntent(answer: HttpAnswer, asked: HttpRequest): Opened {
  const about = aboutOf(asked.path);
  if (about === undefined) return garbled("an answer to nothing that is asked of payment intents");
  const read = readStrictJson(answer.body, MAX_DEPTH);
  if (read.kind === "fault") return garbled(`HTTP ${answer.status}: ${read.why}`);
  const { value } = read;
  if (!isJsonObject(value)) return garbled(`HTTP ${answer.status}: not a JSON object`);
  if (answer.status >= 400) return openError(answer.status, value);
  if (answer.status !== 200 && answer.status !== 201) return garbled(`HTTP ${answer.status}`);
  return openTold(about, value);
}

/** In any of the vendor's shapes (mercado-pago.md 1.2). */
function openError(status: number, value: JsonObject): Opened {
  const [first] = listIn(value["errors"], MOST_ERRORS) ?? [];
  const inner = objectIn(first);
  const code = wordIn(inner["code"]) ?? wordIn(value["code"]) ?? wordIn(value["error"]);
  const text = textIn(inner["message"]) ?? textIn(value["message"]);
  if (code === undefined && text === undefined) return garbled(`HTTP ${status} without an error`);
  const error: IntentError = { kind: "intentError", status, code: code ?? "", text: text ?? "" };
  return message(error);
}

function openTold(about: About, value: JsonObject): Opened {
  switch (about.what) {
    case "new":
    case "intent": {
      const intent = readIntent(value);
      if (intent === undefined) return garbled("an intent without an id");
      if (about.what === "intent" && intent.id !== about.id) return garbled("it is about another intent");
      return message({ kind: "intentTold", intent });
    }
    case "cancel": {
      const intent = intentIdIn(value["id"]);
      if (intent !== about.id) return garbled("it does not say which intent is canceled");
      return message({ kind: "intentCancelTold", intent });
    }
    case "events":
      return openEvents(value["events"]);
    case "payment": {
      const payment = readPayment(value);
      if (payment === undefined) return garbled("a payment without an id or status");
      return payment.id === about.id
        ? message({ kind: "intentPaymentTold", payment })
        : garbled("it is about another payment");
    }
  }
}

/** All of them or none: one that cannot be read could be the one that is looked for. */
function openEvents(value: Json | undefined): Opened {
  const listed = value === undefined ? undefined : listIn(value, MOST_EVENTS);
  if (listed === undefined) return garbled(`no list of at most ${MOST_EVENTS} events`);
  const events = listed.map(readEvent).filter((event) => event !== undefined);
  return events.length === listed.length
    ? message({ kind: "intentEventsTold", events })
    : garbled("an event without its intent");
}
