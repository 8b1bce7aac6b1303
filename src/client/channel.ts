import { isJsonObject, type Json, type JsonObject } from "../core/json.ts";
import type { Clock, Timer } from "../core/ports.ts";
import type { AnswerOf, MethodName, ParamsOf } from "./calls.ts";
import { NoAnswer, NotConnected, RequestRefused } from "./errors.ts";
import type { ConnectSocket } from "./socket.ts";

/** JSON-RPC over one socket: requests matched by id with their answers. Single use. */
export type Channel = {
  /**
   * Answers the result. Rejects with `RequestRefused`, with `NoAnswer` after the time-out or when the socket closes, and with
   * `NotConnected` where it had closed before and nothing was sent.
   */
  request<Name extends MethodName>(method: Name, params: ParamsOf<Name>, timeoutMs: number): Promise<AnswerOf<Name>>;
  /** Ends it at once, without waiting for the other side. */
  close(why: string): void;
};

export type ChannelListener = {
  notified(method: string, params: JsonObject): void;
  /** Once. `code` is the WebSocket's close code; 1006 where there was none. */
  closed(code: number, why: string): void;
};

type Waiting = {
  readonly answer: (result: Json) => void;
  readonly reject: (error: Error) => void;
  readonly timer: Timer;
};

const ABNORMAL = 1006;
/** JSON-RPC's code for all that has none of its own. */
const OTHER_ERROR = -32000;

export function openChannel(url: string, connect: ConnectSocket, clock: Clock, listener: ChannelListener): Channel {
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  let over = false;

  const end = (code: number, why: string) => {
    if (over) return;
    over = true;
    for (const { reject, timer } of waiting.values()) {
      timer.cancel();
      reject(new NoAnswer(`no answer: ${why}`));
    }
    waiting.clear();
    listener.closed(code, why);
  };

  const close = (why: string) => {
    end(ABNORMAL, why);
    socket.close();
  };

  const answer = (message: JsonObject) => {
    const request = typeof message["id"] === "number" ? waiting.get(message["id"]) : undefined;
    if (request === undefined) return; // The answer to a request that timed out.
    waiting.delete(Number(message["id"]));
    request.timer.cancel();
    const error = message["error"];
    if (error === undefined) request.answer(message["result"] ?? null);
    else request.reject(refusalOf(error));
  };

  const socket = connect(url, {
    opened: () => {},
    received: (text) => {
      if (over) return;
      const message = parsed(text);
      if (message === undefined) close("the server sent something that is no JSON-RPC");
      else if (typeof message["method"] === "string") listener.notified(message["method"], objectOf(message["params"]));
      else answer(message);
    },
    closed: (code, reason) => end(code, reason === "" ? "the connection was closed" : reason),
  });

  const send = (method: string, params: unknown, timeoutMs: number) =>
    new Promise<Json>((resolve, reject) => {
      if (over) {
        reject(new NotConnected("the connection is closed"));
        return;
      }
      const id = (lastId += 1);
      const timer = clock.after(timeoutMs, () => {
        waiting.delete(id);
        reject(new NoAnswer(`no answer to ${method} within ${timeoutMs / 1000} s`));
      });
      waiting.set(id, { answer: resolve, reject, timer });
      socket.send(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
    });

  return {
    // The daemon's word is taken for what its schemas say; fields that this client does not know are ignored.
    request: <Name extends MethodName>(method: Name, params: ParamsOf<Name>, timeoutMs: number) =>
      send(method, params, timeoutMs) as Promise<unknown> as Promise<AnswerOf<Name>>,
    close,
  };
}

function parsed(text: string): JsonObject | undefined {
  try {
    const message = JSON.parse(text) as Json;
    return isJsonObject(message) ? message : undefined;
  } catch {
    return undefined;
  }
}

function objectOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function refusalOf(error: Json): RequestRefused {
  const { code, message, data } = objectOf(error);
  const told = objectOf(data);
  const { reason, retry } = told;
  return new RequestRefused(
    typeof code === "number" ? code : OTHER_ERROR,
    typeof reason === "string" ? reason : "internal",
    retry === "new" || retry === "never" ? retry : "same",
    typeof message === "string" ? message : "the daemon refused the request and did not say why",
    told,
  );
}
