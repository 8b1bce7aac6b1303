import type { Clock, Log } from "../../core/ports.ts";
import { isInDoubt } from "../../core/transaction.ts";
import type { Input } from "../../drivers/driver.ts";
import { JournalFailure } from "../../journal/journal.ts";
import type { TransactionRecord } from "../record.ts";
import type { Records } from "../records.ts";
import type { AnswerLimits } from "./answer-limits.ts";
import { AwaitedAnswers } from "./awaited-answers.ts";
import type { Device } from "./device.ts";
import type { Doubts } from "./doubts.ts";
import type { Endings, Left } from "./endings.ts";
import type { Dialogue } from "./engine.ts";
import type { Exchange, ExchangeEnd } from "./exchange.ts";
import type { Machines } from "./machines.ts";
import { raise, settleSurely } from "./settling.ts";
import type { Standing } from "./standing.ts";

export type WorkKind = "operation" | "recovery";

export type Running<Message> = {
  readonly kind: WorkKind;
  readonly record: TransactionRecord;
  readonly dialogue: Dialogue<Message>;
};

type WorkPorts<Message> = {
  readonly machines: Machines<Message>;
  readonly limits: AnswerLimits;
  readonly endings: Endings;
  readonly standing: Standing;
  readonly doubts: Doubts;
  readonly records: Records;
  readonly clock: Clock;
  readonly log: Log;
  /** An exchange ended that is to be heard in its turn. */
  readonly post: (exchange: Exchange<Message>, end: ExchangeEnd<Message>) => void;
};

export type Begun<Message> =
  /** It is to hear this first. */
  | { readonly kind: "begun"; readonly dialogue: Dialogue<Message>; readonly input: Input<Message> }
  | { readonly kind: "over" }
  /** It could not be read what it is about. */
  | { readonly kind: "failed"; readonly why: string };

/** What a terminal works for: one transaction at a time, as an operation or as the recovery of one. */
export class Work<Message> {
  readonly #ports: WorkPorts<Message>;
  readonly #awaited: AwaitedAnswers<Message>;
  #running: Running<Message> | undefined;
  /** The operation that has left the queue and has no machine yet: what it is about is being read. */
  #beginning: TransactionRecord | undefined;

  constructor(ports: WorkPorts<Message>) {
    this.#ports = ports;
    this.#awaited = new AwaitedAnswers(ports.records);
  }

  get running(): Running<Message> | undefined {
    return this.#running;
  }

  /** The operation that runs, or is about to. */
  get operation(): TransactionRecord | undefined {
    return this.#running?.kind === "operation" ? this.#running.record : this.#beginning;
  }

  /** Nothing runs, and nothing is about to. */
  get isFree(): boolean {
    return this.#running === undefined && this.#beginning === undefined;
  }

  /** Starts the machine of an operation, or of the recovery of one. */
  async begin(kind: WorkKind, record: TransactionRecord, link: string, device: Device): Promise<Begun<Message>> {
    const { records, machines, limits } = this.#ports;
    const isOperation = kind === "operation";
    if (isOperation && record.transaction.outcome !== undefined) return { kind: "over" };
    // Whoever ends it meanwhile, its machine may still write, and what it left open is waited for.
    records.keep(record);
    if (isOperation) this.#beginning = record;
    let dialogue: Dialogue<Message>;
    try {
      dialogue = await machines.transaction(kind, record, link, device);
    } catch (failure) {
      if (!(failure instanceof JournalFailure)) throw failure;
      if (isOperation) await settleSurely(record, { kind: "notPerformed", reason: "notSent" }, this.#ports);
      records.release(record);
      return isOperation ? { kind: "over" } : { kind: "failed", why: failure.message };
    } finally {
      this.#beginning = undefined;
    }
    this.#running = { kind, record, dialogue };
    if (isOperation) {
      record.setProgress({ stage: "waitingForTerminal" });
      const { answerMs, cancelGraceMs } = machines.limitsOf(record);
      limits.start(record, answerMs, cancelGraceMs);
      return { kind: "begun", dialogue, input: { kind: "opened", link } };
    }
    record.recount({ kind: "recoveryBegan" });
    const pending = this.#awaited.handOver(record, dialogue, (...ended) => this.#ports.post(...ended));
    return { kind: "begun", dialogue, input: { kind: "resumed", link, pending } };
  }

  stop(): void {
    const running = this.#running;
    if (running === undefined) return;
    this.#running = undefined;
    running.dialogue.end();
    this.#awaited.keep(running.record, running.dialogue.leftOpen);
    this.#ports.records.release(running.record);
  }

  close(): void {
    this.stop();
    this.#awaited.close();
  }

  /** The running machine is over. */
  async ended({ kind, record }: Running<Message>, left: Left): Promise<void> {
    const { endings, doubts, standing, records } = this.#ports;
    this.stop();
    await endings.ended(record, left);
    const isLeftOpen = isInDoubt(record.transaction) && doubts.of(record)?.gaveUp === false;
    if (kind === "recovery" && isLeftOpen) await endings.gaveUp(record, left.why);
    doubts.sweep();
    standing.add(record);
    records.tidy(record.id);
  }

  /** Its machine cannot find out; it goes on listening unless it has to make room. */
  async gaveUp(record: TransactionRecord, why: string, makesRoom: boolean): Promise<void> {
    const { endings, doubts, standing } = this.#ports;
    if (standing.has(record)) {
      this.stop();
      standing.remove(record);
      return raise(record, "endNotKnown", `its end cannot be found out: ${why}`, this.#ports);
    }
    await endings.gaveUp(record, why);
    if (makesRoom || doubts.next() !== undefined || doubts.of(record) === undefined) this.stop();
  }

  /** Nothing new about what stands. */
  later(record: TransactionRecord, afterMs: number): void {
    this.stop();
    this.#ports.standing.postpone(record, afterMs);
  }

  /** The end of an exchange whose machine is over: the recovery that begins hears it, or whoever judges what comes late. */
  async heardByNobody(exchange: Exchange<Message>, end: ExchangeEnd<Message>, device: Device): Promise<void> {
    const { doubts, machines } = this.#ports;
    const waiting = this.#awaited.cameIn(exchange, end);
    if (waiting === undefined || doubts.askAgainAbout(waiting)) return;
    await machines.hearLate(waiting, device, exchange, end);
    this.#awaited.drop(waiting, exchange);
  }
}
