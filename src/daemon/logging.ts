import { appendFileSync } from "node:fs";
import { join } from "node:path";
import type { Writable } from "node:stream";
import type { Logger } from "winston";
import type { LogEvent } from "../core/log-events.ts";
import type { Clock, Log, LogFields } from "../core/ports.ts";
import { createFloodGate } from "./log-flood.ts";
import { lineOf, type Level, type LogLine } from "./log-line.ts";
import type { LogSink } from "./log-sinks.ts";
import { rotatingFile } from "./rotating-file.ts";

export type LogSettings = { readonly level: Level; readonly maxFileBytes: number; readonly maxFiles: number };

export type LogPlace = {
  readonly directory: string;
  readonly settings: LogSettings;
  readonly clock: Clock;
  /** Where lines go beside the files: the system's log, or somebody who watches. */
  readonly sinks?: readonly LogSink[];
  /** Gets each line as well, for nobody to read now. */
  readonly keep?: LogSink;
};

export interface DaemonLog extends Log, AsyncDisposable {
  /** Opens the files. Until then lines are kept in memory, so that a start does not wait for it. */
  open(): Promise<void>;
}

const NAME = "tillbridge";
/** Before the files are open, and while a slow disk makes lines wait. */
const MAX_KEPT_LINES = 1_000;
const MAX_WAITING_BYTES = 1_048_576;
const SEVERITY: Readonly<Record<Level, number>> = { error: 0, warn: 1, info: 2, debug: 3 };

/** A log in rotating files of one JSON document a line, with what could be a card number or a secret hidden. Nobody waits for it. */
export function createLog(place: LogPlace): DaemonLog {
  const { settings, clock, sinks = [], keep } = place;
  const kept: LogLine[] = [];
  let dropped = 0;
  let files: Files | undefined;
  let hasEnded = false;

  /** What the files cannot say, or not now, is said aloud, also where nobody asked to be shown the log. */
  const tellBeside = (line: LogLine) => {
    if (sinks.length === 0) process.stderr.write(`tillbridge: ${line.message}\n`);
    for (const sink of sinks) sink(line);
  };

  const open = async () => {
    files ??= await openFiles(place, (why) => {
      const message = `The log cannot be written: ${why}. Lines are lost until it can.`;
      tellBeside(lineOf(clock, "error", "log.notWritten", message, {}));
    });
    for (const line of kept.splice(0)) files.logger.log(line);
  };

  const hand = (line: LogLine) => {
    // What comes to its end after the log has, as an answer to a till that was slow, is no mistake.
    if (hasEnded) {
      appendAtOnce(place.directory, line);
      return;
    }
    const hasRoom =
      files === undefined ? kept.length < MAX_KEPT_LINES : files.stream.writableLength < MAX_WAITING_BYTES;
    if (!hasRoom) {
      dropped += 1;
      if (dropped === 1)
        tellBeside(lineOf(clock, "warn", "log.dropped", "The log cannot follow: lines are dropped", {}));
      return;
    }
    const message = "Lines of the log were dropped: the disk is too slow";
    const report = dropped === 0 ? [] : [lineOf(clock, "warn", "log.dropped", message, { dropped })];
    dropped = 0;
    for (const each of [...report, line]) {
      if (files === undefined) kept.push(each);
      else files.logger.log(each);
    }
  };

  const put = (line: LogLine) => {
    keep?.(line);
    for (const sink of sinks) sink(line);
    hand(line);
  };

  const gate = createFloodGate(clock, (like, leftOut) => {
    const message = "Lines were left out of the log: too many alike in a minute";
    put(lineOf(clock, "warn", "log.leftOut", message, { like, leftOut }));
  });

  const write = (level: Level, event: LogEvent, message: string, fields: LogFields = {}) => {
    if (SEVERITY[level] > SEVERITY[settings.level]) return;
    const where = fields["terminal"] === undefined ? "" : ` (${fields["terminal"]})`;
    if (gate.admits(`${event}${where}`)) put(lineOf(clock, level, event, message, fields));
  };

  return {
    debug: (event, message, fields) => write("debug", event, message, fields),
    info: (event, message, fields) => write("info", event, message, fields),
    warn: (event, message, fields) => write("warn", event, message, fields),
    error: (event, message, fields) => write("error", event, message, fields),
    open,
    [Symbol.asyncDispose]: async () => {
      gate[Symbol.dispose]();
      if (kept.length > 0) await open();
      hasEnded = true;
      if (files !== undefined) await finish(files);
    },
  };
}

/** For a process that ends this instant: in the file before the call returns, past everything that could wait. */
export function writeLastWords(
  { directory, clock }: Pick<LogPlace, "directory" | "clock">,
  event: LogEvent,
  message: string,
  fields: LogFields,
): void {
  appendAtOnce(directory, lineOf(clock, "error", event, message, fields));
}

function appendAtOnce(directory: string, line: LogLine): void {
  const text = `${JSON.stringify(line)}\n`;
  try {
    appendFileSync(join(directory, `${NAME}.log`), text);
  } catch {
    process.stderr.write(text);
  }
}

type Files = { readonly logger: Logger; readonly stream: Writable };

/** winston's own file transport swallows a failing write and drops its last lines, so the files are ours. */
async function openFiles({ directory, settings, clock }: LogPlace, failed: (why: string) => void): Promise<Files> {
  const { createLogger, format, transports } = await import("winston");
  const stream = rotatingFile({
    directory,
    name: NAME,
    maxFileBytes: settings.maxFileBytes,
    maxFiles: settings.maxFiles,
    clock,
    failed,
  });
  const logger = createLogger({
    level: settings.level,
    format: format.json(),
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- winston declares its transports as interfaces
    transports: new transports.Stream({ stream }),
  });
  return { logger, stream };
}

/** Everything that was logged is in the file afterwards. */
function finish({ logger, stream }: Files): Promise<void> {
  return new Promise((resolve) => {
    stream.once("finish", resolve);
    logger.once("finish", () => stream.end());
    logger.end();
  });
}
