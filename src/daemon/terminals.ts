import { done, refused, type Result } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import { isInDoubt } from "../core/transaction.ts";
import { Accounts } from "./account/accounts.ts";
import { callbackAddresses } from "./account/callback-addresses.ts";
import type { Callbacks } from "./account/callbacks.ts";
import type {
  CallbackAddress,
  Person,
  PollAnswer,
  TerminalChange,
  TerminalConfig,
  TerminalsApi,
  TerminalView,
} from "./api.ts";
import type { TransactionRecord } from "./record.ts";
import { noTerminal, Roster, type RosterPorts } from "./roster.ts";
import type { Terminal } from "./terminal/terminal.ts";
import { fenceEntry } from "./terminal-changes.ts";

export type TerminalsPorts = Omit<RosterPorts, "accounts"> & {
  /** Absent where nobody can call this house. */
  readonly callbacks?: Callbacks;
};

/** The terminals that the daemon serves, as people and POS programs reach them. */
export class Terminals implements TerminalsApi {
  readonly #ports: TerminalsPorts;
  readonly accounts: Accounts;
  readonly #roster: Roster;

  constructor(ports: TerminalsPorts) {
    this.#ports = ports;
    const { callbacks, limits } = ports;
    this.accounts = new Accounts({ ...ports, callbacks, connection: limits.connection });
    this.#roster = new Roster({ ...ports, accounts: this.accounts });
  }

  get all(): ReadonlyMap<string, Terminal> {
    return this.#roster.all;
  }

  /** Starts the configured terminals, each with what the last process left in doubt on it. */
  start(configs: readonly TerminalConfig[], inDoubt: ReadonlyMap<string, readonly TransactionRecord[]>): Promise<void> {
    return this.#roster.start(configs, inDoubt);
  }

  close(graceMs: number): Promise<void> {
    return this.#roster.close(graceMs);
  }

  list(): readonly TerminalView[] {
    return [...this.all.values()].map((terminal) => terminal.view());
  }

  get(terminal: string): TerminalView | undefined {
    return this.all.get(terminal)?.view();
  }

  async poll(terminal: string): Promise<Result<PollAnswer>> {
    const found = this.all.get(terminal);
    return found === undefined ? noTerminal(terminal) : done(await found.deviceRequests.poll());
  }

  add(config: TerminalConfig): Promise<Result<TerminalView>> {
    return this.#roster.add(config);
  }

  update(change: TerminalChange): Promise<Result<TerminalView>> {
    return this.#roster.update(change);
  }

  remove(terminal: string): Promise<Result<Record<string, never>>> {
    return this.#roster.remove(terminal);
  }

  async pair(terminal: string, code: string | undefined): Promise<Result<TerminalView>> {
    const found = this.all.get(terminal);
    if (found === undefined) return noTerminal(terminal);
    const paired = await found.deviceRequests.pair(code);
    return paired.kind === "refused" ? paired : done(found.view());
  }

  /** From then on only a person decides that transaction; the terminal takes operations again. */
  async liftFence(terminal: string, transaction: string, person: Person): Promise<Result<TerminalView>> {
    const found = this.all.get(terminal);
    if (found === undefined) return noTerminal(terminal);
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
    const found = this.all.get(terminal);
    if (found === undefined) return Promise.resolve(noTerminal(terminal));
    if (found.vendor.reports[report] === undefined) {
      const known = Object.keys(found.vendor.reports).join(", ");
      return Promise.resolve(
        refused("unsupportedOperation", `Terminal ${terminal} has no report ${report}; it has ${known}.`, { terminal }),
      );
    }
    return found.deviceRequests.ask({ kind: "report", report, params });
  }

  deviceFunction(terminal: string, name: string, params: JsonObject): Promise<Result<JsonObject>> {
    const found = this.all.get(terminal);
    if (found === undefined) return Promise.resolve(noTerminal(terminal));
    if (!found.capabilities.device.includes(name)) {
      return Promise.resolve(refused("unsupportedOperation", `Terminal ${terminal} cannot do ${name}.`, { terminal }));
    }
    return found.deviceRequests.ask({ kind: "function", name, params });
  }

  async callbacks(): Promise<Result<readonly CallbackAddress[]>> {
    const served = [...this.all.values()];
    const accounts = await Promise.all(
      served.map(({ vendor, settings, config }) => this.accounts.of(vendor, settings, config.link)),
    );
    return done(callbackAddresses(served.map(({ id }, index) => ({ terminal: id, open: accounts[index] }))));
  }

  /** The machine slept: every link is as good as lost. */
  wake(gapMs: number): void {
    for (const terminal of this.all.values()) terminal.wake(gapMs);
  }

  /** Something was plugged in, or the network is another one. */
  tryLinksNow(): void {
    for (const terminal of this.all.values()) terminal.tryNow();
  }
}
