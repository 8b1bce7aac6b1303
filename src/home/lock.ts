import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as pause } from "node:timers/promises";
import { HomeFailure } from "./store.ts";

export type HomeLocked =
  | { readonly kind: "locked"; readonly lock: Disposable }
  /** Another process has the home; its id where it could be told. */
  | { readonly kind: "held"; readonly processId: number | undefined };

const SQLITE_BUSY = 5;
const LOOK_AGAIN_MS = 20;
const CHANGE_LIMIT_MS = 10_000;

/**
 * One process at a time has a home: a daemon, or an offline command. The lock is the operating system's own, on an empty SQLite
 * database, so that it goes with the process however that ends, on Linux and on Windows, and no process id is ever trusted.
 */
export function lockHome(dataDirectory: string): HomeLocked {
  const path = join(dataDirectory, "home.lock");
  const holderFile = join(dataDirectory, "home.lock.pid");
  const held = take(path);
  if (held === undefined) return { kind: "held", processId: readProcessId(holderFile) };
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

/**
 * For the moment of a change to a file that several processes change: waits until the others have finished theirs.
 *
 * @throws HomeFailure where that takes longer than anybody's change
 */
export async function lockForChange(path: string): Promise<Disposable> {
  for (let waitedMs = 0; waitedMs < CHANGE_LIMIT_MS; waitedMs += LOOK_AGAIN_MS) {
    const held = take(path);
    if (held !== undefined) return { [Symbol.dispose]: () => held.close() };
    await pause(LOOK_AGAIN_MS);
  }
  throw new HomeFailure(`${path} has been held by another program for seconds. End that program, or try again later.`);
}

/** The locked database, or undefined where another one has it. */
function take(path: string): DatabaseSync | undefined {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { timeout: 0 });
    database.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
    return database;
  } catch (error) {
    database?.close();
    if (error instanceof Error && "errcode" in error && error.errcode === SQLITE_BUSY) return undefined;
    throw new HomeFailure(
      `The home folder cannot be locked with ${path}: ${error instanceof Error ? error.message : String(error)}. ` +
        "See that this user may write there and that the disk has space; the file is empty and may be removed while no daemon runs.",
      { cause: error },
    );
  }
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
