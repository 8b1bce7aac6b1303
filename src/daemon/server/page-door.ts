/** The technician's page, at a door of this machine. Loaded when somebody comes for it: most days nobody does. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { isJsonObject } from "../../core/json.ts";
import { readJson } from "../../protocol/json.ts";
import { ownOriginsOf, type Door } from "./doors.ts";
import { answer, originOf, pathOf } from "./front-door.ts";
import type { ServerContext } from "./handler.ts";
import { findPageFile, NOT_BUILT } from "./page-built.ts";
import { LOGIN_PATH, PAGE_PATH } from "./page-paths.ts";

const BODY_BYTES_AT_MOST = 512;

/** Answers what is asked for at the page's paths. */
export async function servePage(
  request: IncomingMessage,
  response: ServerResponse,
  door: Door,
  server: ServerContext,
): Promise<void> {
  for (const [name, value] of Object.entries(headersFor(request, door))) response.setHeader(name, value);
  if (pathOf(request) === LOGIN_PATH) await serveLogin(request, response, door, server);
  else await serveFile(request, response);
}

/** Whatever it is that a browser gets from here, it runs, frames, sends and shows nothing of anybody else's. */
function headersFor(request: IncomingMessage, { scheme }: Door): Readonly<Record<string, string>> {
  // The Host was checked: it is a name of the loopback.
  const socket = `${scheme === "http" ? "ws" : "wss"}://${request.headers.host ?? ""}`;
  return {
    "Content-Security-Policy": [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      `connect-src 'self' ${socket}`,
      "img-src 'self' data:",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ].join("; "),
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), serial=(), usb=()",
  };
}

async function serveFile(request: IncomingMessage, response: ServerResponse): Promise<void> {
  // Only a page of another site is told apart here: a navigation, and the page's own requests, say "none" and "same-origin".
  const site = request.headers["sec-fetch-site"];
  const isForeign = pathOf(request) !== PAGE_PATH && (site === "cross-site" || site === "same-site");
  const isRead = request.method === "GET" || request.method === "HEAD";
  const file = isForeign || !isRead ? undefined : await findPageFile(pathOf(request));
  if (file === undefined) {
    answer(response, 404, "text/plain", "There is nothing here.");
    return;
  }
  if (file.kind === "notBuilt") {
    answer(response, 404, "text/plain", `${NOT_BUILT}\n`);
    return;
  }
  response.setHeader("ETag", file.etag);
  response.setHeader("Cache-Control", file.isImmutable ? "private, max-age=31536000, immutable" : "no-cache");
  if (request.headers["if-none-match"] === file.etag) {
    response.writeHead(304);
    response.end();
    return;
  }
  response.writeHead(200, { "Content-Type": `${file.type}; charset=utf-8`, "Content-Length": file.body.length });
  response.end(request.method === "HEAD" ? undefined : file.body);
}

async function serveLogin(
  request: IncomingMessage,
  response: ServerResponse,
  door: Door,
  server: ServerContext,
): Promise<void> {
  const { clock, refusals, pageLogins } = server;
  const origin = originOf(request);
  const refuse = (status: number, why: string) => {
    refusals.refused("pageLogin", { origin, host: request.headers.host, detail: why });
    answer(response, status, "application/json", JSON.stringify({ error: why }));
  };
  if (request.method !== "POST") {
    response.setHeader("Allow", "POST");
    answer(response, 405, "text/plain", "Only POST.");
    return;
  }
  // Other pages may talk to the protocol; to log in may the page alone that this door serves.
  if (origin === undefined || !ownOriginsOf(door).includes(origin)) {
    refuse(403, "not from the technician's page");
    return;
  }
  if (!/^application\/json\s*(;|$)/i.test(request.headers["content-type"] ?? "")) {
    refuse(415, "no JSON");
    return;
  }
  if (server.admitPageLogin() !== "admitted") {
    response.setHeader("Retry-After", "1");
    refuse(429, "too many tries in a second");
    return;
  }
  const code = codeIn(await bodyOf(request));
  if (code === undefined) {
    refuse(400, "no code");
    return;
  }
  const exchanged = pageLogins.exchange(code);
  if (exchanged.kind !== "done") {
    refuse(
      401,
      exchanged.kind === "wrong"
        ? "wrong code, or it is no longer good"
        : "this code was used before: the login that came of it has ended",
    );
    return;
  }
  const expiresAt = new Date(clock.now() + exchanged.lifeMs).toISOString();
  answer(response, 200, "application/json", JSON.stringify({ token: exchanged.token, expiresAt }));
}

/** Undefined where it is too long, or was not sent whole. */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const piece of request as AsyncIterable<Buffer>) {
      bytes += piece.length;
      if (bytes > BODY_BYTES_AT_MOST) return undefined;
      pieces.push(piece);
    }
  } catch {
    return undefined;
  }
  return Buffer.concat(pieces).toString("utf8");
}

function codeIn(body: string | undefined): string | undefined {
  const read = body === undefined ? undefined : readJson(body);
  if (read?.kind !== "value" || read.fault !== undefined || !isJsonObject(read.value)) return undefined;
  const { code, ...more } = read.value;
  return typeof code === "string" && Object.keys(more).length === 0 ? code : undefined;
}
