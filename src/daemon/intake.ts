import { done, refused, type Refusal, type Result } from "../core/errors.ts";

/** Whether new transactions are taken, and if not, why not: `trial` is a new version that has not proved itself. */
export type IntakeState = "open" | "held" | "trial" | "stopping";

/** New transactions are held back until it is released. */
export type Hold = {
  /** When it resolves, whatever had been let in before is in the list of open transactions, or will never run. */
  readonly inForce: Promise<void>;
  /** More than once is as good as once. */
  release(): void;
};

/**
 * The one place that says whether a new transaction may be stored now. A request that is stored already is answered with its truth
 * whatever is said here.
 */
export class Intake {
  readonly #holds = new Map<object, string>();
  /** Transactions that were let in and are being stored. */
  readonly #entering = new Set<Promise<unknown>>();
  #onTrial = false;
  #stopping = false;

  get state(): IntakeState {
    if (this.#stopping) return "stopping";
    if (this.#onTrial) return "trial";
    return this.#holds.size > 0 ? "held" : "open";
  }

  #refusal(): Refusal | undefined {
    switch (this.state) {
      case "open":
        return undefined;
      case "held":
        return shut(`New transactions are held back: ${[...this.#holds.values()].join("; ")}`);
      case "trial":
        return shut("A new version of the service is being tried and takes no payment yet");
      case "stopping":
        return shut("The service is shutting down");
    }
  }

  /** Asked with nothing to wait for between this and the storing. Whoever is let in leaves when it is stored, or will not be. */
  enter(): Result<Disposable> {
    const refusal = this.#refusal();
    if (refusal !== undefined) return { kind: "refused", refusal };
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#entering.add(promise);
    return done({
      [Symbol.dispose]: () => {
        this.#entering.delete(promise);
        resolve(undefined);
      },
    });
  }

  /** @param reason in words for whoever is refused; it holds no number of a card */
  hold(reason: string): Hold {
    const hold: Hold = {
      inForce: Promise.all(this.#entering).then(() => undefined),
      release: () => void this.#holds.delete(hold),
    };
    this.#holds.set(hold, reason);
    return hold;
  }

  beginTrial(): void {
    this.#onTrial = true;
  }

  endTrial(): void {
    this.#onTrial = false;
  }

  /** For good: the process ends. */
  stop(): void {
    this.#stopping = true;
  }
}

function shut(why: string): Refusal {
  return refused("shuttingDown", `${why}; ask again with the same request id.`).refusal;
}
