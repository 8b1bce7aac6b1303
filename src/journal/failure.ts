import { JournalFailure } from "./journal.ts";

/** SQLite's primary result codes (sqlite.org/rescode.html). */
const BUSY = 5;
const LOCKED = 6;
const READ_ONLY = 8;
const IO_ERROR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANNOT_OPEN = 14;
const CONSTRAINT = 19;
const NO_DATABASE = 26;
/** Extended code of IO_ERROR: the log's index, a file too, found no room. */
const INDEX_FOUND_NO_ROOM = 4874;

const IN_USE =
  "it is in use by another program. Close that program (a database viewer, a backup); the journal goes on by itself";
const NO_RIGHTS = "it cannot be opened and written. Give the service's user the right to write the file and its folder";
const DAMAGED =
  "it is damaged, and it is left as it is. `tillbridge journal verify` says more. Call support, or stop the service and put the last backup " +
  "in its place (then `tillbridge journal adopt`) or begin a new one (`tillbridge journal start-new`)";

/** What happened, and what to do next. */
const WORDS: ReadonlyMap<number, string> = new Map([
  [BUSY, IN_USE],
  [LOCKED, IN_USE],
  [READ_ONLY, NO_RIGHTS],
  [IO_ERROR, "the disk failed to read or write it. Look at the disk and its cable, and at the system's log"],
  [CORRUPT, DAMAGED],
  [FULL, "the disk is full. Free some space; the journal goes on by itself"],
  [CANNOT_OPEN, NO_RIGHTS],
  [CONSTRAINT, DAMAGED],
  [NO_DATABASE, DAMAGED],
]);

const FILE_ERRORS: ReadonlyMap<string, number> = new Map([
  ["EACCES", CANNOT_OPEN],
  ["EPERM", CANNOT_OPEN],
  ["ENOENT", CANNOT_OPEN],
  ["ENOTDIR", CANNOT_OPEN],
  ["EROFS", READ_ONLY],
  ["ENOSPC", FULL],
  ["EDQUOT", FULL],
  ["EIO", IO_ERROR],
]);

/** What an error means to a person; undefined where it is none of the environment's, hence our own mistake. */
export function failureOf(error: unknown): JournalFailure | undefined {
  if (error instanceof JournalFailure) return error;
  const code = resultCode(error);
  if (code === undefined) return undefined;
  const words = WORDS.get(code) ?? "it cannot be used. Look at the disk, and call support";
  return new JournalFailure(`journal.db: ${words} (result code ${code}).`, { cause: error });
}

/** Runs what touches the disk: the environment's errors come out as `JournalFailure`, our own as they are. */
export function guarded<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw failureOf(error) ?? error;
  }
}

export function isDiskFull(failure: JournalFailure): boolean {
  return resultCode(failure.cause) === FULL;
}

export function damaged(what: string): JournalFailure {
  return new JournalFailure(`journal.db: ${DAMAGED} (${what}).`);
}

function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  if (error.code === "ERR_SQLITE_ERROR") {
    const extended = "errcode" in error && typeof error.errcode === "number" ? error.errcode : 0;
    return extended === INDEX_FOUND_NO_ROOM ? FULL : extended & 0xff;
  }
  return typeof error.code === "string" ? FILE_ERRORS.get(error.code) : undefined;
}
