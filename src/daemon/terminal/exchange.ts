import type { HttpRequest } from "../../core/http.ts";
import type { Timer } from "../../core/ports.ts";
import type { Input } from "../../drivers/driver.ts";
import type { ExchangeConnection } from "../../transports/exchange.ts";
import type { Moment } from "./signs-of-life.ts";
import type { Turn } from "./turn.ts";

/** What a machine hears of an exchange, once. */
export type ExchangeEnd<Message> = Extract<
  Input<Message>,
  { kind: "answered" | "garbled" | "notSent" | "exchangeLost" }
>;

/** The machine that asked, or the recovery that inherited it. */
export interface ExchangeOwner<Message> {
  hear(exchange: Exchange<Message>, end: ExchangeEnd<Message>): Promise<readonly Turn[]>;
}

/** One request that left, or is about to, and its answer that is awaited. */
export class Exchange<Message> {
  readonly name: string;
  readonly request: HttpRequest;
  /** Money hangs on it: its answer is waited for even when the machine that asked is over. */
  readonly commits: boolean;
  owner: ExchangeOwner<Message> | undefined;
  /** How it ended while nobody owned it. */
  unheard: ExchangeEnd<Message> | undefined;
  connection: ExchangeConnection | undefined;
  /** When its request began to leave: whoever answers it was there later than that. */
  sentAt: Moment | undefined;
  /** Rings when the answer is not waited for any longer. */
  limit: Timer | undefined;
  readonly #whenOver: (exchange: Exchange<Message>) => void;
  #isOver = false;

  constructor(name: string, request: HttpRequest, commits: boolean, whenOver: (exchange: Exchange<Message>) => void) {
    this.name = name;
    this.request = request;
    this.commits = commits;
    this.#whenOver = whenOver;
  }

  /** It ended or was given up; what comes of it now comes too late. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Ends it; answers whether it was under way until now. */
  end(): boolean {
    if (this.#isOver) return false;
    this.#isOver = true;
    this.limit?.cancel();
    void this.connection?.close();
    this.#whenOver(this);
    return true;
  }
}
