import type { Clock } from "../core/ports.ts";
import { JournalFailure, type Journal } from "../journal/journal.ts";
import { openJournal } from "../journal/sqlite.ts";

/** A journal that is open, or why it is not. */
export type OpenedJournal =
  | { readonly kind: "open"; readonly journal: Journal; close(): Promise<void> }
  | { readonly kind: "failed"; readonly why: string; close(): Promise<void> };

const TRY_AGAIN_MS = 10_000;

export async function openJournalOrWhy(directory: string): Promise<OpenedJournal> {
  try {
    const journal = await openJournal({ directory });
    return { kind: "open", journal, close: () => journal.close() };
  } catch (error) {
    if (!(error instanceof JournalFailure)) throw error;
    return { kind: "failed", why: error.message, close: () => Promise.resolve() };
  }
}

/** Tries again and again until the journal opens, or the wait is given up. */
export async function whenJournalOpens(
  directory: string,
  clock: Clock,
  givenUp: AbortSignal,
): Promise<OpenedJournal | undefined> {
  const over = () => givenUp.aborted;
  for (;;) {
    await new Promise<void>((resolve) => {
      const timer = clock.after(TRY_AGAIN_MS, resolve);
      givenUp.addEventListener("abort", () => {
        timer.cancel();
        resolve();
      });
    });
    if (over()) return undefined;
    const opened = await openJournalOrWhy(directory);
    if (opened.kind === "open" && !over()) return opened;
    await opened.close();
  }
}
