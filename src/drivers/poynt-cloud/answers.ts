import { readStrictJson } from "../../codec/strict-json.ts";
import type { HttpAnswer, HttpRequest } from "../../core/http.ts";
import { isJsonObject, type Json, type JsonObject } from "../../core/json.ts";
import { plainText, readPayment, wordIn } from "../poynt/payment.ts";
import type { OpenedAnswer } from "../wire.ts";
import { MESSAGES_PATH, NEW_ACCESS, NEW_REFRESH, TOKEN_PATH, type CloudAnswer, type Found } from "./messages.ts";

type Opened = OpenedAnswer<CloudAnswer>;

const MAX_DEPTH = 32;
/** As many as are asked for at once (poynt.md 2.6). */
export const MOST_FOUND = 100;
const MOST_REFERENCES = 32;
const LONGEST_TOKEN = 8_192;
/** Where the vendor does not say how long a token lives. */
const SHORT_LIFE_S = 3_600;
/** The vendor gives a day (poynt.md 2.2); nothing lives longer than this here. */
const LONGEST_LIFE_S = 366 * 24 * 3_600;

const garbled = (why: string): Opened => ({ kind: "garbled", why });
const message = (told: CloudAnswer): Opened => ({ kind: "message", message: told });

/** Of an answer only what is needed; its servers are believed by their certificate. */
export function openAnswer({ status, body }: HttpAnswer, asked: HttpRequest): Opened {
  const read = readStrictJson(body, MAX_DEPTH);
  const told = read.kind === "value" && isJsonObject(read.value) ? read.value : undefined;
  if (status >= 400) return message(errorOf(status, told));
  if (status < 200 || status > 299) return garbled(`HTTP ${status}, which is none of the vendor's answers`);
  const [path = ""] = asked.path.split("?");
  // What it holds is not documented (poynt.md 2.3).
  if (path === MESSAGES_PATH) return message({ kind: "accepted" });
  if (told === undefined) return garbled(`HTTP ${status} with ${read.kind === "fault" ? read.why : "no JSON object"}`);
  if (path === TOKEN_PATH) return openToken(told);
  if (asked.method === "GET" && path.endsWith("/transactions")) return openTransactions(told);
  const found = readFound(told);
  return found?.tender.id === undefined
    ? garbled("neither a transaction nor an error")
    : message({ kind: "transaction", found });
}

function errorOf(status: number, told: JsonObject = {}): CloudAnswer {
  const text = plainText(told["developerMessage"]) ?? plainText(told["message"]) ?? "";
  return { kind: "error", status, code: wordIn(told["code"]) ?? "", text };
}

function openToken(told: JsonObject): Opened {
  const access = tokenIn(told["accessToken"]);
  if (access === undefined) return garbled("no access token");
  const refresh = tokenIn(told["refreshToken"]);
  const life = told["expiresIn"];
  const isTold = typeof life === "number" && Number.isSafeInteger(life) && life > 0;
  return {
    kind: "message",
    message: {
      kind: "token",
      access: NEW_ACCESS,
      ...(refresh === undefined ? {} : { refresh: NEW_REFRESH }),
      expiresInS: isTold ? Math.min(life, LONGEST_LIFE_S) : SHORT_LIFE_S,
    },
    secrets: { [NEW_ACCESS]: access, ...(refresh === undefined ? {} : { [NEW_REFRESH]: refresh }) },
  };
}

/** It goes into a header, so it holds nothing that could end one. */
function tokenIn(value: Json | undefined): string | undefined {
  return typeof value === "string" && /^[!-~]+$/.test(value) && value.length <= LONGEST_TOKEN ? value : undefined;
}

function openTransactions(told: JsonObject): Opened {
  const { transactions, links } = told;
  if (!Array.isArray(transactions)) return garbled("no list of transactions");
  if (transactions.length > MOST_FOUND) return garbled(`more than ${MOST_FOUND} transactions`);
  const found = transactions.map((told: Json) => (isJsonObject(told) ? readFound(told) : undefined));
  if (found.includes(undefined)) return garbled("a transaction that cannot be read");
  const isMore = listIn(links).some((link) => isJsonObject(link) && link["rel"] === "next");
  return message({
    kind: "transactions",
    found: found.filter((one) => one !== undefined),
    isWhole: !isMore && transactions.length < MOST_FOUND,
  });
}

function readFound(told: JsonObject): Found | undefined {
  const tender = readPayment({ transactions: [told] })?.tenders[0];
  if (tender === undefined) return undefined;
  const context = isJsonObject(told["context"]) ? told["context"] : {};
  const deviceId = deviceIn(context["storeDeviceId"]);
  const createdAt = typeof told["createdAt"] === "string" ? Date.parse(told["createdAt"]) : Number.NaN;
  return {
    tender,
    references: listIn(told["references"])
      .slice(0, MOST_REFERENCES)
      .flatMap((reference) => (isJsonObject(reference) ? (wordIn(reference["id"]) ?? []) : [])),
    ...(deviceId === undefined ? {} : { deviceId }),
    ...(Number.isNaN(createdAt) ? {} : { createdAt }),
  };
}

const IS_DEVICE = /^urn:tid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The name of a terminal is no card number, whatever its digits. */
function deviceIn(value: Json | undefined): string | undefined {
  const name = typeof value === "string" && IS_DEVICE.test(value) ? value : wordIn(value);
  return name?.toLowerCase();
}

const listIn = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? (value as readonly Json[]) : []);
