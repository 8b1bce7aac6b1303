import type { Log } from "../../src/core/ports.ts";

export type KeptLog = Log & { readonly lines: string[] };

/** A log that a test can read: `level message`. */
export function createKeptLog(): KeptLog {
  const lines: string[] = [];
  const keep = (level: string) => (message: string) => void lines.push(`${level} ${message}`);
  return { lines, debug: keep("debug"), info: keep("info"), warn: keep("warn"), error: keep("error") };
}
