import { connect, type Socket } from "node:net";
import type { Clock } from "../core/ports.ts";
import { Type } from "../core/schema.ts";
import {
  bareHost,
  explainSocketError,
  nameOfPlace,
  openSocket,
  PLACE_PROPERTIES,
  type Explained,
  type OpenFailed,
  type SocketOpening,
} from "./socket.ts";
import { TlsSchema, type TlsSettings } from "./tls-settings.ts";

/** A terminal's address in the network, whatever is spoken there. */
export const NETWORK_PROPERTIES = {
  ...PLACE_PROPERTIES,
  /** `{}` asks for TLS with a certificate that everybody trusts. Without it nothing is encrypted. */
  tls: Type.Optional(TlsSchema),
};

type NetworkAddress = { readonly host: string; readonly port: number; readonly tls?: TlsSettings };

type Limits = Pick<SocketOpening<unknown>, "timeoutMs" | "signal">;

export type ConnectionOpening<Opened> = Limits & {
  /**
   * Connected, and where there is TLS its handshake done and the certificate believed. Whoever listens from here on misses nothing.
   * `reset` breaks it off and, without TLS, throws away what the other side has not confirmed yet; `destroy` leaves that to the system.
   */
  readonly ready: (socket: Socket, reset: () => void) => Opened;
  readonly failed: (error: NodeJS.ErrnoException, explained: Explained) => Opened;
};

/** Connects, with TLS or without. Nothing is sent to a machine that is not believed. */
export async function openConnection<Opened extends { readonly kind: string }>(
  address: NetworkAddress,
  opening: ConnectionOpening<Opened>,
  clock: Clock,
): Promise<Opened | OpenFailed> {
  const { tls, port } = address;
  const host = bareHost(address);
  const place = nameOfPlace(address);
  const { timeoutMs, signal } = opening;
  const about = { place, timeoutMs, startedMs: clock.monotonicMs(), signal };
  if (tls === undefined) {
    const socket = connect({ host, port });
    const ready = () => opening.ready(socket, () => void socket.resetAndDestroy());
    const failed = (error: NodeJS.ErrnoException) => opening.failed(error, explainSocketError(error, place));
    return openSocket<Opened>(socket, { ...about, readyEvent: "connect", ready, failed }, clock);
  }
  // With the first such address: a shop without one does not pay for it.
  const { connectTls, explainTlsError, pinFault, trustFor } = await import("./tls.ts");
  const trust = trustFor(tls, host);
  if (trust.kind === "failed") return trust;
  const socket = connectTls({ host, port, ...trust.options });
  const ready = (): Opened | OpenFailed => {
    const fault = pinFault(tls, socket, place);
    // Node 24 cannot reset a socket below TLS: it refuses to, and where it is made to, a write under way ends the process (SIGSEGV).
    return fault === undefined ? opening.ready(socket, () => void socket.destroy()) : { kind: "failed", ...fault };
  };
  const failed = (error: NodeJS.ErrnoException) =>
    opening.failed(error, explainTlsError(error, place) ?? explainSocketError(error, place));
  return openSocket<Opened | OpenFailed>(socket, { ...about, readyEvent: "secureConnect", ready, failed }, clock);
}
