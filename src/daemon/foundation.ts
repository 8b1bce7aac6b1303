import { join } from "node:path";
import type { LogEvent } from "../core/log-events.ts";
import { unreadableInWords, type PosRegistry } from "../core/pos.ts";
import type { Secret } from "../core/secret.ts";
import type { Vendor } from "../drivers/driver.ts";
import { vendors as registered } from "../drivers/registry.ts";
import { openAdminToken } from "../home/admin-token.ts";
import { openConfig, type ConfigFile } from "../home/config.ts";
import type { HomePaths } from "../home/paths.ts";
import { openPosRegistry, type OpenedRegistry } from "../home/pos-registry.ts";
import { openSecrets, type Secrets } from "../home/secrets.ts";
import { HomeFailure } from "../home/store.ts";
import { collectGarbage } from "../journal/collect-garbage.ts";
import { systemClock } from "./clock.ts";
import { leaveWithin, timeToEnd } from "./ending.ts";
import { Intake } from "./intake.ts";
import { sensesOf, type Senses } from "./discovery/senses.ts";
import { linksOver, type BindLink } from "./links.ts";
import { Measurements } from "./metrics/measurements.ts";
import { createLog, type DaemonLog } from "./logging.ts";
import type { Recorder } from "./recorder/recorder.ts";
import { Traces } from "./recorder/traces.ts";
import { alertSink, isJournal, journalSink, personSink, type LogSink } from "./log-sinks.ts";
import type { DisorderlyEnd } from "./supervision/last-end.ts";
import type { RecentLines } from "./supervision/recent-lines.ts";
import { openSupervision } from "./supervision/open-supervision.ts";
import type { EndAsked, Supervision } from "./supervision/supervision.ts";
import { ownTrial, watchTrial } from "./supervision/trial.ts";
import { askForTimeToStart } from "./supervision/watchdog.ts";
import { terminalCheck, type CheckTerminal } from "./terminal-check.ts";

/** What stands before anything is served: everything of the home folder but the journal. */
export type Foundation = AsyncDisposable & {
  readonly paths: HomePaths;
  readonly config: ConfigFile;
  readonly vendors: ReadonlyMap<string, Vendor>;
  readonly checkTerminal: CheckTerminal;
  readonly bindLink: BindLink;
  readonly senses: Senses;
  readonly intake: Intake;
  readonly recorder: Recorder;
  readonly log: DaemonLog;
  /** What is counted from the start of the process on. */
  readonly measurements: Measurements;
  readonly registry: PosRegistry;
  readonly secrets: Secrets;
  readonly administratorToken: Secret;
  readonly asked: Promise<EndAsked>;
  readonly supervision: Supervision;
  /** How the last run ended, where that was not in order. */
  readonly before: DisorderlyEnd | undefined;
  /** Told where it listens, each time that it is ready. */
  readonly announce: (url: string) => void;
};

/** What is asked of the system for the end beyond what we give ourselves. */
const SPARE_MS = 5_000;
/** By then links are open, and what a start leaves to do is done. */
const STARTED_MS = 5_000;
/** From here on it is no accident any more. */
const A_LOOP = 3;

type Begun = {
  /** Whether a person watches standard error. */
  readonly aloud: boolean;
  /** By a signal. */
  readonly asked: Promise<EndAsked>;
  readonly recent: RecentLines;
  readonly recorder: Recorder;
  readonly before: DisorderlyEnd | undefined;
};

/**
 * @throws HomeFailure where the configuration or a file of the home folder cannot be used
 */
export async function layFoundation(
  paths: HomePaths,
  { aloud, asked: signaled, recent, recorder, before }: Begun,
): Promise<Foundation> {
  const vendors = new Map(registered.map((vendor) => [vendor.id, vendor]));
  const checkTerminal = terminalCheck(vendors, linksOver(systemClock));
  const [config, adminToken, pos] = await Promise.all([
    openConfig(paths.configFile, (terminal) => {
      const checked = checkTerminal(terminal);
      return checked.kind === "faulty" ? checked.faults : [];
    }),
    openAdminToken(paths.adminTokenFile),
    openPosRegistry(join(paths.dataDirectory, "pos.json")),
  ]);
  const { server, logging, discovery } = config.current();
  const senses = sensesOf(discovery, vendors, systemClock);
  const beside = isJournal(process.env["JOURNAL_STREAM"])
    ? journalSink(process.stderr)
    : aloud
      ? personSink(process.stderr)
      : undefined;
  const sinks: LogSink[] = beside === undefined ? [] : [beside];
  const measurements = new Measurements(systemClock);
  const place = { directory: paths.logsDirectory, settings: logging, clock: systemClock };
  const log = measurements.hearing(createLog({ ...place, sinks, keep: recent.keep }));
  const traces = new Traces({ directory: paths.logsDirectory, recorder, clock: systemClock, log });
  recorder.attach({ log, writeDown: (...about) => traces.write(...about) });
  const supervision = await openSupervision(process.env, { clock: systemClock, log });
  if (supervision.tell !== undefined) sinks.push(alertSink(supervision.tell));
  const starting = askForTimeToStart(supervision, systemClock);
  supervision.status("Starting");
  for (const [event, message] of [...oddities(config, pos, adminToken.exposed, paths), ...disorder(before)]) {
    log.error(event, message);
    if (beside === undefined) process.stderr.write(`tillbridge: ${message}\n`);
  }
  const intake = new Intake();
  const own = await ownTrial();
  const trial = own === undefined ? undefined : await watchTrial({ ...own, intake, clock: systemClock, log });
  const asked = Promise.race([signaled, supervision.asked, ...(trial === undefined ? [] : [trial.over])]);
  void asked.then((end) => {
    const { graceMs, closingMs } = timeToEnd(end, server.shutdownGraceSeconds * 1_000);
    log.info("daemon.askedToEnd", "Asked to end", { why: end.why });
    supervision.stopping();
    supervision.status("Finishing what is under way");
    supervision.moreTime(graceMs + closingMs + SPARE_MS);
    leaveWithin(graceMs + closingMs);
  });
  return {
    paths,
    config,
    vendors,
    checkTerminal,
    bindLink: linksOver(systemClock, senses),
    senses,
    intake,
    recorder,
    log,
    measurements,
    registry: pos.registry,
    secrets: openSecrets(paths.dataDirectory),
    administratorToken: adminToken.token,
    asked,
    supervision,
    before,
    announce: announcer(() => {
      starting[Symbol.dispose]();
      supervision.ready();
      void log.open().then(() => keepLastGood(config, log));
      setTimeout(collectGarbage, STARTED_MS).unref();
    }),
    [Symbol.asyncDispose]: async () => {
      await senses[Symbol.asyncDispose]();
      await traces.settled();
      trial?.[Symbol.dispose]();
      starting[Symbol.dispose]();
      await log[Symbol.asyncDispose]();
      await supervision[Symbol.asyncDispose]();
    },
  };
}

/** A disk that has no room for the copy is no reason to end. */
async function keepLastGood(config: ConfigFile, log: DaemonLog): Promise<void> {
  try {
    await config.keepLastGood();
  } catch (error) {
    if (!(error instanceof HomeFailure)) throw error;
    log.error("config.copyFailed", "The configuration has no copy that could stand in for it", { why: error.message });
  }
}

type Oddity = readonly [event: LogEvent, message: string];

/** What a person has to hear of, although the service starts. */
function oddities(
  { origin }: ConfigFile,
  { setAside, registry }: OpenedRegistry,
  exposedToken: string | undefined,
  paths: HomePaths,
): readonly Oddity[] {
  const broken: readonly Oddity[] =
    origin.kind === "lastGood"
      ? [
          [
            "config.lastGoodUsed",
            `${paths.configFile} cannot be used; the last good configuration is, until it is mended: ${origin.faults.join("; ")}. ` +
              "`tillbridge config check` shows whether it is.",
          ],
        ]
      : [];
  const aside: readonly Oddity[] =
    setAside === undefined
      ? []
      : [
          [
            "pos.listSetAside",
            `The list of POS programs could not be read and is now ${setAside}. Stop the service, mend that file, put it back as pos.json and start the service; or pair the POS programs again.`,
          ],
        ];
  const unreadable = registry.unreadable();
  const damaged: readonly Oddity[] =
    unreadable.length === 0
      ? []
      : [
          [
            "pos.recordsUnreadable",
            `${join(paths.dataDirectory, "pos.json")} has records that cannot be read, and those POS programs are not let in; the others go on: ` +
              `${unreadableInWords(unreadable)}. \`tillbridge pos\` tells what to do.`,
          ],
        ];
  const exposed: readonly Oddity[] = exposedToken === undefined ? [] : [["secrets.exposed", exposedToken]];
  return [...broken, ...aside, ...damaged, ...exposed];
}

/** What the run before left to be told. */
function disorder(before: DisorderlyEnd | undefined): readonly Oddity[] {
  if (before === undefined) return [];
  const loop = `That has happened ${before.lately} times within ten minutes: the system waits longer and longer before it starts the service again.`;
  return [
    ["daemon.disorderlyEnd", before.words],
    ...(before.lately < A_LOOP ? [] : [["daemon.crashLoop", loop] satisfies Oddity]),
  ];
}

/** Says once where we are, and then does what a start need not wait for. */
function announcer(afterwards: () => void): Foundation["announce"] {
  let announced = false;
  return (url) => {
    if (announced) return;
    announced = true;
    process.stdout.write(`ready ${url}\n`);
    afterwards();
  };
}
