import { connect, isIPv6, type Socket } from "node:net";
import type { Clock } from "../core/ports.ts";
import { Type, type ValueOf } from "../core/schema.ts";
import type { ExchangeTransport, OpenedExchange } from "./exchange.ts";
import {
  bareHost,
  explainSocketError,
  nameOfPlace,
  openSocket,
  PLACE_PROPERTIES,
  type Explained,
  type SocketOpening,
} from "./socket.ts";
import { TlsSchema } from "./tls-settings.ts";

export const HttpAddressSchema = Type.Object(
  {
    type: Type.Literal("http"),
    ...PLACE_PROPERTIES,
    /** `{}` asks for TLS with a certificate that everybody trusts. Without it: plain HTTP. */
    tls: Type.Optional(TlsSchema),
  },
  { additionalProperties: false },
);
export type HttpAddress = ValueOf<typeof HttpAddressSchema>;

/** HTTP/1.1, with TLS or without, each request alone on a connection of its own. */
export function httpTransport(clock: Clock): ExchangeTransport<HttpAddress> {
  let opened = 0;
  return {
    kind: "http",
    open: async (address, listener, limits, signal) => {
      // With the first exchange: a shop without such a terminal does not pay for an HTTP client (12 MB), nor one without TLS for that.
      const { exchangeOver } = await import("./http-exchange.ts");
      const connecting = await startConnecting(address);
      if (connecting.kind === "failed") return connecting;
      const { socket, readyEvent, certificateFault, explain } = connecting;
      const place = nameOfPlace(address);
      return openSocket<OpenedExchange>(
        socket,
        {
          place,
          readyEvent,
          timeoutMs: limits.openTimeoutMs,
          signal,
          ready: () => {
            const fault = certificateFault();
            if (fault !== undefined) return { kind: "failed", ...fault };
            opened += 1;
            const name = `http ${place} #${opened}`;
            const connection = exchangeOver(socket, { name, authority: authorityOf(address) }, listener, limits, clock);
            return { kind: "open", connection };
          },
          failed: (error) => ({
            kind: "failed",
            ...explain(error),
            ...(isRefused(error) ? { nobodyListens: true } : {}),
          }),
        },
        clock,
      );
    },
  };
}

type Connecting = {
  readonly kind: "connecting";
  readonly socket: Socket;
  readonly readyEvent: SocketOpening<OpenedExchange>["readyEvent"];
  /** Why the machine that answered is not the right one, though its certificate is in order. */
  readonly certificateFault: () => Explained | undefined;
  readonly explain: (error: NodeJS.ErrnoException) => Explained;
};
type Failed = Extract<OpenedExchange, { kind: "failed" }>;

async function startConnecting(address: HttpAddress): Promise<Connecting | Failed> {
  const { port, tls } = address;
  const host = bareHost(address);
  const place = nameOfPlace(address);
  if (tls === undefined) {
    const explain = (error: NodeJS.ErrnoException) => explainSocketError(error, place);
    const socket = connect({ host, port });
    return { kind: "connecting", socket, readyEvent: "connect", certificateFault: () => undefined, explain };
  }
  const { connectTls, explainTlsError, pinFault, trustFor } = await import("./tls.ts");
  const trust = trustFor(tls, host);
  if (trust.kind === "failed") return trust;
  const socket = connectTls({ host, port, ...trust.options });
  return {
    kind: "connecting",
    socket,
    readyEvent: "secureConnect",
    certificateFault: () => pinFault(tls, socket, place),
    explain: (error) => explainTlsError(error, place) ?? explainSocketError(error, place),
  };
}

/** A name can stand for several addresses, of which some cannot be reached: where one refused, the program there has ended. */
export function isRefused(error: NodeJS.ErrnoException): boolean {
  const errors: readonly NodeJS.ErrnoException[] = error instanceof AggregateError ? error.errors : [error];
  return errors.some(({ code }) => code === "ECONNREFUSED");
}

/** The Host header (RFC 9110 7.2): the port only where it is not the usual one. */
function authorityOf(address: HttpAddress): string {
  const host = bareHost(address);
  const written = isIPv6(host) ? `[${host}]` : host;
  const usualPort = address.tls === undefined ? 80 : 443;
  return address.port === usualPort ? written : `${written}:${address.port}`;
}
