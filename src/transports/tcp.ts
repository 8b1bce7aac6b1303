import { connect, type Socket } from "node:net";
import type { Clock } from "../core/ports.ts";
import { Type, type ValueOf } from "../core/schema.ts";
import { singleUseLink } from "./single-use.ts";
import type { Link, LinkListener, Opened, Transport } from "./transport.ts";

export const TcpAddressSchema = Type.Object(
  {
    type: Type.Literal("tcp"),
    host: Type.String({
      pattern: "^[^\\s/@]{1,253}$",
      description: "host name, IPv4 or IPv6 address of the terminal",
    }),
    port: Type.Integer({ minimum: 1, maximum: 65535 }),
  },
  { additionalProperties: false },
);
export type TcpAddress = ValueOf<typeof TcpAddressSchema>;

/** The system asks a silent peer after this long, then every second, and gives up after ten: a dead one is found in 20 s. */
const KEEP_ALIVE_MS = 10_000;

/** A plain TCP stream: no TLS, no framing. */
export function tcpTransport(clock: Clock): Transport<TcpAddress> {
  let opened = 0;
  return {
    kind: "tcp",
    open: (address, listener, openTimeoutMs, signal) => {
      const place = `${address.host}:${address.port}`;
      const socket = connect({
        host: address.host.replace(/^\[(.*)\]$/, "$1"),
        port: address.port,
        noDelay: true,
        keepAlive: true,
        keepAliveInitialDelay: KEEP_ALIVE_MS,
      });
      return new Promise<Opened>((resolve) => {
        const answer = (result: Opened): void => {
          timer.cancel();
          signal?.removeEventListener("abort", abort);
          socket.off("connect", ready).off("error", fail);
          resolve(result);
        };
        const giveUp = (result: Opened): void => {
          answer(result);
          socket.on("error", () => {}); // said already
          socket.destroy();
        };
        const ready = (): void => {
          opened += 1;
          answer({ kind: "open", link: linkOver(socket, `tcp ${place} #${opened}`, listener, clock) });
        };
        const fail = (error: NodeJS.ErrnoException): void => giveUp({ kind: "failed", ...explain(error, place) });
        const abort = (): void => giveUp({ kind: "failed", why: `opening ${place} was given up` });
        const timer = clock.after(openTimeoutMs, () => {
          giveUp({ kind: "failed", why: `${place} did not answer within ${openTimeoutMs} ms`, remedy: REMEDY_SILENT });
        });
        socket.on("connect", ready).on("error", fail);
        signal?.addEventListener("abort", abort);
        if (signal?.aborted === true) abort();
      });
    },
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
  socket.on("error", (error: NodeJS.ErrnoException) => lose({ loss: "failed", why: explain(error, name).why }));
  socket.on("close", () => lose({ loss: "failed", why: "the connection is gone" }));
  return link;
}

const REMEDY_SILENT = "Check that the terminal is switched on and in this network, and that its address is right.";

/** For people: what the system's code means here, and what to do about it. */
function explain(error: NodeJS.ErrnoException, place: string): { readonly why: string; readonly remedy?: string } {
  switch (error.code ?? "") {
    case "ECONNREFUSED":
      return {
        why: `${place} refuses the connection`,
        remedy: "Check the port number, and that the terminal is in integrated mode and waits for connections.",
      };
    case "ETIMEDOUT":
    case "EHOSTUNREACH":
    case "EHOSTDOWN":
    case "ENETUNREACH":
      return { why: `${place} cannot be reached (${error.code})`, remedy: REMEDY_SILENT };
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return {
        why: `the name of ${place} is not known to this network (${error.code})`,
        remedy: "Check the spelling, or use the terminal's IP address.",
      };
    case "EACCES":
    case "EPERM":
      return {
        why: `this machine does not allow a connection to ${place} (${error.code})`,
        remedy: "Check the firewall of this machine.",
      };
    case "ECONNRESET":
    case "EPIPE":
      return { why: `the other side broke the connection off (${error.code})` };
    default:
      return { why: error.message || (error.code ?? "the connection failed") };
  }
}
