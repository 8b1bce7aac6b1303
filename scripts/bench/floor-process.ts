// The floor of the latency in a process of its own: a bare WebSocket echo that first makes durable what the rules require on that
// path, each append in a commit of its own. Arguments: the folder, and the appends for each path of the echo.
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { FloorAppend } from "./floor.ts";
import { serveEcho } from "./web-sockets.ts";

const [folder = "", appends = "{}"] = process.argv.slice(2);
const appendsOf = new Map(Object.entries(JSON.parse(appends) as Readonly<Record<string, readonly FloorAppend[]>>));
const database = new DatabaseSync(join(folder, "floor.db"));
database.exec(
  `PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0;
   CREATE TABLE facts (place INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;
   CREATE TABLE outbox (seq INTEGER PRIMARY KEY, place INTEGER NOT NULL) STRICT;
   CREATE TABLE taken (name TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;`,
);
const [begin, commit] = [database.prepare("BEGIN IMMEDIATE"), database.prepare("COMMIT")];
const insertFact = database.prepare("INSERT INTO facts (body) VALUES (?)");
const insertEvent = database.prepare("INSERT INTO outbox (place) VALUES (?)");
const insertName = database.prepare("INSERT INTO taken (name) VALUES (?)");

function append({ facts, isUnique }: FloorAppend): void {
  begin.run();
  for (const bytes of facts) insertFact.run("x".repeat(bytes));
  const { lastInsertRowid } = insertEvent.run(0);
  if (isUnique) insertName.run(`request ${lastInsertRowid}`);
  commit.run();
}

for (const end of ["SIGTERM", "disconnect"]) process.on(end, () => process.exit());
process.send?.({ port: await serveEcho((path) => appendsOf.get(path)?.forEach(append)) });
