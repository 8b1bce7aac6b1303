import type { LogLine } from "../log-line.ts";
import type { LogSink } from "../log-sinks.ts";

/** So many lines before a crash tell what led to it. */
const KEPT = 50;

export type RecentLines = { readonly keep: LogSink; readonly last: () => readonly LogLine[] };

/** The last lines of the log, in memory, for the report of a crash. */
export function recentLines(): RecentLines {
  const lines: LogLine[] = [];
  return {
    keep: (line) => {
      lines.push(line);
      if (lines.length > KEPT) lines.shift();
    },
    last: () => [...lines],
  };
}
