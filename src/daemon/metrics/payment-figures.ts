import { isPractice } from "../../core/practice.ts";
import type { Clock } from "../../core/ports.ts";
import type { Transaction } from "../../core/transaction.ts";
import type { DaemonEvent } from "../api.ts";
import { counter, type Family, type Labels } from "./family.ts";
import { Histogram } from "./histogram.ts";
import { Tally } from "./tally.ts";

/** From a card that is only held there to a customer who looks for it. */
const SECONDS = [0.5, 1, 2.5, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600];

/** Far more than can run and wait; of those that stay in doubt for days the time says nothing any more. */
const MOST_TIMED = 2_000;

/** Monotonic: when this process heard of it. */
type Begun = { readonly acceptedMs: number; readonly dispatchedMs?: number };

/** How operations end and how long they take, since the service began. What is in the journal from before is not counted again. */
export class PaymentFigures {
  readonly #clock: Clock;
  readonly #begun = new Map<string, Begun>();
  readonly #accepted = new Tally();
  readonly #settled = new Tally();
  readonly #resolved = new Tally();
  readonly #whole = new Histogram(
    "tillbridge_transaction_duration_seconds",
    "From the POS program's order to the outcome that it was told, since the service began.",
    SECONDS,
  );
  readonly #atTerminal = new Histogram(
    "tillbridge_transaction_terminal_seconds",
    "From the order that was sent to the terminal to the outcome, since the service began.",
    SECONDS,
  );

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  told({ type, seen: { transaction } }: Extract<DaemonEvent, { kind: "told" }>, vendor: string): void {
    if (isPractice(transaction)) return;
    const labels = { vendor, operation: transaction.operation.type };
    switch (type) {
      case "transaction.accepted":
        this.#accepted.add(labels);
        this.#begin(transaction.id);
        return;
      case "transaction.dispatched":
        this.#leaves(transaction.id);
        return;
      case "transaction.settled":
        this.#settled.add(withOutcome(labels, transaction));
        this.#ends(transaction.id, labels);
        return;
      case "transaction.resolved":
        this.#resolved.add(withOutcome(labels, transaction));
        return;
    }
  }

  families(): readonly Family[] {
    return [
      counter(
        "tillbridge_transactions_accepted_total",
        "Operations that were taken, since the service began.",
        this.#accepted.samples(),
      ),
      counter(
        "tillbridge_transactions_settled_total",
        "How operations ended, as it was told first, since the service began: outcome unknown is no decline, money may have moved.",
        this.#settled.samples(),
      ),
      counter(
        "tillbridge_transactions_resolved_total",
        "Operations of which another outcome was found out later, by that outcome, since the service began.",
        this.#resolved.samples(),
      ),
      this.#whole.family(),
      this.#atTerminal.family(),
    ];
  }

  #begin(id: string): void {
    this.#begun.set(id, { acceptedMs: this.#clock.monotonicMs() });
    const [oldest] = this.#begun.keys();
    if (this.#begun.size > MOST_TIMED && oldest !== undefined) this.#begun.delete(oldest);
  }

  #leaves(id: string): void {
    const begun = this.#begun.get(id);
    if (begun !== undefined) this.#begun.set(id, { ...begun, dispatchedMs: this.#clock.monotonicMs() });
  }

  /** What another process began has no time here: a clock on the wall that was set would tell a wrong one. */
  #ends(id: string, labels: Labels): void {
    const begun = this.#begun.get(id);
    if (begun === undefined) return;
    this.#begun.delete(id);
    const nowMs = this.#clock.monotonicMs();
    this.#whole.add(labels, (nowMs - begun.acceptedMs) / 1_000);
    if (begun.dispatchedMs !== undefined) this.#atTerminal.add(labels, (nowMs - begun.dispatchedMs) / 1_000);
  }
}

function withOutcome(labels: Labels, { outcome }: Transaction): Labels {
  return { ...labels, outcome: outcome?.kind ?? "none" };
}
