import type { Clock, Log, Timer } from "../core/ports.ts";
import { JournalFailure, type Journal } from "../journal/journal.ts";

const FIRST_RUN_MS = 10 * 60_000;
const BETWEEN_RUNS_MS = 6 * 3_600_000;
/** A step is a few milliseconds in which a sale's write waits; between two of them it does not. */
const TRANSACTIONS_EACH_STEP = 20;
const BETWEEN_STEPS_MS = 250;
/**
 * Time is counted back from the hundredth newest transaction where the clock is ahead of it: a clock that is wrong for a while makes
 * nothing old, and so many transactions are there whatever their age.
 */
const ALWAYS_KEPT = 100;
const DAY_MS = 86_400_000;

export type RetentionPorts = {
  readonly journal: Pick<Journal, "list" | "prune">;
  readonly clock: Clock;
  readonly log: Log;
  readonly days: () => number;
};

/** Prunes what ended longer ago than the setting says, a little at a time, for as long as it is not disposed of. */
export class Retention implements Disposable {
  readonly #ports: RetentionPorts;
  #timer: Timer | undefined;
  #isOver = false;

  constructor(ports: RetentionPorts) {
    this.#ports = ports;
    this.#runAfter(FIRST_RUN_MS);
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
    this.#timer?.cancel();
  }

  #runAfter(delayMs: number): void {
    this.#timer = this.#ports.clock.after(delayMs, () => void this.#run());
  }

  async #run(): Promise<void> {
    try {
      const before = await this.#limit();
      const transactions = before === undefined ? 0 : await this.#prune(before);
      if (transactions > 0)
        this.#ports.log.info("journal.pruned", "Old transactions were pruned", { transactions, before });
    } catch (error) {
      if (!(error instanceof JournalFailure)) throw error;
      // What is wrong with the journal, its watch says. Nothing is lost by pruning later.
      this.#ports.log.debug("journal.notPruned", "Old transactions were not pruned", { why: error.message });
    }
    if (!this.#isOver) this.#runAfter(BETWEEN_RUNS_MS);
  }

  /** What ended before this is old; undefined where nothing can be. */
  async #limit(): Promise<string | undefined> {
    const { transactions } = await this.#ports.journal.list({ limit: ALWAYS_KEPT });
    const hundredth = transactions[ALWAYS_KEPT - 1];
    if (hundredth === undefined) return undefined;
    const { clock, days } = this.#ports;
    const nowMs = Math.min(clock.now(), Date.parse(hundredth.createdAt));
    return new Date(nowMs - days() * DAY_MS).toISOString();
  }

  async #prune(before: string): Promise<number> {
    const { journal } = this.#ports;
    let transactions = 0;
    for (let cursor: string | undefined; !this.#isOver;) {
      const pruned = await journal.prune(before, TRANSACTIONS_EACH_STEP, cursor);
      transactions += pruned.transactions;
      cursor = pruned.cursor;
      if (cursor === undefined) break;
      await this.#pause();
    }
    return transactions;
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      this.#timer = this.#ports.clock.after(BETWEEN_STEPS_MS, resolve);
    });
  }
}
