import type { HttpAnswer } from "../../core/http.ts";
import type { Clock } from "../../core/ports.ts";
import type { Budget } from "../../drivers/account.ts";
import type { Desk } from "./desk.ts";
import { RequestBudget, type Admission, type Urgency } from "./request-budget.ts";
import { pauseAskedBy, ServerClock } from "./server-clock.ts";

/** A sale that waits for its turn at the servers for longer is not sent: the customer waits as well. */
const COMMITS_WAIT_MS = 5_000;

/** Lets an account's requests out: one at a time of all its terminals', with access, and not while its servers want a pause. */
export class AccountDesk implements Desk {
  readonly #clock: Clock;
  readonly #budget: RequestBudget;
  readonly #serverClock: ServerClock;
  #hadAccess = false;

  constructor(clock: Clock, budget: Budget) {
    this.#clock = clock;
    this.#budget = new RequestBudget(clock, budget);
    this.#serverClock = new ServerClock(clock);
  }

  /** How far the clock of the account's servers is ahead of ours. */
  get vendorOffsetMs(): number {
    return this.#serverClock.offsetMs;
  }

  /** Milliseconds since 1970, by the clock of the account's servers. */
  get vendorNow(): number {
    return this.#clock.now() + this.#serverClock.offsetMs;
  }

  /** From now on there is something to seal a request with. Where it is lost again, what runs comes to its end with what it has. */
  accessCame(): void {
    this.#hadAccess = true;
  }

  admit(urgency: Urgency, signal: AbortSignal): Promise<Admission> {
    if (urgency !== "access" && !this.#hadAccess) {
      return Promise.resolve({ kind: "refused", why: "its account cannot be used yet" });
    }
    return this.#budget.admit(urgency, signal, urgency === "commits" ? COMMITS_WAIT_MS : undefined);
  }

  heard(answer: HttpAnswer): void {
    this.#serverClock.heard(answer);
    const pauseMs = pauseAskedBy(answer, this.vendorNow);
    if (pauseMs !== undefined) this.#budget.rest(pauseMs);
  }
}
