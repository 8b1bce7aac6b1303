import { createSocket } from "node:dgram";
import { lookup } from "node:dns/promises";
import { isIP, isIPv6 } from "node:net";
import type { Clock } from "../../core/ports.ts";
import { isOnLink } from "../../discovery/cards.ts";
import { fault, ok, unknown, warning, type Finding } from "../check.ts";
import type { KnownCard } from "./cards.ts";

export type Routed =
  /** The address of this machine that the system would use. */
  | { readonly kind: "from"; readonly address: string }
  /** As the system calls it. */
  | { readonly kind: "none"; readonly code: string };

/** Nothing is sent there. */
const DISCARD_PORT = 9;

/**
 * Which way the system would take, with all the rules of a VPN: a datagram socket that is connected has looked for it and has sent
 * nothing. It needs no rights and no program, and is the same on every system.
 */
export function routeTo(address: string): Promise<Routed> {
  return new Promise((resolve) => {
    const socket = createSocket(isIPv6(address) ? "udp6" : "udp4");
    const end = (routed: Routed): void => {
      socket.close();
      resolve(routed);
    };
    const fail = (error: NodeJS.ErrnoException): void => end({ kind: "none", code: error.code ?? error.message });
    socket.on("error", fail);
    // The types of Node do not tell that what went wrong comes here.
    const connected = (error?: NodeJS.ErrnoException | null): void => {
      if (error) fail(error);
      else end({ kind: "from", address: socket.address().address });
    };
    socket.connect(DISCARD_PORT, address, connected);
  });
}

export type Named =
  { readonly kind: "address"; readonly address: string } | { readonly kind: "unknown"; readonly code: string };

const LOOKUP_LIMIT_MS = 1_500;

/** The address behind a host, as a link to it would find it. A DNS server that says nothing keeps the system waiting for many seconds. */
export async function addressOf(host: string, clock: Clock): Promise<Named> {
  if (isIP(host) !== 0) return { kind: "address", address: host };
  const silence = Promise.withResolvers<Named>();
  const limit = clock.after(LOOKUP_LIMIT_MS, () => silence.resolve({ kind: "unknown", code: "ETIMEOUT" }));
  const found = lookup(host).then(
    ({ address }): Named => ({ kind: "address", address }),
    (error: unknown): Named => ({ kind: "unknown", code: (error as NodeJS.ErrnoException).code ?? "ENOTFOUND" }),
  );
  try {
    return await Promise.race([found, silence.promise]);
  } finally {
    limit.cancel();
  }
}

/** Addresses that routers of the internet pass on to nobody: they are of the shop, or of somebody's VPN (RFC 1918). */
const PRIVATE = /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/;

/** Whether what is said to this address leaves by the card behind which it is. */
export function routeCheck(id: string, address: string, routed: Routed, cards: readonly KnownCard[]): Finding {
  const here = isIPv6(address) ? undefined : cards.find((card) => card.kind === "ordinary" && isOnLink(card, address));
  if (routed.kind === "none") {
    return fault(
      id,
      ({ route: words }) => words.none(address, routed.code),
      ({ route: words }) => words.plugIn,
    );
  }
  const taken = cards.find((card) => card.address === routed.address);
  if (taken === undefined) return unknown(id, ({ route: words }) => words.noCard(address, routed.address));
  const way = `${taken.name} (${taken.address})`;
  if (here !== undefined && here.name !== taken.name) {
    const card = `${here.name} (${here.address})`;
    return taken.kind === "tunnel"
      ? fault(
          id,
          ({ route: words }) => words.throughVpn(address, card, way),
          ({ route: words }) => words.splitVpn,
        )
      : fault(
          id,
          ({ route: words }) => words.detour(address, card, way),
          ({ route: words }) => words.findRule(address),
        );
  }
  if (here === undefined && taken.kind === "tunnel" && PRIVATE.test(address)) {
    return warning(
      id,
      ({ route: words }) => words.farInVpn(address, way),
      ({ route: words }) => words.bringNear,
    );
  }
  if (here === undefined && taken.kind !== "loopback") return ok(id, ({ route: words }) => words.far(address, way));
  return ok(id, ({ route: words }) => words.near(address, way));
}
