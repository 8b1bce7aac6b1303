import { canonicalJson } from "../core/canonical.ts";
import { done, refused, type Result } from "../core/errors.ts";
import type { Json } from "../core/json.ts";
import type { Verdict } from "../core/outcome.ts";
import type { Clock, Crypto, Log, SignatureCheck } from "../core/ports.ts";
import { stateOf, type Transaction } from "../core/transaction.ts";
import { JournalFailure, type Found, type TransactionPage } from "../journal/journal.ts";
import type {
  Caller,
  DaemonEvent,
  History,
  ListQuery,
  Person,
  PosRules,
  Seen,
  Started,
  StartRequest,
  TransactionName,
  TransactionsApi,
} from "./api.ts";
import { Departures } from "./departures.ts";
import type { Intake } from "./intake.ts";
import type { TerminalsInUse } from "./practice/stage.ts";
import type { TransactionRecord } from "./record.ts";
import type { Records } from "./records.ts";
import { resolveByPerson } from "./resolving.ts";
import type { Spending } from "./spending.ts";
import { Starts } from "./starts.ts";
import type { Terminal } from "./terminal/terminal.ts";
import { isUndecided, pageOf } from "./undecided.ts";
import { whenSettled } from "./waiting.ts";

export type TransactionsSettings = {
  /** A repeat of a request id is answered for this long; later it is refused, so that nothing old passes as new. */
  readonly repeatWindowMs: number;
  /** A queued operation of a POS without a session is dropped after this. */
  readonly posGoneMs: number;
  readonly appendLimitMs: number;
};

export type TransactionsPorts = {
  readonly records: Records;
  readonly terminals: TerminalsInUse;
  readonly clock: Clock;
  readonly crypto: Crypto & SignatureCheck;
  readonly log: Log;
  readonly settings: TransactionsSettings;
  readonly rulesOf: (pos: string) => PosRules | undefined;
  readonly spending: Spending;
  readonly intake: Intake;
  readonly emit: (event: DaemonEvent) => void;
};

/** What POS programs may do with transactions. */
export class Transactions implements TransactionsApi {
  readonly #ports: TransactionsPorts;
  readonly #starts: Starts;
  readonly #departures: Departures;

  constructor(ports: TransactionsPorts) {
    this.#ports = ports;
    this.#starts = new Starts(ports);
    this.#departures = new Departures(ports.clock, ports.settings.posGoneMs, (pos) => {
      for (const terminal of ports.terminals.values()) terminal.dropQueuedOf(pos);
    });
  }

  get journalId(): string {
    return this.#ports.records.journal.id;
  }

  /** From now on nothing new is taken; what is stored is still told. */
  close(): void {
    this.#starts.close();
    this.#departures.close();
  }

  /** Rule 1: the look-up of the request id comes before every check of the world, and accepted means durable. */
  async start(caller: Caller, request: StartRequest): Promise<Result<Started>> {
    const { terminal, requestId, operation } = request;
    // What is there is found by the unique key of the append itself; only a refusal needs the look-up beforehand.
    const content = canonicalJson({ terminal, operation } as Json);
    const fresh = await this.#starts.start(caller.pos, request, content);
    if (fresh.kind === "started") return done({ ...this.#see(fresh.record.transaction), replayed: false });
    const found =
      fresh.kind === "duplicate" ? fresh.found : await this.#ports.records.journal.find(caller.pos, requestId);
    if (found !== undefined) return this.#repeated(found, content);
    return fresh.kind === "refused"
      ? fresh
      : refused("internal", "The request could not be stored; ask again with the same id.");
  }

  async whenSettled(caller: Caller, name: TransactionName): Promise<Result<Seen>> {
    return this.#on(caller, name, async (record) => {
      await whenSettled(record, this.#ports.clock);
      return done(this.#see(record.transaction));
    });
  }

  async get(caller: Caller, name: TransactionName): Promise<Result<Seen>> {
    const found = await this.#find(caller, name);
    return found.kind === "done" ? done(this.#see(found.value)) : found;
  }

  async list(
    caller: Caller,
    { undecided, ...rest }: ListQuery,
  ): Promise<Result<{ readonly page: TransactionPage; readonly seen: readonly Seen[] }>> {
    const { records } = this.#ports;
    const query = caller.seesAll ? rest : { ...rest, pos: caller.pos };
    const page = undecided === true ? pageOf(this.#undecided(), query) : await records.journal.list(query);
    return done({ page, seen: page.transactions.map((transaction) => this.#see(transaction)) });
  }

  /** Rule 6: what is queued ends at once, what was dispatched is asked to end; the result beats the cancel. */
  cancel(caller: Caller, name: TransactionName): Promise<Result<Seen>> {
    return this.#on(caller, name, async (record) => {
      const { transaction } = record;
      const terminal = this.#ports.terminals.get(transaction.terminal);
      const capability = terminal?.capabilities.operations[transaction.operation.type];
      const state = stateOf(transaction);
      if (state === "settled") return done(this.#see(transaction));
      const deaf = capability === undefined || capability.cancel === "never" || capability.cancel === "queuedOnly";
      if (state === "dispatched" && deaf) {
        await this.#noRepeat(record, terminal, caller.pos);
        return refused(
          "notCancelable",
          `Terminal ${transaction.terminal} cannot be asked to cancel; wait for its outcome.`,
          {
            transaction: transaction.id,
          },
        );
      }
      record.intendCancel();
      await record.write((current) => {
        if (current.outcome !== undefined || current.cancelRequested) return undefined;
        const asked = { kind: "cancelRequested", by: caller.pos } as const;
        if (current.dispatched !== undefined) return { facts: [asked] };
        const outcome = { kind: "canceled", by: "pos", revision: 1, decidedBy: { kind: "daemon" } } as const;
        return { facts: [asked, { kind: "settled", outcome }] };
      });
      terminal?.touched(record);
      return done(this.#see(record.transaction));
    });
  }

  /** The terminal cannot be told; but what a POS does not want any more is not sent to it again (rule 2). */
  async #noRepeat(record: TransactionRecord, terminal: Terminal | undefined, pos: string): Promise<void> {
    const { type } = record.transaction.operation;
    if (terminal?.vendor.repeats?.(type, terminal.settings) === undefined) return;
    record.intendCancel();
    await record.write((current) =>
      current.outcome !== undefined || current.cancelRequested
        ? undefined
        : { facts: [{ kind: "cancelRequested", by: pos }] },
    );
  }

  acknowledge(caller: Caller, name: TransactionName, revision: number): Promise<Result<Seen>> {
    return this.#on(caller, name, async (record) => {
      const has = record.transaction.outcome?.revision ?? 0;
      if (revision > has) {
        return refused("revisionMismatch", `Transaction ${record.id} has no revision ${revision}; it is at ${has}.`, {
          transaction: record.id,
        });
      }
      await record.write((current) =>
        revision > current.acknowledgedRevision ? { facts: [{ kind: "acknowledged", revision }] } : undefined,
      );
      return done(this.#see(record.transaction));
    });
  }

  async history(caller: Caller, name: TransactionName): Promise<Result<History>> {
    const found = await this.#find(caller, name);
    if (found.kind === "refused") return found;
    const { records } = this.#ports;
    const { id } = found.value;
    // Looked at first: what becomes durable meanwhile is told twice rather than not at all.
    const meanwhile = records.moments(id)?.pending;
    const facts = await records.journal.facts(id);
    return done({ transaction: id, facts, ...(meanwhile === undefined ? {} : { meanwhile }) });
  }

  told(transaction: string, revision: number): void {
    this.#ports.records.recount(transaction, { kind: "told", revision });
  }

  answer(caller: Caller, name: TransactionName, prompt: string, value: string): Promise<Result<Record<string, never>>> {
    return this.#on(caller, name, (record) => {
      this.#ports.terminals.get(record.transaction.terminal)?.answer(record, prompt, value);
      return Promise.resolve(done({}));
    });
  }

  resolve(
    caller: Caller,
    name: TransactionName,
    revision: number | undefined,
    verdict: Verdict,
    person: Person,
  ): Promise<Result<Seen>> {
    return this.#on({ ...caller, seesAll: true }, name, async (record) => {
      const { clock, terminals, log } = this.#ports;
      const resolved = await resolveByPerson(record, revision, verdict, person, clock);
      if (resolved.kind === "refused") return resolved;
      log.info("transaction.resolved", "resolved by a person", {
        transaction: record.id,
        outcome: verdict.kind,
        operator: person.operator,
      });
      terminals.get(record.transaction.terminal)?.touched(record);
      return done(this.#see(record.transaction));
    });
  }

  #undecided(): readonly Transaction[] {
    return [...this.#ports.records.open()].filter(isUndecided).map(({ transaction }) => transaction);
  }

  openOf(pos: string): Promise<readonly Seen[]> {
    const open = [...this.#ports.records.open()].filter((record) => record.transaction.pos === pos);
    return Promise.resolve(open.map((record) => this.#see(record.transaction)));
  }

  underWay(): readonly Transaction[] {
    return [...this.#ports.records.open()].flatMap(({ transaction, live }) => {
      const { id, terminal } = transaction;
      const state = stateOf(transaction);
      // What was dispatched and does not run there any more is in doubt: it waits for its recovery, or for a person.
      const runs =
        state === "dispatched" && !live.recovering && this.#ports.terminals.get(terminal)?.view().busyWith === id;
      return state === "accepted" || runs ? [transaction] : [];
    });
  }

  async unacknowledgedOf(pos: string, limit: number): Promise<readonly Seen[]> {
    const transactions = await this.#ports.records.journal.unacknowledged(pos, limit);
    return transactions.map((transaction) => this.#see(transaction));
  }

  posArrived(pos: string): void {
    this.#departures.arrived(pos);
    this.#starts.prepare(pos);
  }

  posLeft(pos: string): void {
    this.#departures.left(pos);
  }

  /** A request id that is taken: the same request is answered with what is stored, any other one is refused. */
  #repeated(found: Found, content: string): Result<Started> {
    if (found.kind === "tombstone") {
      return refused(
        "requestIdReused",
        `Request id ${found.requestId} belongs to a transaction of long ago; use a new one.`,
      );
    }
    const { transaction } = found;
    const about = { transaction: transaction.id };
    const { clock, settings } = this.#ports;
    if (transaction.content !== content) {
      const why = `Request id ${transaction.requestId} belongs to another request; nothing was done. Use a new one.`;
      return refused("requestIdReused", why, about);
    }
    if (clock.now() - Date.parse(transaction.createdAt) > settings.repeatWindowMs) {
      const why = `Request id ${transaction.requestId} is too old to be repeated; nothing was done.`;
      return refused("requestIdReused", why, about);
    }
    return done({ ...this.#see(transaction), replayed: true });
  }

  /** The state of this moment: what is in memory is newer than any page of the journal. */
  #see(transaction: Transaction): Seen {
    const record = this.#ports.records.peek(transaction.id);
    return record === undefined
      ? { transaction, live: { recovering: false } }
      : { transaction: record.transaction, live: record.live };
  }

  async #find(caller: Caller, name: TransactionName): Promise<Result<Transaction>> {
    const { records } = this.#ports;
    const found =
      "transaction" in name ? await this.#byId(name.transaction) : await this.#byRequest(caller.pos, name.requestId);
    if (found !== undefined && (caller.seesAll || found.pos === caller.pos)) {
      return done(records.peek(found.id)?.transaction ?? found);
    }
    const what =
      "transaction" in name ? `transaction ${name.transaction}` : `transaction with request id ${name.requestId}`;
    return refused("transactionNotFound", `There is no ${what} here. This is no permission to charge again.`);
  }

  async #byId(id: string): Promise<Transaction | undefined> {
    const { records } = this.#ports;
    return records.peek(id)?.transaction ?? records.journal.get(id);
  }

  async #byRequest(pos: string, requestId: string): Promise<Transaction | undefined> {
    const found = await this.#ports.records.journal.find(pos, requestId);
    return found?.kind === "transaction" ? found.transaction : undefined;
  }

  async #on<Value>(
    caller: Caller,
    name: TransactionName,
    work: (record: TransactionRecord) => Promise<Result<Value>>,
  ): Promise<Result<Value>> {
    const found = await this.#find(caller, name);
    if (found.kind === "refused") return found;
    return this.#ports.records.use(found.value.id, (record) => {
      if (record === undefined) throw new JournalFailure("A transaction that was there a moment ago cannot be read.");
      return work(record);
    });
  }
}
