import type { Socket } from "node:net";
import type { Clock } from "../core/ports.ts";
import { Type } from "../core/schema.ts";

/** What the links over TCP have in common: how a place is written, how a socket is opened, and words for what went wrong. */
export const PLACE_PROPERTIES = {
  host: Type.String({
    pattern: "^[^\\s/@]{1,253}$",
    description: "host name, IPv4 or IPv6 address of the terminal",
  }),
  port: Type.Integer({ minimum: 1, maximum: 65535 }),
};

type Place = { readonly host: string; readonly port: number };

/** As sockets take it: an IPv6 address without its brackets. */
export function bareHost({ host }: Place): string {
  return host.replace(/^\[(.*)\]$/, "$1");
}

/** For people. */
export function nameOfPlace({ host, port }: Place): string {
  return `${host}:${port}`;
}

/** `remedy`, for the technician: what to do about it, where that is known. */
export type Explained = { readonly why: string; readonly remedy?: string };
export type OpenFailed = Explained & {
  readonly kind: "failed";
  /** As the system or the TLS library calls it; `ETIMEDOUT` also where our own limit was over first. */
  readonly code?: string;
};

export type SocketOpening<Opened> = {
  readonly place: string;
  /** What tells that the socket can be used. */
  readonly readyEvent: "connect" | "secureConnect";
  readonly timeoutMs: number;
  /** Monotonic: from when that counts. */
  readonly startedMs: number;
  /** Aborting it fails the opening at once. */
  readonly signal: AbortSignal | undefined;
  /** Called inside that event: whoever listens from here on misses nothing. `failed` ends the socket. */
  readonly ready: () => Opened;
  readonly failed: (error: NodeJS.ErrnoException) => Opened;
};

/**
 * A peer that is gone without a word (cable pulled, power off, a router that forgot the connection) is found while nothing is said:
 * the system asks after this long, then every second, and gives up when ten questions stay unanswered, so after 20 s. The second and
 * the ten are Node's defaults. They are set on Linux, and on Windows from 10 1709 on; an older one takes the second, and asks ten
 * times by itself. Bytes that are under way and not confirmed keep the system from asking: Linux repeats them for a quarter of an
 * hour before it says so, and only the vendor's own time limits notice earlier.
 */
const KEEP_ALIVE_MS = 10_000;

/** Waits for a socket that is being connected. One that does not come about in time is ended. */
export function openSocket<Opened extends { readonly kind: string }>(
  socket: Socket,
  opening: SocketOpening<Opened>,
  clock: Clock,
): Promise<Opened | OpenFailed> {
  const { place, readyEvent, timeoutMs, startedMs, signal } = opening;
  return new Promise((resolve) => {
    const answer = (result: Opened | OpenFailed): void => {
      timer.cancel();
      signal?.removeEventListener("abort", abort);
      socket.off(readyEvent, ready).off("error", fail);
      if (result.kind === "failed") {
        socket.on("error", () => {}); // said already
        socket.destroy();
      }
      resolve(result);
    };
    const ready = (): void => {
      socket.setNoDelay(true);
      socket.setKeepAlive(true, KEEP_ALIVE_MS);
      answer(opening.ready());
    };
    const fail = (error: NodeJS.ErrnoException): void => answer(opening.failed(error));
    const abort = (): void => answer({ kind: "failed", why: `opening ${place} was given up` });
    const timer = clock.after(startedMs + timeoutMs - clock.monotonicMs(), () => {
      const why = `${place} did not answer within ${timeoutMs} ms`;
      answer({ kind: "failed", why, remedy: REMEDY_SILENT, code: "ETIMEDOUT" });
    });
    socket.on(readyEvent, ready).on("error", fail);
    signal?.addEventListener("abort", abort);
    if (signal?.aborted === true) abort();
  });
}

const REMEDY_SILENT = "Check that the terminal is switched on and in this network, and that its address is right.";

/** A name can stand for several addresses, of which some cannot be reached: where one refused, the program there has ended. */
export function isRefused(error: NodeJS.ErrnoException): boolean {
  const errors: readonly NodeJS.ErrnoException[] = error instanceof AggregateError ? error.errors : [error];
  return errors.some(({ code }) => code === "ECONNREFUSED");
}

/** For people: what the system's code means here, and what to do about it. */
export function explainSocketError(error: NodeJS.ErrnoException, place: string): Explained {
  const code = error.code ?? "";
  switch (code) {
    case "ECONNREFUSED":
      return {
        why: `${place} refuses the connection`,
        remedy:
          "Check the port number, and that the terminal waits for connections: its integrated mode, or its app for the POS, has to be on.",
      };
    case "ETIMEDOUT":
    case "EHOSTUNREACH":
    case "EHOSTDOWN":
    case "ENETUNREACH":
      return { why: `${place} cannot be reached (${code})`, remedy: REMEDY_SILENT };
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return {
        why: `the name of ${place} is not known to this network (${code})`,
        remedy: "Check the spelling, or use the terminal's IP address.",
      };
    case "EACCES":
    case "EPERM":
      return {
        why: `this machine does not allow a connection to ${place} (${code})`,
        remedy: "Check the firewall of this machine.",
      };
    case "ECONNRESET":
    case "EPIPE":
      return { why: `the other side broke the connection off (${code})` };
    default:
      // The message of such an error is made for whoever writes TLS libraries.
      if (code.startsWith("ERR_SSL_")) return { why: `the encryption of the connection failed (${code})` };
      return { why: error.message || code || "the connection failed" };
  }
}
