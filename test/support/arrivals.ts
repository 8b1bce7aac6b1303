import type { Clock } from "../../src/core/ports.ts";

/** What is under way and arrives at the same moment, in the order in which it left. One timer for all of it: worlds are many. */
export class Arrivals {
  readonly #clock: Clock;
  readonly #due = new Map<number, (() => void)[]>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  after(delayMs: number, arrive: () => void): void {
    const atMs = this.#clock.monotonicMs() + delayMs;
    const same = this.#due.get(atMs);
    if (same !== undefined) {
      same.push(arrive);
      return;
    }
    const arriving = [arrive];
    this.#due.set(atMs, arriving);
    this.#clock.after(delayMs, () => {
      this.#due.delete(atMs);
      for (const one of arriving) one();
    });
  }
}
