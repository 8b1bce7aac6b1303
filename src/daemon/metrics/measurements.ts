import { PRACTICE_TERMINAL } from "../../core/practice.ts";
import type { Clock, Log, LogFields } from "../../core/ports.ts";
import type { LogEvent } from "../../core/log-events.ts";
import type { DaemonEvent } from "../api.ts";
import { counter, type Family } from "./family.ts";
import { Histogram } from "./histogram.ts";
import { LinkLosses } from "./link-losses.ts";
import { PaymentFigures } from "./payment-figures.ts";
import { Tally } from "./tally.ts";

const COMMIT_SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/**
 * What is counted while the service runs, in memory: nobody waits for it, and no payment reads it. It begins anew with each start,
 * which whoever collects it knows of counters.
 */
export class Measurements {
  readonly linkLosses: LinkLosses;
  readonly #payments: PaymentFigures;
  readonly #logged = new Tally();
  readonly #spans = new Tally();
  readonly #commits = new Histogram(
    "tillbridge_journal_commit_seconds",
    "How long the disk took for a commit of the journal, its sync included, since the service began.",
    COMMIT_SECONDS,
  );

  constructor(clock: Clock) {
    this.linkLosses = new LinkLosses(clock);
    this.#payments = new PaymentFigures(clock);
  }

  /** Counts what it is told. `vendorOf`: a terminal's, as long as it is configured. */
  listener(vendorOf: (terminal: string) => string | undefined): (event: DaemonEvent) => void {
    return (event) => {
      if (event.kind === "told") {
        const { terminal, dispatched } = event.seen.transaction;
        this.#payments.told(event, vendorOf(terminal) ?? dispatched?.driver.id ?? "none");
      }
      if (event.kind === "terminalRemoved") this.linkLosses.removed(event.terminal);
    };
  }

  /** The same log, and what it is told is counted: names of events are a glossary, so there are only so many. */
  hearing<Told extends Log>(log: Told): Told {
    const heard =
      (level: keyof Log) =>
      (event: LogEvent, message: string, fields?: LogFields): void => {
        this.#logged.add({ level, event });
        if (event === "terminal.linkLost") this.#linkLost(fields?.["terminal"]);
        log[level](event, message, fields);
      };
    return { ...log, debug: heard("debug"), info: heard("info"), warn: heard("warn"), error: heard("error") };
  }

  /** Of traces for a collector. */
  exported(result: "sent" | "lost", spans: number): void {
    this.#spans.add({ result }, spans);
  }

  committed(durationMs: number): void {
    this.#commits.add({}, durationMs / 1_000);
  }

  families(): readonly Family[] {
    return [
      ...this.#payments.families(),
      this.#commits.family(),
      counter(
        "tillbridge_log_events_total",
        "What the log was told, by the event (docs/reference/log-events.md), since the service began.",
        this.#logged.samples(),
      ),
      counter(
        "tillbridge_telemetry_spans_total",
        "Parts of traces that a collector took, or that were lost because it did not, since the service began.",
        this.#spans.samples(),
      ),
    ];
  }

  #linkLost(terminal: LogFields[string]): void {
    if (typeof terminal === "string" && terminal !== PRACTICE_TERMINAL) this.linkLosses.lost(terminal);
  }
}
