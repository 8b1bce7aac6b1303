import type { IncomingMessage, ServerResponse, Server as HttpServer } from "node:http";
import type { Duplex } from "node:stream";
import { PROTOCOL_PATH } from "../../protocol/version.ts";
import type { Doorstep } from "./doorstep.ts";
import type { Door } from "./doors.ts";
import {
  allowedOriginOf,
  answer,
  doorFault,
  isProtocolPath,
  originOf,
  pathOf,
  refuseUpgrade,
  type DoorFault,
} from "./front-door.ts";
import type { ServerContext } from "./handler.ts";
import { briefHealthOf } from "./health.ts";
import { serveMetrics } from "./metrics.ts";
import { pageEntrance } from "./page-entrance.ts";
import { answerPageFile, pageFile } from "./page-files.ts";
import { isPagePath } from "./page-paths.ts";
import type { Reception } from "./reception.ts";
import type { Upgrade } from "./socket.ts";

/** Behind every door: one reception, and a doorstep for those of this machine and one for the others. */
export type Hall = { readonly reception: Reception; readonly doorstep: Doorstep; readonly upgrade: Upgrade };

const READING = ["GET", "HEAD"];

const servePage = pageEntrance(() => import("./page-door.ts"));

/** Serves whoever comes to this server through this door. */
export function attend(server: HttpServer, door: Door, hall: Hall): void {
  const { doorstep, reception } = hall;
  const { log } = reception.context;
  server.on("connection", (connection) => doorstep.arrives(connection));
  const isFirst = onceEach();
  const serve = (request: IncomingMessage, response: ServerResponse) => {
    if (isFirst(request.socket)) void serveHttp(request, response, door, hall);
    else request.destroy();
  };
  server.on("request", serve);
  // What is expected of us is not, and no body is read: without these, the library would answer by itself.
  server.on("checkContinue", serve);
  server.on("checkExpectation", serve);
  server.on("upgrade", (request, connection, head) => {
    if (isFirst(connection)) serveUpgrade(request, connection, head, door, hall);
    else connection.destroy();
  });
  server.on("clientError", (error: NodeJS.ErrnoException, connection) => {
    log.info("connection.unreadable", "A connection was refused: it sent no request that can be read.", {
      why: error.code ?? error.message,
    });
    const answered = answerToUnreadable(error.code);
    if (answered === undefined) connection.destroy();
    else refuseUpgrade(connection, answered.status, answered.why);
  });
  server.on("tlsClientError", (error: NodeJS.ErrnoException, connection: Duplex) => {
    log.info("connection.notEncrypted", "A connection was refused: it could not be encrypted.", {
      why: error.code ?? "unknown",
    });
    connection.destroy();
  });
}

/**
 * What a connection is told that sent no request that can be read; undefined where it is closed without a word. A browser connects before
 * it has anything to ask: what is said into such a connection it takes for the answer to what it asks at that very moment, and one
 * that is closed it asks again elsewhere.
 */
export function answerToUnreadable(
  code: string | undefined,
): { readonly status: string; readonly why: string } | undefined {
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") return undefined;
  if (code !== "HPE_HEADER_OVERFLOW") return { status: "400 Bad Request", why: "This is no HTTP request." };
  return {
    status: "431 Request Header Fields Too Large",
    // Other programs' cookies for localhost come along, and nobody would look for them there.
    why: "The headers of this request are too large. Delete this browser's cookies for localhost and 127.0.0.1.",
  };
}

/**
 * Whether this connection asks for the first time. It asks once: what is sent behind a request, by the thousand, would be answered
 * into memory, and takes from the tills the time that it takes.
 */
function onceEach(): (connection: Duplex) => boolean {
  const asked = new WeakSet<Duplex>();
  return (connection) => {
    const first = !asked.has(connection);
    asked.add(connection);
    return first;
  };
}

/** What an upgrade has to pass. Everything is checked before the client gets a socket. */
function serveUpgrade(
  request: IncomingMessage,
  connection: Duplex,
  head: Buffer,
  door: Door,
  { reception, doorstep, upgrade }: Hall,
): void {
  const { context } = reception;
  const { limits } = context;
  const fault = doorFault(request, door);
  if (fault !== undefined) {
    tellRefusal(request, fault, context);
    refuseUpgrade(connection, "403 Forbidden", fault.why);
  } else if (!isProtocolPath(request)) {
    refuseUpgrade(connection, "404 Not Found", `There is nothing here; the protocol is at ${PROTOCOL_PATH}.`);
  } else if (context.isStopping()) {
    refuseUpgrade(connection, "503 Service Unavailable", "Tillbridge is about to end or to start again.");
  } else if (!reception.makesRoom(door.from)) {
    const why =
      door.from === "lan"
        ? "All sockets that other machines may have are in use: half of server.limits.sockets."
        : `All ${limits.sockets} sockets are in use.`;
    context.refusals.refused("tooManySockets", { origin: originOf(request), detail: why });
    refuseUpgrade(connection, "503 Service Unavailable", why);
  } else {
    doorstep.leaves(connection);
    upgrade(request, connection, head, (socket) => {
      const arrival = { origin: originOf(request), from: door.from };
      return reception.admit(socket, arrival);
    });
  }
}

async function serveHttp(
  request: IncomingMessage,
  response: ServerResponse,
  door: Door,
  { reception: { context } }: Hall,
): Promise<void> {
  response.shouldKeepAlive = false;
  const fault = doorFault(request, door);
  if (fault !== undefined) {
    tellRefusal(request, fault, context);
    answer(response, 403, "text/plain", fault.why);
    return;
  }
  const reader = allowedOriginOf(request, door);
  if (reader !== undefined) response.setHeader("Access-Control-Allow-Origin", reader);
  response.setHeader("Vary", "Origin");
  const path = pathOf(request);
  const file = READING.includes(request.method ?? "") ? await pageFile(path) : undefined;
  if (file !== undefined) {
    answerPageFile(request, response, file);
  } else if (isProtocolPath(request)) {
    response.setHeader("Upgrade", "websocket");
    answer(response, 426, "text/plain", "The protocol is spoken over a WebSocket.");
  } else if (door.from === "thisMachine" && isPagePath(path)) {
    await servePage(request, response, door, context);
  } else if (
    !READING.includes(request.method ?? "") ||
    door.from !== "thisMachine" ||
    !serveState(path, request, response, context)
  ) {
    answer(response, 404, "text/plain", "There is nothing here.");
  }
}

/** What only programs of this machine are told: false where it is something else that they ask for. */
function serveState(path: string, request: IncomingMessage, response: ServerResponse, context: ServerContext): boolean {
  switch (path) {
    case "/health": {
      const health = briefHealthOf(context);
      const ready = health.status === "ok";
      answer(response, ready ? 200 : 503, "application/json", JSON.stringify({ ...health, ready }));
      return true;
    }
    case "/metrics":
      serveMetrics(request, response, context);
      return true;
    default:
      return false;
  }
}

function tellRefusal(request: IncomingMessage, { kind, why }: DoorFault, { refusals }: ServerContext): void {
  refusals.refused(kind, { host: request.headers.host, origin: originOf(request), detail: why });
}
