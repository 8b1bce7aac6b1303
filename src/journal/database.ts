import { randomUUID } from "node:crypto";
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { JournalFailure } from "./journal.ts";
import { createJournal, migrate, readMeta, refuseNewer, type Meta } from "./migrations.ts";

const FILE = "journal.db";
/** Another program holds the file for moments only; longer than this is an answer, not a wait. */
const BUSY_TIMEOUT_MS = 250;
/** What is left of a write-ahead log that grew large. */
const LOG_SIZE_LIMIT_BYTES = 16 * 1024 * 1024;

export type OpenedDatabase = { readonly database: DatabaseSync; readonly meta: Meta };

/** Opens the journal of a directory for writing; where there is none, makes an empty one that is on the disk whole or not at all. */
export function openDatabase(directory: string): OpenedDatabase {
  const file = join(directory, FILE);
  if (!existsSync(file)) createFile(directory, file);
  const database = new DatabaseSync(file, { enableForeignKeyConstraints: true, timeout: BUSY_TIMEOUT_MS });
  try {
    database.enableDefensive(true);
    database.exec(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; " +
        `PRAGMA wal_autocheckpoint = 0; PRAGMA journal_size_limit = ${LOG_SIZE_LIMIT_BYTES}`,
    );
    return { database, meta: migrate(database) };
  } catch (error) {
    database.close();
    throw error;
  }
}

/** For looking only: nothing is written, and no file is made or left. */
export function openForReading(directory: string): DatabaseSync {
  const file = join(directory, FILE);
  if (!existsSync(file))
    throw new JournalFailure("there is no journal.db in this folder: name the home folder of the daemon.");
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

/** An empty file under the final name would be a damaged journal, so it gets its name when it is complete. */
function createFile(directory: string, file: string): void {
  if (existsSync(`${file}-wal`)) {
    throw new JournalFailure(
      "journal.db is missing although journal.db-wal, its latest part, is there: bring journal.db back, or, to start anew, " +
        "move journal.db-wal and journal.db-shm away.",
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
