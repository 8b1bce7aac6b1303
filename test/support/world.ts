import assert from "node:assert/strict";
import { leftToPerson } from "../../src/core/adoption.ts";
import { done, type Result } from "../../src/core/errors.ts";
import type { Fact } from "../../src/core/facts.ts";
import type { Json, JsonObject } from "../../src/core/json.ts";
import type { Operation } from "../../src/core/operation.ts";
import type { OutcomeKind } from "../../src/core/outcome.ts";
import type { Money } from "../../src/core/money.ts";
import { timestamp } from "../../src/core/ports.ts";
import type { Transaction } from "../../src/core/transaction.ts";
import type { Caller, DaemonEvent, PosRules, Seen, Started, TerminalConfig } from "../../src/daemon/api.ts";
import { Intake } from "../../src/daemon/intake.ts";
import { Recorder, RECORDER_LIMITS } from "../../src/daemon/recorder/recorder.ts";
import { openTill, type Till, type TillPorts } from "../../src/daemon/till.ts";
import type { Medium } from "../../src/daemon/terminal/medium.ts";
import type { Vendor } from "../../src/drivers/driver.ts";
import { HomeFailure } from "../../src/home/store.ts";
import type { SignatureCheck } from "../../src/core/ports.ts";
import type { Simulator, SimulatorCrypto } from "../../src/drivers/simulator.ts";
import { createKeptLog, type KeptLog } from "./kept-log.ts";
import { createMemoryJournal, type MemoryJournal } from "./memory-journal.ts";
import { ProcessLife, within, type Leaving } from "./process-life.ts";
import { seededCrypto } from "./seeded-crypto.ts";
import { SimulatedCallbacks } from "./simulated-callbacks.ts";
import { SimulatedHttp } from "./simulated-http.ts";
import type { SimulatedEnd } from "./simulated-end.ts";
import { SimulatedLink } from "./simulated-link.ts";
import { createVirtualClock, type VirtualClock } from "./virtual-clock.ts";

const RESTORER = { operator: "ana", reason: "the disk broke" };
/** Between a terminal's name and the number of its moves, in its address. */
const MOVED = " moved ";
/** Behind the name of the terminal for which a cloud is there, in its base URL. */
const CLOUD = ".test";
const DAY_MS = 86_400_000;
const ignore = () => undefined;

export const TILL_1: Caller = { pos: "till-1", seesAll: false };

/** A shop's whole day is replayed. */
const AMPLE = {
  payments: { entries: 50_000, characters: 64_000_000 },
  rest: { entries: 50_000, characters: 64_000_000 },
  charactersInAll: 256_000_000,
};

const SETTINGS = {
  repeatWindowMs: 86_400_000,
  posGoneMs: 30_000,
  appendLimitMs: 2_000,
  maxWaiting: 16,
  queueLimitMs: 60_000,
  restartPatienceMs: 10_000,
  connection: {
    openTimeoutMs: 5_000,
    writeTimeoutMs: 2_000,
    frameGapMs: 2_000,
    backoff: { minMs: 100, maxMs: 5_000 },
  },
};

/** What the daemon is told of a terminal, and the simulated device at its end. */
export type WorldTerminal = {
  readonly vendor: Vendor;
  readonly settings: JsonObject;
  readonly scenario?: Json;
  /** What it was paired with before, as the daemon keeps it: by the names of its secrets. */
  readonly pairing?: Readonly<Record<string, string>>;
  /** What a person keeps for it with `tillbridge secret set`, by the names that its settings refer to. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Where it is reached, where that is not a place of its own: the cloud of another one, `https://counter-1.test`. */
  readonly link?: JsonObject;
  /** The vendor's cloud beside a terminal with a link of its own, at `https://counter-1-cloud.test`; it knows what the terminal did. */
  readonly cloud?: (ledger: readonly JsonObject[]) => Simulator;
};

/** The one terminal `counter-1`, or several by their names. */
type WorldOptions = WorldTerminal | ({ readonly terminals: Readonly<Record<string, WorldTerminal>> } & WorldHooks);

export type WorldHooks = {
  /** Called when the daemon is up, before its terminals are. */
  readonly started?: (till: Till, journal: MemoryJournal, life: ProcessLife) => void;
  /** Hears of each message just before it leaves for a terminal. */
  readonly leaving?: (terminal: string, message: Leaving) => void;
};

/**
 * The daemon's core under virtual time: the real till, simulated terminals of any vendors on links in memory, and a journal in memory
 * that outlives a crash.
 */
export class World {
  readonly clock: VirtualClock = createVirtualClock();
  readonly crypto: SimulatorCrypto & SignatureCheck = seededCrypto();
  /** By the name of the terminal. */
  readonly links: ReadonlyMap<string, SimulatedEnd>;
  /** What the daemon keeps secret, by the names of the files. */
  readonly secrets = new Map<string, string>();
  /** Nothing secret can be stored. */
  failSecrets = false;
  /** What the administrator says of a POS; no limits where nothing is said, and null for one that was taken away. */
  readonly rules = new Map<string, PosRules | null>();
  /** In UTC where nothing else is said. */
  startOfDay = (nowMs: number): number => nowMs - (nowMs % DAY_MS);
  readonly log: KeptLog = createKeptLog();
  /** It survives the crashes of the daemon, which that of a daemon does not. */
  recorder = new Recorder(this.clock, seededCrypto(), { ...RECORDER_LIMITS, ...AMPLE });
  readonly events: DaemonEvent[] = [];
  /** The terminals that discovery sees where they are. */
  readonly announced = new Set<string>();
  /** How often it was looked around for a terminal. */
  looks = 0;
  /** What a restored journal does not know, or knows less of: as it stood before. */
  readonly rolledBack = new Map<string, Transaction>();
  readonly #terminals: ReadonlyMap<string, WorldTerminal>;
  /** As they stand in `config.json`. */
  #configs: readonly TerminalConfig[];
  /** Where each terminal is. */
  readonly #hosts = new Map<string, string>();
  /** Of the daemon that runs. */
  intake = new Intake();
  readonly #callbacks = new SimulatedCallbacks(this.clock);
  readonly #started: (till: Till, journal: MemoryJournal, life: ProcessLife) => void;
  readonly #leaving: (terminal: string, message: Leaving) => void;
  #journal: MemoryJournal;
  #backup: MemoryJournal | undefined;
  #journals = 1;
  #life: ProcessLife | undefined;
  #till: Till | undefined;
  #request = 0;

  constructor(options: WorldOptions) {
    this.#terminals = new Map(Object.entries("terminals" in options ? options.terminals : { "counter-1": options }));
    const links = new Map<string, SimulatedEnd>();
    for (const [name, { vendor, scenario = {}, pairing = {}, secrets = {}, cloud }] of this.#terminals) {
      const End = vendor.wire.kind === "http" ? SimulatedHttp : SimulatedLink;
      const end = new End(vendor.simulator, scenario, this.clock, this.crypto, this.#callbacks.carry);
      links.set(name, end);
      if (cloud !== undefined)
        links.set(
          `${name}-cloud`,
          new SimulatedHttp(cloud(end.ledger), {}, this.clock, this.crypto, this.#callbacks.carry),
        );
      for (const [secret, value] of Object.entries(secrets)) this.secrets.set(secret, value);
      const stored = Object.entries(pairing).map(
        ([secret, value]) => [secret, { version: `version of ${secret}`, about: {}, value }] as const,
      );
      if (stored.length > 0) this.secrets.set(`terminal.${name}`, JSON.stringify(Object.fromEntries(stored)));
    }
    this.links = links;
    const { started = ignore, leaving = ignore } = "terminals" in options ? options : {};
    this.#started = started;
    this.#leaving = leaving;
    for (const name of links.keys()) this.#hosts.set(name, name);
    this.#configs = [...this.#terminals.keys()].map((name) => this.configOf(name));
    this.#journal = createMemoryJournal("J1", () => this.#life?.boundary());
  }

  get link(): SimulatedEnd {
    return this.linkOf("counter-1");
  }

  linkOf(terminal: unknown): SimulatedEnd {
    const link = typeof terminal === "string" ? this.links.get(terminal) : undefined;
    assert(link !== undefined, "there is such a terminal");
    return link;
  }

  /** As in `config.json`. */
  configOf(terminal: string): TerminalConfig {
    const { vendor, settings, link } = this.#terminal(terminal);
    const usual = linkAt(this.#hosts.get(terminal) ?? terminal, vendor);
    return { id: terminal, vendor: vendor.id, link: link ?? usual, settings };
  }

  /** Another address, which nobody has told the daemon; at the old one nobody is any more. A cloud stays where it is. */
  move(terminal: string): void {
    this.linkOf(terminal).cutNow();
    if (isBehindCloud(this.#terminal(terminal).vendor)) return;
    const [, moves = "0"] = (this.#hosts.get(terminal) ?? "").split(MOVED);
    this.#hosts.set(terminal, `${terminal}${MOVED}${Number(moves) + 1}`);
  }

  /** Whether the daemon looks for it where it is. */
  isWhereConfigured(terminal: string): boolean {
    if (isBehindCloud(this.#terminal(terminal).vendor)) return true;
    const config = this.#configs.find(({ id }) => id === terminal);
    return config !== undefined && hostIn(config.link) === this.#hosts.get(terminal);
  }

  #terminal(name: string): WorldTerminal {
    const terminal = this.#terminals.get(name);
    assert(terminal !== undefined, `there is a terminal ${name}`);
    return terminal;
  }

  get journal(): MemoryJournal {
    return this.#journal;
  }

  get isRunning(): boolean {
    return this.#life !== undefined;
  }

  get till(): Till {
    assert(this.#till !== undefined, "the daemon runs");
    return this.#till;
  }

  get state(): string {
    return this.stateOf("counter-1");
  }

  stateOf(terminal: string): string {
    return this.till.terminals.get(terminal)?.state ?? "gone";
  }

  /**
   * Starts the daemon, and lets it come to rest; where it dies before that, it does not run. `served`: the terminals in its
   * configuration, where not all are.
   */
  async start(served?: readonly string[]): Promise<void> {
    const life = new ProcessLife(this.clock);
    this.#life = life;
    this.intake = new Intake();
    if (served !== undefined) this.#configs = served.map((id) => this.configOf(id));
    const till = await Promise.race([openTill(this.#portsOf(life), this.#configs), life.over]);
    if (till === undefined || life.isOver) return;
    this.#till = till;
    this.#started(till, this.#journal, life);
    till.events.listen((event) => {
      if (!life.isOver) this.events.push(event);
    });
    await this.clock.settle();
  }

  #portsOf(life: ProcessLife): TillPorts {
    const vendors = Array.from(this.#terminals.values(), ({ vendor }) => [vendor.id, vendor] as const);
    return {
      journal: this.#journal,
      vendors: new Map(vendors),
      bindLink: (_vendor, address) => ({ kind: "bound", address, medium: this.#mediumAt(life, hostIn(address)) }),
      secretValues: {
        read: (name) => Promise.resolve(this.secrets.get(name)),
        set: (name, value) =>
          life.effect(() => {
            if (this.failSecrets) throw new HomeFailure("The disk is full.");
            this.secrets.set(name, value);
          }),
        remove: (name) => life.effect(() => this.secrets.delete(name)),
      },
      callbacks: this.#callbacks.within(life),
      intake: this.intake,
      clock: life.clock,
      crypto: this.crypto,
      log: this.log,
      recorder: this.recorder,
      settings: SETTINGS,
      rulesOf: (pos) => {
        const rules = this.rules.get(pos);
        return rules === null ? undefined : (rules ?? {});
      },
      startOfDay: (nowMs) => this.startOfDay(nowMs),
      findLinks: (vendor) => {
        this.looks += 1;
        return Promise.resolve(this.#announcedBy(vendor));
      },
      saveTerminals: (configs) =>
        life.effect(() => {
          this.#configs = configs;
          return done({});
        }),
    };
  }

  #announcedBy({ id }: Vendor): readonly JsonObject[] {
    return [...this.announced]
      .filter((name) => this.#terminal(name).vendor.id === id)
      .map((name) => this.configOf(name).link);
  }

  /** A terminal that has moved is not there any more. */
  #mediumAt(life: ProcessLife, host: string): Medium {
    const [terminal = ""] = host.split(MOVED);
    return within(life, this.linkOf(terminal).medium, {
      isThere: () => this.#hosts.get(terminal) === host,
      leaving: (message) => this.#leaving(terminal, message),
    });
  }

  async startReady(): Promise<void> {
    await this.start();
    await this.until(() => this.state === "ready", 120_000);
  }

  /** kill -9: nothing is written, answered or sent any more by this process; the next one finds the journal. */
  async crash(waiting: "lost" | "written" = "lost"): Promise<void> {
    this.#die(waiting);
    await this.clock.advance(0);
  }

  /** The same, at the boundary of two effects that comes after so many others. */
  crashAtBoundary(effects: number, waiting: "lost" | "written"): void {
    this.#life?.atBoundary(effects, () => {
      this.#die(waiting);
    });
  }

  crashAtNoBoundary(): void {
    this.#life?.atNoBoundary();
  }

  backUp(): void {
    this.#journals += 1;
    this.#backup = this.#journal.copy(`J${this.#journals}`);
  }

  /**
   * Somebody puts the backup in the place of the journal of a daemon that does not run, and adopts it. False where there is none.
   */
  async restore(): Promise<boolean> {
    const backup = this.#backup;
    if (backup === undefined || this.isRunning) return false;
    const left = new Map(backup.durable().map((transaction) => [transaction.id, transaction]));
    for (const transaction of this.#journal.durable()) {
      if (left.get(transaction.id)?.length === transaction.length) continue;
      // Of one that is forgotten again, what was known when it had left says most.
      if (this.rolledBack.get(transaction.id)?.dispatched === undefined)
        this.rolledBack.set(transaction.id, transaction);
    }
    this.#backup = undefined;
    this.#journal = backup;
    const at = timestamp(this.clock);
    for (const transaction of await backup.open()) {
      const [first, ...rest] = leftToPerson(transaction, { ...RESTORER, at }).map((body): Fact => ({ ...body, at }));
      if (first === undefined) continue;
      await backup.append({ transaction: transaction.id, place: transaction.length, facts: [first, ...rest] });
    }
    return true;
  }

  #die(waiting: "lost" | "written"): void {
    assert(this.#life !== undefined, "the daemon runs");
    this.#life.end();
    this.#life = undefined;
    this.#till = undefined;
    this.#journal = this.#journal.crash(waiting);
    for (const link of this.links.values()) link.cutNow();
  }

  /** In the currency of a terminal. */
  money(value: number, terminal = "counter-1"): Money {
    const { currency } = this.#terminal(terminal).settings;
    assert(typeof currency === "string", "the settings name a currency");
    return { value, currency };
  }

  sale(amount: number, more: Partial<Operation> = {}, terminal = "counter-1"): Operation {
    return { type: "sale", amount: this.money(amount, terminal), ...more };
  }

  nextRequestId(): string {
    this.#request += 1;
    return `request-${this.#request}`;
  }

  startOperation(
    operation: Operation,
    requestId = this.nextRequestId(),
    caller = TILL_1,
    terminal = "counter-1",
  ): Promise<Result<Started>> {
    return this.till.transactions.start(caller, { terminal, requestId, operation });
  }

  /** Starts an operation that has to be accepted; answers its id. */
  async accepted(operation: Operation, requestId = this.nextRequestId()): Promise<string> {
    const started = await this.startOperation(operation, requestId);
    assert(started.kind === "done", JSON.stringify(started));
    return started.value.transaction.id;
  }

  async see(transaction: string): Promise<Seen> {
    const seen = await this.till.transactions.get({ ...TILL_1, seesAll: true }, { transaction });
    assert(seen.kind === "done", JSON.stringify(seen));
    return seen.value;
  }

  async outcomeOf(transaction: string): Promise<OutcomeKind | undefined> {
    return (await this.see(transaction)).transaction.outcome?.kind;
  }

  /** Lets time pass until something holds; fails when it does not within the limit. */
  async until(holds: () => boolean | Promise<boolean>, limitMs: number, stepMs = 50): Promise<void> {
    for (let passedMs = 0; passedMs <= limitMs; passedMs += stepMs) {
      if (await holds()) return;
      await this.clock.advance(stepMs);
    }
    assert.fail(`it did not come about within ${limitMs} ms of virtual time: ${holds.toString()}`);
  }

  /** Lets time pass until the transaction has an outcome other than `unknown`. */
  async settled(transaction: string, limitMs = 600_000): Promise<OutcomeKind> {
    let kind: OutcomeKind | undefined;
    const known = async () => {
      kind = await this.outcomeOf(transaction);
      return kind !== undefined && kind !== "unknown";
    };
    await this.until(known, limitMs);
    assert(kind !== undefined, "it settled");
    return kind;
  }

  /** Lets time pass until the transaction has an outcome that stands, or a person has to give it one: `unknown`. */
  async ended(transaction: string, limitMs = 600_000): Promise<OutcomeKind> {
    let kind: OutcomeKind | undefined;
    const known = async () => {
      const seen = await this.see(transaction);
      kind = seen.transaction.outcome?.kind;
      return kind !== undefined && (kind !== "unknown" || seen.live.personNeeded === true);
    };
    await this.until(known, limitMs);
    assert(kind !== undefined, "it ended");
    return kind;
  }

  alarms(): readonly string[] {
    return this.events.flatMap((event) => (event.kind === "alarm" ? [event.alarm.code] : []));
  }
}

function isBehindCloud({ links }: Vendor): boolean {
  return !links.includes("tcp") && !links.includes("http");
}

function linkAt(host: string, vendor: Vendor): JsonObject {
  if (isBehindCloud(vendor)) return { type: "cloud", baseUrl: `https://${host}${CLOUD}` };
  return { type: vendor.links.includes("tcp") ? "tcp" : "http", host, port: 7_000 };
}

function hostIn({ host, baseUrl }: JsonObject): string {
  if (typeof baseUrl === "string") return new URL(baseUrl).hostname.replace(CLOUD, "");
  return typeof host === "string" ? host : "";
}
