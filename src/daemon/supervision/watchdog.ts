import type { Clock, Log, Timer } from "../../core/ports.ts";
import { JournalFailure } from "../../journal/journal.ts";
import type { Supervision } from "./supervision.ts";

/** A start that takes longer than this is stuck. */
const LONGEST_START_MS = 600_000;
const START_STEP_MS = 10_000;

export type WatchdogPorts = {
  readonly supervision: Pick<Supervision, "aliveEveryMs" | "alive">;
  readonly clock: Clock;
  readonly log: Log;
  /** Answered by the journal's thread, without a write. Whether it can answer well is not asked here. */
  readonly askJournal: () => Promise<unknown>;
};

/**
 * Gives signs of life while the event loop turns and the journal's thread answers, and only then: a service that cannot pay
 * any more is started again. A journal that fails is told to POS programs and is no reason to start again.
 */
export function giveSignsOfLife({ supervision, clock, log, askJournal }: WatchdogPorts): Disposable {
  const everyMs = supervision.aliveEveryMs;
  if (everyMs === undefined) return { [Symbol.dispose]: () => undefined };
  let waiting: Promise<void> | undefined;
  let silent = false;
  let timer: Timer;

  const answered = (): void => {
    waiting = undefined;
    if (silent) log.info("daemon.journalAnswers", "The journal's thread answers again");
    silent = false;
    supervision.alive();
  };
  const look = (): void => {
    if (waiting === undefined) {
      waiting = askJournal().then(answered, (error: unknown) => {
        if (!(error instanceof JournalFailure)) throw error;
        answered();
      });
    } else if (!silent) {
      silent = true;
      log.error(
        "daemon.journalSilent",
        "The journal's thread does not answer: no sign of life is given, and the system starts the service again",
      );
    }
    timer = clock.after(everyMs, look);
  };
  timer = clock.after(0, look);
  return {
    [Symbol.dispose]: () => {
      timer.cancel();
    },
  };
}

/** While a start takes long, for a big journal or one that has to be recovered, more time is asked for, again and again, until it is disposed of. */
export function askForTimeToStart(supervision: Pick<Supervision, "moreTime">, clock: Clock): Disposable {
  const untilMs = clock.monotonicMs() + LONGEST_START_MS;
  let timer: Timer | undefined;
  const ask = (): void => {
    timer = undefined;
    if (clock.monotonicMs() >= untilMs) return;
    supervision.moreTime(3 * START_STEP_MS);
    timer = clock.after(START_STEP_MS, ask);
  };
  timer = clock.after(START_STEP_MS, ask);
  return { [Symbol.dispose]: () => timer?.cancel() };
}
