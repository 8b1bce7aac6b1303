import type { Clock, Log } from "../../core/ports.ts";
import { JournalFailure, type Journal } from "../../journal/journal.ts";

type Ports = {
  readonly clock: Clock;
  readonly journal: Pick<Journal, "seen">;
  readonly log: Log;
};

/** On both clocks, since one stands still while this machine sleeps and the other can be set. */
export type Moment = { readonly wallMs: number; readonly monotonicMs: number };

export function momentOf(clock: Clock): Moment {
  return { wallMs: clock.now(), monotonicMs: clock.monotonicMs() };
}

/** Long ago, for whoever reads it after a restart: what was suspected once stays suspected. */
const NEVER_AGAIN = new Date(0).toISOString();

/** A sign is made durable so often, in parts of the silence that suggests a restart. */
const NOTES_A_SILENCE = 4;

/**
 * Whether the terminal may have lost its memory since it got a request (rule 2): told by the gaps between its signs of life. A time
 * in which this process did not run is a gap like any other. Once suspected is suspected for good.
 */
export class SignsOfLife {
  readonly #ports: Ports;
  readonly #transaction: string;
  readonly #restartSuspicionMs: number;
  #last: Moment;
  #notedMs: number;
  #suspected = false;

  /**
   * @param lastSeen RFC 3339: of the dispatch itself, or what the journal tells after a restart
   */
  constructor(transaction: string, lastSeen: string, restartSuspicionMs: number, ports: Ports) {
    const { clock } = ports;
    this.#ports = ports;
    this.#transaction = transaction;
    this.#restartSuspicionMs = restartSuspicionMs;
    const agoMs = clock.now() - Date.parse(lastSeen);
    // A clock that was set back tells nothing about how long ago it was.
    if (agoMs < 0) this.#suspected = true;
    this.#last = { wallMs: clock.now() - agoMs, monotonicMs: clock.monotonicMs() - agoMs };
    this.#notedMs = clock.monotonicMs() - agoMs;
  }

  get suspected(): boolean {
    return this.#suspected || this.#silentMs > this.#restartSuspicionMs;
  }

  /**
   * The same device answered under the same pairing what it was asked at this moment. When it answered is not known: its answer
   * may have been long on its way, and may have waited here behind a slow disk.
   */
  seen(askedAt: Moment): void {
    if (this.suspected) {
      this.suspect("the terminal was silent for longer than a restart takes");
      return;
    }
    if (askedAt.monotonicMs <= this.#last.monotonicMs) return;
    this.#last = askedAt;
    if (askedAt.monotonicMs - this.#notedMs < this.#restartSuspicionMs / NOTES_A_SILENCE) return;
    this.#notedMs = askedAt.monotonicMs;
    this.#note(new Date(askedAt.wallMs).toISOString());
  }

  suspect(why: string): void {
    if (this.#suspected) return;
    this.#suspected = true;
    this.#ports.log.warn(
      "terminal.mayHaveRestarted",
      "the terminal may have restarted: the request is not sent again",
      {
        transaction: this.#transaction,
        why,
      },
    );
    this.#note(NEVER_AGAIN);
  }

  get #silentMs(): number {
    const { clock } = this.#ports;
    return Math.max(clock.now() - this.#last.wallMs, clock.monotonicMs() - this.#last.monotonicMs);
  }

  /** Not waited for: without it the silence only looks longer. */
  #note(at: string): void {
    const { journal, log } = this.#ports;
    journal.seen(this.#transaction, at).catch((failure: unknown) => {
      if (!(failure instanceof JournalFailure)) throw failure;
      log.warn("transaction.noteNotStored", "a sign of life could not be noted", {
        transaction: this.#transaction,
        why: failure.message,
      });
    });
  }
}
