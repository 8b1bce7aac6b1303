import { createPace } from "../../core/pace.ts";
import type { Clock, Timer } from "../../core/ports.ts";
import type { Budget } from "../../drivers/account.ts";

/** What a request is for. Those that are named first go first: without access nothing goes, and nobody waits longer than a customer. */
const URGENCIES = ["access", "commits", "recovery", "operation", "device"] as const;
export type Urgency = (typeof URGENCIES)[number];

export type Admission = { readonly kind: "admitted" } | { readonly kind: "refused"; readonly why: string };

type Waiting = { readonly admit: (admission: Admission) => void };

const ADMITTED: Admission = { kind: "admitted" };

/** One budget for all requests of an account, whoever makes them. */
export class RequestBudget {
  readonly #clock: Clock;
  readonly #restAfter: (amount: number) => number;
  readonly #waiting = new Map(URGENCIES.map((urgency) => [urgency, new Set<Waiting>()] as const));
  /** Until then the other side wants to hear nothing. */
  #restUntilMs = 0;
  #next: Timer | undefined;

  constructor(clock: Clock, { requestsPerSecond, burst }: Budget) {
    this.#clock = clock;
    // One more than that much room lets one through.
    this.#restAfter = createPace(clock, { perSecond: requestsPerSecond, atOnce: burst - 1 });
  }

  /** Resolves when the request may leave, or when it is not waited for any longer. */
  admit(urgency: Urgency, signal: AbortSignal, maxWaitMs = Number.POSITIVE_INFINITY): Promise<Admission> {
    if (signal.aborted) return Promise.resolve({ kind: "refused", why: "it is not wanted any more" });
    const restMs = this.#restMs;
    // Nobody who waits is overtaken by an equal.
    if (restMs === 0 && this.#isFirst(urgency)) {
      this.#restAfter(1);
      return Promise.resolve(ADMITTED);
    }
    return this.#wait(urgency, signal, maxWaitMs);
  }

  /** The other side asked to be left in peace for so long. */
  rest(forMs: number): void {
    this.#restUntilMs = Math.max(this.#restUntilMs, this.#clock.monotonicMs() + forMs);
  }

  #wait(urgency: Urgency, signal: AbortSignal, maxWaitMs: number): Promise<Admission> {
    return new Promise((resolve) => {
      const line = this.#lineOf(urgency);
      const leave = (admission: Admission): void => {
        line.delete(waiting);
        patience?.cancel();
        signal.removeEventListener("abort", aborted);
        resolve(admission);
      };
      const aborted = (): void => leave({ kind: "refused", why: "it is not wanted any more" });
      const waiting: Waiting = { admit: leave };
      const patience = Number.isFinite(maxWaitMs)
        ? this.#clock.after(maxWaitMs, () => leave({ kind: "refused", why: this.#inWords() }))
        : undefined;
      signal.addEventListener("abort", aborted);
      line.add(waiting);
      this.#serve();
    });
  }

  #serve(): void {
    this.#next?.cancel();
    this.#next = undefined;
    for (let first = this.#first(); first !== undefined; first = this.#first()) {
      const restMs = this.#restMs;
      if (restMs > 0) {
        this.#next = this.#clock.after(restMs, () => this.#serve());
        return;
      }
      this.#restAfter(1);
      first.admit(ADMITTED);
    }
  }

  #first(): Waiting | undefined {
    const line = [...this.#waiting.values()].find(({ size }) => size > 0);
    return line?.values().next().value;
  }

  #isFirst(urgency: Urgency): boolean {
    for (const [named, line] of this.#waiting) {
      if (line.size > 0) return false;
      if (named === urgency) return true;
    }
    return true;
  }

  #lineOf(urgency: Urgency): Set<Waiting> {
    const line = this.#waiting.get(urgency) ?? new Set();
    this.#waiting.set(urgency, line);
    return line;
  }

  get #restMs(): number {
    return Math.max(this.#restAfter(0), this.#restUntilMs - this.#clock.monotonicMs(), 0);
  }

  #inWords(): string {
    const askedMs = this.#restUntilMs - this.#clock.monotonicMs();
    return askedMs > 0
      ? `the vendor's servers asked for a pause of ${Math.ceil(askedMs / 1_000)} s more`
      : "more is asked of the vendor's servers than they allow";
  }
}
