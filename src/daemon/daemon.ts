import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { vendors } from "../drivers/registry.ts";
import { openAdminToken } from "../home/admin-token.ts";
import { openConfig, type ConfigFile } from "../home/config.ts";
import { lockHome } from "../home/lock.ts";
import { resolveHome, type HomePaths } from "../home/paths.ts";
import { openPosRegistry } from "../home/pos-registry.ts";
import { makeOwnerOnly, openSecrets } from "../home/secrets.ts";
import { failureOf, HomeFailure } from "../home/store.ts";
import { systemClock } from "./clock.ts";
import { endOnMistake, leaveWithin, whenAskedToEnd } from "./ending.ts";
import { linksOver } from "./links.ts";
import { createLog } from "./logging.ts";
import { openJournalOrWhy } from "./opened-journal.ts";
import { ListenFailure } from "./server/listen.ts";
import { serve, type Foundation } from "./serving.ts";
import { terminalCheck } from "./terminal-check.ts";

export type DaemonOptions = {
  /** As given with `--home`. */
  readonly home?: string;
  /** In place of `server.port`; 0 takes a free one. */
  readonly port?: number;
  /** Shows the log on standard error, also where that is no terminal. */
  readonly verbose?: boolean;
};

/** Beyond the grace for running operations: for closing sockets, links and the journal. */
const CLOSING_LIMIT_MS = 10_000;

/**
 * Runs the service in the foreground until a signal asks it to end, and answers the exit code. Standard output gets one line when
 * it is ready, `ready ws://127.0.0.1:8455/v1`; everything for people goes to standard error and the log.
 */
export async function runDaemon(options: DaemonOptions): Promise<number> {
  const asked = whenAskedToEnd();
  const paths = resolveHome(options.home, process.env, process.platform);
  endOnMistake({ directory: paths.logsDirectory, clock: systemClock });
  // Whoever started us may have closed his end: no reason to stop taking payments.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
  try {
    return await runIn(paths, options, asked);
  } catch (error) {
    if (!(error instanceof HomeFailure || error instanceof ListenFailure)) throw error;
    tell(error.message);
    return 1;
  }
}

async function runIn(paths: HomePaths, options: DaemonOptions, asked: Promise<NodeJS.Signals>): Promise<number> {
  await makeFolders(paths);
  const locked = lockHome(paths.dataDirectory);
  if (locked.kind === "held") {
    const holder = locked.processId === undefined ? "Another process" : `Process ${locked.processId}`;
    tell(`${holder} has the home folder of ${paths.configFile}. End it first, or name another folder with --home.`);
    return 1;
  }
  using _lock = locked.lock;
  await using stack = new AsyncDisposableStack();
  // Its thread starts while the rest is read.
  let journal = openJournalOrWhy(paths.dataDirectory);
  stack.defer(async () => (await journal).close());
  const bindLink = linksOver(systemClock);
  const checkTerminal = terminalCheck(vendors, bindLink);
  const [config, adminToken, pos] = await Promise.all([
    openConfig(paths.configFile, (terminal) => {
      const checked = checkTerminal(terminal);
      return checked.kind === "faulty" ? checked.faults : [];
    }),
    openAdminToken(paths.adminTokenFile),
    openPosRegistry(join(paths.dataDirectory, "pos.json")),
  ]);
  const { server, logging } = config.current();
  const log = createLog({
    directory: paths.logsDirectory,
    settings: logging,
    clock: systemClock,
    ...(options.verbose === true || process.stderr.isTTY ? { echo: (line) => void process.stderr.write(line) } : {}),
  });
  stack.use(log);
  tellOfConfig(config, paths, (message) => {
    log.error(message);
    if (options.verbose !== true && !process.stderr.isTTY) tell(message);
  });
  if (pos.setAside !== undefined) {
    log.error("The list of POS programs could not be read and was put aside; they have to be paired again", {
      file: pos.setAside,
    });
  }
  void asked.then((signal) => {
    log.info("Asked to end", { signal });
    leaveWithin(server.shutdownGraceSeconds * 1_000 + CLOSING_LIMIT_MS);
  });
  const foundation: Foundation = {
    paths,
    config,
    checkTerminal,
    bindLink,
    log,
    registry: pos.registry,
    secrets: openSecrets(paths.dataDirectory),
    administratorToken: adminToken.token,
    asked,
    announce: announcer(() => void log.open().then(() => config.keepLastGood())),
  };
  for (let port = options.port ?? server.port; ;) {
    const served = await serve(foundation, await journal, port);
    if (served.kind === "asked") return 0;
    journal = Promise.resolve(served.journal);
    port = served.port;
  }
}

async function makeFolders(paths: HomePaths): Promise<void> {
  await makeOwnerOnly(paths.dataDirectory);
  for (const directory of [dirname(paths.configFile), paths.logsDirectory]) {
    await mkdir(directory, { recursive: true, mode: 0o750 }).catch((error: unknown) => {
      throw failureOf(error, directory, "made");
    });
  }
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

function tellOfConfig({ origin }: ConfigFile, paths: HomePaths, cry: (message: string) => void): void {
  if (origin.kind !== "lastGood") return;
  cry(
    `${paths.configFile} cannot be used; the last good configuration is, until it is mended: ${origin.faults.join("; ")}. ` +
      "`tillbridge config check` shows whether it is.",
  );
}

function tell(message: string): void {
  process.stderr.write(`tillbridge: ${message}\n`);
}
