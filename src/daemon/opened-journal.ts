import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../core/ports.ts";
import { INSTALLATION_FILE, readInstallation } from "../home/installation.ts";
import { HomeFailure } from "../home/store.ts";
import { readWitness, WITNESS_FILE, type Witness } from "../home/witness.ts";
import { missing } from "../journal/database.ts";
import { JournalFailure, type Journal } from "../journal/journal.ts";
import { openJournal } from "../journal/sqlite.ts";
import { assertNotBehind } from "./witness.ts";

/** A journal that is open and to be believed, or why it is not. */
export type OpenedJournal =
  | { readonly kind: "open"; readonly journal: Journal; close(): Promise<void> }
  | { readonly kind: "failed"; readonly why: string; close(): Promise<void> };

const TRY_AGAIN_MS = 10_000;

/** Opens the journal that this data folder has, and makes one where it never had any. */
export async function openJournalOrWhy(directory: string): Promise<OpenedJournal> {
  try {
    const journal = await openKnown(directory);
    return { kind: "open", journal, close: () => journal.close() };
  } catch (error) {
    if (!(error instanceof JournalFailure || error instanceof HomeFailure)) throw error;
    return { kind: "failed", why: error.message, close: () => Promise.resolve() };
  }
}

async function openKnown(directory: string): Promise<Journal> {
  const [read, witness] = await Promise.all([
    readInstallation(join(directory, INSTALLATION_FILE)),
    witnessIn(directory),
  ]);
  const known = read.kind === "known" ? read.installation.journal : witness?.journal;
  // A file that was torn says that this is no first start, though not which journal there was.
  if (read.kind === "torn" && !existsSync(join(directory, "journal.db"))) throw missing(known);
  const journal = await openJournal({ directory, ...(known === undefined ? {} : { known }) });
  try {
    await assertNotBehind(journal, witness);
    return journal;
  } catch (error) {
    await journal.close();
    throw error;
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

async function witnessIn(directory: string): Promise<Witness | undefined> {
  const read = await readWitness(join(directory, WITNESS_FILE));
  return read.kind === "seen" ? read.witness : undefined;
}
