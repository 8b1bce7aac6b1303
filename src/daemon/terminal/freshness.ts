import type { Clock } from "../../core/ports.ts";
import type { DeviceLimits } from "../../drivers/driver.ts";

/** How long ago the terminal was heard: whether its link may be trusted with money (rule 10), and whether it had its rest. */
export class Freshness {
  readonly #clock: Clock;
  readonly #limits: DeviceLimits;
  #heardMs: number;
  #heardAt: number | undefined;

  constructor(clock: Clock, limits: DeviceLimits) {
    this.#clock = clock;
    this.#limits = limits;
    this.#heardMs = clock.monotonicMs();
  }

  heard(): void {
    this.#heardMs = this.#clock.monotonicMs();
    this.#heardAt = this.#clock.now();
  }

  /** Wall clock of the last sign of life. */
  get lastSeenMs(): number | undefined {
    return this.#heardAt;
  }

  /** Heard so lately that an operation may be sent without a probe. */
  get isFresh(): boolean {
    return this.#silentMs < this.#limits.probeMs;
  }

  /** In how long an idle terminal should be probed, so that no operation has to wait for that: before its link is stale. */
  get probeInMs(): number {
    return Math.max(0, this.#limits.probeMs / 2 - this.#silentMs);
  }

  get restLeftMs(): number {
    return Math.max(0, this.#limits.restMs - this.#silentMs);
  }

  get #silentMs(): number {
    return this.#clock.monotonicMs() - this.#heardMs;
  }
}
