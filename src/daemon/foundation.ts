import { join } from "node:path";
import type { LogEvent } from "../core/log-events.ts";
import type { PosRegistry } from "../core/pos.ts";
import type { Secret } from "../core/secret.ts";
import type { Vendor } from "../drivers/driver.ts";
import { vendors as registered } from "../drivers/registry.ts";
import { openAdminToken } from "../home/admin-token.ts";
import { openConfig, type ConfigFile } from "../home/config.ts";
import type { HomePaths } from "../home/paths.ts";
import { openPosRegistry } from "../home/pos-registry.ts";
import { openSecrets, type Secrets } from "../home/secrets.ts";
import { HomeFailure } from "../home/store.ts";
import { systemClock } from "./clock.ts";
import { leaveWithin } from "./ending.ts";
import { Intake } from "./intake.ts";
import { sensesOf, type Senses } from "./discovery/senses.ts";
import { linksOver, type BindLink } from "./links.ts";
import { createLog, type DaemonLog } from "./logging.ts";
import { isJournal, journalSink, personSink } from "./log-sinks.ts";
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
  readonly log: DaemonLog;
  readonly registry: PosRegistry;
  readonly secrets: Secrets;
  readonly administratorToken: Secret;
  readonly asked: Promise<NodeJS.Signals>;
  /** Told where it listens, each time that it is ready. */
  readonly announce: (url: string) => void;
};

/** Beyond the grace for running operations: for closing sockets, links and the journal. */
const CLOSING_LIMIT_MS = 10_000;

/**
 * @param aloud whether a person watches standard error
 * @throws HomeFailure where the configuration or a file of the home folder cannot be used
 */
export async function layFoundation(
  paths: HomePaths,
  aloud: boolean,
  asked: Promise<NodeJS.Signals>,
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
  const show = (line: string) => void process.stderr.write(line);
  const beside = isJournal(process.env["JOURNAL_STREAM"])
    ? journalSink(process.stderr)
    : aloud
      ? personSink(process.stderr)
      : undefined;
  const log = createLog({
    directory: paths.logsDirectory,
    settings: logging,
    clock: systemClock,
    sinks: beside === undefined ? [] : [beside],
  });
  for (const [event, message] of oddities(config, pos.setAside, adminToken.exposed, paths)) {
    log.error(event, message);
    if (beside === undefined) show(`tillbridge: ${message}\n`);
  }
  void asked.then((signal) => {
    log.info("daemon.askedToEnd", "Asked to end", { signal });
    leaveWithin(server.shutdownGraceSeconds * 1_000 + CLOSING_LIMIT_MS);
  });
  return {
    paths,
    config,
    vendors,
    checkTerminal,
    bindLink: linksOver(systemClock, senses),
    senses,
    intake: new Intake(),
    log,
    registry: pos.registry,
    secrets: openSecrets(paths.dataDirectory),
    administratorToken: adminToken.token,
    asked,
    announce: announcer(() => void log.open().then(() => keepLastGood(config, log))),
    [Symbol.asyncDispose]: async () => {
      await senses[Symbol.asyncDispose]();
      await log[Symbol.asyncDispose]();
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
  posSetAside: string | undefined,
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
    posSetAside === undefined
      ? []
      : [
          [
            "pos.listSetAside",
            `The list of POS programs could not be read and is now ${posSetAside}; they have to be paired again.`,
          ],
        ];
  const exposed: readonly Oddity[] = exposedToken === undefined ? [] : [["secrets.exposed", exposedToken]];
  return [...broken, ...aside, ...exposed];
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
