import { join } from "node:path";
import packageDescription from "../../package.json" with { type: "json" };
import type { JsonObject } from "../core/json.ts";
import { timestamp } from "../core/ports.ts";
import { ADMINISTRATOR_POS, PAGE_POS } from "../core/pos.ts";
import { withDefaults } from "../core/schema.ts";
import type { Vendor } from "../drivers/driver.ts";
import type { Config } from "../home/config-schema.ts";
import { readServerCertificate } from "../home/certificate/certificate.ts";
import { INSTALLATION_FILE, openInstallation } from "../home/installation.ts";
import { readWitness, WITNESS_FILE, writeWitness } from "../home/witness.ts";
import { JournalFailure, type Journal } from "../journal/journal.ts";
import type { VendorDescription } from "../protocol/terminal.ts";
import type { Callbacks } from "./account/callbacks.ts";
import { openHouseCallbacks } from "./account/house-callbacks.ts";
import { Broadcast, together } from "./broadcast.ts";
import { systemClock } from "./clock.ts";
import { systemCrypto } from "./crypto.ts";
import { accountScanner } from "./discovery/account-scanner.ts";
import { Discovery } from "./discovery/discovery.ts";
import type { TerminalsApi } from "./api.ts";
import { createDoctor, type Doctor } from "./doctor.ts";
import { terminalsAround } from "./doctor-terminals.ts";
import type { Foundation } from "./foundation.ts";
import { lanSettings } from "./lan-serving.ts";
import { ownProgram, simulatorProcesses } from "./practice/simulator-process.ts";
import { watchJournal } from "./journal-watch.ts";
import { servedRecorder } from "./recorder/served-recorder.ts";
import { withoutJournal } from "./no-journal.ts";
import { whenJournalOpens, type OpenedJournal } from "./opened-journal.ts";
import { Retention } from "./retention.ts";
import type { ServerPorts } from "./server/ports.ts";
import { startServer, type Server } from "./server/server.ts";
import { savesTerminals } from "./saved-terminals.ts";
import { startOfLocalDay } from "./spending.ts";
import { timeToEnd } from "./ending.ts";
import type { EndAsked } from "./supervision/supervision.ts";
import { giveSignsOfLife } from "./supervision/watchdog.ts";
import { watchSurroundings } from "./surroundings.ts";
import { StandingAlarms } from "./standing-alarms.ts";
import type { Telemetry } from "./telemetry/telemetry.ts";
import { openTill, type Till } from "./till.ts";
import { writeDownWhereabouts } from "./whereabouts.ts";
import { WitnessKeeper } from "./witness.ts";

export type Served =
  | { readonly kind: "asked"; readonly end: EndAsked }
  /** It could not be opened before: everything is to be begun again with it, on the same port. */
  | { readonly kind: "journalOpened"; readonly journal: OpenedJournal; readonly port: number };

/** Money and what is known of it, or what stands there while the journal cannot be opened. */
type House = Pick<ServerPorts, "transactions" | "terminals" | "practice" | "events" | "journal" | "journalWorks"> &
  Pick<Till, "wake" | "tryLinksNow" | "accounts"> & {
    /** Nothing new is taken; what runs is waited for within the limit. Only the first call counts. */
    close(graceMs: number): Promise<void>;
  };

/** Serves POS programs until the process is asked to end; without a journal only until that can be opened. */
export async function serve(foundation: Foundation, opened: OpenedJournal, port: number): Promise<Served> {
  const { paths, config, log, vendors, registry, secrets, intake, supervision, asked } = foundation;
  const { server: settings } = config.current();
  const installation = await openInstallation(
    join(paths.dataDirectory, INSTALLATION_FILE),
    opened.kind === "open" ? opened.journal.id : undefined,
  );
  await using stack = new AsyncDisposableStack();
  const besideMoney = new Broadcast();
  const standing = new StandingAlarms(systemClock);
  besideMoney.listen((event) => standing.hear(event));
  // It looks for the house's terminals, and the house for them through it.
  const open: { house?: House; server?: Server } = {};
  const askJournal = () => open.house?.journal.lastSeq(ADMINISTRATOR_POS) ?? Promise.resolve();
  stack.use(giveSignsOfLife({ supervision, clock: systemClock, log, askJournal }));
  const discovery = stack.use(discoveryIn(foundation, () => open.house, besideMoney));
  const { callbacks } = stack.use(await callbacksFor(foundation));
  const telemetry = await telemetryFor(foundation, installation.instance, () => open.server);
  stack.defer(async () => telemetry?.[Symbol.asyncDispose]());
  const around = { discovery, callbacks, telemetry, standing };
  const { house, why } = await openHouse(foundation, opened, installation.journal ?? "unknown", around);
  open.house = house;
  stack.defer(() => house.close(0));
  stack.use(watchSurroundings(house, discovery, foundation.senses));
  const server = await startServer(
    {
      clock: systemClock,
      crypto: systemCrypto,
      log,
      registry,
      secrets,
      intake,
      vendors: [...vendors.values()].map(describeVendor),
      ...house,
      measurements: foundation.measurements,
      discovery,
      doctor: doctorOf(foundation, house.terminals),
      events: together(house.events, besideMoney),
      standingAlarms: () => standing.list(),
      recorder: servedRecorder(foundation.recorder, systemClock),
      raise: (alarm, pos) => {
        besideMoney.emit({ kind: "alarm", pos, at: timestamp(systemClock), alarm });
      },
    },
    {
      host: settings.host,
      port,
      allowedOrigins: settings.allowedOrigins,
      ...certificatesFor(foundation),
      administratorToken: foundation.administratorToken,
      version: packageDescription.version,
      configuration: config.origin.kind === "lastGood" ? "lastGood" : "file",
      disorderlyEnds: foundation.before?.lately ?? 0,
      instance: installation.instance,
      limits: settings.limits,
    },
  );
  stack.defer(() => server.close());
  open.server = server;
  const whereabouts = { pid: process.pid, host: settings.host, port: server.port };
  stack.use(await writeDownWhereabouts(paths.runningDaemonFile, whereabouts, { clock: systemClock, log }));
  foundation.announce(server.url);
  supervision.status(
    why === undefined ? `Listening on ${server.url}` : "The journal cannot be opened: no payment is taken",
  );
  log.info("daemon.ready", "Ready", { port: server.port, version: packageDescription.version });

  const givenUp = new AbortController();
  const served = await Promise.race([
    asked.then((end) => ({ kind: "asked", end }) as const),
    ...(why === undefined ? [] : [journalOpened(foundation, server.port, givenUp.signal)]),
  ]);
  givenUp.abort();
  // While running operations are waited for, their POS still hears how they end.
  if (served.kind === "asked") intake.stop();
  server.stopAccepting();
  const graceMs = settings.shutdownGraceSeconds * 1_000;
  await house.close(served.kind === "asked" ? timeToEnd(served.end, graceMs).graceMs : graceMs);
  if (served.kind === "asked") log.info("daemon.quiet", "Nothing is under way any more");
  return served;
}

/** The doors with a certificate: for this machine where one is installed, for the LAN where the configuration says so. */
function certificatesFor({ config, paths, secrets, log }: Foundation) {
  const { tls, lan } = config.current().server;
  const local = () => readServerCertificate(paths.dataDirectory, systemClock.now());
  const forLan = lanSettings(lan, { local, secrets, clock: systemClock, log });
  return { tls: { port: tls.port, certificate: local }, ...(forLan === undefined ? {} : { lan: forLan }) };
}

function discoveryIn(
  { senses, vendors, config, log }: Foundation,
  house: () => House | undefined,
  sightings: Broadcast,
): Discovery {
  const { network, plugged, leftOut } = senses;
  const accounts = config.current().discovery.accounts
    ? accountScanner(async () => (await house()?.accounts()) ?? [])
    : undefined;
  return new Discovery({
    leftOut,
    scanners: [network, plugged, accounts].filter((scanner) => scanner !== undefined),
    vendors,
    terminals: () => house()?.terminals.list() ?? [],
    clock: systemClock,
    log,
    emit: (event) => sightings.emit(event),
    shell: process.platform === "win32" ? "windows" : "posix",
  });
}

/** What the house is reached and found by. */
type AroundHouse = {
  readonly discovery: Discovery;
  readonly callbacks: Callbacks | undefined;
  readonly telemetry: Telemetry | undefined;
  readonly standing: StandingAlarms;
};

/** Most shops have no collector: nothing of it is loaded there. */
async function telemetryFor(
  foundation: Foundation,
  instance: string,
  server: () => Server | undefined,
): Promise<Telemetry | undefined> {
  const { config, secrets, log, measurements } = foundation;
  const { telemetry: settings } = config.current();
  if (settings.otlp === undefined) return undefined;
  const { openTelemetry } = await import("./telemetry/telemetry.ts");
  return openTelemetry({
    ...{ settings, secrets, log, instance, clock: systemClock, crypto: systemCrypto },
    version: packageDescription.version,
    vendorOf: vendorIn(foundation),
    families: async () => (await server()?.families()) ?? [],
    counted: (result, spans) => measurements.exported(result, spans),
  });
}

function vendorIn({ config }: Foundation): (terminal: string) => string | undefined {
  return (terminal) => config.current().terminals.find(({ id }) => id === terminal)?.vendor;
}

/** It sees what the service sees, with the rights of its account. */
function doctorOf(foundation: Foundation, terminals: TerminalsApi): Doctor {
  const { paths, config } = foundation;
  return createDoctor({
    clock: systemClock,
    examinations: async () => {
      const [{ examinationsOf }, { surroundingsOf }, { ownAccount }] = await Promise.all([
        import("../doctor/examinations.ts"),
        import("../doctor/surroundings.ts"),
        import("../doctor/machine/account.ts"),
      ]);
      const patient = {
        paths,
        config: config.current(),
        clock: systemClock,
        platform: process.platform,
        account: await ownAccount(),
        daemonPid: process.pid,
      };
      return [...examinationsOf(patient), ...(await surroundingsOf(patient, terminalsAround(foundation, terminals)))];
    },
  });
}

function callbacksFor({ config, secrets, log }: Foundation) {
  const settings = config.current().callbacks;
  return openHouseCallbacks({ settings, secrets, clock: systemClock, crypto: systemCrypto, log });
}

async function openHouse(
  foundation: Foundation,
  opened: OpenedJournal,
  lastJournal: string,
  around: AroundHouse,
): Promise<{ readonly house: House; readonly why?: string }> {
  if (opened.kind === "failed") return { house: closedHouse(foundation, opened.why, lastJournal), why: opened.why };
  try {
    return { house: await houseOver(opened.journal, foundation, around) };
  } catch (error) {
    if (!(error instanceof JournalFailure)) throw error;
    await opened.close();
    return { house: closedHouse(foundation, error.message, lastJournal), why: error.message };
  }
}

async function houseOver(
  opened: Journal,
  foundation: Foundation,
  { discovery, callbacks, telemetry, standing }: AroundHouse,
): Promise<House> {
  const { config, vendors, bindLink, intake, registry, secrets, log, measurements } = foundation;
  opened.onCommit?.((durationMs) => measurements.committed(durationMs));
  const count = measurements.listener(vendorIn(foundation));
  const watch = watchJournal(opened, systemClock, log);
  const { journal } = watch;
  const till: Till = await openTill(
    {
      journal,
      vendors,
      bindLink,
      intake,
      secretValues: secrets,
      ...(callbacks === undefined ? {} : { callbacks }),
      clock: systemClock,
      crypto: systemCrypto,
      log,
      recorder: foundation.recorder,
      settings: tillSettings(config.current()),
      rulesOf: (pos) => (pos === ADMINISTRATOR_POS || pos === PAGE_POS ? {} : registry.find(pos)),
      startOfDay: startOfLocalDay,
      listener: (event) => {
        count(event);
        standing.hear(event);
        telemetry?.heard(event);
      },
      changed: (transaction) => telemetry?.changed(transaction),
      findLinks: (...asked) => discovery.findLinks(...asked),
      saveTerminals: savesTerminals(config, log),
      startSimulator: simulatorProcesses(ownProgram(), systemClock),
    },
    config.current().terminals,
  );
  const witness = await keepWitness(journal, till, foundation).catch(async (failure: unknown) => {
    await till.close(0);
    watch[Symbol.dispose]();
    throw failure;
  });
  const days = () => config.current().journal.retentionDays;
  const retention = new Retention({ journal, clock: systemClock, log, days });
  let closing: Promise<void> | undefined;
  return {
    ...till,
    journal,
    journalWorks: () => watch.works(),
    close: (graceMs) => {
      retention[Symbol.dispose]();
      closing ??= till
        .close(graceMs)
        .then(() => witness.close())
        .finally(() => watch[Symbol.dispose]());
      return closing;
    },
  };
}

/** Beside the journal stands what it was seen to know, so that an older copy of it is not taken for the truth. */
async function keepWitness(
  journal: Journal,
  { events }: Till,
  { paths, registry, log }: Foundation,
): Promise<WitnessKeeper> {
  const path = join(paths.dataDirectory, WITNESS_FILE);
  const read = await readWitness(path);
  if (read.kind === "unreadable")
    log.error("journal.witnessUnreadable", `${path} cannot be read: an older copy of the journal would not be noticed`);
  const seen = read.kind === "seen" ? Object.keys(read.witness.told) : [];
  return WitnessKeeper.start({
    journal,
    events,
    names: [ADMINISTRATOR_POS, PAGE_POS, ...registry.list().map(({ pos }) => pos), ...seen],
    clock: systemClock,
    log,
    write: (witness) => writeWitness(path, witness),
  });
}

function closedHouse({ config, checkTerminal, log }: Foundation, why: string, lastJournal: string): House {
  log.error("journal.unavailable", "The journal cannot be opened; no payment is taken until it can", { why });
  process.stderr.write(`tillbridge: the journal cannot be opened, so no payment is taken: ${why}\n`);
  return {
    ...withoutJournal(lastJournal, why, config.current().terminals, checkTerminal),
    events: new Broadcast(),
    accounts: () => Promise.resolve([]),
    wake: () => undefined,
    tryLinksNow: () => undefined,
    journalWorks: () => false,
    close: () => Promise.resolve(),
  };
}

async function journalOpened({ paths, log, asked }: Foundation, port: number, givenUp: AbortSignal): Promise<Served> {
  const journal = await whenJournalOpens(paths.dataDirectory, systemClock, givenUp);
  if (journal === undefined) return { kind: "asked", end: await asked };
  log.info("journal.available", "The journal can be opened again; payments are taken");
  return { kind: "journalOpened", journal, port };
}

function tillSettings({ transactions, links }: Config) {
  return {
    repeatWindowMs: transactions.repeatWindowHours * 3_600_000,
    posGoneMs: transactions.posGoneMs,
    appendLimitMs: transactions.appendLimitMs,
    queueLimitMs: transactions.queueLimitMs,
    maxWaiting: transactions.queueLength,
    restartPatienceMs: transactions.restartPatienceMs,
    connection: {
      openTimeoutMs: links.openTimeoutMs,
      writeTimeoutMs: links.writeTimeoutMs,
      frameGapMs: links.frameGapMs,
      backoff: { minMs: links.retryMinMs, maxMs: links.retryMaxMs },
    },
  };
}

/** What `vendors.list` tells. Which operations there are does not depend on the settings. */
function describeVendor(vendor: Vendor): VendorDescription {
  const { id, name, links, settingsSchema } = vendor;
  const settings = withDefaults(settingsSchema, {}) as JsonObject;
  return { id, name, links, settingsSchema, operations: Object.keys(vendor.capabilities(settings).operations) };
}
