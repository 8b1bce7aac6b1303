import { randomUUID } from "node:crypto";
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { damaged } from "./failure.ts";
import { JournalFailure } from "./journal.ts";
import { createJournal, migrate, readMeta, refuseNewer } from "./migrations.ts";

const FILE = "journal.db";
/** Another program holds the file for moments only; longer than this is an answer, not a wait. */
const BUSY_TIMEOUT_MS = 250;
/** What is left of a write-ahead log that grew large. */
const LOG_SIZE_LIMIT_BYTES = 16 * 1024 * 1024;

/** The journal that was open here before: no other one is opened in its place, and no new one is made. */
export type KnownJournal = {
  readonly journal: string;
  /** Its file, where this process had it open: a copy that was put in its place may know less. */
  readonly inode?: number;
};

export type OpenedDatabase = {
  readonly database: DatabaseSync;
  /** The id of this memory of money. */
  readonly journal: string;
  /** Its first id, which the chain of checkpoints begins with. */
  readonly origin: string;
  readonly inode: number;
  /** Throws where the file was removed or replaced: what is written to a removed file is lost without an error. */
  readonly assertInPlace: () => void;
};

/**
 * Opens the journal of a directory for writing. Where there is none an empty one is made, on the disk whole or not at all, but
 * never in the place of the one that is named as known.
 */
export function openDatabase(directory: string, known?: KnownJournal): OpenedDatabase {
  const file = join(directory, FILE);
  if (!existsSync(file)) {
    if (known !== undefined) throw known.inode === undefined ? missing(known.journal) : notInPlace();
    createFile(directory, file);
  }
  refuseEmpty(file);
  // SQLite would open it for reading alone, and the first one to hear of it would be a customer.
  accessSync(file, constants.W_OK);
  const database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
  try {
    database.enableDefensive(true);
    database.exec(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; " +
        `PRAGMA wal_autocheckpoint = 0; PRAGMA journal_size_limit = ${LOG_SIZE_LIMIT_BYTES}`,
    );
    const { ino: inode } = statSync(file);
    if (known?.inode !== undefined && known.inode !== inode) throw notInPlace();
    // Before anything is changed in it: it may be somebody else's.
    const { journal, origin } = readMeta(database);
    if (known !== undefined && known.journal !== journal) throw another(journal, known.journal);
    migrate(database);
    const assertInPlace = (): void => {
      if (statSync(file, { throwIfNoEntry: false })?.ino !== inode) throw notInPlace();
    };
    return { database, journal, origin, inode, assertInPlace };
  } catch (error) {
    database.close();
    throw error;
  }
}

/** For looking only: nothing is written, and no file is made or left. */
export function openForReading(directory: string): DatabaseSync {
  const file = join(directory, FILE);
  if (!existsSync(file)) {
    throw new JournalFailure("journal.db: there is none in this folder. Name the home folder of the daemon.");
  }
  refuseEmpty(file);
  const url = pathToFileURL(file);
  // Without a log the file is whole and alone. Reading it as such needs none of SQLite's side files.
  if (!existsSync(`${file}-wal`)) url.searchParams.set("immutable", "1");
  const database = new DatabaseSync(url, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
  try {
    database.enableDefensive(true);
    database.exec("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY");
    refuseNewer(readMeta(database));
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** An empty file under the final name is a damaged journal, so a new one gets its name when it is complete. */
function createFile(directory: string, file: string): void {
  if (existsSync(`${file}-wal`)) {
    throw new JournalFailure(
      `journal.db: it is missing although journal.db-wal, its latest part, is there. Bring journal.db back. ${IF_LOST}`,
    );
  }
  const unfinished = `${file}.new`;
  rmSync(unfinished, { force: true });
  const database = new DatabaseSync(unfinished);
  try {
    createJournal(database, randomUUID());
  } finally {
    database.close();
  }
  renameSync(unfinished, file);
  syncDirectory(directory);
}

function syncDirectory(directory: string): void {
  // Windows cannot open a directory to sync it; NTFS journals the rename.
  if (process.platform === "win32") return;
  const handle = openSync(directory, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** SQLite takes an empty file for a new database. */
function refuseEmpty(file: string): void {
  if (statSync(file).size === 0) throw damaged("the file is empty");
}

const IF_LOST =
  "If it is lost for good, stop the service and say `tillbridge journal start-new`: nothing is known then of payments that were made before.";

/** @param journal the id of the one that was here; undefined where even that is lost */
export function missing(journal: string | undefined): JournalFailure {
  const id = journal === undefined ? "" : ` (${journal})`;
  return new JournalFailure(`journal.db: it is missing, and there was one here${id}. Bring it back. ${IF_LOST}`);
}

function another(found: string, known: string): JournalFailure {
  return new JournalFailure(
    `journal.db: it is another journal (${found}) than the one that was here (${known}). Put the right one back. If this is the one to go ` +
      "on with, stop the service and say `tillbridge journal adopt`.",
  );
}

function notInPlace(): JournalFailure {
  return new JournalFailure(
    "journal.db: it was removed or replaced while the service was running. Stop the service, bring the file back, and start it again.",
  );
}
