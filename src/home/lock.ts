import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { HomeFailure } from "./store.ts";

export type HomeLocked =
  | { readonly kind: "locked"; readonly lock: Disposable }
  /** Another process has the home; its id where it could be told. */
  | { readonly kind: "held"; readonly processId: number | undefined };

const SQLITE_BUSY = 5;

/**
 * One process at a time has a home: a daemon, or an offline command. The lock is the operating system's own, on an empty SQLite
 * database, so that it goes with the process however that ends, on Linux and on Windows, and no process id is ever trusted.
 */
export function lockHome(dataDirectory: string): HomeLocked {
  const path = join(dataDirectory, "home.lock");
  const holderFile = join(dataDirectory, "home.lock.pid");
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { timeout: 0 });
    database.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
  } catch (error) {
    database?.close();
    if (error instanceof Error && "errcode" in error && error.errcode === SQLITE_BUSY) {
      return { kind: "held", processId: readProcessId(holderFile) };
    }
    throw new HomeFailure(
      `The home folder cannot be locked with ${path}: ${error instanceof Error ? error.message : String(error)}. ` +
        "See that this user may write there and that the disk has space; the file is empty and may be removed while no daemon runs.",
      { cause: error },
    );
  }
  const held = database;
  writeProcessId(holderFile);
  return {
    kind: "locked",
    lock: {
      [Symbol.dispose]: () => {
        rmSync(holderFile, { force: true });
        held.close();
      },
    },
  };
}

/** For people only, so that a full disk keeps nobody from the home. */
function writeProcessId(holderFile: string): void {
  try {
    writeFileSync(holderFile, `${process.pid}\n`);
  } catch {
    // Then whoever comes second is told that another process has it, without its id.
  }
}

/** For people only: who holds the lock is the operating system's word. */
function readProcessId(holderFile: string): number | undefined {
  try {
    const processId = Number(readFileSync(holderFile, "utf8"));
    return Number.isInteger(processId) && processId > 0 ? processId : undefined;
  } catch {
    return undefined;
  }
}
