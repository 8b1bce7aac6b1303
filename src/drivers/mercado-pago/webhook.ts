import { toHex } from "../../codec/hex.ts";
import { readStrictJson } from "../../codec/strict-json.ts";
import { encodeUtf8 } from "../../codec/utf8.ts";
import { isJsonObject } from "../../core/json.ts";
import type { ReceivedCall } from "../account.ts";
import type { Keys, OpenedAnswer } from "../wire.ts";
import { idIn, objectIn, optional, wordIn } from "./fields.ts";
import { WEBHOOK, type MercadoPagoMessage, type Webhook } from "./messages.ts";

type Opened = OpenedAnswer<MercadoPagoMessage>;

const MAX_DEPTH = 16;
const LONGEST_QUERY = 1_024;

const garbled = (why: string): Opened => ({ kind: "garbled", why });

/**
 * A notification, where it is signed with the application's secret (mercado-pago.md 6, 6.1). How old it may be, and whether it came before, is
 * for the account to say. What it tells of an order is never believed: the order is asked.
 */
export function openWebhook({ query, headers, body }: ReceivedCall, keys: Keys): Opened {
  const id = idInQuery(query);
  const { ts, v1 } = signatureIn(headers["x-signature"]);
  if (id === undefined) return garbled("a notification that names nothing");
  if (ts === undefined || v1 === undefined) return garbled("a notification that is not signed");
  const requestId = headers["x-request-id"];
  // Older documents lower the case of the id before it is signed, newer programs take it as it is (mercado-pago.md 6.1).
  const isSigned = [id, id.toLowerCase(), id.toUpperCase()].some((form) => {
    const manifest = manifestOf(form, requestId, ts);
    const expected = encodeUtf8(toHex(keys.hmacSha256(WEBHOOK, encodeUtf8(manifest))).toLowerCase());
    return keys.equal(expected, encodeUtf8(v1));
  });
  if (!isSigned) return garbled("the signature of a notification is wrong");
  return openSigned(id.toUpperCase(), ts, body);
}

function openSigned(named: string, ts: string, body: Uint8Array): Opened {
  const read = readStrictJson(body, MAX_DEPTH);
  if (read.kind === "fault" || !isJsonObject(read.value)) return garbled("a notification that is no JSON object");
  const data = objectIn(read.value["data"]);
  const order = idIn("ORD", named);
  if (order === undefined) return garbled("a notification of something else than an order");
  const told = idIn("ORD", data["id"]);
  // Only the address is signed: the body has to be about the same.
  if (told !== undefined && told !== order) return garbled("a notification whose address and text name two orders");
  const version = wordIn(data["version"]) ?? `${wordIn(read.value["action"]) ?? ""} ${ts}`;
  const webhook: Webhook = {
    kind: "webhook",
    order,
    version,
    ...optional("signedAt", millisecondsIn(ts)),
    ...optional("externalReference", wordIn(data["external_reference"])),
  };
  return { kind: "message", message: webhook };
}

/** The one of the query is signed, whatever other parameters stand there (mercado-pago.md 6.1). */
function idInQuery(query: string): string | undefined {
  if (query.length > LONGEST_QUERY) return undefined;
  for (const part of query.split("&")) {
    const [name = "", value = ""] = part.split("=");
    if (name === "data.id" && /^[A-Za-z0-9]{1,64}$/.test(value)) return value;
  }
  return undefined;
}

function signatureIn(header = ""): { readonly ts?: string; readonly v1?: string } {
  const parts = header.slice(0, 512).split(",");
  const found = parts.map((part) => /^\s*(ts|v1)\s*=\s*([0-9a-fA-F]{1,64})\s*$/.exec(part));
  const valueOf = (name: string): string | undefined => found.find((match) => match?.[1] === name)?.[2];
  const ts = valueOf("ts");
  return {
    ...(ts === undefined || !/^\d{1,16}$/.test(ts) ? {} : { ts }),
    ...optional("v1", valueOf("v1")?.toLowerCase()),
  };
}

function manifestOf(id: string, requestId: string | undefined, ts: string): string {
  const request = requestId === undefined || requestId === "" ? "" : `request-id:${requestId};`;
  return `id:${id};${request}ts:${ts};`;
}

/** Seconds until the year 5138, milliseconds since 1973 (mercado-pago.md 6.1). */
const LEAST_MILLISECONDS = 100_000_000_000;

function millisecondsIn(ts: string): number {
  const value = Number(ts);
  return value < LEAST_MILLISECONDS ? value * 1_000 : value;
}
