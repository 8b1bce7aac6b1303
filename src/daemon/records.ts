import { assert } from "../core/assert.ts";
import { isOpen, type Transaction } from "../core/transaction.ts";
import type { Journal } from "../journal/journal.ts";
import { TransactionRecord, type RecordPorts } from "./record.ts";

type Held = { readonly record: TransactionRecord; uses: number };

/** The transactions in memory: each is there once, so that it has one writer. Those that are not at their end stay. */
export class Records {
  readonly #ports: RecordPorts;
  readonly #held = new Map<string, Held>();
  readonly #loading = new Map<string, Promise<Transaction | undefined>>();

  constructor(ports: RecordPorts) {
    this.#ports = ports;
  }

  get journal(): Journal {
    return this.#ports.journal;
  }

  /** One that was just accepted, or loaded at the start. */
  add(transaction: Transaction): TransactionRecord {
    assert(!this.#held.has(transaction.id), "a transaction was added twice");
    const record = new TransactionRecord(this.#ports, transaction);
    this.#held.set(transaction.id, { record, uses: 0 });
    return record;
  }

  peek(id: string): TransactionRecord | undefined {
    return this.#held.get(id)?.record;
  }

  /** Those that are not at their end. */
  *open(): Generator<TransactionRecord> {
    for (const { record } of this.#held.values()) if (isOpen(record.transaction)) yield record;
  }

  /** Works on a transaction, from memory or from the journal; `undefined` where there is none of this id. */
  async use<Answer>(id: string, work: (record: TransactionRecord | undefined) => Promise<Answer>): Promise<Answer> {
    const held = this.#held.get(id) ?? (await this.#load(id));
    if (held === undefined) return work(undefined);
    held.uses += 1;
    try {
      return await work(held.record);
    } finally {
      held.uses -= 1;
      this.tidy(id);
    }
  }

  /** Stays in memory whatever becomes of it, until it is released as often: who may write later must not be a second writer. */
  keep(record: TransactionRecord): void {
    const held = this.#held.get(record.id);
    assert(held?.record === record, "a transaction was kept that is not in memory");
    held.uses += 1;
  }

  release(record: TransactionRecord): void {
    const held = this.#held.get(record.id);
    assert(held?.record === record, "a transaction was released that nobody kept");
    held.uses -= 1;
    this.tidy(record.id);
  }

  /** Forgets a transaction that is at its end and in nobody's hands. */
  tidy(id: string): void {
    const held = this.#held.get(id);
    if (held?.uses === 0 && !held.record.isWriting && !isOpen(held.record.transaction)) this.#held.delete(id);
  }

  async #load(id: string): Promise<Held | undefined> {
    const loading = this.#loading.get(id) ?? this.#ports.journal.get(id);
    this.#loading.set(id, loading);
    try {
      const transaction = await loading;
      if (transaction === undefined) return undefined;
      if (!this.#held.has(id)) this.add(transaction);
      return this.#held.get(id);
    } finally {
      this.#loading.delete(id);
    }
  }
}
