import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { TestContext } from "node:test";
import { journalFolder } from "./journal-folder.ts";

const FIRST_RELEASE = readFileSync(new URL("fixtures/schema-1.sql", import.meta.url), "utf8");

/** A folder with the journal of the first release, changed by hand. */
export function firstRelease(context: TestContext, change?: (database: DatabaseSync) => void): string {
  const directory = journalFolder(context);
  using database = new DatabaseSync(join(directory, "journal.db"));
  database.enableDefensive(false);
  database.exec(`PRAGMA synchronous = OFF; BEGIN; ${FIRST_RELEASE} COMMIT`);
  change?.(database);
  return directory;
}
