import { execFile } from "node:child_process";
import type { Said } from "./check.ts";

/** How a program of the system ended, which was asked something and changes nothing. */
export type ProgramRun =
  | { readonly kind: "ended"; readonly code: number; readonly stdout: string; readonly stderr: string }
  /** It is not installed. */
  | { readonly kind: "absent" }
  /** It was stopped, or could not be started. */
  | { readonly kind: "failed"; readonly why: Said };

/** Runs a program without a shell, until it ends or the signal is aborted. */
export type RunProgram = (program: string, args: readonly string[], signal: AbortSignal) => Promise<ProgramRun>;

const MAX_OUTPUT_BYTES = 4 * 1_048_576;
const LIMIT_MS = 1_500;

/** A service's PATH may leave out where administrators' programs lie. */
const ADMINISTRATORS_FOLDERS = "/usr/local/sbin:/usr/sbin:/sbin";

export const runProgram: RunProgram = (program, args, signal) =>
  new Promise((resolve) => {
    const path = process.env["PATH"] ?? "";
    const env = {
      ...process.env,
      LC_ALL: "C",
      ...(process.platform === "win32" ? {} : { PATH: `${path}:${ADMINISTRATORS_FOLDERS}` }),
    };
    const options = {
      env,
      signal,
      timeout: LIMIT_MS,
      maxBuffer: MAX_OUTPUT_BYTES,
      windowsHide: true,
      killSignal: "SIGKILL",
    } as const;
    execFile(program, args, options, (error, stdout, stderr) => {
      if (error === null) resolve({ kind: "ended", code: 0, stdout, stderr });
      else if (error.code === "ENOENT") resolve({ kind: "absent" });
      else if (typeof error.code === "number") resolve({ kind: "ended", code: error.code, stdout, stderr });
      else resolve({ kind: "failed", why: whyStopped(program, error) });
    });
  });

function whyStopped(program: string, error: Error & { readonly code?: unknown; readonly killed?: boolean }): Said {
  if (error.killed === true) return ({ program: words }) => words.late(program);
  const code = typeof error.code === "string" ? error.code : error.name;
  return ({ program: words }) => words.notRun(program, code);
}
