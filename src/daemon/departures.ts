import type { Clock, Timer } from "../core/ports.ts";

/** Which POS programs have been without a session for how long. One that comes back in time has lost nothing. */
export class Departures {
  readonly #clock: Clock;
  readonly #goneAfterMs: number;
  readonly #gone: (pos: string) => void;
  readonly #leaving = new Map<string, Timer>();

  constructor(clock: Clock, goneAfterMs: number, gone: (pos: string) => void) {
    this.#clock = clock;
    this.#goneAfterMs = goneAfterMs;
    this.#gone = gone;
  }

  left(pos: string): void {
    this.arrived(pos);
    const timer = this.#clock.after(this.#goneAfterMs, () => {
      this.#leaving.delete(pos);
      this.#gone(pos);
    });
    this.#leaving.set(pos, timer);
  }

  arrived(pos: string): void {
    this.#leaving.get(pos)?.cancel();
    this.#leaving.delete(pos);
  }

  close(): void {
    for (const timer of this.#leaving.values()) timer.cancel();
    this.#leaving.clear();
  }
}
