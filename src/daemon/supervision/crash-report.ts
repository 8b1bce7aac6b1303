import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, sep } from "node:path";
import packageDescription from "../../../package.json" with { type: "json" };
import { timestamp, type Clock } from "../../core/ports.ts";
import { ownProgramFolder } from "../../home/program/program.ts";
import type { LogLine } from "../log-line.ts";
import { redactText } from "../redaction.ts";

/** What a mistake in the program leaves behind for whoever mends it. */
export type CrashPlace = {
  /** The folder of the log. */
  readonly directory: string;
  readonly clock: Clock;
  /** The last lines of the log, as they stand in its file: what could be a card number or a secret is hidden already. */
  readonly lastLines: () => readonly LogLine[];
};

const REPORT = /^crash-(\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}\.\d{3}Z)\.json$/;
const MAX_REPORTS = 10;
const MAX_REPORT_BYTES = 131_072;
const MAX_WHAT_CHARACTERS = 2_000;
const MAX_STACK_CHARACTERS = 8_000;

/** Writes the report and answers where it is; undefined where it cannot be written. It never throws: the process is ending. */
export function writeCrashReport(place: CrashPlace, error: unknown): string | undefined {
  try {
    const { directory, clock } = place;
    mkdirSync(directory, { recursive: true, mode: 0o750 });
    for (const old of reportsIn(directory).slice(MAX_REPORTS - 1)) rmSync(join(directory, old), { force: true });
    const path = join(directory, `crash-${timestamp(clock).replaceAll(":", "-")}.json`);
    writeFileSync(path, fitting(reportOf(place, error), place.lastLines()), { mode: 0o640 });
    return path;
  } catch {
    return undefined; // The log says what happened, and a full disk is no reason to hang.
  }
}

/** The newest report that was written since then. */
export function newestReport(directory: string, sinceMs: number): string | undefined {
  try {
    const [newest] = reportsIn(directory);
    const written = newest === undefined ? undefined : REPORT.exec(newest)?.[1];
    if (newest === undefined || written === undefined) return undefined;
    const [day = "", time = ""] = written.split("T");
    return Date.parse(`${day}T${time.replaceAll("-", ":")}`) >= sinceMs ? join(directory, newest) : undefined;
  } catch {
    return undefined;
  }
}

/** The newest one first: their names begin with their times. */
function reportsIn(directory: string): readonly string[] {
  return readdirSync(directory)
    .filter((name) => REPORT.test(name))
    .toSorted()
    .reverse();
}

function reportOf({ clock }: CrashPlace, error: unknown) {
  const { rss, heapUsed, heapTotal, external } = process.memoryUsage();
  const { node, v8, uv, openssl, sqlite } = process.versions;
  return {
    at: timestamp(clock),
    what: cleaned(error instanceof Error ? `${error.name}: ${error.message}` : String(error), MAX_WHAT_CHARACTERS),
    stack: cleaned((error instanceof Error ? error.stack : undefined) ?? "", MAX_STACK_CHARACTERS).split("\n"),
    versions: { tillbridge: packageDescription.version, node, v8, uv, openssl, sqlite },
    system: { platform: process.platform, architecture: process.arch },
    process: { pid: process.pid, uptimeSeconds: Math.round(process.uptime()) },
    memoryBytes: { rss, heapUsed, heapTotal, external },
  };
}

/** The oldest lines give way. */
function fitting(report: object, lines: readonly LogLine[]): string {
  for (let left = lines; ; left = left.slice(Math.ceil(left.length / 4))) {
    const text = `${JSON.stringify({ ...report, lastLines: left }, undefined, 2)}\n`;
    if (left.length === 0 || Buffer.byteLength(text) <= MAX_REPORT_BYTES) return text;
  }
}

/** Tokens and keys, in hexadecimal or base64. Words and names of files are shorter, or have dots and slashes between them. */
const LONG_WORD = /[A-Za-z0-9+_=-]{32,}/g;
const ABSOLUTE_PATH =
  /(?<![\w.])(?:file:\/\/)?(?:\b[A-Za-z]:)?(?:[\\/][^\s\\/:*?"'<>|()]+)+[\\/]([^\s\\/:*?"'<>|()]+)/g;

/** No number of a card, no secret, and no name of a person or a folder of this machine: a stack is full of paths. */
function cleaned(text: string, limit: number): string {
  let shown = text.slice(0, 2 * limit);
  for (const known of [ownProgramFolder(), `${process.cwd()}${sep}`, `${homedir()}${sep}`]) {
    if (known.length > 1) shown = shown.replaceAll(`file://${known}`, "").replaceAll(known, "");
  }
  return redactText(shown.replace(ABSOLUTE_PATH, "$1")).replace(LONG_WORD, "[hidden]").slice(0, limit);
}
