import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { lockHome } from "../home/lock.ts";
import { resolveHome, type HomePaths } from "../home/paths.ts";
import { makeOwnerOnly } from "../home/secrets.ts";
import { failureOf, HomeFailure } from "../home/store.ts";
import { systemClock } from "./clock.ts";
import { endOnMistake, openNoDebugger, whenAskedToEnd } from "./ending.ts";
import { openJournalOrWhy } from "./opened-journal.ts";
import { systemCrypto } from "./crypto.ts";
import { Recorder } from "./recorder/recorder.ts";
import { writeLastTrace } from "./recorder/traces.ts";
import { ListenFailure } from "./server/listen.ts";
import { beginRun, type DisorderlyEnd } from "./supervision/last-end.ts";
import { recentLines, type RecentLines } from "./supervision/recent-lines.ts";
import type { EndAsked } from "./supervision/supervision.ts";
import { TRIAL_OVER } from "./supervision/trial.ts";

export type DaemonOptions = {
  /** As given with `--home`. */
  readonly home?: string;
  /** In place of `server.port`; 0 takes a free one. */
  readonly port?: number;
  /** Shows the log on standard error, also where that is no terminal. */
  readonly verbose?: boolean;
};

/**
 * Runs the service in the foreground until a signal asks it to end, and answers the exit code. Standard output gets one line when
 * it is ready, `ready ws://127.0.0.1:8455/v1`; everything for people goes to standard error and the log.
 */
export async function runDaemon(options: DaemonOptions): Promise<number> {
  const asked = whenAskedToEnd();
  openNoDebugger();
  const paths = resolveHome(options.home, process.env, process.platform);
  const recent = recentLines();
  const recorder = new Recorder(systemClock, systemCrypto);
  endOnMistake({
    directory: paths.logsDirectory,
    clock: systemClock,
    lastLines: recent.last,
    leaveTrace: () => void writeLastTrace(paths.logsDirectory, recorder, systemClock),
  });
  // Whoever started us may have closed his end: no reason to stop taking payments.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
  try {
    return await runIn(paths, options, { asked, recent, recorder });
  } catch (error) {
    if (!isExpected(error)) throw error;
    tell(error.message);
    return 1;
  }
}

/** A mistake in the program is told, and ends it, elsewhere. */
function isExpected(error: unknown): error is HomeFailure | ListenFailure {
  return error instanceof HomeFailure || error instanceof ListenFailure;
}

/** What stands from the first moment of the process. */
type Process = { readonly asked: Promise<EndAsked>; readonly recent: RecentLines; readonly recorder: Recorder };

async function runIn(paths: HomePaths, options: DaemonOptions, begun: Process): Promise<number> {
  if (await isSomebodyElses(paths.dataDirectory)) {
    tell(
      `${paths.dataDirectory} belongs to the user of the service, and what root writes there the service could not use any more. ` +
        "Start the service: `sudo tillbridge service start`. To try something out, name another folder with --home.",
    );
    return 1;
  }
  await makeFolders(paths);
  const locked = lockHome(paths.dataDirectory);
  if (locked.kind === "held") {
    const holder = locked.processId === undefined ? "Another process" : `Process ${locked.processId}`;
    tell(`${holder} has the home folder of ${paths.configFile}. End it first, or name another folder with --home.`);
    return 1;
  }
  using _lock = locked.lock;
  const run = beginRun({ ...paths, clock: systemClock });
  try {
    const end = await serveUntilAsked(paths, options, { ...begun, before: run.before });
    run.endInOrder();
    return end.kind === "trialOver" ? TRIAL_OVER : 0;
  } catch (error) {
    if (isExpected(error)) run.endInOrder();
    throw error;
  }
}

async function serveUntilAsked(
  paths: HomePaths,
  options: DaemonOptions,
  { asked, recent, recorder, before }: Process & { readonly before: DisorderlyEnd | undefined },
): Promise<EndAsked> {
  await using stack = new AsyncDisposableStack();
  let journal = openJournalOrWhy(paths.dataDirectory);
  stack.defer(async () => (await journal).close());
  // Loaded while the journal opens in its own thread: it is the larger part of a start.
  const [{ layFoundation }, { serve }] = await Promise.all([import("./foundation.ts"), import("./serving.ts")]);
  await using foundation = await layFoundation(paths, {
    aloud: options.verbose === true || process.stderr.isTTY,
    asked,
    recent,
    recorder,
    before,
  });
  try {
    for (let port = options.port ?? foundation.config.current().server.port; ;) {
      const served = await serve(foundation, await journal, port);
      if (served.kind === "asked") return served.end;
      journal = Promise.resolve(served.journal);
      port = served.port;
    }
  } catch (error) {
    if (isExpected(error)) foundation.log.error("daemon.notStarted", error.message);
    throw error;
  }
}

/** Root may write anywhere, and leaves files that their user cannot read. */
async function isSomebodyElses(folder: string): Promise<boolean> {
  if (process.geteuid?.() !== 0) return false;
  const found = await stat(folder).catch(() => undefined);
  return found !== undefined && found.uid !== 0;
}

async function makeFolders(paths: HomePaths): Promise<void> {
  await makeOwnerOnly(paths.dataDirectory);
  for (const directory of [dirname(paths.configFile), paths.logsDirectory]) {
    await mkdir(directory, { recursive: true, mode: 0o750 }).catch((error: unknown) => {
      throw failureOf(error, directory, "made");
    });
  }
}

function tell(message: string): void {
  process.stderr.write(`tillbridge: ${message}\n`);
}
