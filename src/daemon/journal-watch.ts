import { timestamp, type Clock, type Log, type Timer } from "../core/ports.ts";
import { JournalFailure, type Journal } from "../journal/journal.ts";

export type WatchedJournal = Disposable & {
  readonly journal: Journal;
  /** Whether the last write came to the disk: new money is refused while it did not. */
  works(): boolean;
};

const TRY_AGAIN_MS = 5_000;

/**
 * Knows whether the journal can be written. After a failed write a small one is tried again and again, so that a disk with room
 * once more, or a mended one, ends the refusal of new money without a restart.
 */
export function watchJournal(journal: Journal, clock: Clock, log: Log): WatchedJournal {
  let failure: JournalFailure | undefined;
  let ended = false;
  let retry: Timer | undefined;

  const written = () => {
    if (failure === undefined) return;
    failure = undefined;
    log.info("journal.available", "The journal can be written again; payments are taken");
  };
  const failed = (error: unknown) => {
    if (!(error instanceof JournalFailure) || ended) return;
    if (failure === undefined)
      log.error("journal.unavailable", "The journal cannot be written; no payment is taken until it can", {
        why: error.message,
      });
    failure = error;
    retry?.cancel();
    retry = clock.after(TRY_AGAIN_MS, () => void tryAgain());
  };
  const watched = async <Value>(write: Promise<Value>): Promise<Value> => {
    try {
      const value = await write;
      written();
      return value;
    } catch (error) {
      failed(error);
      throw error;
    }
  };
  const tryAgain = async () => {
    const entry = { at: timestamp(clock), what: "journal.writable", by: "daemon", detail: "after a failed write" };
    await watched(journal.audit(entry)).catch((error: unknown) => {
      if (!(error instanceof JournalFailure)) throw error;
    });
  };

  return {
    journal: {
      ...journal,
      append: (append) => watched(journal.append(append)),
      audit: (entry) => watched(journal.audit(entry)),
      seen: (transaction, at) => watched(journal.seen(transaction, at)),
    },
    works: () => failure === undefined,
    [Symbol.dispose]: () => {
      ended = true;
      retry?.cancel();
    },
  };
}
