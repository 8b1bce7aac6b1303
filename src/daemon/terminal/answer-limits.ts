import type { Clock, Timer } from "../../core/ports.ts";
import type { TransactionRecord } from "../record.ts";

type Rings = (kind: "deadline" | "overdue", record: TransactionRecord) => void;

/**
 * The answer limits that run, on the monotonic clock. `deadline` rings when the result is late, and `overdue` when the cancel that
 * followed had its time as well.
 */
export class AnswerLimits {
  readonly #clock: Clock;
  readonly #rings: Rings;
  readonly #timers = new Map<TransactionRecord, readonly Timer[]>();
  readonly #over = new WeakSet<TransactionRecord>();

  constructor(clock: Clock, rings: Rings) {
    this.#clock = clock;
    this.#rings = rings;
  }

  /** Starts the limit, or starts it anew. */
  start(record: TransactionRecord, answerMs: number, cancelGraceMs: number): void {
    this.stop(record);
    this.#over.delete(record);
    const timer = (kind: "deadline" | "overdue", afterMs: number) =>
      this.#clock.after(afterMs, () => {
        this.#over.add(record);
        this.#rings(kind, record);
      });
    // The machine says itself when the grace is over; a second later it is said for it.
    this.#timers.set(record, [timer("deadline", answerMs), timer("overdue", answerMs + cancelGraceMs + 1000)]);
  }

  /** The result is late already. */
  isOver(record: TransactionRecord): boolean {
    return this.#over.has(record);
  }

  stop(record: TransactionRecord): void {
    for (const timer of this.#timers.get(record) ?? []) timer.cancel();
    this.#timers.delete(record);
  }

  close(): void {
    for (const record of [...this.#timers.keys()]) this.stop(record);
  }
}
