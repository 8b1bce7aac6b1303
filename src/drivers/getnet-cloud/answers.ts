import { maskIssuedCards } from "../../codec/card-numbers.ts";
import { readStrictJson } from "../../codec/strict-json.ts";
import type { HttpAnswer, HttpRequest } from "../../core/http.ts";
import { isJsonObject, type Json, type JsonObject } from "../../core/json.ts";
import type { OpenedAnswer } from "../wire.ts";
import { AUTH_PATH, NEW_ACCESS, type CloudAnswer } from "./messages.ts";
import { plainText, readReply } from "./records.ts";

type Opened = OpenedAnswer<CloudAnswer>;

/** The deepest known answer is a list of records in an answer's data. */
const MAX_DEPTH = 12;
/** It becomes a header, so nothing else may stand in it. */
const TOKEN = /^[!-~]{1,8192}$/;
/** It becomes a path. */
const ID = /^[0-9A-Za-z-]{1,64}$/;

/** `code` of what is asked about (getnet.md 6). */
const CODES = { finished: 1, pending: 2 };

const garbled = (why: string): Opened => ({ kind: "garbled", why });
const message = (told: CloudAnswer): Opened => ({ kind: "message", message: told });

/** What the cloud says, as far as it can be believed to be the cloud and about what was asked. */
export function openAnswer(answer: HttpAnswer, asked: HttpRequest): Opened {
  const { status } = answer;
  if (status === 429 || status >= 500) return message({ kind: "unavailable", status });
  const read = readStrictJson(answer.body, MAX_DEPTH);
  const value = read.kind === "value" && isJsonObject(read.value) ? read.value : undefined;
  const text = plainText(value?.["message"]);
  if (asked.path === AUTH_PATH && [400, 401, 403].includes(status)) {
    return message({ kind: "credentialsRefused", status, text });
  }
  if (status === 401) return message({ kind: "accessRefused", text });
  // A firewall before the cloud refuses in HTML.
  if (status >= 400) return message({ kind: "refused", status, text, idPosTxs: idIn(value) });
  if (status < 200 || status >= 300) return garbled(`HTTP ${status}, which leads elsewhere`);
  if (read.kind === "fault") return garbled(`${read.why}: it may come from a network that wants a login first`);
  if (value === undefined) return garbled("not a JSON object");
  if (asked.path === AUTH_PATH) return tokenIn(value, text);
  return asked.method === "POST" ? openTaken(value, text) : openLook(value, asked.path.slice(1), text);
}

function tokenIn(value: JsonObject, text: string): Opened {
  const token = dataOf(value)["token"];
  if (typeof token !== "string" || !TOKEN.test(token)) return garbled(`no access token came: ${text}`);
  return { kind: "message", message: { kind: "token", label: NEW_ACCESS }, secrets: { [NEW_ACCESS]: token } };
}

const dataOf = (value: JsonObject): JsonObject => {
  const data = value["data"];
  return isJsonObject(data) ? data : {};
};

function idIn(value: JsonObject | undefined): string | undefined {
  const told = value === undefined ? undefined : dataOf(value)["idPosTxs"];
  const text = typeof told === "number" && Number.isSafeInteger(told) ? String(told) : told;
  return typeof text === "string" && ID.test(text) ? text : undefined;
}

function customIdIn(value: JsonObject): string | undefined {
  const told: Json | undefined = dataOf(value)["customId"];
  // Ours is never taken for a card's number; what is one is not ours, and stays another one when it is masked.
  return typeof told === "string" && told !== "" ? maskIssuedCards(told).slice(0, 64) : undefined;
}

/** To a command. Which code it has is not documented: what counts is that it is called something. */
function openTaken(value: JsonObject, text: string): Opened {
  const idPosTxs = idIn(value);
  if (idPosTxs === undefined) return garbled(`the cloud does not say what the command is called: ${text}`);
  const customId = customIdIn(value);
  const response = dataOf(value)["response"];
  if (value["code"] !== CODES.finished || !isJsonObject(response)) {
    return message({ kind: "accepted", idPosTxs, customId });
  }
  return message({ kind: "finished", idPosTxs, customId, reply: readReply(response) });
}

function openLook(value: JsonObject, idAsked: string, text: string): Opened {
  const idPosTxs = idIn(value);
  if (idPosTxs !== undefined && idPosTxs !== idAsked) return garbled("it is about another transaction");
  const { code } = value;
  if (code === CODES.pending) return message({ kind: "pending" });
  if (code !== CODES.finished) return garbled(`neither pending nor finished: ${text}`);
  const response = dataOf(value)["response"];
  const reply = isJsonObject(response) ? readReply(response) : undefined;
  return message({ kind: "finished", idPosTxs, customId: customIdIn(value), reply });
}
