import type { Socket } from "node:net";
import type { Clock } from "../core/ports.ts";
import { Type, type ValueOf } from "../core/schema.ts";
import { NETWORK_PROPERTIES, openConnection } from "./connecting.ts";
import { singleUseLink } from "./single-use.ts";
import { explainSocketError, isRefused, nameOfPlace } from "./socket.ts";
import type { Link, LinkListener, Opened, Transport } from "./transport.ts";

export const TcpAddressSchema = Type.Object(
  { type: Type.Literal("tcp"), ...NETWORK_PROPERTIES },
  { additionalProperties: false },
);
export type TcpAddress = ValueOf<typeof TcpAddressSchema>;

/** A TCP stream, with TLS or without: no framing. */
export function tcpTransport(clock: Clock): Transport<TcpAddress> {
  let opened = 0;
  return {
    kind: "tcp",
    open: (address, listener, openTimeoutMs, signal) =>
      openConnection<Opened>(
        address,
        {
          timeoutMs: openTimeoutMs,
          signal,
          ready: (socket, reset) => {
            opened += 1;
            const name = `tcp ${nameOfPlace(address)} #${opened}`;
            return { kind: "open", link: linkOver({ socket, reset }, name, listener, clock) };
          },
          failed: (error, explained) => ({
            kind: "failed",
            ...explained,
            ...(isRefused(error) ? { nobodyListens: true } : {}),
          }),
        },
        clock,
      ),
  };
}

/** For the other side to end its half as well; after that nothing that was written may arrive any more. */
const PARTING_MS = 500;

type Connection = { readonly socket: Socket; readonly reset: () => void };

function linkOver({ socket, reset }: Connection, name: string, listener: LinkListener, clock: Clock): Link {
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  const { link, received, lose } = singleUseLink(
    {
      name,
      isWritable: () => socket.writable,
      write: (bytes, done) => void socket.write(bytes, done),
      pause: () => void socket.pause(),
      resume: () => void socket.resume(),
      shut: () => {
        part({ socket, reset }, clock);
        return closed;
      },
    },
    listener,
    clock,
  );
  socket.on("data", (chunk) => received(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength)));
  socket.on("end", () => lose({ loss: "ended", why: "the other side closed the connection" }));
  socket.on("error", (error: NodeJS.ErrnoException) =>
    lose({ loss: "failed", why: explainSocketError(error, name).why }),
  );
  socket.on("close", () => lose({ loss: "failed", why: "the connection is gone" }));
  return link;
}

/**
 * In order, so that the last word arrives. But what the system has taken it repeats for minutes after the end of the socket, and
 * delivers when the cable is pushed in again: a sale that was given up long ago. Where the other side says nothing, it is thrown away.
 */
function part({ socket, reset }: Connection, clock: Clock): void {
  if (socket.destroyed || socket.writableLength > 0) reset();
  else if (!socket.writable) socket.destroy();
  else {
    const parting = clock.after(PARTING_MS, reset);
    socket.once("close", () => parting.cancel());
    socket.end();
  }
}
