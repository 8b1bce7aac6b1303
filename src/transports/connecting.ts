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

export type ConnectionOpening<Opened> = Pick<SocketOpening<Opened>, "timeoutMs" | "signal"> & {
  /** Connected, and where there is TLS its handshake done and the certificate believed: whoever listens from here on misses nothing. */
  readonly ready: (socket: Socket) => Opened;
  readonly failed: (error: NodeJS.ErrnoException, explained: Explained) => Opened;
};

/** Connects, with TLS or without. Nothing is sent to a machine that is not believed. */
export async function openConnection<Opened extends { readonly kind: string }>(
  address: NetworkAddress,
  { timeoutMs, signal, ready, failed }: ConnectionOpening<Opened>,
  clock: Clock,
): Promise<Opened | OpenFailed> {
  const place = nameOfPlace(address);
  const connecting = await startConnecting(address, place);
  if (connecting.kind === "failed") return connecting;
  const { socket, readyEvent, certificateFault, explain } = connecting;
  return openSocket<Opened | OpenFailed>(
    socket,
    {
      place,
      readyEvent,
      timeoutMs,
      signal,
      ready: () => {
        const fault = certificateFault();
        return fault === undefined ? ready(socket) : { kind: "failed", ...fault };
      },
      failed: (error) => failed(error, explain(error)),
    },
    clock,
  );
}

type Connecting = {
  readonly kind: "connecting";
  readonly socket: Socket;
  readonly readyEvent: SocketOpening<unknown>["readyEvent"];
  /** Why the machine that answered is not the right one, though its certificate is in order. */
  readonly certificateFault: () => Explained | undefined;
  readonly explain: (error: NodeJS.ErrnoException) => Explained;
};

async function startConnecting(address: NetworkAddress, place: string): Promise<Connecting | OpenFailed> {
  const { port, tls } = address;
  const host = bareHost(address);
  if (tls === undefined) {
    const explain = (error: NodeJS.ErrnoException) => explainSocketError(error, place);
    const socket = connect({ host, port });
    return { kind: "connecting", socket, readyEvent: "connect", certificateFault: () => undefined, explain };
  }
  // With the first such address: a shop without one does not pay for it.
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
