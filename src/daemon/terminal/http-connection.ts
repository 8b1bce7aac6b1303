import { otherProgramInWords, type OtherProgram } from "../../core/link-fault.ts";
import type { HttpAnswer, HttpRequest } from "../../core/http.ts";
import type { Clock, Crypto, Log, Timer } from "../../core/ports.ts";
import type { HttpWire } from "../../drivers/wire.ts";
import { backoffMs } from "../../transports/backoff.ts";
import type { ExchangeLimits, ExchangeListener, OpenedExchange } from "../../transports/exchange.ts";
import type { Sent } from "../../transports/transport.ts";
import type { Desk } from "../account/desk.ts";
import type { Urgency } from "../account/request-budget.ts";
import type { TerminalRecorder } from "../recorder/conversation-recorder.ts";
import type { ConnectionSettings } from "./stream-connection.ts";
import { Exchange, type ExchangeEnd } from "./exchange.ts";
import type { Keyring } from "./keyring.ts";
import type { LinkFaults } from "./link-faults.ts";
import { momentOf } from "./signs-of-life.ts";

/** Opens a connection for one exchange with the terminal: the address is bound already. */
export type OpenExchange = (
  listener: ExchangeListener,
  limits: ExchangeLimits,
  signal: AbortSignal,
) => Promise<OpenedExchange>;

interface HttpConnectionListener<Message> {
  up(link: string): void;
  down(loss: "failed", why: string): void;
  /** Never called before the call that began the exchange has returned. */
  ended(exchange: Exchange<Message>, end: ExchangeEnd<Message>): void;
  /** The machine is there, and no program listens: what ran there has ended. */
  nobodyListens(): void;
}

export type HttpConnectionPorts<Message> = {
  /** Before each link: where it leads, and that somebody may be asked there. Not waited for once it is aborted. */
  readonly choose: (signal: AbortSignal) => Promise<void>;
  readonly open: OpenExchange;
  readonly wire: HttpWire<Message>;
  /** Of the account whose servers are asked. */
  readonly desk?: Desk;
  readonly keyring: Keyring;
  readonly clock: Clock;
  readonly crypto: Crypto;
  readonly log: Log;
  readonly recorder?: TerminalRecorder | undefined;
  /** Of a terminal that is asked itself. */
  readonly faults?: LinkFaults;
  readonly settings: ConnectionSettings;
  readonly listener: HttpConnectionListener<Message>;
};

/** A connection that was opened for one request, before that is made durable. */
export type Prepared<Message> =
  | {
      readonly kind: "prepared";
      readonly exchange: Exchange<Message>;
      readonly link: string;
      isOpen(): boolean;
      /** Seals and sends. The answer is waited for from here on. */
      send(replyTimeoutMs: number): Promise<Sent>;
    }
  | { readonly kind: "failed"; readonly why: string };

const MOST_AT_ONCE = 16;

/**
 * A terminal that is asked by HTTP. There is no link to keep open: `up` says that it may be asked, and `drop`, after a terminal was
 * not reachable, that it is asked again later. Each exchange has a connection of its own.
 */
export class HttpConnection<Message> {
  readonly #ports: HttpConnectionPorts<Message>;
  readonly #closing = new AbortController();
  readonly #underWay = new Set<Exchange<Message>>();
  #link: string | undefined;
  #retry: Timer | undefined;
  #ups = 0;
  /** The terminal itself answered on this link. */
  #isProven = false;
  #failures = 1;

  constructor(ports: HttpConnectionPorts<Message>) {
    this.#ports = ports;
  }

  get link(): string | undefined {
    return this.#link;
  }

  start(): void {
    void this.#begin();
  }

  async #begin(): Promise<void> {
    this.#retry = undefined;
    await this.#ports.choose(this.#closing.signal);
    if (this.#closing.signal.aborted) return;
    this.#ups += 1;
    this.#isProven = false;
    this.#link = `http #${this.#ups}`;
    this.#ports.recorder?.link("open");
    this.#ports.listener.up(this.#link);
  }

  /** @param restMs before which it is not asked again, unless something else happens */
  drop(link: string, why: string, restMs = 0): void {
    if (this.#link !== link) return;
    this.#link = undefined;
    this.#ports.log.warn("terminal.linkLost", "link lost", { link, why });
    this.#ports.recorder?.link("lost", why);
    this.#ports.listener.down("failed", why);
    const { clock, crypto, settings } = this.#ports;
    const [byte = 0] = crypto.randomBytes(1);
    const delayMs = backoffMs(this.#failures, settings.backoff, byte / 256);
    this.#failures += 1;
    this.#retry = clock.after(Math.max(restMs, delayMs), () => {
      this.start();
    });
  }

  /** Something was plugged in, or the network is another one: what failed before may work now. */
  tryNow(): void {
    this.#failures = 1;
    if (this.#retry === undefined) return;
    this.#retry.cancel();
    this.start();
  }

  /** The terminal answered: the next loss starts again with short delays. */
  proven(): void {
    this.#isProven = true;
    this.#failures = 1;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#retry?.cancel();
    this.#link = undefined;
    const exchanges = [...this.#underWay];
    for (const exchange of exchanges) exchange.end();
    for (const { connection } of exchanges) await connection?.close();
  }

  encode(message: Message): HttpRequest {
    return this.#ports.wire.encode(message);
  }

  /** Asks what moves no money, over a connection that is opened meanwhile. */
  ask(name: string, message: Message, replyTimeoutMs: number, urgency: Urgency): Exchange<Message> {
    const exchange = this.#newExchange(name, this.encode(message), false);
    void this.#ask(exchange, replyTimeoutMs, urgency);
    return exchange;
  }

  async #ask(exchange: Exchange<Message>, replyTimeoutMs: number, urgency: Urgency): Promise<void> {
    const prepared = await this.#prepare(exchange, urgency);
    if (exchange.isOver) return;
    const sent = prepared.kind === "failed" ? prepared : await prepared.send(replyTimeoutMs);
    if (sent.kind === "sent") return;
    const lost = prepared.kind === "prepared" && sent.kind === "failed";
    this.#end(exchange, { kind: lost ? "exchangeLost" : "notSent", exchange: exchange.name, why: sent.why });
  }

  /** Opens the connection of a request on which money hangs. It is not counted as under way before it was sent. */
  prepare(name: string, request: HttpRequest): Promise<Prepared<Message>> {
    return this.#prepare(this.#newExchange(name, request, true), "commits");
  }

  #newExchange(name: string, request: HttpRequest, commits: boolean): Exchange<Message> {
    return new Exchange<Message>(name, request, commits, (exchange) => this.#underWay.delete(exchange));
  }

  async #prepare(exchange: Exchange<Message>, urgency: Urgency): Promise<Prepared<Message>> {
    const { open, wire, desk, keyring, clock, settings, listener, faults } = this.#ports;
    if (this.#underWay.size >= MOST_AT_ONCE) {
      exchange.end();
      return { kind: "failed", why: "the terminal is being asked too much at once" };
    }
    this.#underWay.add(exchange);
    const admission = await desk?.admit(urgency, this.#closing.signal);
    if (admission?.kind === "refused") {
      if (exchange.commits) exchange.end();
      return { kind: "failed", why: admission.why };
    }
    const opened = await open(
      {
        answered: (answer) => {
          this.#answered(exchange, answer);
        },
        lost: (why, program) => {
          if (program !== undefined) this.#foundOther(why, program);
          this.#end(exchange, { kind: "exchangeLost", exchange: exchange.name, why });
        },
      },
      { openTimeoutMs: settings.openTimeoutMs, maxAnswerBytes: wire.maxAnswerBytes },
      this.#closing.signal,
    );
    if (opened.kind === "failed") {
      if (exchange.commits) exchange.end();
      if (opened.nobodyListens === true) listener.nobodyListens();
      const remedy = opened.remedy === undefined ? "" : `. ${opened.remedy.replace(/\.$/, "")}`;
      const why = `${opened.why}${remedy}`;
      if (opened.nobodyListens === true) faults?.tell(why, { kind: "nobodyListens" });
      return { kind: "failed", why };
    }
    const { connection } = opened;
    exchange.connection = connection;
    if (exchange.isOver) await connection.close();
    return {
      kind: "prepared",
      exchange,
      link: connection.name,
      isOpen: () => connection.isOpen,
      send: async (replyTimeoutMs) => {
        exchange.limit = clock.after(replyTimeoutMs, () => {
          const why = `no answer came within ${replyTimeoutMs} ms`;
          this.#end(exchange, { kind: "exchangeLost", exchange: exchange.name, why });
        });
        exchange.sentAt = momentOf(clock);
        const sent = await connection.send(wire.seal(exchange.request, keyring), settings.writeTimeoutMs);
        if (sent.kind === "refused" && exchange.commits) exchange.end();
        return sent;
      },
    };
  }

  #answered(exchange: Exchange<Message>, answer: HttpAnswer): void {
    const { wire, desk, keyring, log, recorder } = this.#ports;
    desk?.heard(answer);
    const opened = wire.open(answer, exchange.request, keyring);
    if (opened.kind === "message") {
      for (const [label, value] of Object.entries(opened.secrets ?? {})) keyring.label(label, value);
      this.#end(exchange, { kind: "answered", exchange: exchange.name, message: opened.message });
      return;
    }
    log.warn("terminal.notBelieved", "an answer that cannot be believed", {
      exchange: exchange.name,
      status: answer.status,
      bytes: answer.body.length,
      why: opened.why,
    });
    const why = this.#otherBehind(answer) ?? opened.why;
    recorder?.bytes("garbled", answer.body, why);
    this.#end(exchange, { kind: "garbled", exchange: exchange.name, why, length: answer.body.length });
  }

  /** Where no terminal has answered yet, a page is of whatever has its address: a router, a printer. */
  #otherBehind({ headers }: HttpAnswer): string | undefined {
    const isPage = /^\s*text\/html\b/i.test(headers["content-type"] ?? "");
    if (!isPage || this.#isProven || this.#ports.faults === undefined) return undefined;
    const why = otherProgramInWords("web");
    this.#foundOther(why, "web");
    return why;
  }

  #foundOther(why: string, program: OtherProgram): void {
    this.#ports.faults?.tell(why, { kind: "otherProgram", program });
  }

  #end(exchange: Exchange<Message>, end: ExchangeEnd<Message>): void {
    if (exchange.end()) this.#ports.listener.ended(exchange, end);
  }
}
