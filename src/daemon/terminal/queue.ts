import { assert } from "../../core/assert.ts";
import type { Clock, Timer } from "../../core/ports.ts";
import type { TransactionRecord } from "../record.ts";

type Waiting = { readonly record: TransactionRecord; readonly limit: Timer };

type Ports = {
  readonly clock: Clock;
  readonly maxWaiting: number;
  readonly queueLimitMs: number;
  /** Waited for longer than the queue limit. It has left the queue already. */
  readonly expired: (record: TransactionRecord) => void;
  readonly moved: (record: TransactionRecord) => void;
};

/** Accepted transactions that wait for one terminal, first come first served, each for a limited time. */
export class Queue {
  readonly #ports: Ports;
  readonly #waiting: Waiting[] = [];
  #reserved = 0;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  get length(): number {
    return this.#waiting.length;
  }

  /** Places that are waited in, or kept for what is being made durable. */
  get taken(): number {
    return this.#waiting.length + this.#reserved;
  }

  records(): readonly TransactionRecord[] {
    return this.#waiting.map(({ record }) => record);
  }

  /** Keeps a place while a transaction is being made durable; false where the queue is full. */
  reserve(): boolean {
    if (this.taken >= this.#ports.maxWaiting) return false;
    this.#reserved += 1;
    return true;
  }

  /** The transaction did not come about. */
  release(): void {
    assert(this.#reserved > 0, "a place was released that nobody had reserved");
    this.#reserved -= 1;
  }

  /** Takes the reserved place. */
  add(record: TransactionRecord): void {
    this.release();
    const { clock, queueLimitMs, expired } = this.#ports;
    const limit = clock.after(queueLimitMs, () => {
      if (this.remove(record)) expired(record);
    });
    this.#waiting.push({ record, limit });
    this.#number();
  }

  next(): TransactionRecord | undefined {
    const waiting = this.#waiting[0];
    if (waiting !== undefined) this.remove(waiting.record);
    return waiting?.record;
  }

  remove(record: TransactionRecord): boolean {
    const index = this.#waiting.findIndex((waiting) => waiting.record === record);
    if (index < 0) return false;
    for (const { limit } of this.#waiting.splice(index, 1)) limit.cancel();
    record.setQueuePosition(undefined);
    this.#number();
    return true;
  }

  #number(): void {
    this.#waiting.forEach(({ record }, index) => {
      if (record.live.queuePosition === index + 1) return;
      record.setQueuePosition(index + 1);
      this.#ports.moved(record);
    });
  }
}
