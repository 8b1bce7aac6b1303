import type { LogEvent } from "../../src/core/log-events.ts";
import type { Log, LogFields } from "../../src/core/ports.ts";

export type KeptLog = Log & {
  /** `level message`. */
  readonly lines: string[];
  /** As they would stand in a file: with their fields. */
  readonly whole: string[];
};

/** A log that a test can read. */
export function createKeptLog(): KeptLog {
  const lines: string[] = [];
  const whole: string[] = [];
  const keep =
    (level: string) =>
    (event: LogEvent, message: string, fields: LogFields = {}): void => {
      lines.push(`${level} ${message}`);
      whole.push(JSON.stringify({ level, event, message, ...fields }));
    };
  return { lines, whole, debug: keep("debug"), info: keep("info"), warn: keep("warn"), error: keep("error") };
}
