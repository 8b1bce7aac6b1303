import type { Clock, Timer } from "../../core/ports.ts";
import { isStanding } from "../../core/transaction.ts";
import type { TransactionRecord } from "../record.ts";
import type { Records } from "../records.ts";

type Followed = { readonly record: TransactionRecord; dueMs: number };

type StandingPorts = {
  readonly records: Records;
  readonly clock: Clock;
  /** One of them is to be asked about, as soon as there is time. */
  readonly due: () => void;
};

/** Before an approval that is not final is asked about for the first time, by this process. */
const FIRST_MS = 5_000;

/** Approvals of one terminal that are not final: nobody doubts them, and their end is still to come. */
export class Standing {
  readonly #ports: StandingPorts;
  #followed: readonly Followed[] = [];
  #next: Timer | undefined;

  constructor(ports: StandingPorts) {
    this.#ports = ports;
  }

  /** Follows it, where it is one. */
  add(record: TransactionRecord): void {
    if (!isStanding(record.transaction) || this.has(record)) return;
    this.#ports.records.keep(record);
    this.#follow(record, FIRST_MS);
  }

  has(record: TransactionRecord): boolean {
    return this.#followed.some((followed) => followed.record === record);
  }

  /** Nothing new yet. */
  postpone(record: TransactionRecord, afterMs: number): void {
    if (!this.has(record)) return;
    this.#followed = this.#followed.filter((followed) => followed.record !== record);
    this.#follow(record, afterMs);
  }

  /** The one that is to be asked about now. What came to its end otherwise is followed no longer. */
  due(): TransactionRecord | undefined {
    for (const { record } of this.#followed) if (!isStanding(record.transaction)) this.remove(record);
    const nowMs = this.#ports.clock.monotonicMs();
    return this.#followed.find(({ dueMs }) => dueMs <= nowMs)?.record;
  }

  remove(record: TransactionRecord): void {
    if (!this.has(record)) return;
    this.#followed = this.#followed.filter((followed) => followed.record !== record);
    this.#ports.records.release(record);
  }

  clear(): void {
    this.#next?.cancel();
    for (const { record } of this.#followed) this.remove(record);
  }

  #follow(record: TransactionRecord, afterMs: number): void {
    const { clock, due } = this.#ports;
    this.#followed = [...this.#followed, { record, dueMs: clock.monotonicMs() + afterMs }];
    this.#next?.cancel();
    const firstMs = Math.min(...this.#followed.map(({ dueMs }) => dueMs));
    this.#next = clock.after(Math.max(0, firstMs - clock.monotonicMs()), due);
  }
}
