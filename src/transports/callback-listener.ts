import type { IncomingMessage, ServerResponse } from "node:http";
import type { SecureContext } from "node:tls";
import { assert } from "../core/assert.ts";
import type { Clock, Crypto, Log } from "../core/ports.ts";
import { createCall, type Call } from "./callback-call.ts";
import { createDoor, type Door, type DoorLimits } from "./callback-door.ts";
import { createPace } from "../core/pace.ts";
import type { OpenFailed } from "./socket.ts";

// Importing it would load an HTTP client that nobody here uses (12 MB).
const http = process.getBuiltinModule("node:http");

export type CallbackLimits = DoorLimits & {
  readonly maxHeadBytes: number;
  readonly maxBodyBytes: number;
  /** For the body, once the head is there. */
  readonly bodyTimeoutMs: number;
  /** From the whole call to its answer; a call that is not answered by then is answered 503. */
  readonly answerTimeoutMs: number;
  /** At registered paths, being read or waiting for their answers, all together. */
  readonly maxWaitingCalls: number;
  readonly callsPerSecond: number;
};

export type CallbackOptions = {
  readonly host: string;
  /** 0 takes one that is free. */
  readonly port: number;
  /** As PEM. Without it nothing is encrypted. */
  readonly tls?: { readonly key: string; readonly cert: string };
  readonly limits: CallbackLimits;
  readonly clock: Clock;
  readonly crypto: Crypto;
  readonly log: Log;
};

export interface CallbackListener {
  readonly port: number;
  /**
   * `called` gets each call at this path whole. It hears of none after the registration was disposed of, or another one has taken the path.
   *
   * @param path whoever knows it may call: it ends in what nobody can guess. It is a secret: it is never logged
   */
  register(path: string, called: (call: Call) => void): Disposable;
  /** Takes no more calls. Resolves when those that wait are answered, or their time is over. */
  close(): Promise<void>;
}

type OpenedCallbackListener = { readonly kind: "open"; readonly listener: CallbackListener } | OpenFailed;

/** At its end are 192 bits in base64url, or more. */
const SECRET_PATH = /^(?:\/[A-Za-z0-9._~-]+)*\/[A-Za-z0-9_-]{32,}$/;

/**
 * Where vendors' terminals and clouds call us back: HTTP/1.1, each connection for one call. Everybody in the network can try it, so
 * whatever is wrong with a request to a path that is not registered, the answer is the same 404.
 */
export async function openCallbackListener(options: CallbackOptions): Promise<OpenedCallbackListener> {
  const { host, port, tls, limits } = options;
  const context = tls === undefined ? undefined : secureContextOf(tls);
  if (context === "unreadable") {
    return {
      kind: "failed",
      why: "the certificate for the callbacks, or its key, cannot be read",
      remedy: "Both have to be PEM text, and the key has to be the certificate's own, without a password.",
    };
  }
  const door = createDoor({ ...options, context, admit: (socket) => void parser.emit("connection", socket) });
  const desk = createDesk(options, door);
  // It never listens: the door does, and gives it the sockets. The times are kept there and at the desk.
  const parser = http.createServer(
    { maxHeaderSize: limits.maxHeadBytes, requireHostHeader: false, headersTimeout: 0, requestTimeout: 0 },
    desk.asked,
  );
  const opened = await door.open(host, port);
  if (opened.kind === "failed") return opened;
  const close = async (): Promise<void> => {
    await Promise.all([door.close(), desk.close()]);
  };
  return { kind: "open", listener: { port: opened.port, register: desk.register, close } };
}

function secureContextOf(tls: { readonly key: string; readonly cert: string }): SecureContext | "unreadable" {
  try {
    return process.getBuiltinModule("node:tls").createSecureContext({ ...tls, minVersion: "TLSv1.2" });
  } catch {
    return "unreadable";
  }
}

/** Finds out for whom a request is, and reads it. */
function createDesk({ limits, clock, crypto, log }: CallbackOptions, door: Door) {
  /** By the hash of the path: looking one up takes the same time whatever part of a path was guessed. */
  const registered = new Map<string, (call: Call) => void>();
  const waiting = new Set<Promise<void>>();
  const restAfter = createPace(clock, { perSecond: limits.callsPerSecond, atOnce: limits.callsPerSecond });
  const encoder = new TextEncoder();

  const keyOf = (path: string): string => Buffer.from(crypto.sha256(encoder.encode(path))).toString("base64");

  const asked = (request: IncomingMessage, response: ServerResponse): void => {
    request.on("error", () => {}); // `close` follows it
    response.on("error", () => {});
    response.shouldKeepAlive = false;
    // One call a connection: what was sent behind it is dropped with the connection, and its sender tries again.
    if (!door.isFirstOf(request.socket)) return;
    response.once("close", () => door.answered(request.socket));
    const target = request.url ?? "";
    const queryAt = target.indexOf("?");
    const key = keyOf(queryAt < 0 ? target : target.slice(0, queryAt));
    const called = registered.get(key);
    if (called === undefined || request.method !== "POST") {
      refuse(response, 404);
      return;
    }
    if (waiting.size >= limits.maxWaitingCalls || restAfter(0) > 0) {
      door.complain("callback.refused", "callbacks were refused, because too many came at once");
      refuse(response, 503);
      return;
    }
    restAfter(1);
    const query = queryAt < 0 ? "" : target.slice(queryAt + 1);
    const over = createCall(request, response, query, limits, clock, {
      called: (call) => {
        // It may have been disposed of while the body came.
        if (registered.get(key) === called) called(call);
        else call.respond(404);
      },
      late: () =>
        log.warn("callback.timedOut", "a callback was not answered in time and got 503", {
          from: request.socket.remoteAddress,
        }),
    });
    waiting.add(over);
    void over.finally(() => waiting.delete(over));
  };

  return {
    asked,
    register: (path: string, called: (call: Call) => void): Disposable => {
      assert(SECRET_PATH.test(path), "a path for callbacks that could be guessed");
      const key = keyOf(path);
      registered.set(key, called);
      return {
        [Symbol.dispose]: () => {
          if (registered.get(key) === called) registered.delete(key);
        },
      };
    },
    close: async (): Promise<void> => {
      await Promise.all(waiting);
      registered.clear();
    },
  };
}

function refuse(response: ServerResponse, status: 404 | 503): void {
  response.writeHead(status, { "Content-Length": 0 }).end();
}
