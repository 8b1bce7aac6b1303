import type { Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Log } from "../../core/ports.ts";

// Importing it would load all that it exports, with it an HTTP client that nobody here uses: 12 MB, and a tenth of a start.
const { createServer } = process.getBuiltinModule("node:http");

/** The server cannot begin. The message is for a person. */
export class ListenFailure extends Error {
  override readonly name = "ListenFailure";
}

export type Listener = { readonly servers: readonly HttpServer[]; readonly port: number };

const IPV4 = "127.0.0.1";
const IPV6 = "::1";
const LOOPBACK = [IPV4, IPV6, "localhost"];
/** Whether only programs of this machine reach the server there. */
export function isLoopbackHost(host: string): boolean {
  return LOOPBACK.includes(host);
}

const HEADERS_MS = 10_000;
const MAX_HEADER_BYTES = 16_384;
/** Tries to find a port that is free for both addresses, where any will do. */
const FREE_PORT_TRIES = 5;

/**
 * Listens on both addresses of the loopback and on no other, so that `localhost` reaches us whatever it resolves to. A machine
 * without IPv6 goes on with one. Rejects with `ListenFailure`.
 */
export async function listenOnLoopback(host: string, port: number, log: Log): Promise<Listener> {
  if (!isLoopbackHost(host)) {
    throw new ListenFailure(
      `server.host is ${host}, which other machines could reach. This version listens on the loopback alone: set it to ${IPV4}.`,
    );
  }
  for (let tries = port === 0 ? FREE_PORT_TRIES : 1; ; tries -= 1) {
    const first = await listen(IPV4, port).catch((error: unknown) => {
      throw failureOf(error, IPV4, port);
    });
    const taken = (first.address() as AddressInfo).port;
    try {
      return { servers: [first, await listen(IPV6, taken)], port: taken };
    } catch (error) {
      if (codeOf(error) !== "EADDRINUSE") {
        log.info("This machine has no IPv6 loopback; only 127.0.0.1 is listened on.", { code: codeOf(error) });
        return { servers: [first], port: taken };
      }
      first.close();
      if (tries === 1) throw failureOf(error, `[${IPV6}]`, taken);
    }
  }
}

function listen(host: string, port: number): Promise<HttpServer> {
  // The Host header is looked at by ourselves, so that one that is missing gets the same answer as a wrong one.
  const server = createServer({
    requireHostHeader: false,
    headersTimeout: HEADERS_MS,
    requestTimeout: HEADERS_MS,
    connectionsCheckingInterval: HEADERS_MS / 2,
    maxHeaderSize: MAX_HEADER_BYTES,
    noDelay: true,
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port, exclusive: true }, () => {
      server.off("error", reject);
      resolve(server);
    });
  });
}

function failureOf(error: unknown, host: string, port: number): ListenFailure {
  const code = codeOf(error) ?? "no reason was given";
  if (code === "EADDRINUSE") {
    return new ListenFailure(
      `Port ${port} on ${host} is in use by another program. End that program, or give Tillbridge another port (server.port in the configuration, or --port).`,
    );
  }
  if (code === "EACCES") {
    return new ListenFailure(`This user may not listen on port ${port} of ${host}. Choose a port of 1024 or more.`);
  }
  return new ListenFailure(`Port ${port} on ${host} cannot be listened on: ${code}.`);
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
