import { done, refused, type Result } from "../core/errors.ts";
import type { SchemaFault } from "../core/schema.ts";
import { isInDoubt, isStanding } from "../core/transaction.ts";
import { HomeFailure } from "../home/store.ts";
import type { TerminalChange, TerminalConfig, TerminalView } from "./api.ts";
import { buildsTerminals, type Buildable, type HousePorts } from "./built-terminals.ts";
import { Places, type FindLinks } from "./places.ts";
import type { TransactionRecord } from "./record.ts";
import { forgetSecrets } from "./terminal/keyring.ts";
import { settleSurely } from "./terminal/settling.ts";
import type { Terminal } from "./terminal/terminal.ts";
import { busyFault, hasOnlyMoved } from "./terminal-changes.ts";

export type RosterPorts = HousePorts & {
  /** Links like this one, at which discovery sees terminals of this vendor now, and that are not those of other terminals. */
  readonly findLinks: FindLinks;
  /** Writes the terminals to the configuration, durably. */
  readonly save: (configs: readonly TerminalConfig[]) => Promise<Result<Record<string, never>>>;
};

const MAX_TERMINALS = 256;

/** Which terminals are served. Each change is on the disk before the terminal is another one, and one change is made after the other. */
export class Roster {
  readonly #ports: RosterPorts;
  readonly #terminals = new Map<string, Terminal>();
  /** Those that a person has to mend: they stay in the configuration as they are. */
  readonly #unserved = new Map<string, TerminalConfig>();
  readonly #check: (config: TerminalConfig) => Buildable;
  #changes: Promise<unknown> = Promise.resolve();

  constructor(ports: RosterPorts) {
    this.#ports = ports;
    const places = new Places({
      ...ports,
      terminals: this.#terminals,
      placeOf: (config) => this.#placeOf(config),
      changed: (terminal) => void this.#keepFound(terminal),
    });
    this.#check = buildsTerminals({
      ...ports,
      places,
      ownerOf: (terminal, vendor, serialNumber) => this.#ownerOf(terminal, vendor, serialNumber)?.id,
      keep: (terminal) => void this.#keepFound(terminal),
    });
  }

  /** Those that are served now, by their ids. */
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
    if (before === undefined) return noTerminal(change.id);
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
    if (found === undefined) return noTerminal(terminal);
    const busy = busyFault(found, found.retire());
    if (busy !== undefined) return busy;
    const saved = await this.#ports.save([...this.#configs()].filter((config) => config.id !== terminal));
    if (saved.kind === "refused") {
      found.restore();
      return saved;
    }
    this.#terminals.delete(terminal);
    await found.close(0);
    await this.#forgetSecrets(terminal);
    await this.#ports.accounts.forgetUnused(found.vendor, found.settings, found.config.link);
    const inDoubt = this.#inDoubt(terminal).filter(({ transaction }) => isInDoubt(transaction));
    await Promise.all(inDoubt.map((record) => this.#orphaned(record)));
    this.#ports.emit({ kind: "terminalRemoved", terminal });
    return done({});
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
    const saved = await this.#ports.save([...[...this.#configs()].filter(({ id }) => id !== config.id), config]);
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
      const saved = await this.#ports.save([...this.#configs()]);
      // The next change takes it along; until then a restart has to find it out again.
      if (saved.kind === "refused")
        this.#ports.log.warn("terminal.foundNotKept", "it is not kept", { terminal, why: saved.refusal.message });
    });
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

  *#configs(): Generator<TerminalConfig> {
    for (const terminal of this.#terminals.values()) yield terminal.config;
    yield* this.#unserved.values();
  }
}

function why(faults: readonly SchemaFault[]): { readonly why: string } {
  return { why: faults.map(({ field, why: reason }) => `${field} ${reason}`).join("; ") };
}

/** The refusal of whatever is asked of a terminal that is not served. */
export function noTerminal(terminal: string) {
  return refused("terminalNotFound", `There is no terminal ${terminal}.`);
}
