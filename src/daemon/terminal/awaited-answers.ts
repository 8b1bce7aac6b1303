import type { TransactionRecord } from "../record.ts";
import type { Records } from "../records.ts";
import type { Dialogue } from "./engine.ts";
import type { Exchange, ExchangeEnd } from "./exchange.ts";

type Tell<Message> = (exchange: Exchange<Message>, end: ExchangeEnd<Message>) => void;

/**
 * Requests on which money hangs and whose machine is over: their answers are the best evidence there is, also after somebody has
 * decided without them. They are waited for until their own limit, and the next recovery of their transaction hears them.
 */
export class AwaitedAnswers<Message> {
  readonly #records: Pick<Records, "keep" | "release">;
  readonly #awaited = new Map<TransactionRecord, readonly Exchange<Message>[]>();

  constructor(records: Pick<Records, "keep" | "release">) {
    this.#records = records;
  }

  keep(record: TransactionRecord, exchanges: readonly Exchange<Message>[]): void {
    if (exchanges.length === 0) return;
    this.#records.keep(record);
    this.#awaited.set(record, exchanges);
  }

  /** An answer to nobody is kept; answers whose transaction it is about, where that still waits. */
  cameIn(exchange: Exchange<Message>, end: ExchangeEnd<Message>): TransactionRecord | undefined {
    exchange.unheard = end;
    for (const [record, exchanges] of this.#awaited) if (exchanges.includes(exchange)) return record;
    return undefined;
  }

  /** They are this machine's from now on, and what has ended meanwhile is told again. Answers their names. */
  handOver(record: TransactionRecord, dialogue: Dialogue<Message>, tell: Tell<Message>): readonly string[] {
    const exchanges = this.#awaited.get(record) ?? [];
    this.#forget(record);
    for (const exchange of exchanges) {
      dialogue.own(exchange);
      if (exchange.unheard !== undefined) tell(exchange, exchange.unheard);
    }
    return exchanges.map(({ name }) => name);
  }

  /** This one was heard; the others are waited for. */
  drop(record: TransactionRecord, exchange: Exchange<Message>): void {
    const left = (this.#awaited.get(record) ?? []).filter((other) => other !== exchange);
    if (left.length > 0) this.#awaited.set(record, left);
    else this.#forget(record);
  }

  close(): void {
    for (const [record, exchanges] of this.#awaited) {
      for (const exchange of exchanges) exchange.end();
      this.#forget(record);
    }
  }

  #forget(record: TransactionRecord): void {
    if (this.#awaited.delete(record)) this.#records.release(record);
  }
}
