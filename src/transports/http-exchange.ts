import { request as startRequest, type IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { HttpAnswer, HttpRequest } from "../core/http.ts";
import { Opening, otherProgramInWords, type OtherProgram } from "../core/link-fault.ts";
import type { Clock } from "../core/ports.ts";
import type { ExchangeConnection, ExchangeLimits, ExchangeListener } from "./exchange.ts";
import { readAnswer, type AnswerListener } from "./http-answer.ts";
import { headersAsSent, requestFault } from "./http-request.ts";
import { explainSocketError } from "./socket.ts";
import type { Sent } from "./transport.ts";

/** For the status line and the headers together. */
const MAX_HEAD_BYTES = 16_384;
/** Of answers that only say that another one is to come (1xx). */
const MOST_INTERIM_ANSWERS = 8;
/** A body in chunks of one byte takes six for each. With the spare ones for all else: more than that is talk without end. */
const WIRE_BYTES_PER_BODY_BYTE = 6;
const SPARE_WIRE_BYTES = 65_536;

export type ExchangeNames = {
  readonly name: string;
  /** For the Host header. */
  readonly authority: string;
};

/** As `openConnection` gives it. */
type Connection = { readonly socket: Socket; readonly reset: () => void };

/** One exchange over a socket that is open and believed, and that nobody has listened to yet. */
export function exchangeOver(
  { socket, reset }: Connection,
  { name, authority }: ExchangeNames,
  listener: ExchangeListener,
  { maxAnswerBytes }: ExchangeLimits,
  clock: Clock,
): ExchangeConnection {
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  let asked = false;
  let over = false;
  let silent = false;
  let finishSend: ((sent: Sent) => void) | undefined;
  let wholeAnswer: HttpAnswer | undefined;

  /** In the next turn: `open` and `send` have answered by then. */
  const end = (tell: () => void): void => {
    over = true;
    setImmediate(() => {
      if (!silent) tell();
    });
  };

  const stopSending = (why: string): void => {
    finishSend?.({ kind: socket.bytesWritten === 0 ? "refused" : "failed", why });
  };

  const lose = (why: string, program?: OtherProgram): void => {
    if (over) return;
    end(() => listener.lost(why, program));
    // Destroyed alone, a request that was given up would still arrive when a cable is pushed in again.
    reset();
    stopSending(why);
  };

  /** An answer can be there before its request is out: it is told when both are whole. */
  const tellWholeAnswer = (): void => {
    const answer = wholeAnswer;
    if (over || answer === undefined || finishSend !== undefined) return;
    end(() => listener.answered(answer));
    socket.destroy();
  };

  const handOver = (request: HttpRequest, sendTimeoutMs: number): Promise<Sent> =>
    new Promise((resolve) => {
      asked = true;
      const timer = clock.after(sendTimeoutMs, () => lose(`the request was not taken within ${sendTimeoutMs} ms`));
      finishSend = (sent) => {
        timer.cancel();
        finishSend = undefined;
        resolve(sent);
      };
      exchange(socket, request, authority, maxAnswerBytes, {
        handedOver: () => {
          finishSend?.({ kind: "sent" });
          tellWholeAnswer();
        },
        whole: (answer) => {
          wholeAnswer = answer;
          tellWholeAnswer();
        },
        failed: lose,
      });
    });

  watch(socket, SPARE_WIRE_BYTES + WIRE_BYTES_PER_BODY_BYTE * maxAnswerBytes, () => asked, name, lose);

  const connection: ExchangeConnection = {
    name,
    get isOpen() {
      return !asked && !over && socket.writable;
    },
    send: async (request, sendTimeoutMs) => {
      if (asked) return { kind: "refused", why: `${name} has carried its request already` };
      if (!connection.isOpen) return { kind: "refused", why: `${name} is not open` };
      const fault = requestFault(request);
      if (fault !== undefined) return { kind: "refused", why: fault };
      return handOver(request, sendTimeoutMs);
    },
    close: () => {
      silent = true;
      over = true;
      reset();
      stopSending(`${name} was closed`);
      return closed;
    },
  };
  return connection;
}

/** What ends an exchange whatever it is at, and what a connection may not do before it was asked. */
function watch(
  socket: Socket,
  mostWireBytes: number,
  wasAsked: () => boolean,
  name: string,
  lose: (why: string, program?: OtherProgram) => void,
): void {
  let arrivedBytes = 0;
  const opening = new Opening();
  socket.on("data", (chunk: Uint8Array) => {
    arrivedBytes += chunk.length;
    const program = opening.heard(chunk);
    if (program !== undefined && program !== "web") lose(otherProgramInWords(program), program);
    if (!wasAsked()) lose("the other side spoke before it was asked");
    if (arrivedBytes > mostWireBytes) lose(`more than ${mostWireBytes} bytes came, and still no whole answer`);
  });
  const gone = (): void => {
    if (!wasAsked()) lose("the other side closed the connection before it was asked");
  };
  socket.on("end", gone).on("close", gone);
  // Where a connection is reset inside a body, the library may report a whole answer behind this.
  socket.on("error", (error: NodeJS.ErrnoException) => lose(explainSocketError(error, name).why));
}

type WireListener = AnswerListener & {
  /** Not one byte of the request is left to hand over to the system. */
  readonly handedOver: () => void;
};

/** Gives the socket to the library, which writes the request in the next tick and reads the answer. */
function exchange(
  socket: Socket,
  request: HttpRequest,
  authority: string,
  maxAnswerBytes: number,
  heard: WireListener,
): void {
  let answer: IncomingMessage | undefined;
  let interimAnswers = 0;
  let allHandedOver = false;
  let endedInOrder = false;

  const failUnlessWhole = (error?: NodeJS.ErrnoException): void => {
    // What comes behind a whole answer takes nothing from it, wherever the bytes were cut.
    if (answer?.complete === true && allHandedOver) return;
    heard.failed(explainHttpError(error, endedInOrder));
  };

  const http = startRequest({
    createConnection: () => socket, // and so without an agent: no pool, no reuse, no proxy from the environment
    method: request.method,
    path: request.path,
    headers: headersAsSent(request, authority),
    setDefaultHeaders: false,
    maxHeaderSize: MAX_HEAD_BYTES,
    insecureHTTPParser: false,
    timeout: 0,
  });
  http.maxHeadersCount = 0; // beyond a count they would be dropped without a word; their size is limited

  // Once the system has taken the last byte; never for a write that failed.
  http.on("finish", () => {
    allHandedOver = true;
    heard.handedOver();
  });
  http.on("information", () => {
    interimAnswers += 1;
    if (interimAnswers > MOST_INTERIM_ANSWERS) heard.failed("only interim answers came, again and again (1xx)");
  });
  http.on("upgrade", () => heard.failed("the other side wants to go on in another protocol (101)"));
  http.on("response", (message) => {
    answer = message;
    readAnswer(message, maxAnswerBytes, heard);
  });
  http.on("error", failUnlessWhole);
  socket.on("end", () => (endedInOrder = true));
  socket.on("close", () => failUnlessWhole());
  http.end(request.body);
}

/** Where the system broke the connection off, the socket has said so before the library repeats it. */
function explainHttpError(error: NodeJS.ErrnoException | undefined, endedInOrder: boolean): string {
  const code = error?.code ?? "";
  if (code === "HPE_HEADER_OVERFLOW") return `the answer's headers are longer than ${MAX_HEAD_BYTES} bytes`;
  if (code.startsWith("HPE_")) return `what came is no HTTP answer (${code})`;
  if (endedInOrder) return "the other side closed the connection before its answer was whole";
  return "the connection is gone";
}
