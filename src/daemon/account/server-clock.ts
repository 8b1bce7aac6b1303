import type { HttpAnswer } from "../../core/http.ts";
import type { Clock } from "../../core/ports.ts";

/** A `Date` has whole seconds, and was under way: what differs by less is the same time. */
const AS_GOOD_AS_NONE_MS = 2_000;
/** Behind this no time can be written down; whoever tells one is out of order. */
const END_OF_TIME_MS = Date.UTC(9_999, 0);
/** Nobody waits longer than this for a server that asked for a pause, whatever it asked for. */
const LONGEST_PAUSE_MS = 300_000;

/** How far the clock of the account's servers is ahead of ours, as their answers tell it (RFC 9110 6.6.1). */
export class ServerClock {
  readonly #clock: Clock;
  #offsetMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get offsetMs(): number {
    return this.#offsetMs;
  }

  heard({ headers }: HttpAnswer): void {
    const told = Date.parse(headers["date"] ?? "");
    if (Number.isNaN(told) || told > END_OF_TIME_MS) return;
    const offsetMs = told - this.#clock.now();
    this.#offsetMs = Math.abs(offsetMs) < AS_GOOD_AS_NONE_MS ? 0 : offsetMs;
  }
}

/**
 * For how long a server wants to hear nothing (RFC 9110 10.2.3): seconds or a date; undefined where it does not say, or says it with an answer that means
 * something else.
 *
 * @param now milliseconds since 1970, by the server's clock
 */
export function pauseAskedBy({ status, headers }: HttpAnswer, now: number): number | undefined {
  const text = headers["retry-after"]?.trim();
  if ((status !== 429 && status !== 503) || text === undefined) return undefined;
  const askedMs = /^\d{1,9}$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now;
  return Number.isNaN(askedMs) ? undefined : Math.min(Math.max(askedMs, 0), LONGEST_PAUSE_MS);
}
