import type { IncomingMessage } from "node:http";
import type { HttpAnswer } from "../core/http.ts";
import { createBody, joinedHeaders } from "./http-body.ts";

export type AnswerListener = {
  readonly whole: (answer: HttpAnswer) => void;
  readonly failed: (why: string) => void;
};

/** Takes an answer in, up to `maxBytes` of body. Calls one of the two once; `failed` perhaps after it, and more than once. */
export function readAnswer(message: IncomingMessage, maxBytes: number, { whole, failed }: AnswerListener): void {
  message.on("error", () => {}); // `close` follows it
  const headers = joinedHeaders(message.rawHeaders);
  const fault = answerFault(message, headers, maxBytes);
  if (fault !== undefined) {
    failed(fault);
    return;
  }
  const body = createBody(maxBytes);
  message.on("data", (chunk: Uint8Array) => {
    if (!body.add(chunk)) failed(tooLong(maxBytes));
  });
  message.on("end", () => whole({ status: message.statusCode ?? 0, headers, body: body.bytes() }));
  message.on("close", () => {
    if (!message.readableEnded) failed("the answer was cut short");
  });
}

/** Why the head alone shows that this is no answer that can be believed whole; undefined where it may become one. */
function answerFault(
  message: IncomingMessage,
  headers: Readonly<Record<string, string>>,
  maxBytes: number,
): string | undefined {
  const status = message.statusCode ?? 0;
  if (message.httpVersionMajor !== 1) return `the answer is in HTTP ${message.httpVersion}`;
  if (status < 200) return `the answer ${status} is none that was asked for`;
  const coding = headers["transfer-encoding"];
  if (coding !== undefined && coding.toLowerCase() !== "chunked") {
    return "the answer is coded in a way that was not asked for (Transfer-Encoding)";
  }
  const length = headers["content-length"];
  if (coding === undefined && length === undefined && status !== 204 && status !== 304) {
    // It would end with the connection, and so would one that was cut short: a killed server, over TLS any attacker.
    return "the answer does not say how long it is";
  }
  if (Number(length ?? 0) > maxBytes) return tooLong(maxBytes);
  return undefined;
}

function tooLong(maxBytes: number): string {
  return `the answer is longer than ${maxBytes} bytes`;
}
