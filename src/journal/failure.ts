import { AssertionFailure } from "../core/assert.ts";
import { JournalFailure } from "./journal.ts";

/** SQLite's primary result codes (sqlite.org/rescode.html) and what a person is told of them. */
const SQLITE_FULL = 13;
const WORDS: ReadonlyMap<number, string> = new Map([
  [
    5,
    "journal.db is in use by another program: close that program (a database viewer, a backup); the journal goes on by itself",
  ],
  [
    6,
    "journal.db is in use by another program: close that program (a database viewer, a backup); the journal goes on by itself",
  ],
  [8, "journal.db cannot be written: give the service's user the right to write the file and its folder"],
  [10, "the disk failed while journal.db was read or written: look at the disk and its cable, and at the system's log"],
  [
    11,
    "journal.db is damaged: keep the file, run `tillbridge journal verify`, and restore the last backup or call support",
  ],
  [SQLITE_FULL, "the disk with journal.db is full: free some space; the journal goes on by itself"],
  [14, "journal.db cannot be opened: give the service's user the right to read and write the file and its folder"],
  [26, "journal.db is damaged or no journal: keep the file, and restore the last backup or call support"],
]);

const FILE_WORDS: ReadonlyMap<string, number> = new Map([
  ["EACCES", 14],
  ["EPERM", 14],
  ["EROFS", 8],
  ["ENOSPC", SQLITE_FULL],
  ["EDQUOT", SQLITE_FULL],
  ["EIO", 10],
]);

/** What an error of the environment means to a person. An error that is none of the environment's is our mistake and goes on. */
export function journalFailure(error: unknown): JournalFailure {
  if (error instanceof JournalFailure) return error;
  if (error instanceof AssertionFailure || !(error instanceof Error)) throw error;
  const code = resultCode(error);
  if (code === undefined) throw error;
  const words = WORDS.get(code) ?? "journal.db cannot be used: look at the disk, and call support";
  return new JournalFailure(`${words} (${error.message}).`, { cause: error });
}

export function isDiskFull(error: unknown): boolean {
  return error instanceof Error && resultCode(error instanceof JournalFailure ? error.cause : error) === SQLITE_FULL;
}

function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  if (error.code === "ERR_SQLITE_ERROR") {
    return "errcode" in error && typeof error.errcode === "number" ? error.errcode & 0xff : 0;
  }
  if (typeof error.code !== "string" || !("syscall" in error)) return undefined;
  return FILE_WORDS.get(error.code) ?? 0;
}
