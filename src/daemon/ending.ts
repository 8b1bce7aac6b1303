import { writeLastWords } from "./logging.ts";
import { redactText } from "./redaction.ts";
import { writeCrashReport, type CrashPlace } from "./supervision/crash-report.ts";
import type { EndAsked } from "./supervision/supervision.ts";

const ENDING_SIGNALS = ["SIGTERM", "SIGINT", "SIGHUP", "SIGBREAK"] as const;
const SIGNAL_NUMBERS: Partial<Record<NodeJS.Signals, number>> = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15, SIGBREAK: 21 };
/** EX_SOFTWARE of sysexits.h: a mistake in the program. */
const MISTAKE = 70;
/** Beyond the grace for running operations: for closing sockets, links and the journal. */
const CLOSING_LIMIT_MS = 10_000;

/** Resolves with the first signal that asks the process to end; the second one ends it at once. */
export function whenAskedToEnd(): Promise<EndAsked> {
  return new Promise((resolve) => {
    let asked = false;
    const ask = (signal: NodeJS.Signals) => {
      if (asked) process.exit(128 + (SIGNAL_NUMBERS[signal] ?? 0));
      asked = true;
      resolve({ kind: "signal", why: signal });
    };
    for (const signal of ENDING_SIGNALS) process.on(signal, ask);
  });
}

/** SIGUSR1 opens a debugger's port in a process of Node, where whoever reaches it may do everything. Here it does nothing. */
export function openNoDebugger(): void {
  if (process.platform !== "win32") process.on("SIGUSR1", () => undefined);
}

/** How long running operations are waited for, and how long all that comes after them may take. */
export type TimeToEnd = { readonly graceMs: number; readonly closingMs: number };

/** The limit of whoever asks counts where it is shorter than our own: what is left over is recovered, what is cut off in its closing as well. */
export function timeToEnd({ limitMs = Infinity }: EndAsked, graceMs: number): TimeToEnd {
  const closingMs = Math.min(CLOSING_LIMIT_MS, limitMs / 3);
  return { graceMs: Math.min(graceMs, limitMs - closingMs), closingMs };
}

/** An orderly end that does not come to its end is no reason to stay. What was under way is left to the next start's recovery. */
export function leaveWithin(limitMs: number): void {
  setTimeout(() => process.exit(1), limitMs).unref();
}

/**
 * Our own mistake ends the process at once: nothing that it still did could be trusted. The service manager starts it again, and
 * recovery finds out what was under way.
 */
export function endOnMistake(place: CrashPlace & { readonly leaveTrace: () => void }): void {
  process.on("uncaughtException", (error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    const stack = error instanceof Error ? error.stack : undefined;
    writeLastWords(place, "daemon.mistake", "A mistake in the program ended the service", { why, stack });
    const report = writeCrashReport(place, error);
    place.leaveTrace();
    process.stderr.write(
      `tillbridge: a mistake in the program ended the service: ${redactText(why)}\n` +
        `Nothing is lost: started again, it finds out what was under way. Please report it with ${report ?? `the log in ${place.directory}`}.\n`,
    );
    process.exit(MISTAKE);
  });
}
