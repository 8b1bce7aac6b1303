import { encodeUtf8 } from "../../codec/utf8.ts";
import type { SimulatedAnswer } from "../simulator.ts";
import { errorResult, type Result } from "./simulator-errors.ts";
import { reactionOf, type Reaction } from "./simulator-reactions.ts";

const REASONS: Readonly<Record<number, string>> = {
  201: "Created",
  202: "Accepted",
  401: "Unauthorized",
  404: "Not Found",
};

/** An error or page in place of the result: `true` for those that come though it was done, `false` for those that come instead. */
export function isAnsweredOtherwise(reactions: readonly Reaction[], isDone: boolean): boolean {
  const [error, raw] = [reactionOf(reactions, "error"), reactionOf(reactions, "raw")];
  return [error, raw].some((otherwise) => otherwise !== undefined && (otherwise.moved ?? false) === isDone);
}

/** What leaves, distorted as the reactions want it. `now`: by the cloud's clock. */
export function answerWith(
  result: Result,
  reactions: readonly Reaction[],
  requestId: string,
  now: number,
): SimulatedAnswer {
  const date = ["Date", new Date(now).toUTCString()] as const;
  const raw = reactionOf(reactions, "raw");
  if (raw !== undefined) {
    const { status = 200, reason = "OK", headers, body: text = "<html><body>Welcome</body></html>" } = raw;
    const body = encodeUtf8(text);
    const usual = [date, ["Content-Type", "text/html"], ["Content-Length", String(body.length)]] as const;
    return { status, reason, headers: headers?.map(({ name, value }) => [name, value] as const) ?? usual, body };
  }
  const told = errorIn(reactions) ?? result;
  const whole = bodyOf(told, requestId);
  const body = reactionOf(reactions, "truncated") === undefined ? whole : whole.subarray(0, whole.length / 2);
  return {
    status: told.status,
    reason: REASONS[told.status] ?? (told.status < 300 ? "OK" : "Error"),
    headers: [
      date,
      ["Connection", "keep-alive"],
      ...(told.retryAfterS === undefined ? [] : [["Retry-After", String(told.retryAfterS)] as const]),
      ...(told.body === undefined ? [] : [["Content-Type", "application/json;charset=UTF-8"] as const]),
      ["Content-Length", String(body.length)],
    ],
    body,
  };
}

function errorIn(reactions: readonly Reaction[]): Result | undefined {
  const error = reactionOf(reactions, "error");
  if (error === undefined) return undefined;
  const { code = "INTERNAL_ERROR", text = "The scenario wants it so", status, retryAfterS } = error;
  return { ...errorResult(code, text, status), ...(retryAfterS === undefined ? {} : { retryAfterS }) };
}

function bodyOf({ status, body }: Result, requestId: string): Uint8Array {
  if (body === undefined) return new Uint8Array();
  const isError = status >= 400 && requestId !== "";
  return encodeUtf8(JSON.stringify(isError ? { ...body, requestId } : body));
}
