import { assert } from "../core/assert.ts";
import { isOpen, type Transaction } from "../core/transaction.ts";
import type { MomentBody } from "../core/moments.ts";
import { timestamp } from "../core/ports.ts";
import type { Journal } from "../journal/journal.ts";
import { Moments } from "./moments.ts";
import { TransactionRecord, type RecordPorts } from "./record.ts";

/** Transactions at their end whose moments no fact has taken along: the acknowledgement does, where it comes. */
const MOST_LEFT_BEHIND = 256;

type Held = { readonly record: TransactionRecord; uses: number };

/** The transactions in memory: each is there once, so that it has one writer. Those that are not at their end stay. */
export class Records {
  readonly #ports: RecordPorts;
  readonly #held = new Map<string, Held>();
  readonly #leftBehind = new Map<string, Moments>();
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
    const moments = this.#leftBehind.get(transaction.id);
    this.#leftBehind.delete(transaction.id);
    const record = new TransactionRecord(this.#ports, transaction, moments);
    this.#held.set(transaction.id, { record, uses: 0 });
    return record;
  }

  peek(id: string): TransactionRecord | undefined {
    return this.#held.get(id)?.record;
  }

  /** For the timeline of a transaction, whether it is in memory or not. */
  recount(id: string, moment: MomentBody): void {
    const record = this.peek(id);
    if (record !== undefined) return record.recount(moment);
    const moments = this.#leftBehind.get(id) ?? new Moments();
    moments.add({ ...moment, at: timestamp(this.#ports.clock) });
    this.#leaveBehind(id, moments);
  }

  /** What no fact of it has taken along yet. */
  moments(id: string): Moments | undefined {
    return this.peek(id)?.moments ?? this.#leftBehind.get(id);
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
    if (held?.uses !== 0 || held.record.isWriting || isOpen(held.record.transaction)) return;
    this.#held.delete(id);
    if (held.record.moments.pending !== undefined) this.#leaveBehind(id, held.record.moments);
  }

  #leaveBehind(id: string, moments: Moments): void {
    this.#leftBehind.delete(id);
    this.#leftBehind.set(id, moments);
    const [oldest] = this.#leftBehind.keys();
    if (this.#leftBehind.size > MOST_LEFT_BEHIND && oldest !== undefined) this.#leftBehind.delete(oldest);
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
