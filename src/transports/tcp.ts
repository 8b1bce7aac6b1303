import type { Socket } from "node:net";
import type { Clock } from "../core/ports.ts";
import { Type, type ValueOf } from "../core/schema.ts";
import { NETWORK_PROPERTIES, openConnection } from "./connecting.ts";
import { singleUseLink } from "./single-use.ts";
import { explainSocketError, nameOfPlace } from "./socket.ts";
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
          ready: (socket) => {
            opened += 1;
            const name = `tcp ${nameOfPlace(address)} #${opened}`;
            return { kind: "open", link: linkOver(socket, name, listener, clock) };
          },
          failed: (_error, explained) => ({ kind: "failed", ...explained }),
        },
        clock,
      ),
  };
}

function linkOver(socket: Socket, name: string, listener: LinkListener, clock: Clock): Link {
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  const { link, received, lose } = singleUseLink(
    {
      name,
      isWritable: () => socket.writable,
      write: (bytes, done) => void socket.write(bytes, done),
      pause: () => void socket.pause(),
      resume: () => void socket.resume(),
      shut: () => {
        socket.destroy();
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
