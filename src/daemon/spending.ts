import type { Money } from "../core/money.ts";
import type { OperationType } from "../core/operation-type.ts";
import { countedOf, hangsOnOriginal, mostAsked, worthOf } from "../core/pos-limits.ts";
import type { Clock } from "../core/ports.ts";
import type { Transaction } from "../core/transaction.ts";
import type { Journal } from "../journal/journal.ts";

/** As many as are folded at a time: a sale's write waits no longer than for these. */
const PAGE = 100;

export type SpendingPorts = {
  readonly journal: Pick<Journal, "list" | "get">;
  readonly clock: Clock;
  /** When the day of this moment began, by the clock on the wall. */
  readonly startOfDay: (nowMs: number) => number;
};

type Entry = { readonly worth: Money | undefined; readonly counted: Money | undefined };

/** What one POS did today. */
type Day = {
  readonly from: string;
  readonly entries: Map<string, Entry>;
  /** Minor units, by type and currency. */
  readonly sums: Map<string, number>;
  /** What still has to be read before the sums are right. */
  readonly reading: Set<Promise<void>>;
};

/**
 * What each POS moved, or may have moved, today: read once from the journal when it is first asked for, and kept right by every fact
 * that is written from then on.
 */
export class Spending {
  readonly #ports: SpendingPorts;
  readonly #days = new Map<string, Day>();

  constructor(ports: SpendingPorts) {
    this.#ports = ports;
  }

  /** Whether `today` can be asked at once. */
  isKnown(pos: string): boolean {
    const day = this.#days.get(pos);
    return day?.from === this.#today() && day.reading.size === 0;
  }

  /** Rejects with `JournalFailure` where the journal cannot be read; then it is read again the next time. */
  async learn(pos: string): Promise<void> {
    const from = this.#today();
    let day = this.#days.get(pos);
    if (day?.from !== from) {
      for (const [name, { from: began }] of this.#days) if (began !== from) this.#days.delete(name);
      day = { from, entries: new Map(), sums: new Map(), reading: new Set() };
      this.#days.set(pos, day);
      this.#reading(pos, day, this.#read(pos, day));
    }
    await Promise.all(day.reading);
  }

  /** Minor units. */
  today(pos: string, type: OperationType, currency: string): number {
    return this.#days.get(pos)?.sums.get(keyOf(type, currency)) ?? 0;
  }

  /** To be called with every transaction that is accepted, or got a new fact. `worth`: of its original, where the caller knows it. */
  changed(transaction: Transaction, worth?: Money): void {
    const { pos } = transaction;
    const day = this.#days.get(pos);
    if (day === undefined || transaction.createdAt < day.from) return;
    const known = worth ?? day.entries.get(transaction.id)?.worth;
    if (known !== undefined || !needsOriginal(transaction)) count(day, transaction, known);
    else this.#reading(pos, day, this.#countWithOriginal(day, transaction));
  }

  #today(): string {
    const { clock, startOfDay } = this.#ports;
    return new Date(startOfDay(clock.now())).toISOString();
  }

  #reading(pos: string, day: Day, work: Promise<void>): void {
    const settled = work.then(
      () => void day.reading.delete(settled),
      (error: unknown) => {
        if (this.#days.get(pos) === day) this.#days.delete(pos);
        throw error;
      },
    );
    day.reading.add(settled);
    settled.catch(() => undefined);
  }

  /**
   * Newest first, until a whole page is of another day. What a fact told meanwhile is newer than what is read here. A clock that was set
   * back over midnight may leave a few out, if there are more than a page.
   */
  async #read(pos: string, day: Day): Promise<void> {
    for (let cursor: string | undefined; ;) {
      const page = await this.#ports.journal.list({ pos, limit: PAGE, ...(cursor === undefined ? {} : { cursor }) });
      const ofToday = page.transactions.filter(({ createdAt }) => createdAt >= day.from);
      for (const transaction of ofToday) {
        const worth = needsOriginal(transaction) ? await this.#worthOfOriginal(transaction) : undefined;
        if (!day.entries.has(transaction.id)) count(day, transaction, worth);
      }
      cursor = page.cursor;
      if (cursor === undefined || ofToday.length === 0) return;
    }
  }

  async #countWithOriginal(day: Day, transaction: Transaction): Promise<void> {
    count(day, transaction, await this.#worthOfOriginal(transaction));
  }

  async #worthOfOriginal({ original }: Transaction): Promise<Money | undefined> {
    const found = original === undefined ? undefined : await this.#ports.journal.get(original);
    return found === undefined ? undefined : worthOf(found);
  }
}

/** When this day began on the clock of this machine; where its first hour is skipped, when the clock was set. */
export function startOfLocalDay(nowMs: number): number {
  return new Date(nowMs).setHours(0, 0, 0, 0);
}

function needsOriginal({ original, operation }: Transaction): boolean {
  return original !== undefined && hangsOnOriginal(operation);
}

function count(day: Day, transaction: Transaction, worth: Money | undefined): void {
  const { type } = transaction.operation;
  const counted = countedOf(transaction, mostAsked(transaction.operation, worth));
  const before = day.entries.get(transaction.id)?.counted;
  if (before !== undefined) add(day, type, before, -1);
  if (counted !== undefined) add(day, type, counted, 1);
  day.entries.set(transaction.id, { worth, counted });
}

function add({ sums }: Day, type: OperationType, { value, currency }: Money, sign: 1 | -1): void {
  const key = keyOf(type, currency);
  sums.set(key, (sums.get(key) ?? 0) + sign * value);
}

function keyOf(type: OperationType, currency: string): string {
  return `${type} ${currency}`;
}
