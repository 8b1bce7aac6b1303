import type { Clock, Timer } from "../../core/ports.ts";
import type { DeviceReply, DeviceRequest } from "../../drivers/driver.ts";
import type { Ask } from "./items.ts";

/** What a person wants of a fenced terminal, until the handshake is over: one request at a time, answered in any case. */
export class Postponed {
  readonly #clock: Clock;
  #waiting: (Ask & { readonly limit: Timer }) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get isWaiting(): boolean {
    return this.#waiting !== undefined;
  }

  put(request: DeviceRequest, answered: (reply: DeviceReply) => void, limitMs: number): void {
    this.take()?.answered({ kind: "refused", why: "something else was asked meanwhile" });
    const limit = this.#clock.after(limitMs, () => {
      this.#waiting = undefined;
      answered({ kind: "noAnswer", why: "the terminal did not answer in time" });
    });
    this.#waiting = { kind: "ask", request, answered, limit };
  }

  /** Now is its time. */
  take(): Ask | undefined {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.limit.cancel();
    return waiting;
  }
}
