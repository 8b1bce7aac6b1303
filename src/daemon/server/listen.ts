import type { Server as HttpServer } from "node:http";
import type { Server as HttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Log } from "../../core/ports.ts";

// Importing it would load all that it exports, with it an HTTP client that nobody here uses: 12 MB, and a tenth of a start.
const { createServer } = process.getBuiltinModule("node:http");

/** The server cannot begin. The message is for a person. */
export class ListenFailure extends Error {
  override readonly name = "ListenFailure";
}

export type Listener = { readonly servers: readonly AnyServer[]; readonly port: number };

type AnyServer = HttpServer | HttpsServer;

/** What is shown to those who connect, as PEM. */
export type KeyPair = { readonly certificate: string; readonly key: string };

export type Place = {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** What a person changes where the port is taken. */
  readonly setting: string;
  /** With it everything is encrypted. */
  readonly tls?: KeyPair;
};

const IPV4 = "127.0.0.1";
const IPV6 = "::1";
const LOOPBACK = [IPV4, IPV6, "localhost"];
/** Whether only programs of this machine reach the server there. */
function isLoopbackHost(host: string): boolean {
  return LOOPBACK.includes(host);
}

const HEADERS_MS = 10_000;
const MAX_HEADER_BYTES = 16_384;
/** The Host header is looked at by ourselves, so that one that is missing gets the same answer as a wrong one. */
const HTTP_OPTIONS = {
  requireHostHeader: false,
  headersTimeout: HEADERS_MS,
  requestTimeout: HEADERS_MS,
  connectionsCheckingInterval: HEADERS_MS / 2,
  maxHeaderSize: MAX_HEADER_BYTES,
  noDelay: true,
} as const;
/** Tries to find a port that is free for both addresses, where any will do. */
const FREE_PORT_TRIES = 5;

/**
 * Listens on both addresses of the loopback and on no other, so that `localhost` reaches us whatever it resolves to. A machine
 * without IPv6 goes on with one. Rejects with `ListenFailure`.
 */
export async function listenOnLoopback(place: Place, log: Log): Promise<Listener> {
  const { host, port } = place;
  if (!isLoopbackHost(host)) {
    throw new ListenFailure(
      `server.host is ${host}, which other machines could reach. It names the loopback alone: set it to ${IPV4}. ` +
        "Other machines of the shop are served by server.lan.",
    );
  }
  for (let tries = port === 0 ? FREE_PORT_TRIES : 1; ; tries -= 1) {
    const first = await listenAt({ ...place, host: IPV4 });
    const taken = (first.address() as AddressInfo).port;
    const second = { ...place, host: IPV6, port: taken };
    try {
      return { servers: [first, await listen(second)], port: taken };
    } catch (error) {
      if (codeOf(error) !== "EADDRINUSE") {
        log.info("server.noIpv6Loopback", "This machine has no IPv6 loopback; only 127.0.0.1 is listened on.", {
          code: codeOf(error),
        });
        return { servers: [first], port: taken };
      }
      first.close();
      if (tries === 1) throw failureOf(error, second);
    }
  }
}

/** Listens on one address that other machines reach. Rejects with `ListenFailure`. */
export async function listenForLan(place: Place & { readonly tls: KeyPair }): Promise<Listener> {
  const server = await listenAt(place);
  return { servers: [server], port: (server.address() as AddressInfo).port };
}

/** From here on this is what is shown to those who come. Throws `ListenFailure` where it cannot be used. */
export function showCertificate({ servers }: Listener, tls: KeyPair, place: Place): void {
  try {
    for (const server of servers) if ("setSecureContext" in server) server.setSecureContext(tlsOptions(tls));
  } catch (error) {
    throw failureOf(error, place);
  }
}

async function listenAt(place: Place): Promise<AnyServer> {
  try {
    return await listen(place);
  } catch (error) {
    throw failureOf(error, place);
  }
}

function listen({ host, port, tls }: Place): Promise<AnyServer> {
  return new Promise((resolve, reject) => {
    // What cannot be used as a key pair throws here.
    const server = tls === undefined ? createServer(HTTP_OPTIONS) : secureServer(tls);
    server.once("error", reject);
    server.listen({ host, port, exclusive: true }, () => {
      server.off("error", reject);
      resolve(server);
    });
  });
}

function secureServer(tls: KeyPair): AnyServer {
  const { createServer: createSecureServer } = process.getBuiltinModule("node:https");
  return createSecureServer({ ...HTTP_OPTIONS, ...tlsOptions(tls), handshakeTimeout: HEADERS_MS });
}

function tlsOptions({ certificate, key }: KeyPair) {
  return { cert: certificate, key, minVersion: "TLSv1.2" } as const;
}

function failureOf(error: unknown, { host, port, setting }: Place): ListenFailure {
  const code = codeOf(error) ?? "no reason was given";
  const where = `Port ${port} on ${host.includes(":") ? `[${host}]` : host}`;
  if (code === "EADDRINUSE") {
    return new ListenFailure(
      `${where} is in use by another program. End that program, or give Tillbridge another port (${setting}).`,
    );
  }
  if (code === "EACCES") {
    return new ListenFailure(`This user may not listen on port ${port} of ${host}. Choose a port of 1024 or more.`);
  }
  if (code === "EADDRNOTAVAIL") {
    return new ListenFailure(`${where} cannot be listened on: this machine does not have that address now.`);
  }
  if (code.startsWith("ERR_OSSL")) {
    return new ListenFailure(
      "The certificate, or its key, cannot be used: both have to be PEM text, and the key has to be the certificate's own, without a password.",
    );
  }
  return new ListenFailure(`${where} cannot be listened on: ${code}.`);
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
