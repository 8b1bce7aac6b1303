import type { IncomingMessage, Server as HttpServer, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { PROTOCOL_PATH } from "../../protocol/version.ts";
import { createDoorkeeper } from "./auth.ts";
import { broadcast } from "./broadcast.ts";
import { connect, type Connection } from "./connection.ts";
import { createDoorstep, type Doorstep } from "./doorstep.ts";
import { answer, doorFault, isProtocolPath, originOf, ownOrigins, pathOf, refuseUpgrade } from "./front-door.ts";
import type { ServerContext } from "./handler.ts";
import { briefHealthOf } from "./health.ts";
import { listenOnLoopback } from "./listen.ts";
import { createPairings } from "./pairing.ts";
import { DEFAULT_LIMITS, type ServerPorts, type ServerSettings } from "./ports.ts";
import { createSessions } from "./sessions.ts";
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
  const limits = { ...DEFAULT_LIMITS, ...settings.limits };
  const { clock, crypto, registry, transactions } = ports;
  const { servers, port } = await listenOnLoopback(settings.host, settings.port, ports.log);
  const doorstep = createDoorstep(limits.sockets + SPARE_CONNECTIONS, ports.log);
  const connections = new Set<Connection>();
  let stopping = false;
  const context: ServerContext = {
    ...ports,
    settings,
    limits,
    sessions: createSessions(transactions),
    pairings: createPairings(clock, crypto),
    doorkeeper: createDoorkeeper(registry, crypto, settings.administratorToken, ownOrigins(port)),
    startedMs: clock.monotonicMs(),
    isStopping: () => stopping,
  };
  const door = { port, allowedOrigins: settings.allowedOrigins };
  for (const server of servers) {
    server.on("connection", (connection) => doorstep.arrives(connection));
    server.on("request", (request, response) => serveHttp(request, response, doorFault(request, door), context));
    server.on("upgrade", createEntrance(context, door, doorstep, connections));
    server.on("clientError", (error: NodeJS.ErrnoException, connection) => {
      ports.log.info("A connection was refused: it sent no request that can be read.", {
        why: error.code ?? error.message,
      });
      refuseUpgrade(connection, "400 Bad Request", "This is no HTTP request.");
    });
  }
  const stopListening = ports.events.listen((event) => broadcast(event, context.sessions, context.doorkeeper, clock));
  const stopBeating = every(limits.heartbeatMs, clock, () => {
    for (const connection of connections) connection.beat();
  });
  return {
    port,
    url: `ws://127.0.0.1:${port}${PROTOCOL_PATH}`,
    stopAccepting: () => {
      stopping = true;
    },
    close: async () => {
      stopping = true;
      stopBeating();
      stopListening();
      for (const connection of connections) connection.shutDown();
      doorstep.clear();
      await Promise.all(servers.map(closed));
    },
  };
}

/** What an upgrade has to pass. Everything is checked before the client gets a socket. */
function createEntrance(
  context: ServerContext,
  door: Parameters<typeof doorFault>[1],
  doorstep: Doorstep,
  connections: Set<Connection>,
) {
  const upgrade = createUpgrade(context.limits.messageBytes);
  const { log, limits } = context;
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
    } else if (connections.size >= limits.sockets && !makesRoom(connections)) {
      log.warn("A connection was refused: all sockets are in use.", { sockets: limits.sockets });
      refuseUpgrade(connection, "503 Service Unavailable", `All ${limits.sockets} sockets are in use.`);
    } else {
      doorstep.leaves(connection);
      upgrade(request, connection, head, (socket) => {
        const added: Connection = connect(socket, originOf(request), context, () => connections.delete(added));
        connections.add(added);
        return added;
      });
    }
  };
}

/** Who does not open a session does not keep out who comes after him: the oldest such socket goes. */
function makesRoom(connections: Set<Connection>): boolean {
  for (const connection of connections) {
    if (!connection.hasOverstayed()) continue;
    connections.delete(connection);
    connection.giveWay();
    return true;
  }
  return false;
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

function every(periodMs: number, clock: ServerContext["clock"], act: () => void): () => void {
  const ring = () => {
    timer = clock.after(periodMs, ring);
    act();
  };
  let timer = clock.after(periodMs, ring);
  return () => timer.cancel();
}

/** Sockets were told to go and have a second for it; plain HTTP connections are simply cut. */
function closed(server: HttpServer): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
