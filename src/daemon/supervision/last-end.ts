import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import packageDescription from "../../../package.json" with { type: "json" };
import { timestamp, type Clock } from "../../core/ports.ts";
import { newestReport } from "./crash-report.ts";

/** A run that did not end in order: a crash, a kill, or a power cut. */
export type DisorderlyEnd = {
  /** In one sentence. */
  readonly words: string;
  /** The report of a crash, where one could be written. */
  readonly report?: string;
  /** How many runs ended so within the last ten minutes, this one included. */
  readonly lately: number;
};

/** One run of the service, in the eyes of the next one. */
export type Run = {
  readonly before: DisorderlyEnd | undefined;
  /** The next start finds that this one ended in order. */
  endInOrder(): void;
};

type Places = { readonly dataDirectory: string; readonly logsDirectory: string; readonly clock: Clock };

type Marker = {
  readonly version: string;
  readonly pid: number;
  readonly begun: string;
  /** When runs began that found that the one before them had not ended in order. */
  readonly disorderly: readonly string[];
};

const MARKER = "running.json";
const LATELY_MS = 600_000;
const MOST_REMEMBERED = 20;
const MAX_MARKER_CHARACTERS = 4_096;

/**
 * While the service runs a small file says so. It is written once and never synced: a start that finds it comes after an end
 * without order, and one that does not find it after a power cut just has less to tell. Nobody relies on it: what was under way
 * the journal knows.
 */
export function beginRun({ dataDirectory, logsDirectory, clock }: Places): Run {
  const path = join(dataDirectory, MARKER);
  const before = readMarker(path);
  const now = clock.now();
  const disorderly =
    before === undefined
      ? []
      : [...before.disorderly, timestamp(clock)].filter((at) => Math.abs(now - Date.parse(at)) <= LATELY_MS);
  const marker: Marker = {
    version: packageDescription.version,
    pid: process.pid,
    begun: timestamp(clock),
    disorderly: disorderly.slice(-MOST_REMEMBERED),
  };
  try {
    writeFileSync(path, `${JSON.stringify(marker)}\n`, { mode: 0o600 });
  } catch {
    // A full disk: then the next start says less.
  }
  return {
    before: before === undefined ? undefined : endOf(before, logsDirectory, disorderly.length),
    endInOrder: () => {
      try {
        rmSync(path, { force: true });
      } catch {
        // Then the next start says more than there was.
      }
    },
  };
}

function endOf({ version, pid, begun }: Marker, logsDirectory: string, lately: number): DisorderlyEnd {
  const report = newestReport(logsDirectory, Date.parse(begun));
  const run = `The last run (version ${version}, process ${pid}, begun ${begun}) did not end in order`;
  const how =
    report === undefined
      ? "it was killed, the power went, or the runtime failed"
      : `it made a mistake, and left a report in ${report}`;
  return {
    words: `${run}: ${how}. What was under way is being found out.`,
    ...(report === undefined ? {} : { report }),
    lately,
  };
}

/** A file that is torn still says that the run did not end in order. */
function readMarker(path: string): Marker | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8").slice(0, MAX_MARKER_CHARACTERS);
  } catch {
    return undefined;
  }
  const unknown = { version: "unknown", pid: 0, begun: "at an unknown time", disorderly: [] };
  try {
    const said: unknown = JSON.parse(text);
    if (typeof said !== "object" || said === null) return unknown;
    const { version, pid, begun, disorderly } = said as Partial<Record<keyof Marker, unknown>>;
    return {
      version: typeof version === "string" ? version : unknown.version,
      pid: typeof pid === "number" ? pid : unknown.pid,
      begun: typeof begun === "string" ? begun : unknown.begun,
      disorderly: Array.isArray(disorderly) ? disorderly.filter((at) => typeof at === "string") : [],
    };
  } catch {
    return unknown;
  }
}
