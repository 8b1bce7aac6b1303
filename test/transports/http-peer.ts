import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import type { HttpAnswer, HttpRequest } from "../../src/core/http.ts";
import type { Clock } from "../../src/core/ports.ts";
import type {
  ExchangeConnection,
  ExchangeLimits,
  ExchangeListener,
  OpenedExchange,
} from "../../src/transports/exchange.ts";
import { httpTransport, type HttpAddress } from "../../src/transports/http.ts";
import { realClock } from "../support/clock.ts";

export const OPEN_LIMITS = { openTimeoutMs: 5_000, maxAnswerBytes: 10_000 };
export const SEND_TIMEOUT_MS = 5_000;

export const SALE: HttpRequest = {
  method: "POST",
  path: "/sales?wait=yes",
  headers: { Signature: "c2lnbmVk", "Content-Type": "application/json" },
  body: new TextEncoder().encode('{"amount":100}'),
};
export const APPROVED = 'HTTP/1.1 200 OK\r\nContent-Length: 17\r\n\r\n{"approved":true}';

export type Ending =
  { readonly kind: "answered"; readonly answer: HttpAnswer } | { readonly kind: "lost"; readonly why: string };

/** A listener that keeps what it hears; `ended` waits for the first of it. */
export function createRecordingExchangeListener() {
  const endings: Ending[] = [];
  let firstHeard = (_ending: Ending): void => {};
  const ended = new Promise<Ending>((resolve) => (firstHeard = resolve));
  const hear = (ending: Ending): void => {
    endings.push(ending);
    firstHeard(ending);
  };
  const listener: ExchangeListener = {
    answered: (answer) => hear({ kind: "answered", answer }),
    lost: (why) => hear({ kind: "lost", why }),
  };
  return { listener, endings, ended };
}

/** One connection as the machine at the other end sees it. */
export type PeerConnection = {
  readonly socket: Socket;
  /** What has come, the first of it where that is much. */
  text(): string;
  /** Resolves once the first request is there whole. */
  readonly requested: Promise<void>;
  readonly closed: Promise<void>;
};

/** A machine that takes connections on a port of this one, and leaves every byte of its answers to the test. */
export async function startPeer(behave: (connection: PeerConnection) => void = () => {}, host = "127.0.0.1") {
  const server = createServer();
  server.listen(0, host);
  await once(server, "listening");
  const connections: PeerConnection[] = [];
  let heard = (): void => {};
  server.on("connection", (socket) => {
    const connection = peerConnection(socket);
    connections.push(connection);
    behave(connection);
    heard();
  });
  return {
    address: { type: "http", host, port: (server.address() as AddressInfo).port } as const,
    connections,
    /** The connection with this number, from 0, once it is there. */
    connection: async (index: number): Promise<PeerConnection> => {
      for (;;) {
        const found = connections[index];
        if (found !== undefined) return found;
        await new Promise<void>((resolve) => (heard = resolve));
      }
    },
    async [Symbol.asyncDispose]() {
      for (const { socket } of connections) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function peerConnection(socket: Socket): PeerConnection {
  let received = "";
  let missingBytes: number | undefined;
  let complete = (): void => {};
  const requested = new Promise<void>((resolve) => (complete = resolve));
  socket.on("error", () => {}); // the other side may break off at any time
  socket.on("data", (chunk: Buffer) => {
    if (received.length < KEPT_BYTES) received += chunk.toString("latin1");
    missingBytes = missingBytes === undefined ? missingAfter(received) : missingBytes - chunk.length;
    if (missingBytes !== undefined && missingBytes <= 0) complete();
  });
  return {
    socket,
    text: () => received,
    requested,
    closed: new Promise((resolve) => socket.once("close", () => resolve())),
  };
}

const KEPT_BYTES = 65_536;

/** How much of a request is still to come; undefined before its head is whole. */
function missingAfter(text: string): number | undefined {
  const headEnd = text.indexOf("\r\n\r\n");
  if (headEnd < 0) return undefined;
  const bodyLength = Number(/^content-length: (\d+)\r$/im.exec(text)?.[1] ?? 0);
  return headEnd + 4 + bodyLength - text.length;
}

/** Answers each request with these bytes, at once. */
export function answering(bytes: string | Uint8Array): (connection: PeerConnection) => void {
  return ({ socket, requested }) => void requested.then(() => socket.write(bytes));
}

function connectionOf(opened: OpenedExchange): ExchangeConnection {
  assert.equal(opened.kind, "open", opened.kind === "failed" ? opened.why : "");
  return opened.connection;
}

/** An open connection and who listens to it. */
export async function connectTo(
  address: HttpAddress,
  { clock = realClock, limits = OPEN_LIMITS }: { readonly clock?: Clock; readonly limits?: ExchangeLimits } = {},
) {
  const { listener, endings, ended } = createRecordingExchangeListener();
  const connection = connectionOf(await httpTransport(clock).open(address, listener, limits));
  return { connection, endings, ended };
}

/** Lets what was written on this machine arrive: a few turns of the event loop. */
export async function afterSomeTurns(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
}

export function textOf(ending: Ending): string {
  return ending.kind === "answered" ? new TextDecoder().decode(ending.answer.body) : `lost: ${ending.why}`;
}
