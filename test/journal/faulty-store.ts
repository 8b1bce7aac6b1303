import type { DatabaseSync, StatementSync } from "node:sqlite";
import { openDatabase } from "../../src/journal/database.ts";
import { createStore, type Store } from "../../src/journal/store.ts";

/** `lost`: the commit fails and nothing of it is there. `written`: all of it is there, and it fails all the same. */
type CommitFault = "lost" | "written";

/** A disk that can be told to fail. It outlives the stores that are opened on it. */
export type FaultyDisk = {
  readonly openStore: () => Store;
  /** What the next commits do, one each; then they work. */
  readonly faults: CommitFault[];
  /** How large the file may grow, in pages. */
  mostPages: number;
  /** Whether moving the log into the file fails. */
  failsToTidy: boolean;
  opens: number;
};

export function faultyDisk(directory: string): FaultyDisk {
  const disk: FaultyDisk = {
    faults: [],
    mostPages: 1_000_000,
    failsToTidy: false,
    opens: 0,
    openStore() {
      disk.opens += 1;
      const opened = openDatabase(directory);
      opened.database.exec(`PRAGMA max_page_count = ${disk.mostPages}`);
      const store = createStore({ ...opened, database: withFaults(opened.database, disk.faults) });
      return {
        ...store,
        moveLog() {
          if (disk.failsToTidy) throw failedSync();
          store.moveLog();
        },
      };
    },
  };
  return disk;
}

function withFaults(database: DatabaseSync, faults: CommitFault[]): DatabaseSync {
  return new Proxy(database, {
    get(target, name) {
      if (name === "prepare")
        return (sql: string) => (sql === "COMMIT" ? faultyCommit(target, faults) : target.prepare(sql));
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
}

function faultyCommit(database: DatabaseSync, faults: CommitFault[]): Pick<StatementSync, "run"> {
  return {
    run() {
      const fault = faults.shift();
      if (fault !== "lost") database.exec("COMMIT");
      if (fault !== undefined) throw failedSync();
      return { changes: 0, lastInsertRowid: 0 };
    },
  };
}

/** As node:sqlite says it. SQLITE_IOERR_FSYNC. */
function failedSync(): Error {
  return Object.assign(new Error("disk I/O error"), { code: "ERR_SQLITE_ERROR", errcode: 1034 });
}
