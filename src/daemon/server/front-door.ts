import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { PROTOCOL_PATH } from "../../protocol/version.ts";

/** Names under which a browser or a program on this machine reaches the loopback. Anything else in Host is another site. */
const LOOPBACK_NAMES = ["127.0.0.1", "localhost", "[::1]"];
const HTTP_PORT = 80;

/** Who knocks, as the HTTP request says it: before the upgrade nothing else is known. */
export type DoorPolicy = {
  /** The port that is really listened on. */
  readonly port: number;
  readonly allowedOrigins: readonly string[];
};

/** The origins of pages that this server itself serves. */
export function ownOrigins(port: number): readonly string[] {
  return LOOPBACK_NAMES.map((name) => `http://${withPort(name, port)}`);
}

/** Why this request is not let in; undefined where it is. A page of another site that names itself as the loopback fails both checks. */
export function doorFault(request: IncomingMessage, { port, allowedOrigins }: DoorPolicy): string | undefined {
  const hosts = request.headersDistinct["host"] ?? [];
  const [host] = hosts;
  if (host === undefined || hosts.length > 1) return "The request names no Host, or several.";
  if (!LOOPBACK_NAMES.some((name) => namesHost(host.toLowerCase(), name, port))) {
    return `The Host header must name this machine's loopback: 127.0.0.1:${port}, localhost:${port} or [::1]:${port}.`;
  }
  const origins = request.headersDistinct["origin"] ?? [];
  if (origins.length === 0) return undefined;
  const [origin] = origins;
  const allowed = [...ownOrigins(port), ...allowedOrigins];
  if (origins.length === 1 && origin !== undefined && origin !== "null" && allowed.includes(origin)) return undefined;
  return "This Origin is not allowed: an administrator adds it to server.allowedOrigins.";
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

function namesHost(host: string, name: string, port: number): boolean {
  return host === `${name}:${port}` || (port === HTTP_PORT && host === name);
}

function withPort(name: string, port: number): string {
  return port === HTTP_PORT ? name : `${name}:${port}`;
}
