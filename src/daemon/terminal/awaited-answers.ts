import { isInDoubt } from "../../core/transaction.ts";
import type { TransactionRecord } from "../record.ts";
import type { Dialogue } from "./engine.ts";
import type { Exchange, ExchangeEnd } from "./exchange.ts";

type Tell<Message> = (exchange: Exchange<Message>, end: ExchangeEnd<Message>) => void;

/**
 * Requests on which money hangs and whose machine is over: their answers are the best evidence there is, so they are waited for, and
 * the next recovery of their transaction hears them.
 */
export class AwaitedAnswers<Message> {
  readonly #awaited = new Map<TransactionRecord, readonly Exchange<Message>[]>();

  keep(record: TransactionRecord, exchanges: readonly Exchange<Message>[]): void {
    if (exchanges.length > 0) this.#awaited.set(record, exchanges);
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
    this.#awaited.delete(record);
    for (const exchange of exchanges) {
      dialogue.own(exchange);
      if (exchange.unheard !== undefined) tell(exchange, exchange.unheard);
    }
    return exchanges.map(({ name }) => name);
  }

  /** What is decided is waited for no longer. */
  sweep(): void {
    for (const record of this.#awaited.keys()) if (!isInDoubt(record.transaction)) this.#drop(record);
  }

  close(): void {
    for (const record of this.#awaited.keys()) this.#drop(record);
  }

  #drop(record: TransactionRecord): void {
    for (const exchange of this.#awaited.get(record) ?? []) exchange.end();
    this.#awaited.delete(record);
  }
}
