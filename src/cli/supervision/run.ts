import { execFile } from "node:child_process";

/** How a program of the system ended. */
export type Ran =
  | { readonly kind: "ended"; readonly code: number; readonly output: string; readonly complaint: string }
  /** It is not there, may not be run, or did not end in time. */
  | { readonly kind: "failed"; readonly why: string };

/** A user of this system, by its numbers. */
export type RunAs = { readonly uid: number; readonly gid: number };

/** Runs a program of the system to its end, without a shell; as another user where one is named. */
export type Run = (program: string, args: readonly string[], as?: RunAs) => Promise<Ran>;

/** Stopping waits for payments, and a service manager has limits of its own: this one is for a manager that hangs. */
const RUN_LIMIT_MS = 600_000;
const MAX_OUTPUT_BYTES = 1_048_576;
const SYSTEM_FOLDERS = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

export const runOnThisSystem: Run = (program, args, as) =>
  new Promise((resolve) => {
    const windows = process.platform === "win32";
    // What is read by a program comes in one language and one time zone; sudo and cron leave folders out of PATH.
    const environment = windows ? {} : { LC_ALL: "C", TZ: "UTC", PATH: SYSTEM_FOLDERS };
    const options = {
      env: { ...process.env, ...environment },
      timeout: RUN_LIMIT_MS,
      killSignal: "SIGKILL",
      maxBuffer: MAX_OUTPUT_BYTES,
      windowsHide: true,
      ...(windows ? {} : { cwd: "/" }),
      ...as,
    } as const;
    const child = execFile(program, args, options, (error, output, complaint) => {
      if (error === null) resolve({ kind: "ended", code: 0, output, complaint });
      else if (typeof error.code === "number") resolve({ kind: "ended", code: error.code, output, complaint });
      else
        resolve({
          kind: "failed",
          why: `${program} cannot be run to its end: ${error.code ?? error.signal ?? error.message}`,
        });
    });
    child.stdin?.end();
  });

/** What a program complained of, for people: the first thing that it said. Undefined where it did as it was asked. */
export function complaintOf(ran: Ran): string | undefined {
  if (ran.kind === "failed") return ran.why;
  if (ran.code === 0) return undefined;
  const line = [ran.complaint, ran.output].flatMap((text) => text.split("\n")).find((text) => text.trim() !== "");
  return line?.trim() ?? `it ended with ${ran.code}`;
}
