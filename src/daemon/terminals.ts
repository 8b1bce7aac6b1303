import { done, refused, type Result } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import type { Clock, Crypto, Log } from "../core/ports.ts";
import type { SchemaFault } from "../core/schema.ts";
import { isInDoubt, isStanding } from "../core/transaction.ts";
import type { Vendor } from "../drivers/driver.ts";
import { HomeFailure } from "../home/store.ts";
import { Accounts } from "./account/accounts.ts";
import { callbackAddresses } from "./account/callback-addresses.ts";
import type { Callbacks } from "./account/callbacks.ts";
import type {
  CallbackAddress,
  DaemonEvent,
  Person,
  PollAnswer,
  TerminalChange,
  TerminalConfig,
  TerminalsApi,
  TerminalView,
} from "./api.ts";
import type { BindLink } from "./links.ts";
import { Places, type FindLinks } from "./places.ts";
import type { TransactionRecord } from "./record.ts";
import type { Recorder } from "./recorder/recorder.ts";
import type { Records } from "./records.ts";
import { forgetSecrets, Keyring, type SecretValues } from "./terminal/keyring.ts";
import { settleSurely } from "./terminal/settling.ts";
import { Terminal, type TerminalSettings } from "./terminal/terminal.ts";
import { terminalCheck } from "./terminal-check.ts";
import { busyFault, fenceEntry, hasOnlyMoved } from "./terminal-changes.ts";

export type TerminalsPorts = {
  readonly vendors: ReadonlyMap<string, Vendor>;
  readonly bindLink: BindLink;
  readonly records: Records;
  readonly secretValues: SecretValues;
  /** Absent where nobody can call this house. */
  readonly callbacks?: Callbacks;
  readonly clock: Clock;
  readonly crypto: Crypto;
  readonly log: Log;
  /** Absent where nothing is recorded. */
  readonly recorder?: Recorder;
  readonly limits: TerminalSettings;
  readonly emit: (event: DaemonEvent) => void;
  /** Links like this one, at which discovery sees terminals of this vendor now, and that are not those of other terminals. */
  readonly findLinks: FindLinks;
  /** Writes the terminals to the configuration, durably. */
  readonly save: (configs: readonly TerminalConfig[]) => Promise<Result<Record<string, never>>>;
};

type Checked =
  | { readonly kind: "valid"; readonly place: string | undefined; readonly build: () => Promise<Terminal> }
  | { readonly kind: "faulty"; readonly faults: readonly SchemaFault[] };

const MAX_TERMINALS = 256;

/** The terminals that the daemon serves, as configured. */
export class Terminals implements TerminalsApi {
  readonly #ports: TerminalsPorts;
  readonly accounts: Accounts;
  readonly #terminals = new Map<string, Terminal>();
  /** Those that a person has to mend: they stay in the configuration as they are. */
  readonly #unserved = new Map<string, TerminalConfig>();
  #changes: Promise<unknown> = Promise.resolve();
  readonly #places: Places;

  constructor(ports: TerminalsPorts) {
    this.#ports = ports;
    this.#places = new Places({
      ...ports,
      terminals: this.#terminals,
      placeOf: (config) => this.#placeOf(config),
      changed: (terminal) => void this.#keepFound(terminal),
    });
    const { callbacks, limits } = ports;
    this.accounts = new Accounts({ ...ports, callbacks, connection: limits.connection });
  }

  get all(): ReadonlyMap<string, Terminal> {
    return this.#terminals;
  }

  /** Starts the configured terminals, each with what the last process left in doubt on it. */
  async start(
    configs: readonly TerminalConfig[],
    inDoubt: ReadonlyMap<string, readonly TransactionRecord[]>,
  ): Promise<void> {
    const taken = new Map<string, string>();
    const built = await Promise.all(configs.map((config) => this.#buildOrSay(config, taken)));
    for (const [index, config] of configs.entries())
      if (built[index] === undefined) this.#unserved.set(config.id, config);
    for (const terminal of built.filter((one) => one !== undefined)) {
      this.#terminals.set(terminal.id, terminal);
      terminal.start(inDoubt.get(terminal.id) ?? []);
    }
    for (const [terminal, doubts] of inDoubt) {
      if (this.#terminals.has(terminal)) continue;
      const orphans = doubts.filter(({ transaction }) => isInDoubt(transaction));
      await Promise.all(orphans.map((record) => this.#orphaned(record)));
    }
  }

  /** @param taken whose the places and devices are: the first one in the configuration has it */
  async #buildOrSay(config: TerminalConfig, taken: Map<string, string>): Promise<Terminal | undefined> {
    const checked = this.#check(config);
    const { log } = this.#ports;
    if (checked.kind === "valid") {
      const { vendor, serialNumber } = config;
      const device = serialNumber === undefined ? undefined : JSON.stringify([vendor, serialNumber]);
      const claims = [checked.place, device].filter((claim) => claim !== undefined);
      const other = claims.map((claim) => taken.get(claim)).find((owner) => owner !== undefined);
      if (other === undefined) {
        for (const claim of claims) taken.set(claim, config.id);
        return checked.build();
      }
      log.error("terminal.notServed", "a terminal is not served: another one has its address or its device", {
        terminal: config.id,
        other,
      });
      return undefined;
    }
    log.error("terminal.notServed", "a terminal is not served: its configuration is wrong", {
      terminal: config.id,
      ...why(checked.faults),
    });
    return undefined;
  }

  async close(graceMs: number): Promise<void> {
    await Promise.all([...this.#terminals.values()].map((terminal) => terminal.close(graceMs)));
  }

  list(): readonly TerminalView[] {
    return [...this.#terminals.values()].map((terminal) => terminal.view());
  }

  get(terminal: string): TerminalView | undefined {
    return this.#terminals.get(terminal)?.view();
  }

  async poll(terminal: string): Promise<Result<PollAnswer>> {
    const found = this.#terminals.get(terminal);
    return found === undefined ? notFound(terminal) : done(await found.poll());
  }

  add(config: TerminalConfig): Promise<Result<TerminalView>> {
    return this.#inTurn(() => this.#add(config));
  }

  update(change: TerminalChange): Promise<Result<TerminalView>> {
    return this.#inTurn(() => this.#update(change));
  }

  remove(terminal: string): Promise<Result<Record<string, never>>> {
    return this.#inTurn(() => this.#remove(terminal));
  }

  /** One change of the configuration after the other: each sees what the one before has left. */
  #inTurn<Answer>(change: () => Promise<Answer>): Promise<Answer> {
    const turn = this.#changes.then(change);
    this.#changes = turn.catch(() => undefined);
    return turn;
  }

  async #add(config: TerminalConfig): Promise<Result<TerminalView>> {
    if (this.#terminals.has(config.id)) {
      return refused("invalidParams", `There is a terminal ${config.id} already.`, {
        field: "terminal",
        terminal: config.id,
      });
    }
    if (this.#terminals.size >= MAX_TERMINALS)
      return refused("limitExceeded", `More than ${MAX_TERMINALS} terminals are not served.`);
    return this.#put(config);
  }

  async #update({ serialNumber, ...change }: TerminalChange): Promise<Result<TerminalView>> {
    const before = this.#terminals.get(change.id);
    if (before === undefined) return notFound(change.id);
    const { serialNumber: known, ...config } = before.config;
    const device = serialNumber === undefined ? known : (serialNumber ?? undefined);
    const settings = change.settings && { settings: { ...config.settings, ...change.settings } };
    const changed = { ...config, ...change, ...settings, ...(device === undefined ? {} : { serialNumber: device }) };
    const busy = busyFault(before, hasOnlyMoved(before.config, changed) ? before.retireForMove() : before.retire());
    if (busy !== undefined) return busy;
    const put = await this.#put(changed, before);
    if (put.kind === "refused") before.restore();
    return put;
  }

  async #remove(terminal: string): Promise<Result<Record<string, never>>> {
    const found = this.#terminals.get(terminal);
    if (found === undefined) return notFound(terminal);
    const busy = busyFault(found, found.retire());
    if (busy !== undefined) return busy;
    const saved = await this.#save([...this.#configs()].filter((config) => config.id !== terminal));
    if (saved.kind === "refused") {
      found.restore();
      return saved;
    }
    this.#terminals.delete(terminal);
    await found.close(0);
    await this.#forgetSecrets(terminal);
    await this.accounts.forgetUnused(found.vendor, found.settings, found.config.link);
    const inDoubt = this.#inDoubt(terminal).filter(({ transaction }) => isInDoubt(transaction));
    await Promise.all(inDoubt.map((record) => this.#orphaned(record)));
    this.#ports.emit({ kind: "terminalRemoved", terminal });
    return done({});
  }

  async pair(terminal: string, code: string | undefined): Promise<Result<TerminalView>> {
    const found = this.#terminals.get(terminal);
    if (found === undefined) return notFound(terminal);
    const paired = await found.pair(code);
    return paired.kind === "refused" ? paired : done(found.view());
  }

  /** From then on only a person decides that transaction; the terminal takes operations again. */
  async liftFence(terminal: string, transaction: string, person: Person): Promise<Result<TerminalView>> {
    const found = this.#terminals.get(terminal);
    if (found === undefined) return notFound(terminal);
    return this.#ports.records.use(transaction, async (record) => {
      if (record?.transaction.terminal !== terminal) {
        return refused("transactionNotFound", `Terminal ${terminal} has no transaction ${transaction}.`, { terminal });
      }
      const fences = found.isFencedBy(record);
      const written = await record.write((current) =>
        fences && isInDoubt(current) ? fenceEntry(current, person) : undefined,
      );
      if (written.kind !== "written") {
        return refused("notResolvable", `Transaction ${transaction} keeps no terminal from working.`, {
          terminal,
          transaction,
        });
      }
      this.#ports.log.warn("terminal.fenceLifted", "fence lifted", {
        terminal,
        transaction,
        operator: person.operator,
        reason: person.reason,
      });
      found.touched(record);
      return done(found.view());
    });
  }

  report(terminal: string, report: string, params: JsonObject): Promise<Result<JsonObject>> {
    const found = this.#terminals.get(terminal);
    if (found === undefined) return Promise.resolve(notFound(terminal));
    if (found.vendor.reports[report] === undefined) {
      const known = Object.keys(found.vendor.reports).join(", ");
      return Promise.resolve(
        refused("unsupportedOperation", `Terminal ${terminal} has no report ${report}; it has ${known}.`, { terminal }),
      );
    }
    return found.ask({ kind: "report", report, params });
  }

  deviceFunction(terminal: string, name: string, params: JsonObject): Promise<Result<JsonObject>> {
    const found = this.#terminals.get(terminal);
    if (found === undefined) return Promise.resolve(notFound(terminal));
    if (!found.capabilities.device.includes(name)) {
      return Promise.resolve(refused("unsupportedOperation", `Terminal ${terminal} cannot do ${name}.`, { terminal }));
    }
    return found.ask({ kind: "function", name, params });
  }

  async callbacks(): Promise<Result<readonly CallbackAddress[]>> {
    const served = [...this.#terminals.values()];
    const accounts = await Promise.all(
      served.map(({ vendor, settings, config }) => this.accounts.of(vendor, settings, config.link)),
    );
    return done(callbackAddresses(served.map(({ id }, index) => ({ terminal: id, open: accounts[index] }))));
  }

  async #put(config: TerminalConfig, before?: Terminal): Promise<Result<TerminalView>> {
    const knownBefore = before?.config.serialNumber;
    const checked = this.#check(config);
    if (checked.kind === "faulty") {
      const [first] = checked.faults;
      return refused("invalidParams", `Terminal ${config.id}: ${why(checked.faults).why}`, {
        ...(first === undefined ? {} : { field: first.field }),
      });
    }
    const { place } = checked;
    const other = this.#others(config.id).find((one) => this.#placeOf(one.config) === place);
    if (place !== undefined && other !== undefined) {
      const about = { field: "link", terminal: other.id };
      return refused("invalidParams", `Terminal ${other.id} has this address: one device has one queue.`, about);
    }
    const twin = this.#twinOf(config, before);
    if (twin !== undefined) {
      const about = { field: "serialNumber", terminal: twin.id };
      return refused("invalidParams", `Terminal ${twin.id} is the device with this serial number.`, about);
    }
    const saved = await this.#save([...[...this.#configs()].filter(({ id }) => id !== config.id), config]);
    if (saved.kind === "refused") return saved;
    this.#unserved.delete(config.id);
    await before?.close(0);
    // It may have met its device while this was written down: nobody else is to be taken for it.
    const learned = before?.config.serialNumber;
    const isNews = learned !== undefined && learned !== knownBefore && config.serialNumber === knownBefore;
    const built = isNews ? this.#check({ ...config, serialNumber: learned }) : checked;
    const terminal = await (built.kind === "valid" ? built : checked).build();
    this.#terminals.set(config.id, terminal);
    if (isNews) void this.#keepFound(config.id);
    terminal.start(this.#inDoubt(config.id));
    return done(terminal.view());
  }

  /** The other terminal that is the device which this one is to be from now on. */
  #twinOf({ id, vendor, serialNumber }: TerminalConfig, before: Terminal | undefined): Terminal | undefined {
    if (serialNumber === undefined || serialNumber === before?.config.serialNumber) return undefined;
    return this.#ownerOf(id, vendor, serialNumber);
  }

  #ownerOf(terminal: string, vendor: string, serialNumber: string): Terminal | undefined {
    return this.#others(terminal).find(
      ({ config }) => config.vendor === vendor && config.serialNumber === serialNumber,
    );
  }

  /** Its terminal is not served any more: nobody can be asked but a person. */
  #orphaned(record: TransactionRecord): Promise<void> {
    const unknown = { kind: "unknown", since: "terminal", advice: "askOperator" } as const;
    return settleSurely(record, unknown, this.#ports, "its terminal is not served any more");
  }

  /** A terminal that was taken out of the configuration by hand finds its fence again. */
  #inDoubt(terminal: string): readonly TransactionRecord[] {
    const atThisTerminal = ({ transaction }: TransactionRecord) =>
      transaction.terminal === terminal &&
      (isStanding(transaction) || (isInDoubt(transaction) && !transaction.fenceLifted));
    return [...this.#ports.records.open()].filter(atThisTerminal);
  }

  #check(config: TerminalConfig): Checked {
    const { vendors, bindLink, records, secretValues, clock, crypto, log, limits, emit, recorder } = this.#ports;
    const checked = terminalCheck(vendors, bindLink)(config);
    if (checked.kind === "faulty") return checked;
    const { vendor, settings, medium, place } = checked;
    const { id, link } = config;
    return {
      kind: "valid",
      place,
      build: async () => {
        const isUsed = config.disabled !== true;
        const seat = isUsed ? await this.accounts.seatOf(vendor, settings, link) : undefined;
        // A terminal that is reached through its account has no secrets but the account's.
        const own = seat !== undefined && link["type"] === "cloud" ? seat.keyring : undefined;
        const keyring = own ?? (await Keyring.open(config.id, secretValues, crypto, log));
        return new Terminal({
          config,
          vendor,
          settings,
          place: { link, medium },
          find: () => this.#places.find(id, vendor, link),
          isFree: (seen) => this.#places.isFree(id, vendor, seen.link),
          ownerOf: (serialNumber) => this.#ownerOf(id, vendor.id, serialNumber)?.id,
          metNeighbour: (owner) => this.#places.exchange(id, owner),
          keep: () => void this.#keepFound(id),
          keyring,
          seat,
          records,
          clock,
          crypto,
          log,
          recorder: recorder?.of({ terminal: id, vendor: vendor.id, driver: vendor.version }),
          limits,
          emit,
        });
      },
    };
  }

  #others(terminal: string): readonly Terminal[] {
    return [...this.#terminals.values()].filter(({ id }) => id !== terminal);
  }

  #placeOf(config: TerminalConfig): string | undefined {
    const checked = this.#check(config);
    return checked.kind === "valid" ? checked.place : undefined;
  }

  /** What a terminal found out about itself holds after a restart as well. */
  #keepFound(terminal: string): Promise<void> {
    return this.#inTurn(async () => {
      const found = this.#terminals.get(terminal);
      if (found === undefined) return;
      const saved = await this.#save([...this.#configs()]);
      // The next change takes it along; until then a restart has to find it out again.
      if (saved.kind === "refused")
        this.#ports.log.warn("terminal.foundNotKept", "it is not kept", { terminal, why: saved.refusal.message });
    });
  }

  /** The machine slept: every link is as good as lost. */
  wake(gapMs: number): void {
    for (const terminal of this.#terminals.values()) terminal.wake(gapMs);
  }

  /** Something was plugged in, or the network is another one. */
  tryLinksNow(): void {
    for (const terminal of this.#terminals.values()) terminal.tryNow();
  }

  async #forgetSecrets(terminal: string): Promise<void> {
    const { secretValues, crypto, log } = this.#ports;
    try {
      await forgetSecrets(terminal, secretValues, crypto);
    } catch (failure) {
      if (!(failure instanceof HomeFailure)) throw failure;
      log.error("secrets.leftBehind", "the secrets of a terminal that was removed are still there", {
        terminal,
        why: failure.message,
      });
    }
  }

  async #save(configs: readonly TerminalConfig[]): Promise<Result<Record<string, never>>> {
    return this.#ports.save(configs);
  }

  *#configs(): Generator<TerminalConfig> {
    for (const terminal of this.#terminals.values()) yield terminal.config;
    yield* this.#unserved.values();
  }
}

function notFound(terminal: string) {
  return refused("terminalNotFound", `There is no terminal ${terminal}.`);
}

function why(faults: readonly SchemaFault[]): { readonly why: string } {
  return { why: faults.map(({ field, why: reason }) => `${field} ${reason}`).join("; ") };
}
