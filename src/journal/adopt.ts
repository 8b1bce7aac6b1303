import { randomUUID } from "node:crypto";
import { leftToPerson } from "../core/adoption.ts";
import type { Fact } from "../core/facts.ts";
import { openDatabase, type OpenedDatabase } from "./database.ts";
import { guarded } from "./failure.ts";
import { writeJournalId } from "./migrations.ts";
import { createStore, type Store } from "./store.ts";

/** Who wanted it, why, and when (RFC 3339). */
export type PersonsWord = { readonly operator: string; readonly reason: string; readonly at: string };

export type Adopted = {
  /** Its new id. */
  readonly journal: string;
  readonly before: string;
  /** The transactions that only a person decides from now on. */
  readonly leftToPerson: readonly string[];
};

/** Makes an empty journal in a folder that has none; its first audit entry tells of the person. Answers its id. */
export function startJournal(directory: string, word: PersonsWord, detail: string): string {
  return written(directory, (store, { journal }) => {
    store.audit({ at: word.at, what: "journal started", by: word.operator, detail: `${word.reason}; ${detail}` });
    return journal;
  });
}

/**
 * Takes the journal of a folder as it is, under a new id: whoever repeats a request that was sent to the old one is told so. All
 * of it in one commit, or nothing.
 */
export function adoptJournal(directory: string, word: PersonsWord): Adopted {
  return written(directory, (store, { database, journal: before }) => {
    const journal = randomUUID();
    const open = store.reads.open().flatMap((transaction) => {
      const [first, ...rest] = leftToPerson(transaction, word).map((fact): Fact => ({ ...fact, at: word.at }));
      if (first === undefined) return [];
      store.append({ transaction: transaction.id, place: transaction.length, facts: [first, ...rest] });
      return [transaction.id];
    });
    writeJournalId(database, journal);
    const detail = `${word.reason}; it was ${before}; left to a person: ${open.length === 0 ? "nothing" : open.join(" ")}`;
    store.audit({ at: word.at, what: "journal adopted", by: word.operator, detail });
    return { journal, before, leftToPerson: open };
  });
}

function written<Answer>(directory: string, write: (store: Store, opened: OpenedDatabase) => Answer): Answer {
  return guarded(() => {
    const opened = openDatabase(directory);
    const store = createStore(opened);
    try {
      store.begin();
      const answer = write(store, opened);
      store.commit();
      return answer;
    } finally {
      store.close();
    }
  });
}
