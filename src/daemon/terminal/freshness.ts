import type { Clock } from "../../core/ports.ts";
import type { DeviceLimits } from "../../drivers/driver.ts";

/**
 * The clock that a sleeping machine stops and the one that it does not differ by so much: less is a clock that somebody sets right. A clock that is set
 * forward by more looks the same, and costs an idle terminal a new link.
 */
const SLEPT_MS = 5_000;

/** How long ago the terminal was heard: whether its link may be trusted with money (rule 10), and whether it had its rest. */
export class Freshness {
  readonly #clock: Clock;
  readonly #limits: DeviceLimits;
  #heardMs: number;
  #heardAt: number | undefined;
  /** By how much the wall clock was ahead of the monotonic one when the link came up. */
  #clocksApartMs: number;

  constructor(clock: Clock, limits: DeviceLimits) {
    this.#clock = clock;
    this.#limits = limits;
    this.#heardMs = clock.monotonicMs();
    this.#clocksApartMs = this.#apartMs;
  }

  /** A new link is up. */
  began(): void {
    this.#clocksApartMs = this.#apartMs;
  }

  /** The machine slept since the link came up: what is at its other end has forgotten it, or the way there has. */
  get slept(): boolean {
    return this.#apartMs - this.#clocksApartMs >= SLEPT_MS;
  }

  heard(): void {
    // A clock that was set back since must not hide the next sleep.
    this.#clocksApartMs = Math.min(this.#clocksApartMs, this.#apartMs);
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

  get #apartMs(): number {
    return this.#clock.now() - this.#clock.monotonicMs();
  }

  get #silentMs(): number {
    return this.#clock.monotonicMs() - this.#heardMs;
  }
}
