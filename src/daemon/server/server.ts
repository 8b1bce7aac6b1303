import type { IncomingMessage, Server as HttpServer, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { PROTOCOL_PATH } from "../../protocol/version.ts";
import { createDoorstep, type Doorstep } from "./doorstep.ts";
import { answer, doorFault, isProtocolPath, originOf, ownOrigins, pathOf, refuseUpgrade } from "./front-door.ts";
import type { ServerContext } from "./handler.ts";
import { briefHealthOf } from "./health.ts";
import { listenOnLoopback } from "./listen.ts";
import type { ServerPorts, ServerSettings } from "./ports.ts";
import { openReception, type Reception } from "./reception.ts";
import { createUpgrade } from "./socket.ts";

/** The WebSocket protocol and `GET /health` on one port of the loopback. */
export interface Server {
  /** The one that is really listened on. */
  readonly port: number;
  /** `ws://127.0.0.1:8455/v1` */
  readonly url: string;
  /** From here on nothing new is begun: no connection, no session, no payment. What runs can be followed to its end. */
  stopAccepting(): void;
  /** Answers what is open, closes every socket with 1012 and frees the port. */
  close(): Promise<void>;
}

const READING = ["GET", "HEAD"];
/** Health checks, and those that are refused, beside as many as may become sockets. */
const SPARE_CONNECTIONS = 32;

/** Rejects with `ListenFailure` where the port cannot be had. */
export async function startServer(ports: ServerPorts, settings: ServerSettings): Promise<Server> {
  const { servers, port } = await listenOnLoopback(settings.host, settings.port, ports.log);
  const reception = openReception(ports, settings, ownOrigins(port));
  const { context } = reception;
  const doorstep = createDoorstep(context.limits.sockets + SPARE_CONNECTIONS, ports.log);
  const door = { port, allowedOrigins: settings.allowedOrigins };
  for (const server of servers) {
    server.on("connection", (connection) => doorstep.arrives(connection));
    server.on("request", (request, response) => serveHttp(request, response, doorFault(request, door), context));
    server.on("upgrade", createEntrance(reception, door, doorstep));
    server.on("clientError", (error: NodeJS.ErrnoException, connection) => {
      ports.log.info("A connection was refused: it sent no request that can be read.", {
        why: error.code ?? error.message,
      });
      refuseUpgrade(connection, "400 Bad Request", "This is no HTTP request.");
    });
  }
  return {
    port,
    url: `ws://127.0.0.1:${port}${PROTOCOL_PATH}`,
    stopAccepting: () => {
      reception.stopAccepting();
    },
    close: async () => {
      reception.close();
      doorstep.clear();
      await Promise.all(servers.map(closed));
    },
  };
}

/** What an upgrade has to pass. Everything is checked before the client gets a socket. */
function createEntrance(reception: Reception, door: Parameters<typeof doorFault>[1], doorstep: Doorstep) {
  const { context } = reception;
  const { log, limits } = context;
  const upgrade = createUpgrade(limits.messageBytes);
  return (request: IncomingMessage, connection: Duplex, head: Buffer): void => {
    const fault = doorFault(request, door);
    if (fault !== undefined) {
      log.warn("A connection was refused.", { why: fault, host: request.headers.host, origin: originOf(request) });
      refuseUpgrade(connection, "403 Forbidden", fault);
    } else if (!isProtocolPath(request)) {
      refuseUpgrade(
        connection,
        "404 Not Found",
        `There is no ${pathOf(request)} here; the protocol is at ${PROTOCOL_PATH}.`,
      );
    } else if (context.isStopping()) {
      refuseUpgrade(connection, "503 Service Unavailable", "Tillbridge is about to end or to start again.");
    } else if (!reception.makesRoom()) {
      log.warn("A connection was refused: all sockets are in use.", { sockets: limits.sockets });
      refuseUpgrade(connection, "503 Service Unavailable", `All ${limits.sockets} sockets are in use.`);
    } else {
      doorstep.leaves(connection);
      upgrade(request, connection, head, (socket) => reception.admit(socket, originOf(request)));
    }
  };
}

function serveHttp(
  request: IncomingMessage,
  response: ServerResponse,
  fault: string | undefined,
  context: ServerContext,
): void {
  if (fault !== undefined) {
    answer(response, 403, "text/plain", fault);
  } else if (READING.includes(request.method ?? "") && pathOf(request) === "/health") {
    const health = briefHealthOf(context);
    const ready = health.status === "ok";
    answer(response, ready ? 200 : 503, "application/json", JSON.stringify({ ...health, ready }));
  } else if (isProtocolPath(request)) {
    response.setHeader("Upgrade", "websocket");
    answer(response, 426, "text/plain", "The protocol is spoken over a WebSocket.");
  } else {
    answer(response, 404, "text/plain", "There is nothing here.");
  }
}

/** Sockets were told to go and have a second for it; plain HTTP connections are simply cut. */
function closed(server: HttpServer): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
