import { appendFileSync } from "node:fs";
import { join } from "node:path";
import type { Writable } from "node:stream";
import type { Logger } from "winston";
import { LONGEST_SPELLING } from "../codec/digit-runs.ts";
import type { LogEvent } from "../core/log-events.ts";
import { timestamp, type Clock, type Log, type LogFields } from "../core/ports.ts";
import { createFloodGate } from "./log-flood.ts";
import { redactFields, redactText } from "./redaction.ts";
import { rotatingFile } from "./rotating-file.ts";

type Level = "error" | "warn" | "info" | "debug";

export type LogSettings = { readonly level: Level; readonly maxFileBytes: number; readonly maxFiles: number };

export type LogPlace = {
  readonly directory: string;
  readonly settings: LogSettings;
  readonly clock: Clock;
  /** Also shows each line to a person: standard error, at a terminal. */
  readonly echo?: (line: string) => void;
};

export interface DaemonLog extends Log, AsyncDisposable {
  /** Opens the files. Until then lines are kept in memory, so that a start does not wait for it. */
  open(): Promise<void>;
}

type Entry = {
  readonly at: string;
  readonly level: Level;
  readonly event: LogEvent;
  readonly message: string;
} & LogFields;

const NAME = "tillbridge";
/** Before the files are open, and while a slow disk makes lines wait. */
const MAX_KEPT_ENTRIES = 1_000;
const MAX_WAITING_BYTES = 1_048_576;
/** Of one value: what a stranger sends is quoted, not kept. */
const MAX_VALUE_CHARACTERS = 1_000;
const SEVERITY: Readonly<Record<Level, number>> = { error: 0, warn: 1, info: 2, debug: 3 };

/** A log in rotating files of one JSON document a line, with what could be a card number or a secret hidden. */
export function createLog(place: LogPlace): DaemonLog {
  const { settings, clock, echo } = place;
  const kept: Entry[] = [];
  let dropped = 0;
  let files: Files | undefined;

  const open = async () => {
    files ??= await openFiles(place);
    for (const entry of kept.splice(0)) files.logger.log(entry);
  };

  const hand = (entry: Entry) => {
    const hasRoom =
      files === undefined ? kept.length < MAX_KEPT_ENTRIES : files.stream.writableLength < MAX_WAITING_BYTES;
    if (!hasRoom) {
      dropped += 1;
      return;
    }
    const report =
      dropped === 0
        ? []
        : [entryOf(clock, "warn", "log.dropped", "Lines of the log were dropped: the disk is too slow", { dropped })];
    dropped = 0;
    for (const each of [...report, entry]) {
      if (files === undefined) kept.push(each);
      else files.logger.log(each);
    }
  };

  const put = (entry: Entry) => {
    echo?.(lineForPeople(entry));
    hand(entry);
  };

  const gate = createFloodGate(clock, (like, leftOut) => {
    put(
      entryOf(clock, "warn", "log.leftOut", "Lines were left out of the log: too many alike in a minute", {
        like,
        leftOut,
      }),
    );
  });

  const write = (level: Level, event: LogEvent, message: string, fields: LogFields = {}) => {
    if (SEVERITY[level] > SEVERITY[settings.level]) return;
    const where = fields["terminal"] === undefined ? "" : ` (${fields["terminal"]})`;
    if (gate.admits(`${event}${where}`)) put(entryOf(clock, level, event, message, fields));
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
  const line = `${JSON.stringify(entryOf(clock, "error", event, message, fields))}\n`;
  try {
    appendFileSync(join(directory, `${NAME}.log`), line);
  } catch {
    process.stderr.write(line);
  }
}

function entryOf(clock: Clock, level: Level, event: LogEvent, message: string, fields: LogFields): Entry {
  const shortened = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, fitted(value)]));
  return { ...redactFields(shortened), at: timestamp(clock), level, event, message: redactText(message) };
}

function fitted(value: LogFields[string]): LogFields[string] {
  if (typeof value !== "string" || value.length <= MAX_VALUE_CHARACTERS) return value;
  // A card number that the cut would halve is looked at whole.
  const shown = redactText(value.slice(0, MAX_VALUE_CHARACTERS + LONGEST_SPELLING)).slice(0, MAX_VALUE_CHARACTERS);
  return `${shown}... (${value.length} characters)`;
}

/** One line, whatever the values hold: a line break or an escape sequence in one would forge others. */
function lineForPeople({ at, level, event, message, ...fields }: Entry): string {
  const told = Object.entries(fields).filter(([, value]) => value !== undefined);
  const line = `${at} ${level.padEnd(5)} ${event}: ${message}${told.map(([name, value]) => ` ${name}=${String(value)}`).join("")}`;
  return `${withoutControls(line)}\n`;
}

function withoutControls(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => {
    return `\\u{${character.codePointAt(0)?.toString(16) ?? ""}}`;
  });
}

type Files = { readonly logger: Logger; readonly stream: Writable };

/** What the log itself cannot say is said aloud, also where nobody asked to be shown the log. */
function tell(line: string): void {
  process.stderr.write(`tillbridge: ${line}`);
}

/** winston's own file transport swallows a failing write and drops its last lines, so the files are ours. */
async function openFiles({ directory, settings, clock, echo: say = tell }: LogPlace): Promise<Files> {
  const { createLogger, format, transports } = await import("winston");
  const stream = rotatingFile({
    directory,
    name: NAME,
    maxFileBytes: settings.maxFileBytes,
    maxFiles: settings.maxFiles,
    clock,
    failed: (why) => say(`The log cannot be written: ${why}. Lines are lost until it can.\n`),
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
