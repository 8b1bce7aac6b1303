import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../../core/ports.ts";
import type { HomePaths } from "../../home/paths.ts";
import { codeOf } from "../../home/store.ts";
import { fault, ok, unknown, warning, type Examination, type Finding, type Said } from "../check.ts";

const DAY_MS = 86_400_000;
const LATELY_MS = 7 * DAY_MS;
/** From here on it is no accident any more. */
const A_LOOP = 3;

/** As the service names its reports: `crash-2026-11-20T10-15-03.000Z.json`. */
const REPORT = /^crash-(\d{4}-\d{2}-\d{2})T(\d{2})-(\d{2})-(\d{2}\.\d{3}Z)\.json$/;
/** The service's own mark that it runs, which it takes away when it ends in order. */
const MARKER = "running.json";
const MAX_MARKER_CHARACTERS = 4_096;

type Look = {
  readonly paths: HomePaths;
  readonly clock: Clock;
  /** Of the service. Undefined where it does not run. */
  readonly daemonPid: number | undefined;
};

/** How the runs before this one ended, as they left it behind. */
export function endsExaminations(look: Look): readonly Examination[] {
  return [
    { id: "service.crashes", examine: async () => [await crashCheck(look)] },
    { id: "service.ends", examine: async () => [await endsCheck(look)] },
  ];
}

async function crashCheck({ paths: { logsDirectory }, clock }: Look): Promise<Finding> {
  const id = "service.crashes";
  let names: readonly string[];
  try {
    names = await readdir(logsDirectory);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return ok(id, ({ ends: words }) => words.noLog(logsDirectory));
    return unknown(id, ({ home: words }) => words.notListed(logsDirectory, codeOf(error)));
  }
  const nowMs = clock.now();
  const lately = names.filter((name) => nowMs - timeOf(name) <= LATELY_MS).toSorted();
  const newest = lately.at(-1);
  if (newest === undefined) return ok(id, ({ ends: words }) => words.none);
  const path = join(logsDirectory, newest);
  return warning(
    id,
    ({ ends: words }) => (lately.length === 1 ? words.once(path) : words.often(lately.length, path)),
    ({ ends: words }) => words.sendReport,
  );
}

/** Of what is no report, never. */
function timeOf(name: string): number {
  const [, day, hours, minutes, rest] = REPORT.exec(name) ?? [];
  return day === undefined ? Number.NEGATIVE_INFINITY : Date.parse(`${day}T${hours}:${minutes}:${rest}`);
}

async function endsCheck({ paths: { dataDirectory }, daemonPid }: Look): Promise<Finding> {
  const id = "service.ends";
  const text = await readFile(join(dataDirectory, MARKER), "utf8").catch((error: unknown) => {
    return codeOf(error) === "ENOENT" ? undefined : "";
  });
  if (text === undefined) return ok(id, ({ ends: words }) => words.inOrder);
  const { begun, disorderly } = markerIn(text.slice(0, MAX_MARKER_CHARACTERS));
  const when: Said = ({ ends: words }) => begun ?? words.someTime;
  if (daemonPid === undefined) {
    return warning(
      id,
      (words) => words.ends.killed(when(words)),
      ({ ends: words }) => words.startIt,
    );
  }
  if (disorderly === 0) return ok(id, (words) => words.ends.runInOrder(when(words)));
  const seen: Said = (words) =>
    disorderly === 1 ? words.ends.disorderlyOnce(when(words)) : words.ends.disorderly(disorderly, when(words));
  return disorderly >= A_LOOP
    ? fault(id, seen, ({ ends: words }) => words.seeLogAndReport)
    : warning(id, seen, ({ ends: words }) => words.seeLog);
}

function markerIn(text: string): { readonly begun: string | undefined; readonly disorderly: number } {
  try {
    const { begun, disorderly } = JSON.parse(text) as { readonly begun?: unknown; readonly disorderly?: unknown };
    return {
      begun: typeof begun === "string" ? begun : undefined,
      disorderly: Array.isArray(disorderly) ? disorderly.length : 0,
    };
  } catch {
    return { begun: undefined, disorderly: 0 };
  }
}
