import { parseStrictJson, toAsciiJson } from "../../codec/strict-json.ts";
import { decodeUtf8, encodeUtf8 } from "../../codec/utf8.ts";
import { assert, unreachable } from "../../core/assert.ts";
import type { HttpRequest } from "../../core/http.ts";
import { isJsonObject, type JsonObject } from "../../core/json.ts";
import type { HttpWire, Keys } from "../wire.ts";
import { openAnswer } from "./answers.ts";
import { encodeIntent, isIntentPath, openIntent } from "./intents-codec.ts";
import type { IntentRequest } from "./intents-messages.ts";
import { ACCESS, CLIENT_SECRET, type CloudRequest, type MercadoPagoMessage } from "./messages.ts";
import { PATHS } from "./paths.ts";

/** Fifty terminals, or an order with a hundred refunds, are a tenth of it. */
const MAX_ANSWER_BYTES = 512 * 1024;

const MOST_TERMINALS = 50;

/**
 * JSON over HTTPS (mercado-pago.md 1). Until it is sealed a request names the keys in whose places the secrets will stand, so that what is stored
 * holds none, and a repeat leaves with the token of its own time.
 */
export const mercadoPagoWire: HttpWire<MercadoPagoMessage> = {
  kind: "http",
  encode: (message) => {
    if (isIntentRequest(message)) return encodeIntent(message);
    assert(isCloudRequest(message), "what is no request was to be sent to the vendor");
    return encode(message);
  },
  seal: (request, keys) => {
    if (request.path === PATHS.token) return { ...request, body: withSecrets(request.body, keys) };
    return { ...request, headers: { Authorization: `Bearer ${keys.reveal(ACCESS)}`, ...request.headers } };
  },
  open: (answer, asked) => (isIntentPath(asked.path) ? openIntent(answer, asked) : openAnswer(answer, asked)),
  maxAnswerBytes: MAX_ANSWER_BYTES,
};

function isIntentRequest(message: MercadoPagoMessage): message is IntentRequest {
  return message.kind.startsWith("intent");
}

const REQUESTS: ReadonlySet<string> = new Set<CloudRequest["kind"]>([
  "createOrder",
  "getOrder",
  "searchOrders",
  "cancelOrder",
  "refundOrder",
  "listTerminals",
  "setupTerminal",
  "createAction",
  "listDevices",
  "setupDevice",
  "refreshToken",
]);

function isCloudRequest(message: MercadoPagoMessage): message is CloudRequest {
  return REQUESTS.has(message.kind);
}

function encode(message: CloudRequest): HttpRequest {
  switch (message.kind) {
    case "createOrder":
      return post(PATHS.orders, message.body, { "X-Idempotency-Key": message.key });
    case "getOrder":
      return get(`${PATHS.orders}/${message.order}`);
    case "searchOrders": {
      const { beginDate, endDate, externalReference } = message;
      const asked = [
        ["begin_date", beginDate],
        ["end_date", endDate],
        ["external_reference", externalReference],
      ] as const;
      return get(`${PATHS.orders}?${asked.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&")}`);
    }
    case "cancelOrder":
      return post(`${PATHS.orders}/${message.order}/cancel`, undefined, {
        "X-Idempotency-Key": message.key,
        // Without it an order that the terminal shows cannot be canceled (mercado-pago.md 4.3).
        "x-allow-cancelable-status": "at_terminal",
      });
    case "refundOrder": {
      const { part } = message;
      const body = part === undefined ? undefined : { transactions: [{ id: part.payment, amount: part.amount }] };
      return post(`${PATHS.orders}/${message.order}/refund`, body, { "X-Idempotency-Key": message.key });
    }
    case "listTerminals":
      return get(`${PATHS.terminals}?limit=${MOST_TERMINALS}&offset=${message.offset}`);
    case "setupTerminal":
      return patch(PATHS.setup, { terminals: [{ id: message.terminal, operating_mode: "PDV" }] });
    case "createAction":
      return post(PATHS.actions, message.body, { "X-Idempotency-Key": message.key });
    case "listDevices":
      return get(`${PATHS.devices}?limit=${MOST_TERMINALS}&offset=${message.offset}`);
    case "setupDevice":
      return patch(`${PATHS.devices}/${message.terminal}`, { operating_mode: "PDV" });
    case "refreshToken":
      return post(
        PATHS.token,
        {
          client_id: message.clientId,
          client_secret: CLIENT_SECRET,
          grant_type: "refresh_token",
          refresh_token: message.grant,
        },
        {},
      );
    default:
      return unreachable(message);
  }
}

const NOTHING = new Uint8Array();
const IS_JSON = { "Content-Type": "application/json" };

const get = (path: string): HttpRequest => ({ method: "GET", path, headers: {}, body: NOTHING });

const patch = (path: string, body: JsonObject): HttpRequest => ({
  method: "PATCH",
  path,
  headers: IS_JSON,
  body: encodeUtf8(toAsciiJson(body)),
});

function post(path: string, body: JsonObject | undefined, headers: HttpRequest["headers"]): HttpRequest {
  const bytes = body === undefined ? NOTHING : encodeUtf8(toAsciiJson(body));
  return { method: "POST", path, headers: { ...IS_JSON, ...headers }, body: bytes };
}

/** The names of the keys in a request for a token become the secrets themselves (mercado-pago.md 1.1). */
function withSecrets(unsealed: Uint8Array, keys: Keys): Uint8Array {
  const read = parseStrictJson(decodeUtf8(unsealed) ?? "", 4);
  assert(read.kind === "value" && isJsonObject(read.value), "a request for a token is one of ours");
  const { client_secret: secret, refresh_token: grant } = read.value;
  assert(typeof secret === "string" && typeof grant === "string", "a request for a token names its keys");
  const sealed = { ...read.value, client_secret: keys.reveal(secret), refresh_token: keys.reveal(grant) };
  return encodeUtf8(toAsciiJson(sealed));
}
