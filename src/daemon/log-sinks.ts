import { fstatSync } from "node:fs";
import type { Writable } from "node:stream";
import { textOf, type Level, type LogLine } from "./log-line.ts";

/** Gets each line as it is made, beside the files. It never waits: what it has no room for, it counts and leaves out. */
export type LogSink = (line: LogLine) => void;

/** Of what waits while nobody reads. */
const MAX_WAITING_BYTES = 1_048_576;
/** As in sd-daemon(3). What only helps to look for mistakes stands in the files. */
const PRIORITY = { error: "<3>", warn: "<4>", info: "<6>", debug: undefined } as const satisfies Record<Level, unknown>;

/** For somebody who watches. */
export function personSink(stream: Writable): LogSink {
  const write = boundedWriter(stream, (lost) => `${lost} lines are missing here: they are in the log's files.\n`);
  return (line) => write(`${line.at} ${line.level.padEnd(5)} ${textOf(line)}\n`);
}

/** For the journal of systemd, which knows the time by itself, and the priority from the number in front. */
export function journalSink(stream: Writable): LogSink {
  const write = boundedWriter(stream, (lost) => {
    return `${PRIORITY.warn}log.dropped: Lines are missing here: they are in the log's files lost=${lost}\n`;
  });
  return (line) => {
    const priority = PRIORITY[line.level];
    if (priority !== undefined) write(`${priority}${textOf(line)}\n`);
  };
}

/** For a system's log that a person looks at when something is wrong: the event log of Windows. */
export function alertSink(tell: (level: "error" | "warn", event: string, text: string) => void): LogSink {
  return (line) => {
    if (line.level === "error" || line.level === "warn") tell(line.level, line.event, textOf(line));
  };
}

/** Whether what this process writes to standard error goes to the journal of systemd, and nowhere else. */
export function isJournal(journalStream: string | undefined, fd = 2): boolean {
  if (journalStream === undefined) return false;
  try {
    const { dev, ino } = fstatSync(fd, { bigint: true });
    return journalStream === `${dev}:${ino}`;
  } catch {
    return false; // standard error is closed
  }
}

/**
 * A pipe or a socket that nobody reads keeps what is written in memory (and never waits, except on Windows, where standard error
 * is only watched by a person).
 */
function boundedWriter(stream: Writable, missing: (lost: number) => string): (text: string) => void {
  let lost = 0;
  return (text) => {
    if (stream.writableLength + text.length > MAX_WAITING_BYTES) {
      lost += 1;
      return;
    }
    stream.write(lost === 0 ? text : `${missing(lost)}${text}`);
    lost = 0;
  };
}
