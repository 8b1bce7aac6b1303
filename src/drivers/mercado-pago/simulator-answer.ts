import { encodeUtf8 } from "../../codec/utf8.ts";
import { isJsonObject, type Json, type JsonObject } from "../../core/json.ts";
import type { SimulatedAnswer } from "../simulator.ts";
import type { World } from "./simulator-memory.ts";
import { reactionOf, type Reaction } from "./simulator-reactions.ts";
import type { Reply } from "./simulator-replies.ts";
import { newUuid } from "./simulator-values.ts";
import { objectIn } from "./simulator-views.ts";
import { cloudNow } from "./simulator-webhooks.ts";

const REASONS: Readonly<Record<number, string>> = {
  200: "OK",
  201: "Created",
  202: "Accepted",
  204: "No Content",
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  409: "Conflict",
  423: "Locked",
  429: "Too Many Requests",
  500: "Internal Server Error",
  503: "Service Unavailable",
};

/** What stands between the cloud and a shop whose Internet access wants a login. */
const PORTAL = "<!DOCTYPE html><html><head><title>Wi-Fi</title></head><body>Please log in</body></html>";

/** What leaves: a reply in the cloud's form, distorted as the reactions want it. */
export function answerWith(
  reply: Reply,
  reactions: readonly Reaction[],
  { scenario, context }: World,
): SimulatedAnswer {
  const raw = reactionOf(reactions, "raw");
  const isPortal = reactionOf(reactions, "portal") !== undefined;
  const status = raw?.status ?? (isPortal ? 200 : reply.status);
  const body = isPortal
    ? encodeUtf8(PORTAL)
    : raw === undefined
      ? bodyOf(reply, reactions)
      : encodeUtf8(raw.body ?? "");
  const type = isPortal ? "text/html" : "application/json; charset=utf-8";
  return {
    status,
    reason: REASONS[status] ?? "Unknown",
    headers: [
      ["Date", new Date(cloudNow(context, scenario)).toUTCString()],
      ["Content-Type", reactionOf(reactions, "contentType")?.value ?? type],
      ["X-Request-Id", newUuid(context.crypto)],
      ...(reply.retryAfterS === undefined ? [] : [["Retry-After", String(reply.retryAfterS)] as const]),
      ...(status === 204 ? [] : [["Content-Length", String(body.length)] as const]),
    ],
    body: status === 204 ? new Uint8Array() : body,
  };
}

function bodyOf({ body, status }: Reply, reactions: readonly Reaction[]): Uint8Array {
  if (status === 204) return new Uint8Array();
  const text = withDuplicate(JSON.stringify(misreadAs(body, reactions)), reactions);
  const bytes = withBadByte(encodeUtf8(text), reactions);
  if (reactionOf(reactions, "truncated") !== undefined) return bytes.subarray(0, bytes.length / 2);
  const room = reactionOf(reactions, "padded")?.bytes ?? 0;
  if (room <= bytes.length) return bytes;
  const padded = new Uint8Array(room).fill(0x20);
  padded.set(bytes);
  return padded;
}

/** An order told otherwise than it is, alone or in the list of a search. */
function misreadAs(body: Json, reactions: readonly Reaction[]): Json {
  const tells = reactionOf(reactions, "tells");
  if (tells === undefined || !isJsonObject(body)) return body;
  const list = body["data"];
  if (Array.isArray(list)) return { ...body, data: list.map((order: Json) => misreadAs(order, reactions)) };
  const { id, reference, terminalId, amount, status, detail } = tells;
  const [config, transactions] = [objectIn(body, "config"), objectIn(body, "transactions")];
  const payments = transactions["payments"];
  const told = (payment: Json): Json =>
    isJsonObject(payment) ? { ...payment, ...paymentTold(payment, amount) } : payment;
  return {
    ...body,
    ...(id === undefined ? {} : { id }),
    ...(reference === undefined ? {} : { external_reference: reference }),
    ...(status === undefined ? {} : { status }),
    ...(detail === undefined ? {} : { status_detail: detail }),
    ...(terminalId === undefined
      ? {}
      : { config: { ...config, point: { ...objectIn(config, "point"), terminal_id: terminalId } } }),
    ...(amount === undefined || !Array.isArray(payments)
      ? {}
      : { transactions: { ...transactions, payments: payments.map(told) } }),
  };
}

function paymentTold(payment: JsonObject, amount: string | undefined): JsonObject {
  if (amount === undefined) return {};
  return { amount, ...(payment["paid_amount"] === undefined ? {} : { paid_amount: amount }) };
}

/** A name in front of the true one. */
function withDuplicate(text: string, reactions: readonly Reaction[]): string {
  if (reactionOf(reactions, "duplicateNames") === undefined || !text.startsWith("{")) return text;
  return `{"status":"canceled",${text.slice(1)}`;
}

const BAD_BYTE = 0xff;

/** A text that is not UTF-8 in front of all others. */
function withBadByte(bytes: Uint8Array, reactions: readonly Reaction[]): Uint8Array {
  if (reactionOf(reactions, "invalidUtf8") === undefined || bytes[0] !== 0x7b) return bytes;
  const [before, after] = [encodeUtf8('{"note":"'), encodeUtf8('",')];
  return Uint8Array.from([...before, BAD_BYTE, ...after, ...bytes.subarray(1)]);
}
