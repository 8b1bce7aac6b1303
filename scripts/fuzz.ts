// `npm run fuzz`: gives every parser that faces the outside inputs that nobody meant, for `--seconds N` each (60), two at a time. `--only NAME` runs
// those whose names contain it; `--seed S` begins the same mutations again; `--runs N` ends after so many inputs; `--repeatable` gives each as many as its list
// says, of seed 1, which are the same ones whatever the machine; `--jobs J` at a time; `--list` names the targets; `--replay FILE` runs the input of a failure again. `--targets MODULE` takes another list. Ends with 1 where something crashed or hung.
import { randomInt } from "node:crypto";
import { availableParallelism } from "node:os";
import { relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { readFailure } from "./fuzz/failures.ts";
import { fuzzTarget, replayInput, type Report, type SessionOptions } from "./fuzz/session.ts";
import type { TargetModule } from "./fuzz/target.ts";

const { values: asked } = parseArgs({
  options: {
    seconds: { type: "string" },
    runs: { type: "string" },
    only: { type: "string" },
    seed: { type: "string" },
    repeatable: { type: "boolean", default: false },
    jobs: { type: "string" },
    hang: { type: "string" },
    list: { type: "boolean", default: false },
    replay: { type: "string" },
    targets: { type: "string" },
    failures: { type: "string" },
  },
});
const SECONDS = 60;
const REPEATABLE_SEED = 1;
const MOST_JOBS = 2;
const OPEN_MS = 120_000;
const HANG_MS = 2_000;
const HEAP_MEGABYTES = 1_024;

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stop.abort());

const module =
  asked.targets === undefined ? new URL("../test/fuzz/targets.ts", import.meta.url) : pathToFileURL(asked.targets);
const seed = numberOf(asked.seed) ?? (asked.repeatable ? REPEATABLE_SEED : randomInt(2 ** 31));
const seconds = numberOf(asked.seconds);
const runs = numberOf(asked.runs);
const options: SessionOptions = {
  module: module.href,
  // Of a list of its own the sources are beside it.
  sources: new URL(
    asked.targets === undefined ? "../src/" : ".",
    asked.targets === undefined ? import.meta.url : module,
  ).href,
  seed,
  ...(seconds === undefined && (asked.repeatable || runs !== undefined) ? {} : { seconds: seconds ?? SECONDS }),
  ...(runs === undefined ? {} : { runs }),
  limits: { hangMs: numberOf(asked.hang) ?? HANG_MS, openMs: OPEN_MS, heapMegabytes: HEAP_MEGABYTES },
  folder: asked.failures ?? relative(process.cwd(), fileURLToPath(new URL("../.cache/fuzz/failures", import.meta.url))),
  stopped: stop.signal,
};

const reports = asked.replay === undefined ? await fuzzAll() : [await replayFile(asked.replay)];
if (stop.signal.aborted) process.exit(130);
process.exit(reports.every(({ isGood }) => isGood) ? 0 : 1);

async function fuzzAll(): Promise<readonly Report[]> {
  const { targets } = (await import(module.href)) as TargetModule;
  const chosen = targets.filter(({ name }) => name.includes(asked.only ?? ""));
  if (chosen.length === 0) refuse(`no target has ${asked.only} in its name; --list names them`);
  if (asked.list) {
    for (const { name } of chosen) say(name);
    return [];
  }
  const jobs = numberOf(asked.jobs) ?? Math.min(MOST_JOBS, availableParallelism());
  say(`seed ${seed}, ${chosen.length} targets, ${jobs} at a time`);
  const startedMs = performance.now();
  const done: Report[] = [];
  const waiting = chosen.values();
  // They take from the same list.
  const worker = async (): Promise<void> => {
    for (const { name, repeatableRuns } of waiting) {
      const its = asked.repeatable && runs === undefined ? { ...options, runs: repeatableRuns } : options;
      const report = await fuzzTarget(name, its);
      if (stop.signal.aborted) return;
      tell(report);
      done.push(report);
    }
  };
  await Promise.all(Array.from({ length: jobs }, worker));
  const failed = done.filter(({ isGood }) => !isGood).length;
  say(`${Math.round((performance.now() - startedMs) / 1_000)} s, ${failed} of ${done.length} targets failed`);
  return done;
}

async function replayFile(file: string): Promise<Report> {
  const { target, input, seed: itsSeed } = readFailure(file);
  const report = await replayInput(target, input, { ...options, seed: itsSeed });
  tell(report);
  return report;
}

function tell({ line, details }: Report): void {
  say(line);
  for (const detail of details) say(`    ${detail}`);
}

function numberOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  return Number.isSafeInteger(number) && number >= 0 ? number : refuse(`${text} is not a number`);
}

function refuse(why: string): never {
  process.stderr.write(`${why}\n`);
  process.exit(2);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
