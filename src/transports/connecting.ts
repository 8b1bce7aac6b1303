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
   * `reset` breaks it off and throws away what is still to be confirmed by the other side; `destroy` leaves that to the system.
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
  const { tls } = address;
  const place = nameOfPlace(address);
  const about = { place, timeoutMs: opening.timeoutMs, startedMs: clock.monotonicMs(), signal: opening.signal };
  const connectPlain = <Ready extends { readonly kind: string }>(
    listen: Omit<ConnectionOpening<Ready>, keyof Limits>,
  ) => {
    const socket = connect({ host: bareHost(address), port: address.port });
    const ready = () => listen.ready(socket, () => void socket.resetAndDestroy());
    const failed = (error: NodeJS.ErrnoException) => listen.failed(error, explainSocketError(error, place));
    return openSocket<Ready>(socket, { ...about, readyEvent: "connect", ready, failed }, clock);
  };
  if (tls === undefined) return connectPlain(opening);
  // With the first such address: a shop without one does not pay for it.
  const { connectTls, explainTlsError, pinFault, trustFor } = await import("./tls.ts");
  const trust = trustFor(tls, bareHost(address));
  if (trust.kind === "failed") return trust;
  // A plain socket of its own first, because only that one can be reset.
  const connected = await connectPlain<Connected | Unconnected<Opened>>({
    ready: (plain, reset) => ({ kind: "connected", plain, reset }),
    failed: (...error) => ({ kind: "unconnected", opened: opening.failed(...error) }),
  });
  if (connected.kind === "failed") return connected;
  if (connected.kind === "unconnected") return connected.opened;
  const { plain, reset } = connected;
  const socket = connectTls({ socket: plain.on("error", () => {}), ...trust.options }); // the encrypted one says it
  const ready = (): Opened | OpenFailed => {
    const fault = pinFault(tls, socket, place);
    return fault === undefined ? opening.ready(socket, reset) : { kind: "failed", ...fault };
  };
  const failed = (error: NodeJS.ErrnoException) =>
    opening.failed(error, explainTlsError(error, place) ?? explainSocketError(error, place));
  return openSocket<Opened | OpenFailed>(socket, { ...about, readyEvent: "secureConnect", ready, failed }, clock);
}

type Connected = { readonly kind: "connected"; readonly plain: Socket; readonly reset: () => void };
type Unconnected<Opened> = { readonly kind: "unconnected"; readonly opened: Opened };
