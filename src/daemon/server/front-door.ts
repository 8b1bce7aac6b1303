import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { PROTOCOL_PATH } from "../../protocol/version.ts";
import { authoritiesOf, inHostHeader, type Door } from "./doors.ts";

/** Why somebody is not let in; `why` is for a person. */
export type DoorFault = { readonly kind: "wrongHost" | "wrongOrigin"; readonly why: string };

/** Why this request is not let in; undefined where it is. A page of another site that names itself as this machine fails both checks. */
export function doorFault(request: IncomingMessage, door: Door): DoorFault | undefined {
  const hosts = request.headersDistinct["host"] ?? [];
  const [host] = hosts;
  if (host === undefined || hosts.length > 1) return wrongHost("The request names no Host, or several.");
  const authorities = authoritiesOf(reached(request, door));
  if (!authorities.includes(host.toLowerCase())) {
    return wrongHost(
      door.from === "thisMachine"
        ? `The Host header must name this machine's loopback: ${authorities.join(", ")}.`
        : "The Host header names no address or name of this machine: an administrator adds it to server.lan.names.",
    );
  }
  const origins = request.headersDistinct["origin"] ?? [];
  if (origins.length === 0) return undefined;
  if (origins.length === 1 && allowedOriginOf(request, door) !== undefined) return undefined;
  const list = door.from === "thisMachine" ? "server.allowedOrigins" : "server.lan.allowedOrigins";
  return { kind: "wrongOrigin", why: `This Origin is not allowed: an administrator adds it to ${list}.` };
}

function wrongHost(why: string): DoorFault {
  return { kind: "wrongHost", why };
}

/** The Origin of a page that may read what is answered; undefined where it may not, or there is none. */
export function allowedOriginOf(request: IncomingMessage, { allowedOrigins }: Door): string | undefined {
  const origin = originOf(request);
  return origin !== undefined && origin !== "null" && allowedOrigins.includes(origin) ? origin : undefined;
}

/** An address cannot be made to point elsewhere, as a name can: whoever asks for the one that he has reached means this machine. */
function reached({ socket }: IncomingMessage, door: Door): Door {
  const { localAddress } = socket;
  if (door.from === "thisMachine" || localAddress === undefined) return door;
  return { ...door, names: [...door.names, inHostHeader(localAddress)] };
}

export function originOf(request: IncomingMessage): string | undefined {
  return request.headersDistinct["origin"]?.[0];
}

/** The path without its query, of what may be an absolute URI. */
export function pathOf(request: IncomingMessage): string {
  return (request.url ?? "").split("?", 1)[0] ?? "";
}

export function isProtocolPath(request: IncomingMessage): boolean {
  return pathOf(request) === PROTOCOL_PATH;
}

/** Answers in the place of an upgrade and ends the connection, also where the other side would keep its half open. */
export function refuseUpgrade(connection: Duplex, status: string, why: string): void {
  connection.on("error", () => connection.destroy());
  connection.once("finish", () => connection.destroy());
  connection.end(
    `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(why)}\r\n\r\n${why}`,
  );
}

export function answer(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, {
    "Content-Type": `${type}; charset=utf-8`,
    "Content-Length": Buffer.byteLength(body),
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
  });
  response.end(body);
}
