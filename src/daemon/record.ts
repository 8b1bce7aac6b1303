import { assert } from "../core/assert.ts";
import type { Fact, FactBody } from "../core/facts.ts";
import type { MomentBody } from "../core/moments.ts";
import { timestamp, type Clock } from "../core/ports.ts";
import type { Stage } from "../core/terminal.ts";
import { foldFacts, isInDoubt, type Transaction } from "../core/transaction.ts";
import { JournalFailure, toldTypeOf, type Alarm, type Appended, type Journal } from "../journal/journal.ts";
import type { DaemonEvent, LiveDetail } from "./api.ts";
import { Moments } from "./moments.ts";
import { News } from "./news.ts";

/** What one commit adds to a transaction. */
export type Entry = {
  readonly facts: readonly [FactBody, ...FactBody[]];
  readonly alarms?: readonly Alarm[];
  readonly movement?: string;
};

export type Written =
  | { readonly kind: "written"; readonly transaction: Transaction }
  /** The decision was to write nothing, for what had become of the transaction meanwhile. */
  | { readonly kind: "skipped"; readonly transaction: Transaction }
  | { readonly kind: "claimed"; readonly by: string };

type RecordSettings = { readonly appendLimitMs: number };

export type RecordPorts = {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly settings: RecordSettings;
  readonly emit: (event: DaemonEvent) => void;
  /** Hears of every new fact of every transaction, once it is durable. */
  readonly changed?: (transaction: Transaction) => void;
};

/**
 * One transaction in memory, and the only writer of its facts. Writes are decided one after the other, each on what the one
 * before made durable: so a cancel, a dispatch, a person and a late answer can never both believe that they were first.
 */
export class TransactionRecord {
  readonly #ports: RecordPorts;
  readonly #watchers = new Set<() => void>();
  readonly news = new News();
  /** What no fact has taken along yet. */
  readonly moments: Moments;
  #transaction: Transaction;
  #chain: Promise<unknown> = Promise.resolve();
  #writes = 0;
  #cancelIntended = false;
  #recovering = false;
  #personNeeded = false;
  #progress: { readonly stage: Stage; readonly text?: string } | undefined;
  #queuePosition: number | undefined;
  /** Monotonic clock: when it was dispatched; before this process, as far as the wall clock can tell. */
  #dispatchedMs: number | undefined;

  constructor(ports: RecordPorts, transaction: Transaction, moments = new Moments()) {
    this.#ports = ports;
    this.moments = moments;
    this.#transaction = transaction;
    this.#cancelIntended = transaction.cancelRequested;
    if (transaction.dispatched !== undefined) this.#dispatchedMs = dispatchedBefore(transaction, ports.clock);
  }

  get id(): string {
    return this.#transaction.id;
  }

  /** As far as it is durable. */
  get transaction(): Transaction {
    return this.#transaction;
  }

  get live(): LiveDetail {
    // Whoever works on it learns a moment later than the POS that it is at its end.
    const inDoubt = isInDoubt(this.#transaction);
    // What was told as unknown and is asked about by nobody: its fence was lifted, or its terminal is not served any more.
    const isLeft = this.#transaction.outcome !== undefined && !this.#recovering;
    return {
      recovering: inDoubt && this.#recovering,
      ...(inDoubt && (this.#personNeeded || isLeft) ? { personNeeded: true } : {}),
      ...(this.#progress === undefined ? {} : { progress: this.#progress }),
      ...(this.#queuePosition === undefined ? {} : { queuePosition: this.#queuePosition }),
    };
  }

  /** A cancel was asked and may not be durable yet. The engine's last look before a dispatch sees it. */
  get cancelIntended(): boolean {
    return this.#cancelIntended;
  }

  intendCancel(): void {
    this.#cancelIntended = true;
  }

  /** `stopped`: nothing is left to ask, a person has to decide. */
  setRecovery(recovery: "none" | "running" | "stopped"): void {
    this.#recovering = recovery === "running";
    this.#personNeeded = recovery === "stopped";
  }

  setProgress(progress: { readonly stage: Stage; readonly text?: string } | undefined): void {
    this.#progress = progress;
    if (progress !== undefined) this.recount({ kind: "stage", ...progress });
  }

  /** For the timeline: kept in memory, and written along with the next fact. Nothing waits for it. */
  recount(moment: MomentBody): void {
    this.moments.add({ ...moment, at: timestamp(this.#ports.clock) });
  }

  setQueuePosition(position: number | undefined): void {
    this.#queuePosition = position;
  }

  /**
   * Milliseconds since the dispatch, by the clock that says more: one stands still while this machine sleeps, the other can be set.
   * Infinite where the clock was set back while no process ran. Zero before a dispatch.
   */
  get dispatchAgeMs(): number {
    const { clock } = this.#ports;
    const { dispatched } = this.#transaction;
    if (dispatched === undefined || this.#dispatchedMs === undefined) return 0;
    return Math.max(clock.now() - Date.parse(dispatched.at), clock.monotonicMs() - this.#dispatchedMs);
  }

  /** Something is on its way to the disk, or waits for its turn. */
  get isWriting(): boolean {
    return this.#writes > 0;
  }

  /** Calls after each durable change, until the answered function is called. */
  watch(changed: () => void): () => void {
    this.#watchers.add(changed);
    return () => this.#watchers.delete(changed);
  }

  /**
   * Decides on the durable state when its turn has come, and appends. Rejects with `JournalFailure` when the append failed, or
   * took longer than `appendLimitMs`; one that was only slow still takes effect when it ends, before the next write.
   */
  write(decide: (current: Transaction) => Entry | undefined): Promise<Written> {
    this.#writes += 1;
    const turn = this.#chain.then(() => this.#append(decide));
    this.#chain = turn
      .catch(() => undefined)
      .then(() => {
        this.#writes -= 1;
      });
    return this.#withinLimit(turn);
  }

  async #append(decide: (current: Transaction) => Entry | undefined): Promise<Written> {
    const current = this.#transaction;
    const entry = decide(current);
    if (entry === undefined) return { kind: "skipped", transaction: current };
    const { clock } = this.#ports;
    const at = timestamp(clock);
    const startedMs = clock.monotonicMs();
    const facts = entry.facts.map((fact): Fact => ({ ...fact, at }));
    const folded = foldFacts(current.id, facts, current);
    assert(folded.kind === "legal", folded.kind === "illegal" ? `${current.id}: ${folded.why}` : "");
    const appended = await this.#appendAlong(current, facts, entry);
    if (appended.kind === "claimed") return { kind: "claimed", by: appended.by };
    assert(appended.kind === "appended", "a request id was taken twice");
    if (facts.some(({ kind }) => kind === "dispatched")) this.#dispatchedMs = startedMs;
    this.#transaction = folded.transaction;
    this.#ports.changed?.(folded.transaction);
    this.#tell(current, facts, entry.alarms ?? [], appended);
    for (const changed of this.#watchers) changed();
    return { kind: "written", transaction: folded.transaction };
  }

  /** What waits for a fact goes to the disk with the first of these, in their commit. */
  async #appendAlong({ id, length }: Transaction, facts: readonly Fact[], entry: Entry): Promise<Appended> {
    const [first, ...rest] = facts;
    assert(first !== undefined, "an entry without facts");
    const meanwhile = this.moments.take();
    let appended: Appended | undefined;
    try {
      appended = await this.#ports.journal.append({
        transaction: id,
        place: length,
        facts: [meanwhile === undefined ? first : { ...first, meanwhile }, ...rest],
        ...(entry.alarms === undefined ? {} : { alarms: entry.alarms }),
        ...(entry.movement === undefined ? {} : { movement: entry.movement }),
      });
      return appended;
    } finally {
      if (appended?.kind === "appended") this.moments.written();
      else this.moments.putBack();
    }
  }

  /** Tells each fact with the transaction as it was after that fact. */
  #tell(
    before: Transaction,
    facts: readonly Fact[],
    alarms: readonly Alarm[],
    appended: Appended & { kind: "appended" },
  ): void {
    for (const told of appended.told) {
      const fact = facts[told.place - before.length];
      const type = fact === undefined ? undefined : toldTypeOf(fact);
      const folded = foldFacts(before.id, facts.slice(0, told.place - before.length + 1), before);
      assert(
        fact !== undefined && type !== undefined && folded.kind === "legal",
        "the journal told a fact that is not told",
      );
      const seen = { transaction: folded.transaction, live: this.live };
      this.#ports.emit({ kind: "told", pos: told.pos, seq: told.seq, at: fact.at, type, seen });
    }
    appended.alarms.forEach((told, index) => {
      const alarm = alarms[index];
      assert(alarm !== undefined, "the journal told an alarm that was not raised");
      this.#ports.emit({ kind: "alarm", pos: told.pos, seq: told.seq, at: facts[0]?.at ?? before.createdAt, alarm });
    });
  }

  #withinLimit(turn: Promise<Written>): Promise<Written> {
    const { clock, settings } = this.#ports;
    return new Promise((resolve, reject) => {
      const tooLate = () => {
        reject(
          new JournalFailure(`The journal took longer than ${settings.appendLimitMs} ms to write. Look at the disk.`),
        );
      };
      // Where this process itself stood still, it rings before the answer that is there already is read, which is one turn away.
      let limit = clock.after(settings.appendLimitMs, () => {
        limit = clock.after(0, tooLate);
      });
      turn.then(resolve, reject).finally(() => {
        limit.cancel();
      });
    });
  }
}

/** A clock that is behind what the facts tell was set back: how long ago the dispatch was is not known, so it is over. */
function dispatchedBefore({ dispatched, createdAt, lastAt }: Transaction, clock: Clock): number {
  const nowMs = clock.now();
  if (nowMs < Date.parse(lastAt)) return -Infinity;
  return clock.monotonicMs() - (nowMs - Date.parse(dispatched?.at ?? createdAt));
}
