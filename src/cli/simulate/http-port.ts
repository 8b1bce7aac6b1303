import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Clock, Timer } from "../../core/ports.ts";
import type { SimulatedAnswer, SimulatedRequest } from "../../drivers/simulator.ts";
import { listening } from "./listening.ts";
import type { HttpPort, HttpPortListener } from "./port.ts";

export type HttpListen = { readonly host: string; readonly port: number };

const MAX_CONNECTIONS = 64;
const MAX_REQUEST_BYTES = 256 * 1024;
/** For a request to come in whole. */
const REQUEST_MS = 30_000;
/** A connection without a request is kept for so long. */
const IDLE_MS = 65_000;
/** For an answer to be taken. */
const ANSWER_MS = 60_000;
const RETRY_MS = 1_000;

/** Where an answer has none of them; they are not added once they are removed. */
const ADDED_BY_NODE = ["Connection", "Content-Length", "Transfer-Encoding"];

/** A plain HTTP/1.1 server that sends what it is told to and nothing of its own: no Date, no Keep-Alive, no other case of a name. */
export async function openHttpPort(listen: HttpListen, listener: HttpPortListener, clock: Clock): Promise<HttpPort> {
  const exchanges = new Map<string, Exchange>();
  const sockets = new Set<Socket>();
  let requests = 0;

  const limits = { requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS, keepAliveTimeout: IDLE_MS };
  const server = createServer({ noDelay: true, ...limits }, (incoming, response) => {
    requests += 1;
    const name = `request ${requests}`;
    readBody(incoming, (body) => {
      if (body === undefined) {
        listener.log(`a request of more than ${MAX_REQUEST_BYTES} bytes was cut off`);
        incoming.socket.resetAndDestroy();
        return;
      }
      const exchange = exchangeOver(response, incoming.socket, clock);
      exchanges.set(name, exchange);
      response.once("close", () => {
        exchanges.delete(name);
        if (!exchange.isAnswered) listener.left(name);
      });
      listener.requested(name, requestFrom(incoming, body));
    });
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  await listening(server, listen);
  const { port } = server.address() as AddressInfo;
  const address = { type: "http", host: listen.host, port } as const;
  const power = powerOf(server, sockets, () => listening(server, address), listener, clock);

  return {
    address,
    answer: (name, answer) => {
      const exchange = exchanges.get(name);
      if (exchange === undefined) listener.log(`an answer of ${answer.body.length} bytes was not sent: nobody waits`);
      else exchange.answer(answer);
    },
    hangUp: (name, how) => exchanges.get(name)?.hangUp(how),
    ...power,
  };
}

/** `undefined`: there is more of it than anybody has to say here. A request that breaks off is never taken. */
function readBody(incoming: IncomingMessage, take: (body: Uint8Array | undefined) => void): void {
  const chunks: Buffer[] = [];
  let length = 0;
  incoming.on("data", (chunk: Buffer) => {
    if (length > MAX_REQUEST_BYTES) return;
    length += chunk.length;
    chunks.push(chunk);
    if (length > MAX_REQUEST_BYTES) take(undefined);
  });
  incoming.on("end", () => {
    if (length <= MAX_REQUEST_BYTES) take(new Uint8Array(Buffer.concat(chunks)));
  });
}

function requestFrom({ method = "", url = "", headers }: IncomingMessage, body: Uint8Array): SimulatedRequest {
  const named = Object.entries(headers).map(([name, value = ""]) => [
    name,
    typeof value === "string" ? value : value.join(", "),
  ]);
  return { method, path: url, headers: Object.fromEntries(named) as Readonly<Record<string, string>>, body };
}

interface Exchange {
  readonly isAnswered: boolean;
  answer(answer: SimulatedAnswer): void;
  hangUp(how: "end" | "cut"): void;
}

function exchangeOver(response: ServerResponse, socket: Socket, clock: Clock): Exchange {
  let isAnswered = false;
  return {
    get isAnswered() {
      return isAnswered;
    },
    answer: ({ status, reason, headers, body }) => {
      if (isAnswered) return;
      isAnswered = true;
      const patience = clock.after(ANSWER_MS, () => socket.destroy());
      response.once("close", () => patience.cancel());
      response.sendDate = false;
      for (const name of ADDED_BY_NODE) response.removeHeader(name);
      response.writeHead(status, reason, headers.flat());
      response.end(body);
    },
    hangUp: (how) => {
      const close = (): void => {
        if (how === "end") socket.end();
        else socket.resetAndDestroy();
      };
      if (isAnswered && !response.writableFinished) response.once("finish", close);
      else close();
    },
  };
}

/** One change at a time, because a server that is about to listen cannot be closed. */
function powerOf(
  server: Server,
  sockets: ReadonlySet<Socket>,
  listen: () => Promise<void>,
  listener: HttpPortListener,
  clock: Clock,
) {
  let changing = Promise.resolve();
  let retry: Timer | undefined;
  let isOver = false;

  const stop = (drop: (socket: Socket) => void): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) drop(socket);
    });
  const start = async (): Promise<void> => {
    if (isOver || server.listening) return;
    try {
      await listen();
    } catch (error) {
      listener.log(error instanceof Error ? error.message : String(error));
      retry = clock.after(RETRY_MS, switchOn);
    }
  };
  const switchOff = (): void => {
    retry?.cancel();
    changing = changing.then(() => stop((socket) => void socket.resetAndDestroy()));
  };
  const switchOn = (): void => {
    changing = changing.then(start);
  };
  const close = (): Promise<void> => {
    isOver = true;
    return changing.then(() => {
      retry?.cancel();
      return stop((socket) => void socket.destroy());
    });
  };
  return { switchOff, switchOn, close };
}
