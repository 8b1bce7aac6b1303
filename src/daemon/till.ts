import type { Result } from "../core/errors.ts";
import type { Clock, Crypto, Log, SignatureCheck } from "../core/ports.ts";
import { isPractice } from "../core/practice.ts";
import { isInDoubt, isStanding, stateOf, type Transaction } from "../core/transaction.ts";
import type { Vendor } from "../drivers/driver.ts";
import type { Journal } from "../journal/journal.ts";
import type {
  DaemonEvent,
  DaemonEvents,
  PosRules,
  PracticeApi,
  TerminalConfig,
  TerminalsApi,
  TransactionsApi,
} from "./api.ts";
import type { OpenAccount } from "./account/accounts.ts";
import type { Callbacks } from "./account/callbacks.ts";
import { Broadcast } from "./broadcast.ts";
import type { Intake } from "./intake.ts";
import type { BindLink } from "./links.ts";
import type { StartSimulator } from "./practice/simulator.ts";
import { PracticeStage } from "./practice/stage.ts";
import type { TransactionRecord } from "./record.ts";
import type { Recorder } from "./recorder/recorder.ts";
import { Records } from "./records.ts";
import { Spending } from "./spending.ts";
import type { SecretValues } from "./terminal/keyring.ts";
import { settleSurely } from "./terminal/settling.ts";
import type { TerminalSettings } from "./terminal/terminal.ts";
import type { FindLinks } from "./places.ts";
import { Terminals } from "./terminals.ts";
import { Transactions, type TransactionsSettings } from "./transactions.ts";

export type TillPorts = {
  readonly journal: Journal;
  readonly vendors: ReadonlyMap<string, Vendor>;
  readonly bindLink: BindLink;
  readonly secretValues: SecretValues;
  /** Absent where nobody can call this house. */
  readonly callbacks?: Callbacks;
  readonly intake: Intake;
  readonly clock: Clock;
  readonly crypto: Crypto & SignatureCheck;
  readonly log: Log;
  /** Absent where nothing is recorded. */
  readonly recorder?: Recorder;
  readonly settings: TransactionsSettings & TerminalSettings;
  /** What the administrator allows a POS now; undefined for one that is not known. */
  readonly rulesOf: (pos: string) => PosRules | undefined;
  /** When the day of this moment began, by the clock on the wall. */
  readonly startOfDay: (nowMs: number) => number;
  /** Hears of everything from the start on, also of what the last process left and is settled before anybody else can listen. */
  readonly listener?: (event: DaemonEvent) => void;
  /** Hears of every new fact, also of those that are told to nobody. */
  readonly changed?: (transaction: Transaction) => void;
  readonly findLinks: FindLinks;
  readonly saveTerminals: (configs: readonly TerminalConfig[]) => Promise<Result<Record<string, never>>>;
  /** Absent where nobody can practise. */
  readonly startSimulator?: StartSimulator;
};

/** Everything about money, without a face: transactions, terminals and what happens to them. */
export type Till = {
  readonly transactions: TransactionsApi;
  readonly terminals: TerminalsApi;
  readonly practice: PracticeApi;
  readonly events: DaemonEvents;
  /** Those of the configured terminals that are in use. */
  accounts(): Promise<readonly OpenAccount[]>;
  /** The machine slept: every link is as good as lost. */
  wake(gapMs: number): void;
  /** Something was plugged in, or the network is another one: what could not be opened may be opened now. */
  tryLinksNow(): void;
  /** Nothing new is taken; what runs is waited for within the limit, then left to the next start's recovery. */
  close(graceMs: number): Promise<void>;
};

/**
 * Loads what is not at its end, settles what never left, and starts the terminals with the rest in doubt. Its cost depends on open
 * transactions, not on history.
 *
 * @throws JournalFailure where the journal cannot be read
 */
export async function openTill(ports: TillPorts, configs: readonly TerminalConfig[]): Promise<Till> {
  const { journal, clock, settings } = ports;
  const broadcast = new Broadcast();
  if (ports.listener !== undefined) broadcast.listen(ports.listener);
  const emit = (event: DaemonEvent) => {
    broadcast.emit(event);
  };
  const spending = new Spending(ports);
  const records = new Records({
    clock,
    journal,
    settings,
    emit,
    changed: (transaction) => {
      spending.changed(transaction);
      ports.changed?.(transaction);
    },
  });
  const terminals = new Terminals({ ...ports, records, limits: settings, emit, save: ports.saveTerminals });
  const stage = new PracticeStage();
  const inUse = stage.beside(terminals.all);
  const transactions = new Transactions({ ...ports, records, terminals: inUse, spending, emit });
  const { startSimulator } = ports;
  if (startSimulator !== undefined)
    stage.furnish(() => ({ ...ports, startSimulator, records, transactions, limits: settings, emit }));
  const inDoubt = await takeOver(ports, records);
  await terminals.start(configs, inDoubt);
  return {
    transactions,
    terminals,
    practice: stage,
    events: broadcast,
    accounts: () => terminals.accounts.all(),
    wake: (gapMs) => terminals.wake(gapMs),
    tryLinksNow: () => terminals.tryLinksNow(),
    close: async (graceMs) => {
      transactions.close();
      await Promise.all([stage.close(), terminals.close(graceMs)]);
    },
  };
}

/** What the last process left open: proved unsent is told so, the rest is in doubt on its terminal. */
async function takeOver(
  ports: TillPorts,
  records: Records,
): Promise<ReadonlyMap<string, readonly TransactionRecord[]>> {
  const { journal, clock, log } = ports;
  const inDoubt = new Map<string, TransactionRecord[]>();
  for (const transaction of await journal.open()) {
    const record = records.add(transaction);
    record.recount({ kind: "serviceBegan" });
    if (stateOf(transaction) === "accepted") {
      // It is never sent later by itself: the customer has gone.
      const canceled = { kind: "canceled", by: "pos" } as const;
      const never = { kind: "notPerformed", reason: "restart" } as const;
      await settleSurely(record, transaction.cancelRequested ? canceled : never, { clock, log });
    } else if (isPractice(transaction)) {
      // Its simulated terminal went with the last process.
      const never = { kind: "notPerformed", reason: "noRecord" } as const;
      await settleSurely(record, never, { clock, log }, "it was a practice: no money can have moved");
    } else if (isStanding(transaction)) {
      inDoubt.set(transaction.terminal, [...(inDoubt.get(transaction.terminal) ?? []), record]);
    } else if (isInDoubt(transaction) && !transaction.fenceLifted) {
      log.warn("transaction.stillInDoubt", "in doubt since the last run", {
        transaction: record.id,
        terminal: transaction.terminal,
      });
      // What a person was told of before is not told again with each start.
      for (const fact of await journal.facts(record.id)) if (fact.kind === "note") record.news.toldBefore(fact.text);
      inDoubt.set(transaction.terminal, [...(inDoubt.get(transaction.terminal) ?? []), record]);
    }
    records.tidy(record.id);
  }
  return inDoubt;
}
