import { unreachable } from "../core/assert.ts";
import type { Clock } from "../core/ports.ts";
import { isOpen } from "../core/transaction.ts";
import type { TerminalState } from "../core/terminal.ts";
import type { Alarm } from "../journal/journal.ts";
import type { DaemonEvent } from "./api.ts";

export type StandingAlarm = Alarm & { readonly at: string };

type Standing = {
  readonly told: StandingAlarm;
  readonly endsMs: number;
  readonly isOver: () => boolean;
};

const ALARMS_AT_MOST = 100;
/** What nothing tells the end of has been seen by somebody after a day, or is of no use any more. */
const STANDS_AT_MOST_MS = 86_400_000;

/** Here the right device answers. */
const ANSWERS: ReadonlySet<TerminalState> = new Set(["ready", "busy"]);

/**
 * The alarms of which nobody has heard the end, since this service began: for whoever looks later than they came. One about a payment
 * ends when that is decided, one about a terminal when the terminal is ready, one about an account when that can be used; others, and
 * those about a payment that is at its end anyway, after a day.
 */
export class StandingAlarms {
  readonly #clock: Pick<Clock, "monotonicMs">;
  #standing: readonly Standing[] = [];
  #missing = 0;

  constructor(clock: Pick<Clock, "monotonicMs">) {
    this.#clock = clock;
  }

  /** The newest first. `missing`: so many older ones had to make room. */
  list(): { readonly alarms: readonly StandingAlarm[]; readonly missing: number } {
    this.#forget(({ endsMs, isOver }) => endsMs <= this.#clock.monotonicMs() || isOver());
    if (this.#standing.length === 0) this.#missing = 0;
    return { alarms: this.#standing.map(({ told }) => told).toReversed(), missing: this.#missing };
  }

  hear(event: DaemonEvent): void {
    switch (event.kind) {
      case "alarm":
        return this.#add(event);
      case "told": {
        // Those that come with an end are told behind it, and stay: partly paid, paid with several tenders.
        const { transaction } = event.seen;
        if (!isOpen(transaction)) this.#forget(({ told }) => told.transaction === transaction.id);
        return;
      }
      case "terminalState": {
        const { id, state } = event.terminal;
        if (ANSWERS.has(state)) this.#forget(({ told }) => told.terminal === id && told.transaction === undefined);
        return;
      }
      case "terminalRemoved":
        return this.#forget(({ told }) => told.terminal === event.terminal && told.transaction === undefined);
      case "pairing":
      case "progress":
      case "prompt":
      case "receipt":
      case "sighted":
      case "sightingVanished":
        return;
      default:
        return unreachable(event);
    }
  }

  #add({ alarm, at, isOver = () => false }: Extract<DaemonEvent, { kind: "alarm" }>): void {
    const { code, terminal, transaction, text } = alarm;
    this.#forget(
      ({ told }) =>
        told.code === code &&
        told.terminal === terminal &&
        told.transaction === transaction &&
        (transaction !== undefined || told.text === text),
    );
    const standing = { told: { at, ...alarm }, endsMs: this.#clock.monotonicMs() + STANDS_AT_MOST_MS, isOver };
    const all = [...this.#standing, standing];
    this.#missing += Math.max(0, all.length - ALARMS_AT_MOST);
    this.#standing = all.slice(-ALARMS_AT_MOST);
  }

  #forget(which: (standing: Standing) => boolean): void {
    this.#standing = this.#standing.filter((standing) => !which(standing));
  }
}
