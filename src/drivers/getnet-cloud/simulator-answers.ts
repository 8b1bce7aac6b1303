import { encodeUtf8 } from "../../codec/utf8.ts";
import type { JsonObject } from "../../core/json.ts";
import type { SimulatedAnswer } from "../simulator.ts";
import type { Task } from "./simulator-memory.ts";
import { reactionOf, type Reaction } from "./simulator-reactions.ts";
import { toldOf } from "./simulator-work.ts";

const REASONS: Readonly<Record<number, string>> = {
  200: "OK",
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  429: "Too Many Requests",
  503: "Service Unavailable",
};

/** @param now milliseconds since 1970, by the cloud's clock */
function answerWith(
  status: number,
  body: Uint8Array,
  type: string,
  now: number,
  more: readonly (readonly [string, string])[] = [],
): SimulatedAnswer {
  return {
    status,
    reason: REASONS[status] ?? "Status",
    headers: [
      ["Date", new Date(now).toUTCString()],
      ["Content-Type", type],
      ["Content-Length", String(body.length)],
      ...more,
    ],
    body,
  };
}

export function jsonAnswer(
  status: number,
  value: JsonObject,
  now: number,
  more: readonly (readonly [string, string])[] = [],
): SimulatedAnswer {
  return answerWith(status, encodeUtf8(JSON.stringify(value)), "application/json; charset=utf-8", now, more);
}

export const envelope = (code: number, message: string, data: JsonObject): JsonObject => ({
  code,
  status: "OK",
  message,
  data,
});

export const errorBody = (code: number, message: string): JsonObject => ({ code, status: "ERROR", message, data: {} });

/** How the cloud writes an answer that goes wrong; undefined where it goes well. */
export function faultyAnswer(
  reactions: readonly Reaction[],
  task: Task | undefined,
  now: number,
): SimulatedAnswer | undefined {
  const error = reactionOf(reactions, "httpError");
  if (error !== undefined) {
    const { retryAfterSeconds, named, status, text } = error;
    const data = named === true && task !== undefined ? { idPosTxs: task.idPosTxs } : {};
    const wait = retryAfterSeconds === undefined ? [] : [["Retry-After", String(retryAfterSeconds)] as const];
    return jsonAnswer(status, { ...errorBody(status, text ?? "error"), data }, now, wait);
  }
  const html = reactionOf(reactions, "html");
  if (html !== undefined) {
    const page = encodeUtf8("<!DOCTYPE html><html><body>Please log in</body></html>");
    return answerWith(html.status ?? 200, page, "text/html", now);
  }
  const unnamed = reactionOf(reactions, "unnamed");
  return unnamed === undefined
    ? undefined
    : jsonAnswer(200, errorBody(3, unnamed.text ?? "TERMINAL NO DISPONIBLE"), now);
}

/** What the cloud says of a command, when it is taken and when it is asked about. */
export function taskBody(task: Task, reactions: readonly Reaction[]): JsonObject {
  const { idPosTxs, customId, content, isHidden } = task;
  const isOther = reactionOf(reactions, "otherTransaction") !== undefined;
  const isForeign = reactionOf(reactions, "otherCustomId") !== undefined;
  const name = { idPosTxs: isOther ? idPosTxs + 1 : idPosTxs, customId: isForeign ? "another" : customId };
  if (content === null || isHidden) return envelope(2, "TRANSACCION PENDIENTE", name);
  const response = Object.keys(content).length === 0 ? {} : { response: toldOf(content) };
  return envelope(1, "TRANSACCION FINALIZADA", { ...name, ...response });
}
