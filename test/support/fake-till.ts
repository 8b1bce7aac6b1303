import { done, refused, type Refusal, type Result } from "../../src/core/errors.ts";
import type { Fact, FactBody } from "../../src/core/facts.ts";
import type { Operation } from "../../src/core/operation.ts";
import type { Verdict } from "../../src/core/outcome.ts";
import { timestamp, type Clock } from "../../src/core/ports.ts";
import { isOpen, type Transaction } from "../../src/core/transaction.ts";
import type {
  CallbackAddress,
  Caller,
  DaemonEvent,
  DaemonEvents,
  LiveDetail,
  Seen,
  TerminalsApi,
  TerminalView,
  TransactionName,
  TransactionsApi,
} from "../../src/daemon/api.ts";
import { toldTypeOf, type Alarm } from "../../src/journal/journal.ts";
import { createMemoryJournal, type MemoryJournal } from "./memory-journal.ts";

/** What stands behind the server in its tests: transactions over a journal in memory, and terminals that do what they are told. */
export type FakeTill = {
  readonly journal: MemoryJournal;
  readonly transactions: TransactionsApi;
  readonly terminals: TerminalsApi;
  readonly events: DaemonEvents;
  /** `arrived till-1`, `left till-1`, in order. */
  readonly presence: readonly string[];
  /** `T1 1`: the outcomes that were sent to their POS, by transaction and revision. */
  readonly toldOf: readonly string[];
  /** What runs or waits: as the test says. */
  readonly underWay: Transaction[];
  /** What the terminals were asked for, in order. */
  readonly asked: readonly unknown[];
  /** The next call of the transactions ends like this. */
  failNext(how: Refusal | Error): void;
  /** The next call of the transactions waits until the function that is returned is called. */
  holdNext(): () => void;
  /** Adds facts and tells them, as the daemon does: durable first. Answers the transaction. */
  write(id: string, ...facts: readonly FactBody[]): Promise<Transaction>;
  settle(id: string, verdict: Verdict): Promise<Transaction>;
  alarm(id: string, text: string): Promise<void>;
  setLive(id: string, live: LiveDetail): void;
  emit(event: DaemonEvent): void;
  setTerminal(view: TerminalView): void;
  /** Without an event, as if the daemon had not come to telling it yet. */
  writeInSilence(id: string, ...facts: readonly FactBody[]): Promise<readonly DaemonEvent[]>;
  /** The transactions that were started, in order. */
  readonly started: readonly string[];
};

export const COUNTER: TerminalView = {
  id: "counter-1",
  vendor: "acme",
  link: { type: "tcp", host: "127.0.0.1", port: 7000 },
  state: "ready",
  capabilities: {
    currencies: ["EUR"],
    operations: {},
    reports: ["totals"],
    device: [],
    receipts: "terminal",
    idleProof: true,
  },
  lastSeen: "2026-01-02T03:04:05.000Z",
  queue: 0,
};

export const CALLBACKS: CallbackAddress = {
  vendor: "acme",
  url: "https://shop.test/only-the-vendor-knows",
  terminals: ["counter-1"],
};

export const APPROVED: Verdict = { kind: "approved", partial: false, captured: true, final: true };
export const UNKNOWN: Verdict = { kind: "unknown", since: "timeout", advice: "lookAtTerminal" };

const DISPATCHED: FactBody = {
  kind: "dispatched",
  attempt: 1,
  request: "",
  ticket: "T1",
  driver: { id: "acme", version: "1" },
  link: "L1",
  deadline: "2026-01-02T03:06:05.000Z",
  lastSeen: "2026-01-02T03:04:05.000Z",
};

export function createFakeTill(clock: Clock): FakeTill {
  const journal = createMemoryJournal();
  const listeners = new Set<(event: DaemonEvent) => void>();
  const live = new Map<string, LiveDetail>();
  const terminals = new Map([[COUNTER.id, COUNTER]]);
  const presence: string[] = [];
  const toldOf: string[] = [];
  const asked: unknown[] = [];
  const underWay: Transaction[] = [];
  const started: string[] = [];
  const settledWaiters: (() => void)[] = [];
  let nextFailure: Refusal | Error | undefined;
  let nextHold: Promise<undefined> | undefined;

  const emit = (event: DaemonEvent) => {
    for (const listener of listeners) listener(event);
  };
  const seen = (transaction: Transaction): Seen => ({
    transaction,
    live: live.get(transaction.id) ?? { recovering: false },
  });

  const commit = async (id: string, bodies: readonly FactBody[], alarms: readonly Alarm[] = []) => {
    const known = await journal.get(id);
    const facts = bodies.map((body): Fact => ({ ...body, at: timestamp(clock) }));
    const [first, ...rest] = facts;
    if (first === undefined) throw new Error("no facts to write");
    const appended = await journal.append({
      transaction: id,
      place: known?.length ?? 0,
      facts: [first, ...rest],
      alarms,
    });
    if (appended.kind !== "appended") throw new Error(`not appended: ${appended.kind}`);
    const transaction = await journal.get(id);
    if (transaction === undefined) throw new Error("not written");
    const types = facts.flatMap((fact) => toldTypeOf(fact) ?? []);
    const events = [
      ...appended.told.map(({ pos, seq }, index): DaemonEvent => {
        const type = types[index];
        if (type === undefined) throw new Error("told without a type");
        return { kind: "told", pos, seq, at: timestamp(clock), type, seen: seen(transaction) };
      }),
      ...appended.alarms.map(({ pos, seq }, index): DaemonEvent => {
        const alarm = alarms[index];
        if (alarm === undefined) throw new Error("an alarm that nobody raised");
        return { kind: "alarm", pos, seq, at: timestamp(clock), alarm };
      }),
    ];
    return { transaction, events };
  };

  const write = async (id: string, ...facts: readonly FactBody[]) => {
    const { transaction, events } = await commit(id, facts);
    events.forEach(emit);
    for (const wake of settledWaiters.splice(0)) wake();
    return transaction;
  };

  const found = async (caller: Caller, name: TransactionName): Promise<Result<Seen>> => {
    const held = nextHold;
    nextHold = undefined;
    await held;
    if (nextFailure !== undefined) {
      const failure = nextFailure;
      nextFailure = undefined;
      if (failure instanceof Error) throw failure;
      return { kind: "refused", refusal: failure };
    }
    const stored = "requestId" in name ? await journal.find(caller.pos, name.requestId) : undefined;
    const transaction =
      "transaction" in name
        ? await journal.get(name.transaction)
        : stored?.kind === "transaction"
          ? stored.transaction
          : undefined;
    if (transaction === undefined || (!caller.seesAll && transaction.pos !== caller.pos)) {
      return refused("transactionNotFound", "There is no such transaction.");
    }
    return done(seen(transaction));
  };

  const transactions: TransactionsApi = {
    journalId: journal.id,
    start: async (caller, { terminal, requestId, operation }) => {
      const content = JSON.stringify({ terminal, operation });
      const before = await found(caller, { requestId });
      if (before.kind === "refused" && before.refusal.reason !== "transactionNotFound") return before;
      if (before.kind === "done") {
        const { transaction } = before.value;
        if (transaction.content === content) return done({ ...before.value, replayed: true });
        return refused("requestIdReused", "This request id is taken.", { transaction: transaction.id });
      }
      if (!terminals.has(terminal)) return refused("terminalNotFound", `There is no ${terminal}.`, { terminal });
      const id = `T${started.length + 1}`;
      started.push(id);
      const accepted = await write(id, { kind: "accepted", pos: caller.pos, requestId, terminal, operation, content });
      return done({ ...seen(accepted), replayed: false });
    },
    whenSettled: async (caller, name) => {
      for (;;) {
        const now = await found(caller, name);
        if (now.kind === "refused" || now.value.transaction.outcome !== undefined) return now;
        await new Promise<void>((resolve) => settledWaiters.push(resolve));
      }
    },
    get: found,
    list: async (_caller, query) => {
      asked.push(query);
      const page = await journal.list(query);
      return done({ page, seen: page.transactions.map(seen) });
    },
    cancel: async (caller, name) => {
      const now = await found(caller, name);
      if (now.kind === "refused") return now;
      return done(seen(await write(now.value.transaction.id, { kind: "cancelRequested", by: caller.pos })));
    },
    acknowledge: async (caller, name, revision) => {
      const now = await found(caller, name);
      if (now.kind === "refused") return now;
      if (now.value.transaction.outcome?.revision !== revision) return refused("revisionMismatch", "Another revision.");
      return done(seen(await write(now.value.transaction.id, { kind: "acknowledged", revision })));
    },
    told: (transaction, revision) => void toldOf.push(`${transaction} ${revision}`),
    history: async (caller, name) => {
      const now = await found(caller, name);
      if (now.kind === "refused") return now;
      const { id } = now.value.transaction;
      return done({ transaction: id, facts: await journal.facts(id) });
    },
    answer: async (_caller, name, prompt, value) => {
      asked.push({ name, prompt, value });
      return done({});
    },
    resolve: async (caller, name, revision, verdict, person) => {
      asked.push({ resolve: name, revision, verdict, person });
      return found(caller, name);
    },
    openOf: async (pos) => (await journal.open()).filter((one) => one.pos === pos && isOpen(one)).map(seen),
    unacknowledgedOf: async (pos, limit) => (await journal.unacknowledged(pos, limit)).map(seen),
    underWay: () => underWay,
    posArrived: (pos) => presence.push(`arrived ${pos}`),
    posLeft: (pos) => presence.push(`left ${pos}`),
  };

  const ask = async <Value>(what: unknown, value: Value): Promise<Result<Value>> => {
    asked.push(what);
    return done(value);
  };
  const terminalsApi: TerminalsApi = {
    list: () => [...terminals.values()],
    get: (id) => terminals.get(id),
    poll: (terminal) => ask({ poll: terminal }, { reachable: true, asked: true, latencyMs: 3 }),
    add: (config) => ask({ add: config }, { ...COUNTER, id: config.id, vendor: config.vendor, link: config.link }),
    update: (config) => ask({ update: config }, COUNTER),
    remove: (terminal) => ask({ remove: terminal }, {}),
    pair: (terminal, code) => ask({ pair: terminal, code }, COUNTER),
    liftFence: (terminal, transaction, person) => ask({ liftFence: terminal, transaction, person }, COUNTER),
    report: (terminal, report, params) => ask({ report, terminal, params }, { total: 1250 }),
    callbacks: () => Promise.resolve(done([CALLBACKS])),
    deviceFunction: async (terminal, name) =>
      refused("unsupportedOperation", `${terminal} has no function ${name}.`, { terminal }),
  };

  return {
    journal,
    transactions,
    terminals: terminalsApi,
    events: {
      listen: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    presence,
    toldOf,
    underWay,
    asked,
    started,
    failNext: (how) => {
      nextFailure = how;
    },
    holdNext: () => {
      const { promise, resolve } = Promise.withResolvers<undefined>();
      nextHold = promise;
      return () => resolve(undefined);
    },
    write,
    writeInSilence: async (id, ...facts) => (await commit(id, facts)).events,
    settle: (id, verdict) =>
      write(id, DISPATCHED, {
        kind: "settled",
        outcome: { ...verdict, revision: 1, decidedBy: { kind: "terminal" } },
      }),
    alarm: async (id, text) => {
      const raised: Alarm = { severity: "critical", code: "personNeeded", transaction: id, text, remedy: "Look." };
      const { events } = await commit(id, [{ kind: "note", text }], [raised]);
      events.forEach(emit);
    },
    setLive: (id, detail) => live.set(id, detail),
    emit,
    setTerminal: (view) => terminals.set(view.id, view),
  };
}

export const SALE: Operation = { type: "sale", amount: { value: 1250, currency: "EUR" } };
