import { createServer, type AddressInfo, type Socket } from "node:net";
import type { SecureContext } from "node:tls";
import type { LogEvent } from "../core/log-events.ts";
import type { Clock, Log, Timer } from "../core/ports.ts";
import { explainSocketError, nameOfPlace, type OpenFailed } from "./socket.ts";

export type DoorLimits = {
  readonly maxSockets: number;
  readonly maxSocketsPerAddress: number;
  /** From the connection to the end of a request's head, TLS included. */
  readonly headTimeoutMs: number;
};

type DoorOptions = {
  readonly limits: DoorLimits;
  readonly clock: Clock;
  readonly log: Log;
  /** With it everything is encrypted. */
  readonly context: SecureContext | undefined;
  /** Gets each socket whose owner may ask, decrypted. */
  readonly admit: (socket: Socket) => void;
};

/** Lets sockets in, as many as there is room for, each for one request and for no longer than that needs. */
export interface Door {
  open(host: string, port: number): Promise<{ readonly kind: "open"; readonly port: number } | OpenFailed>;
  /** A request has come over this socket, at least its head: whether it is the first one. */
  isFirstOf(socket: Socket): boolean;
  /** Its answer was handed over. */
  answered(socket: Socket): void;
  /** Something that strangers can cause: said once in a while. */
  complain(event: LogEvent, what: string): void;
  /** Shuts it, and throws out whoever has not asked yet. Resolves when everybody has left. */
  close(): Promise<void>;
}

type Guest = { readonly socket: Socket; timer: Timer; hasAsked: boolean };

/** For the other side to take its answer and to end the connection. */
const LEAVING_MS = 1_000;

export function createDoor({ limits, clock, log, context, admit }: DoorOptions): Door {
  const guests = new Set<Guest>();
  const byTheirSocket = new WeakMap<Socket, Guest>();
  const perAddress = new Map<string, number>();
  const complain = createComplaints(clock, log);

  const server = createServer({ noDelay: true }, (socket) => {
    socket.on("error", () => {}); // `close` follows it
    const address = socket.remoteAddress;
    const already = perAddress.get(address ?? "") ?? 0;
    if (address === undefined || guests.size >= limits.maxSockets || already >= limits.maxSocketsPerAddress) {
      socket.resetAndDestroy();
      complain("callback.refused", "connections for callbacks were refused, because there were too many");
      return;
    }
    const timer = clock.after(limits.headTimeoutMs, () => void socket.destroy());
    const guest: Guest = { socket, timer, hasAsked: false };
    guests.add(guest);
    perAddress.set(address, already + 1);
    socket.once("close", () => {
      guest.timer.cancel();
      guests.delete(guest);
      const others = (perAddress.get(address) ?? 1) - 1;
      if (others === 0) perAddress.delete(address);
      else perAddress.set(address, others);
    });
    withTls(socket, context, (readable) => {
      byTheirSocket.set(readable, guest);
      admit(readable);
    });
  });

  return {
    open: (host, port) =>
      new Promise((resolve) => {
        const fail = (error: NodeJS.ErrnoException) => resolve(listenFailure(error, nameOfPlace({ host, port })));
        server.once("error", fail);
        server.listen({ host, port, exclusive: true }, () => {
          server.off("error", fail);
          server.on("error", (error) =>
            complain("callback.portTrouble", `the port for callbacks has trouble: ${error.message}`),
          );
          resolve({ kind: "open", port: (server.address() as AddressInfo).port });
        });
      }),
    isFirstOf: (socket) => {
      const guest = byTheirSocket.get(socket);
      if (guest === undefined || guest.hasAsked) return false;
      guest.hasAsked = true;
      guest.timer.cancel();
      return true;
    },
    answered: (socket) => {
      const guest = byTheirSocket.get(socket);
      if (guest === undefined || !guests.has(guest)) return;
      guest.timer = clock.after(LEAVING_MS, () => void guest.socket.destroy());
    },
    complain,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const { socket, hasAsked } of guests) if (!hasAsked) socket.destroy();
      }),
  };
}

function withTls(socket: Socket, context: SecureContext | undefined, readable: (socket: Socket) => void): void {
  if (context === undefined) {
    readable(socket);
    return;
  }
  const { TLSSocket } = process.getBuiltinModule("node:tls");
  const encrypted = new TLSSocket(socket, { isServer: true, secureContext: context });
  encrypted.on("error", () => void socket.destroy()); // strangers try all sorts of things
  encrypted.once("secure", () => readable(encrypted));
}

function listenFailure(error: NodeJS.ErrnoException, place: string): OpenFailed {
  if (error.code === "EADDRINUSE") {
    const remedy = "End that program, or choose another port for the callbacks.";
    return { kind: "failed", why: `${place} is in use by another program`, remedy };
  }
  const remedy = "Choose an address of this machine, and a port of 1024 or more.";
  return { kind: "failed", why: `${place} cannot be listened on: ${explainSocketError(error, place).why}`, remedy };
}

const COMPLAINT_EVERY_MS = 60_000;

/** The first one at once, the others together. */
function createComplaints(clock: Clock, log: Log): Door["complain"] {
  const known = new Map<string, { readonly saidMs: number; readonly unsaid: number }>();
  return (event, what) => {
    const nowMs = clock.monotonicMs();
    const before = known.get(what);
    const times = (before?.unsaid ?? 0) + 1;
    const isDue = before === undefined || nowMs - before.saidMs >= COMPLAINT_EVERY_MS;
    known.set(what, isDue ? { saidMs: nowMs, unsaid: 0 } : { ...before, unsaid: times });
    if (isDue) log.warn(event, what, { times });
  };
}
