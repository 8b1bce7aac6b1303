import { readStrictJson } from "../../codec/strict-json.ts";
import type { HttpAnswer, HttpRequest } from "../../core/http.ts";
import { isJsonObject, type JsonObject } from "../../core/json.ts";
import type { OpenedAnswer } from "../wire.ts";
import { actionIdIn, listIn, objectIn, optional, textIn, wordIn } from "./fields.ts";
import { NEW_ACCESS, NEW_REFRESH, type CloudAnswer, type CloudRefusal } from "./messages.ts";
import { readOrder, readTerminal } from "./order-resource.ts";
import { PATHS } from "./paths.ts";

type Opened = OpenedAnswer<CloudAnswer>;

const MAX_DEPTH = 32;
const MOST_LISTED = 100;
const LONGEST_TOKEN = 4_096;
const MOST_COUNTED = 999_999_999;
/** The vendor gives 180 days (mercado-pago.md 1.1); nothing lives longer than this here. */
const LONGEST_LIFE_SECONDS = 366 * 24 * 3_600;

/** A hotspot's page, or a proxy's. */
const SOMEBODY_ELSE =
  "something else answers in place of the vendor, as a hotspot's login page or a proxy does: open a web page on this machine and log in";

/** That ours is not among those that are shown would prove nothing. */
const NO_TOTAL = "a list that does not tell how long it is";

const garbled = (why: string): Opened => ({ kind: "garbled", why });
const message = (told: CloudAnswer): Opened => ({ kind: "message", message: told });

/** What the servers say. Anybody between us and them may answer as well: what is not in the vendor's own form is no answer. */
export function openAnswer({ status, body }: HttpAnswer, asked: HttpRequest): Opened {
  const read = readStrictJson(body, MAX_DEPTH);
  if (read.kind === "fault") return garbled(`${SOMEBODY_ELSE} (HTTP ${status}: ${read.why})`);
  const { value } = read;
  if (!isJsonObject(value)) return garbled(`HTTP ${status}, and not the vendor's: no JSON object`);
  const [path = ""] = asked.path.split("?");
  if (status >= 400) {
    const refusal = refusalIn(status, value, isErrorNamed(path));
    return refusal === undefined ? garbled(`HTTP ${status} without the vendor's own error`) : message(refusal);
  }
  if (status !== 200 && status !== 201 && status !== 202) return garbled(`HTTP ${status} without an error`);
  return openGood(status, value, asked.method, path);
}

/** Where the error's name is in `error` (mercado-pago.md 1.1, 1.2). */
const isErrorNamed = (path: string): boolean => path === PATHS.token || path.startsWith(PATHS.devices);

/** Either envelope (mercado-pago.md 1.2): a list of errors, or one that stands alone where the token is not taken. */
function refusalIn(status: number, value: JsonObject, isNamed: boolean): CloudRefusal | undefined {
  if (Array.isArray(value["errors"])) {
    const [first] = listIn(value["errors"], MOST_LISTED) ?? [];
    const { code, message: text, details } = objectIn(first);
    const [detail] = listIn(details, MOST_LISTED) ?? [];
    const words = [textIn(text), textIn(detail)].filter((part) => part !== undefined);
    const named = wordIn(code);
    return named === undefined ? undefined : { kind: "refusal", status, code: named, text: words.join(": ") };
  }
  const code = wordIn(value["code"]) ?? (isNamed ? wordIn(value["error"]) : undefined);
  if (code === undefined) return undefined;
  const text = textIn(value["message"]) ?? textIn(value["error_description"]) ?? "";
  return { kind: "refusal", status, code, text };
}

const ORDER_PATH = /^\/v1\/orders\/([A-Z0-9]+)(\/cancel|\/refund)?$/;

function openGood(status: number, value: JsonObject, method: string, path: string): Opened {
  switch (path) {
    case PATHS.orders:
      return method === "GET" ? openSearch(value) : openOrder(value, undefined);
    case PATHS.terminals:
      return openTerminals(objectIn(value["data"])["terminals"], value);
    case PATHS.devices:
      return openTerminals(value["devices"], value);
    case PATHS.setup: {
      const [terminal] = listIn(value["terminals"], 1) ?? [];
      return openMode(objectIn(terminal));
    }
    case PATHS.actions: {
      const id = actionIdIn(value["id"]);
      if (id === undefined) return garbled("a print job without an id");
      return message({ kind: "action", id, status: wordIn(value["status"]) ?? "" });
    }
    case PATHS.token:
      return openTokens(value);
    default:
      break;
  }
  const [, order, what] = ORDER_PATH.exec(path) ?? [];
  if (order !== undefined) {
    return what === "/cancel" && status === 202 ? message({ kind: "cancelTaken" }) : openOrder(value, order);
  }
  if (path.startsWith(`${PATHS.devices}/`)) return openMode(value);
  return garbled("an answer to nothing that is asked of the vendor");
}

function openOrder(value: JsonObject, asked: string | undefined): Opened {
  const order = readOrder(value);
  if (order === undefined) return garbled("an order that cannot be read");
  if (asked !== undefined && order.id !== asked) return garbled("it is about another order");
  return message({ kind: "order", order });
}

function openSearch(value: JsonObject): Opened {
  const listed = Array.isArray(value["data"]) ? listIn(value["data"], MOST_LISTED) : undefined;
  const orders = listed?.map(readOrder);
  const known = orders?.filter((order) => order !== undefined);
  // One that cannot be read may be ours.
  if (known === undefined || known.length !== orders?.length) return garbled("a list of orders that cannot be read");
  const total = totalIn(value, known.length);
  return total === undefined ? garbled(NO_TOTAL) : message({ kind: "orders", orders: known, total });
}

function openTerminals(listed: JsonObject[string] | undefined, value: JsonObject): Opened {
  const items = Array.isArray(listed) ? listIn(listed, MOST_LISTED) : undefined;
  if (items === undefined) return garbled("a list of terminals that cannot be read");
  const told = items.length;
  const total = totalIn(value, told);
  return total === undefined
    ? garbled(NO_TOTAL)
    : message({ kind: "terminals", terminals: items.flatMap(readTerminal), told, total });
}

/** How many there are, of which these are a part: all of them where nothing is said, undefined where what is said cannot be read. */
function totalIn(value: JsonObject, listed: number): number | undefined {
  const { total: told } = objectIn(value["paging"]);
  if (told === undefined || told === null) return listed;
  // The vendor's SDK types it as a text (mercado-pago.md 3.3).
  const total = typeof told === "string" && /^\d+$/.test(told) ? Number(told) : told;
  const isCount = typeof total === "number" && Number.isInteger(total) && total >= 0 && total <= MOST_COUNTED;
  return isCount ? total : undefined;
}

function openMode(value: JsonObject): Opened {
  const mode = wordIn(value["operating_mode"]);
  return mode === undefined ? garbled("it tells no operating mode") : message({ kind: "setUp", mode });
}

/** The tokens go no further than this (mercado-pago.md 1.1). */
function openTokens(value: JsonObject): Opened {
  const { access_token: access, refresh_token: refresh, expires_in: seconds } = value;
  if (!isToken(access) || typeof seconds !== "number" || !Number.isSafeInteger(seconds) || seconds <= 0) {
    return garbled("neither a token with its time nor an error");
  }
  if (refresh !== undefined && refresh !== null && !isToken(refresh)) return garbled("a refresh token that is none");
  const renews = isToken(refresh);
  return {
    kind: "message",
    message: {
      kind: "tokens",
      access: NEW_ACCESS,
      ...(renews ? { refresh: NEW_REFRESH } : {}),
      expiresInSeconds: Math.min(seconds, LONGEST_LIFE_SECONDS),
      ...optional("user", wordIn(value["user_id"])),
    },
    secrets: { [NEW_ACCESS]: access, ...(renews ? { [NEW_REFRESH]: refresh } : {}) },
  };
}

/** It stands in a header. */
const TOKEN = /^[\x21-\x7e]+$/;

const isToken = (value: unknown): value is string =>
  typeof value === "string" && value.length <= LONGEST_TOKEN && TOKEN.test(value);
