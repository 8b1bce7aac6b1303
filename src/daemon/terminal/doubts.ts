import type { MomentBody } from "../../core/moments.ts";
import type { UnknownCause } from "../../core/outcome.ts";
import { isInDoubt } from "../../core/transaction.ts";
import type { TransactionRecord } from "../record.ts";
import type { Records } from "../records.ts";

export type OpenDoubt = {
  readonly record: TransactionRecord;
  readonly since: UnknownCause;
  /** Whether the terminal takes nothing else meanwhile (rule 4). */
  readonly fences: boolean;
  /** Recovery cannot find out: only a person can end it. */
  gaveUp: boolean;
  gaveUpWhy?: string;
  /** Stops watching the transaction. */
  readonly deaf: () => void;
};

/** The transactions of one terminal of which nobody knows how they ended, oldest first. */
export class Doubts {
  readonly #records: Records;
  readonly #changed: () => void;
  readonly #open: OpenDoubt[] = [];

  /** @param changed one of them changed, whoever wrote that: also a person's word that came late to the disk */
  constructor(records: Records, changed: () => void) {
    this.#records = records;
    this.#changed = changed;
  }

  add(record: TransactionRecord, since: UnknownCause, fences: boolean): void {
    if (this.of(record) !== undefined) return;
    this.#records.keep(record);
    this.#open.push({ record, since, fences, gaveUp: false, deaf: record.watch(this.#changed) });
    record.setRecovery("running");
  }

  of(record: TransactionRecord): OpenDoubt | undefined {
    return this.#open.find((doubt) => doubt.record === record);
  }

  /** Answers whether this reason is news. */
  giveUp(record: TransactionRecord, why: string): boolean {
    const doubt = this.of(record);
    if (doubt === undefined) return false;
    const isNews = doubt.gaveUpWhy !== why;
    doubt.gaveUp = true;
    doubt.gaveUpWhy = why;
    if (!doubt.fences) this.remove(record);
    record.setRecovery("stopped");
    return isNews;
  }

  remove(record: TransactionRecord): void {
    const index = this.#open.findIndex((doubt) => doubt.record === record);
    record.setRecovery("none");
    const [removed] = index < 0 ? [] : this.#open.splice(index, 1);
    if (removed === undefined) return;
    removed.deaf();
    this.#records.release(record);
  }

  /** Nobody asks this terminal any more. */
  clear(): void {
    for (const { record } of [...this.#open]) this.remove(record);
  }

  /** Drops those that came to an end, whoever ended them; answers whether there were any. */
  sweep(): boolean {
    const ended = this.#open.filter(
      ({ record: { transaction } }) => !isInDoubt(transaction) || transaction.fenceLifted,
    );
    for (const { record } of ended) this.remove(record);
    return ended.length > 0;
  }

  get records(): readonly TransactionRecord[] {
    return this.#open.map(({ record }) => record);
  }

  /** In the timelines of those in doubt, and of the one that runs. */
  recount(moment: MomentBody, running?: TransactionRecord): void {
    for (const record of new Set([...this.records, ...(running === undefined ? [] : [running])]))
      record.recount(moment);
  }

  /** The next one to be asked about. */
  next(): OpenDoubt | undefined {
    return this.#open.find((doubt) => !doubt.gaveUp);
  }

  /** The oldest one that keeps the terminal from other work. */
  get fence(): OpenDoubt | undefined {
    return this.#open.find((doubt) => doubt.fences);
  }

  /** A fence and nothing left to ask: a person has to decide. */
  get fenced(): boolean {
    const fencing = this.#open.filter((doubt) => doubt.fences);
    return fencing.length > 0 && fencing.every((doubt) => doubt.gaveUp);
  }

  /** An answer came in that was waited for. */
  askAgainAbout(record: TransactionRecord): boolean {
    const doubt = this.of(record);
    if (doubt === undefined) return false;
    doubt.gaveUp = false;
    record.setRecovery("running");
    return true;
  }

  /** After a new link: what was given up is asked about once more, since asking does no harm. */
  askAgain(): void {
    this.recount({ kind: "linkOpened" });
    for (const { record } of this.#open) this.askAgainAbout(record);
  }
}

/** As people are told of it. */
export function fenceView(record: TransactionRecord): { readonly transaction: string; readonly since: string } {
  const { dispatched, createdAt } = record.transaction;
  return { transaction: record.id, since: dispatched?.at ?? createdAt };
}
