import { readFile } from "node:fs/promises";
import { connect } from "node:net";
import { otherProgramIn, type OtherProgram } from "../../core/link-fault.ts";
import type { Clock } from "../../core/ports.ts";

/** What an address said to a connection that sends nothing and is closed at once. */
export type Reached =
  | { readonly kind: "accepted"; readonly said: string; readonly program?: OtherProgram }
  /** It was closed from there before anything was said. */
  | { readonly kind: "hungUp" }
  | { readonly kind: "refused" }
  | { readonly kind: "silent" }
  /** Nobody knows the way: the router, or the network itself, says so. */
  | { readonly kind: "noWay"; readonly code: string }
  /** This machine does not let it out. */
  | { readonly kind: "forbidden"; readonly code: string }
  | { readonly kind: "failed"; readonly code: string };

export type Reach = (address: string, port: number, limitMs: number, signal: AbortSignal) => Promise<Reached>;

/** A program that speaks first does so at once; a card terminal waits to be asked. */
const LISTEN_MS = 200;
const MAX_SAID_CHARACTERS = 48;

/** Connects, listens for a moment, sends nothing, and closes. */
export function reachOver(clock: Clock): Reach {
  return (address, port, limitMs, signal) =>
    new Promise((resolve) => {
      const socket = connect({ host: address, port });
      const answer = (reached: Reached): void => {
        timer.cancel();
        signal.removeEventListener("abort", abort);
        socket.on("error", () => undefined); // said already
        socket.destroy();
        resolve(reached);
      };
      const abort = (): void => answer({ kind: "silent" });
      let timer = clock.after(limitMs, abort);
      signal.addEventListener("abort", abort);
      socket.on("error", (error: NodeJS.ErrnoException) => answer(failureOf(error.code ?? "")));
      socket.on("connect", () => {
        timer.cancel();
        timer = clock.after(LISTEN_MS, () => answer({ kind: "accepted", said: "" }));
      });
      socket.on("data", (bytes: Buffer) => answer(spoken(bytes)));
      socket.on("end", () => answer({ kind: "hungUp" }));
      if (signal.aborted) abort();
    });
}

function failureOf(code: string): Reached {
  switch (code) {
    case "ECONNREFUSED":
      return { kind: "refused" };
    case "ECONNRESET":
    case "EPIPE":
      return { kind: "hungUp" };
    case "ETIMEDOUT":
      return { kind: "silent" };
    case "EHOSTUNREACH":
    case "EHOSTDOWN":
    case "ENETUNREACH":
    case "ENETDOWN":
    case "EADDRNOTAVAIL":
      return { kind: "noWay", code };
    case "EACCES":
    case "EPERM":
      return { kind: "forbidden", code };
    default:
      return { kind: "failed", code };
  }
}

function spoken(bytes: Buffer): Reached {
  const program = otherProgramIn(bytes);
  return { kind: "accepted", said: printable(bytes), ...(program === undefined ? {} : { program }) };
}

/** A stranger's bytes: what a console would take for more than letters is left out. */
function printable(bytes: Buffer): string {
  return bytes
    .toString("latin1", 0, MAX_SAID_CHARACTERS)
    .replaceAll(/[^\x20-\x7e]+/g, " ")
    .trim();
}

/** Whether a machine of our own network answers for this address, as Linux remembers it; undefined where nobody tells. */
export async function neighbourAt(address: string, file = "/proc/net/arp"): Promise<"there" | "absent" | undefined> {
  const table = await readFile(file, "utf8").catch(() => "");
  const row = table
    .split("\n")
    .map((line) => line.split(/\s+/))
    .find(([known]) => known === address);
  if (row === undefined) return undefined;
  // `ATF_COM`: somebody has told the hardware address.
  return (Number(row[2]) & 0x2) !== 0 ? "there" : "absent";
}
