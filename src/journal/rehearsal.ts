import { join } from "node:path";
import { backup, DatabaseSync } from "node:sqlite";
import { openDatabase, openForReading } from "./database.ts";
import { failureOf, guarded } from "./failure.ts";
import { JournalFailure } from "./journal.ts";
import { MIGRATIONS, readMeta } from "./migrations.ts";
import { createReads } from "./reads.ts";
import { createStore } from "./store.ts";
import { verifyJournal } from "./verify.ts";

/** All of it at once: a copy in steps begins anew with every line that is written meanwhile. */
const ALL_PAGES = 2_147_483_647;

/**
 * Whether this program could go on with the journal of a directory: copies it, migrates the copy, folds what is open and checks every
 * line. The journal itself is read and nothing more; the daemon may be running on it.
 *
 * @param scratch an empty folder with room for the copy
 */
export async function rehearse(directory: string, scratch: string): Promise<void> {
  await copyJournal(directory, scratch);
  guarded(() => {
    const store = createStore(openDatabase(scratch));
    try {
      store.reads.open();
    } finally {
      store.close();
    }
  });
  const { faults } = verifyJournal(scratch);
  const [first] = faults;
  if (first !== undefined) {
    throw new JournalFailure(
      `The journal is not whole, in ${faults.length} places: ${first}. \`tillbridge journal verify\` tells all.`,
    );
  }
}

/**
 * What can be tried with a journal that is too large for a copy: opens it for reading, and folds what is not decided, where this program
 * would not have to migrate it before.
 */
export function rehearseReading(directory: string): "folded" | "wouldMigrate" {
  return guarded(() => {
    const database = openForReading(directory);
    try {
      if (readMeta(database).schema !== MIGRATIONS.at(-1)?.schema) return "wouldMigrate";
      createReads(database).open();
      return "folded";
    } finally {
      database.close();
    }
  });
}

/** Throws where the database's own library does not work here. */
export function tryLibrary(): void {
  const database = new DatabaseSync(":memory:");
  try {
    database.exec("CREATE TABLE tried (at INTEGER) STRICT");
  } finally {
    database.close();
  }
}

async function copyJournal(directory: string, scratch: string): Promise<void> {
  const source = guarded(() => openForReading(directory));
  try {
    await backup(source, join(scratch, "journal.db"), { rate: ALL_PAGES });
  } catch (error) {
    throw failureOf(error) ?? error;
  } finally {
    source.close();
  }
}
