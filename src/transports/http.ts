import { isIPv6 } from "node:net";
import type { Clock } from "../core/ports.ts";
import { Type, type ValueOf } from "../core/schema.ts";
import type { ExchangeTransport, OpenedExchange } from "./exchange.ts";
import { NETWORK_PROPERTIES, openConnection } from "./connecting.ts";
import { bareHost, isRefused, nameOfPlace } from "./socket.ts";

export const HttpAddressSchema = Type.Object(
  { type: Type.Literal("http"), ...NETWORK_PROPERTIES },
  { additionalProperties: false },
);
export type HttpAddress = ValueOf<typeof HttpAddressSchema>;

/** HTTP/1.1, with TLS or without, each request alone on a connection of its own. */
export function httpTransport(clock: Clock): ExchangeTransport<HttpAddress> {
  let opened = 0;
  return {
    kind: "http",
    open: async (address, listener, limits, signal) => {
      // With the first exchange: a shop without such a terminal does not pay for an HTTP client (12 MB).
      const { exchangeOver } = await import("./http-exchange.ts");
      return openConnection<OpenedExchange>(
        address,
        {
          timeoutMs: limits.openTimeoutMs,
          signal,
          ready: (socket, reset) => {
            opened += 1;
            const name = `http ${nameOfPlace(address)} #${opened}`;
            const connection = exchangeOver(
              { socket, reset },
              { name, authority: authorityOf(address) },
              listener,
              limits,
              clock,
            );
            return { kind: "open", connection };
          },
          failed: (error, explained) => ({
            kind: "failed",
            ...explained,
            ...(error.code === undefined ? {} : { code: error.code }),
            ...(isRefused(error) ? { nobodyListens: true } : {}),
          }),
        },
        clock,
      );
    },
  };
}

/** The Host header (RFC 9110 7.2): the port only where it is not the usual one. */
function authorityOf(address: HttpAddress): string {
  const host = bareHost(address);
  const written = isIPv6(host) ? `[${host}]` : host;
  const usualPort = address.tls === undefined ? 80 : 443;
  return address.port === usualPort ? written : `${written}:${address.port}`;
}
