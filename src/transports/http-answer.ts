import type { IncomingMessage } from "node:http";
import type { HttpAnswer } from "../core/http.ts";

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

function joinedHeaders(nameAndValueInTurn: readonly string[]): Readonly<Record<string, string>> {
  const joined = new Map<string, string>();
  for (let index = 0; index + 1 < nameAndValueInTurn.length; index += 2) {
    const name = nameAndValueInTurn[index]?.toLowerCase() ?? "";
    const value = nameAndValueInTurn[index + 1] ?? "";
    const earlier = joined.get(name);
    joined.set(name, earlier === undefined ? value : `${earlier}, ${value}`);
  }
  return Object.fromEntries(joined);
}

/** Bytes as they come, in one piece: kept one by one they would take a hundred times their size. */
function createBody(maxBytes: number) {
  let room = new Uint8Array(0);
  let length = 0;
  return {
    /** Whether they fit. */
    add: (chunk: Uint8Array): boolean => {
      const wanted = length + chunk.length;
      if (wanted > maxBytes) return false;
      if (wanted > room.length) {
        const wider = new Uint8Array(Math.min(maxBytes, Math.max(wanted, 2 * room.length, 1024)));
        wider.set(room.subarray(0, length));
        room = wider;
      }
      room.set(chunk, length);
      length = wanted;
      return true;
    },
    bytes: (): Uint8Array => room.slice(0, length),
  };
}
