import { createConnection } from "node:net";
import type { Duplex } from "node:stream";
import type { Clock, Log } from "../../core/ports.ts";

/** What the daemon says to the Windows service that holds it. One line of JSON each. */
type SupervisorLine =
  | { readonly ready: true }
  /** At least every 30 s, or the host takes the daemon for stuck and starts it anew. */
  | { readonly alive: true }
  /** For the event log. Already redacted. */
  | { readonly log: { readonly level: HostLevel; readonly event: string; readonly text: string } };

type HostLevel = "error" | "warn";

/** `hostGone`: the pipe broke, so nobody is left who could end the daemon or start it anew. */
type AskedByHost = { readonly kind: "stop" | "hostGone"; readonly limitMs: number };

export interface HostLine extends AsyncDisposable {
  ready(): void;
  alive(): void;
  tell(level: HostLevel, event: string, text: string): void;
  /** Resolves when the daemon is to end in order, within that time. */
  readonly asked: Promise<AskedByHost>;
}

export type HostLinePorts = { readonly clock: Clock; readonly log: Log };

/** Where nobody says how long it may take: what Windows gives a service that is asked to stop. */
const USUAL_LIMIT_MS = 30_000;
const LONGEST_LIMIT_MS = 600_000;
const CONNECT_LIMIT_MS = 5_000;
const FLUSH_LIMIT_MS = 1_000;
/** Of what the host says. It says one short line in a life. */
const MAX_LINE_CHARACTERS = 1_000;
/** Of what waits while the host does not read. Only words for the event log are left out. */
const MAX_WAITING_BYTES = 65_536;
const MAX_TEXT_CHARACTERS = 4_000;

/**
 * Opens the pipe that the Windows service host names in TILLBRIDGE_HOST_PIPE.
 *
 * @throws Error where the host does not answer: whoever started the daemon is gone already
 */
export async function connectHost(path: string, ports: HostLinePorts): Promise<HostLine> {
  const socket = createConnection({ path });
  const late = ports.clock.after(CONNECT_LIMIT_MS, () => {
    socket.destroy(new Error(`no answer within ${CONNECT_LIMIT_MS / 1000} s`));
  });
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", resolve);
      socket.once("error", reject);
    });
  } finally {
    late.cancel();
  }
  return hostLine(socket, ports);
}

/** The same over any stream, so that it can be watched without Windows. */
export function hostLine(stream: Duplex, { clock, log }: HostLinePorts): HostLine {
  const { promise: asked, resolve: ask } = Promise.withResolvers<AskedByHost>();
  let leaving = false;
  let leftOut = 0;

  const gone = () => {
    if (leaving) return;
    leaving = true;
    log.error("daemon.hostGone", "The Windows service that started this process is gone: it ends in order");
    ask({ kind: "hostGone", limitMs: USUAL_LIMIT_MS });
  };
  const hear = (line: string) => {
    const limitMs = stopOf(line);
    if (limitMs === undefined) log.warn("daemon.hostUnclear", "The Windows service said something unknown", { line });
    else ask({ kind: "stop", limitMs });
  };
  stream.setEncoding("utf8");
  stream.on("data", linesOf(hear));
  // A broken pipe may come as an error, an end or a close, in any order.
  for (const event of ["error", "end", "close"]) stream.on(event, gone);

  const say = (line: SupervisorLine) => {
    if (stream.writable) stream.write(`${JSON.stringify(line)}\n`);
  };
  const tell = (level: HostLevel, event: string, text: string) => {
    say({ log: { level, event, text: text.slice(0, MAX_TEXT_CHARACTERS) } });
  };
  return {
    asked,
    ready: () => say({ ready: true }),
    alive: () => say({ alive: true }),
    tell: (level, event, text) => {
      if (stream.writableLength > MAX_WAITING_BYTES) {
        leftOut += 1;
        return;
      }
      if (leftOut > 0) tell("warn", "linesLeftOut", `${leftOut} lines are missing here: they are in the log's files.`);
      leftOut = 0;
      tell(level, event, text);
    },
    [Symbol.asyncDispose]: () => {
      leaving = true;
      return closed(stream, clock);
    },
  };
}

/** Everything that was said has been taken, or the host does not take it. */
async function closed(stream: Duplex, clock: Clock): Promise<void> {
  if (stream.destroyed) return;
  await new Promise<void>((resolve) => {
    const late = clock.after(FLUSH_LIMIT_MS, resolve);
    const taken = () => {
      late.cancel();
      resolve();
    };
    stream.once("close", taken);
    stream.end(taken);
  });
  stream.destroy();
}

/** Cuts what arrives into lines. A line that is longer than any is cut too, and so says nothing. */
function linesOf(hear: (line: string) => void): (chunk: string) => void {
  let begun = "";
  return (chunk) => {
    const parts = (begun + chunk).split("\n");
    begun = (parts.pop() ?? "").slice(0, MAX_LINE_CHARACTERS);
    for (const line of parts) if (line !== "") hear(line.slice(0, MAX_LINE_CHARACTERS));
  };
}

/** How long the end may take; undefined where this does not ask for one. */
function stopOf(line: string): number | undefined {
  let said: unknown;
  try {
    said = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof said !== "object" || said === null || !("stop" in said) || said.stop !== true) return undefined;
  const limitMs = "limitMs" in said ? said.limitMs : undefined;
  if (typeof limitMs !== "number" || !(limitMs > 0)) return USUAL_LIMIT_MS;
  return Math.min(limitMs, LONGEST_LIMIT_MS);
}
