import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../core/ports.ts";
import { createBody, joinedHeaders } from "./http-body.ts";

/** What a terminal or a cloud says on its own account. It waits for the answer. */
export type Call = {
  readonly method: string;
  /** Without the question mark. */
  readonly query: string;
  /** Names in lower case; a repeated one is joined with a comma and a blank. */
  readonly headers: Readonly<Record<string, string>>;
  /** As it came: whoever asks for it to be compressed unpacks it. */
  readonly body: Uint8Array;
  readonly remoteAddress: string;
  /** Once, with a status of 200 to 599. `refused`: the caller does not hear it, and most will call again. */
  respond(status: number, body?: Uint8Array): Responded;
};

type Responded = { readonly kind: "given" } | { readonly kind: "refused"; readonly why: string };

type CallLimits = {
  readonly maxBodyBytes: number;
  readonly bodyTimeoutMs: number;
  readonly answerTimeoutMs: number;
};

type CallListener = {
  readonly called: (call: Call) => void;
  /** It was answered 503, because its time was over. */
  readonly late: () => void;
};

/** For the caller to take its answer: what it does not take stays in memory, and closing waits for it. */
const TAKING_MS = 5_000;

/** Reads a request at a registered path. Resolves when it is answered, or its caller is gone; never rejects. */
export function createCall(
  request: IncomingMessage,
  response: ServerResponse,
  query: string,
  { maxBodyBytes, bodyTimeoutMs, answerTimeoutMs }: CallLimits,
  clock: Clock,
  listener: CallListener,
): Promise<void> {
  return new Promise((resolve) => {
    let end: string | undefined;
    const answer = (status: number, bytes: Uint8Array, why: string): void => {
      end = why;
      timer.cancel();
      timer = clock.after(TAKING_MS, () => void request.socket.destroy());
      response.writeHead(status, { "Content-Length": bytes.length }).end(bytes);
    };
    const refuse = (status: 408 | 413 | 503, why: string): void => answer(status, new Uint8Array(), why);
    let timer = clock.after(bodyTimeoutMs, () => refuse(408, "its body did not come in time"));
    response.once("close", () => {
      end ??= "the caller is gone";
      timer.cancel();
      resolve();
    });

    const body = createBody(maxBodyBytes);
    if (Number(request.headers["content-length"] ?? 0) > maxBodyBytes) {
      refuse(413, "it is too long");
      return;
    }
    request.on("data", (chunk: Uint8Array) => {
      if (end === undefined && !body.add(chunk)) refuse(413, "it is too long");
    });
    request.on("end", () => {
      if (end !== undefined) return;
      timer.cancel();
      timer = clock.after(answerTimeoutMs, () => {
        refuse(503, "its time was over");
        listener.late();
      });
      listener.called({
        method: request.method ?? "",
        query,
        headers: joinedHeaders(request.rawHeaders),
        body: body.bytes(),
        remoteAddress: request.socket.remoteAddress ?? "",
        respond: (status, bytes = new Uint8Array()) => {
          if (end !== undefined) return { kind: "refused", why: end };
          if (!isStatus(status)) {
            return { kind: "refused", why: `an answer has a status of 200 to 599, and not ${status}` };
          }
          answer(status, bytes, "it was answered already");
          return { kind: "given" };
        },
      });
    });
  });
}

/** Of a final answer: below 200 are those that announce one. */
function isStatus(status: number): boolean {
  return Number.isInteger(status) && status >= 200 && status <= 599;
}
