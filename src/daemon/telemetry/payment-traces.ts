import type { Crypto } from "../../core/ports.ts";
import { isPractice } from "../../core/practice.ts";
import type { Stage } from "../../core/terminal.ts";
import type { Transaction } from "../../core/transaction.ts";
import type { DaemonEvent } from "../api.ts";
import { redactText } from "../redaction.ts";
import type { FinishedSpan } from "./span.ts";
import { spanIdOf, traceIdsOf } from "./trace-ids.ts";

export type PaymentTracesPorts = {
  readonly crypto: Crypto;
  readonly now: () => number;
  /** By the configuration: amounts are the shop's business, and a trace needs none. */
  readonly amounts: boolean;
  readonly vendorOf: (terminal: string) => string | undefined;
  readonly send: (spans: readonly FinishedSpan[]) => void;
};

/** More than run, wait, or are about to be acknowledged. Of the oldest the stages, or the acknowledgement, are not told. */
const MOST_FOLLOWED = 2_000;
/** More than a terminal tells of one payment. */
const MOST_STAGES = 64;

type Staged = { readonly stage: Stage; readonly atMs: number };

/** Makes of what happens to each transaction one trace. It is sent in parts, each when it is over, and kept until then in memory. */
export class PaymentTraces {
  readonly #ports: PaymentTracesPorts;
  readonly #stages = new Map<string, Staged[]>();
  /** Accepted by this process. */
  readonly #ours = new Set<string>();
  /** Settled, and not acknowledged yet. */
  readonly #toAcknowledge = new Set<string>();

  constructor(ports: PaymentTracesPorts) {
    this.#ports = ports;
  }

  heard(event: DaemonEvent): void {
    if (event.kind === "progress") this.#staged(event.transaction, event.stage);
    if (event.kind !== "told" || isPractice(event.seen.transaction)) return;
    const { transaction } = event.seen;
    switch (event.type) {
      case "transaction.accepted":
        keep(this.#ours, transaction.id);
        this.#stages.set(transaction.id, []);
        removeOldest(this.#stages);
        return;
      case "transaction.dispatched":
        return;
      case "transaction.settled":
        this.#settled(transaction);
        return;
      case "transaction.resolved":
        this.#resolved(transaction, Date.parse(event.at));
        return;
    }
  }

  /** To be called with every transaction that got a new fact: an acknowledgement is told to nobody else. */
  changed(transaction: Transaction): void {
    const { id, outcome, acknowledgedRevision, settledAt, lastAt } = transaction;
    if (outcome === undefined || settledAt === undefined || acknowledgedRevision < outcome.revision) return;
    if (!this.#toAcknowledge.delete(id)) return;
    this.#ports.send([this.#part(transaction, "acknowledgement", Date.parse(settledAt), Date.parse(lastAt))]);
  }

  #staged(id: string, stage: Stage): void {
    const stages = this.#stages.get(id);
    if (stages === undefined || stages.length >= MOST_STAGES || stages.at(-1)?.stage === stage) return;
    stages.push({ stage, atMs: this.#ports.now() });
  }

  #settled(transaction: Transaction): void {
    const { id, createdAt, dispatched, settledAt, outcome } = transaction;
    const startMs = Date.parse(createdAt);
    const endMs = Date.parse(settledAt ?? createdAt);
    const leftMs = dispatched === undefined ? endMs : Date.parse(dispatched.at);
    const stages = this.#stages.get(id) ?? [];
    const isOurs = this.#ours.delete(id);
    this.#stages.delete(id);
    keep(this.#toAcknowledge, id);
    const { traceId, rootId } = traceIdsOf(id, this.#ports.crypto);
    const attributes = {
      ...this.#attributesOf(transaction),
      // It was accepted by a process that is gone: what happened in between is not known in every part.
      ...(isOurs ? {} : { "tillbridge.recovered": true }),
    };
    this.#ports.send([
      {
        ...{ traceId, spanId: rootId, name: transaction.operation.type, startMs, endMs, attributes },
        ...(outcome?.kind === "unknown" ? { isInDoubt: true } : {}),
      },
      this.#part(transaction, "queue", startMs, leftMs),
      ...(dispatched === undefined ? [] : this.#atTerminal(transaction, leftMs, endMs, stages)),
    ]);
  }

  #atTerminal(
    transaction: Transaction,
    leftMs: number,
    endMs: number,
    stages: readonly Staged[],
  ): readonly FinishedSpan[] {
    const terminal = this.#part(transaction, "terminal", leftMs, endMs);
    const each = stages.map(({ stage, atMs }, index) => ({
      ...this.#part(transaction, `stage ${stage}`, atMs, stages[index + 1]?.atMs ?? endMs, String(index)),
      parentId: terminal.spanId,
    }));
    return [terminal, ...each];
  }

  /** What was found out later, perhaps days later and by another process: in the trace of the payment. */
  #resolved(transaction: Transaction, atMs: number): void {
    const { outcome, settledAt, createdAt } = transaction;
    const name = outcome?.decidedBy.kind === "person" ? "decision" : "recovery";
    keep(this.#toAcknowledge, transaction.id);
    const part = this.#part(transaction, name, Date.parse(settledAt ?? createdAt), atMs, String(outcome?.revision));
    this.#ports.send([
      {
        ...part,
        attributes: this.#attributesOf(transaction),
        ...(outcome?.kind === "unknown" ? { isInDoubt: true } : {}),
      },
    ]);
  }

  #part({ id }: Transaction, name: string, startMs: number, endMs: number, which = ""): FinishedSpan {
    const { crypto } = this.#ports;
    const { traceId, rootId } = traceIdsOf(id, crypto);
    const spanId = spanIdOf(id, `${name} ${which}`, crypto);
    // A clock that was set back in between would make a part that ends before it begins.
    return { traceId, spanId, parentId: rootId, name, startMs, endMs: Math.max(startMs, endMs), attributes: {} };
  }

  /** Nothing of a card, of what a terminal or a vendor wrote, and of people. */
  #attributesOf(transaction: Transaction): FinishedSpan["attributes"] {
    const { id, pos, terminal, operation, outcome, attempts, dispatched } = transaction;
    const vendor = this.#ports.vendorOf(terminal) ?? dispatched?.driver.id;
    const { reference, amount } = operation;
    return {
      "tillbridge.transaction": id,
      "tillbridge.pos": pos,
      "tillbridge.terminal": terminal,
      "tillbridge.operation": operation.type,
      "tillbridge.dispatches": attempts,
      ...(vendor === undefined ? {} : { "tillbridge.vendor": vendor }),
      ...(reference === undefined ? {} : { "tillbridge.reference": redactText(reference) }),
      ...(outcome === undefined
        ? {}
        : { "tillbridge.outcome": outcome.kind, "tillbridge.decided_by": outcome.decidedBy.kind }),
      ...(outcome?.kind === "declined" || outcome?.kind === "notPerformed"
        ? { "tillbridge.reason": outcome.reason }
        : {}),
      ...(outcome?.kind === "unknown" ? { "tillbridge.reason": outcome.since } : {}),
      ...(this.#ports.amounts && amount !== undefined
        ? { "tillbridge.amount.value": amount.value, "tillbridge.amount.currency": amount.currency }
        : {}),
    };
  }
}

function keep(set: Set<string>, id: string): void {
  set.delete(id);
  set.add(id);
  removeOldest(set);
}

function removeOldest(kept: Set<string> | Map<string, unknown>): void {
  const [oldest] = kept.keys();
  if (kept.size > MOST_FOLLOWED && oldest !== undefined) kept.delete(oldest);
}
