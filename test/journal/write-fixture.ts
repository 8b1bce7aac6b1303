// Writes a journal as this release writes it, for the releases after it to read: `node test/journal/write-fixture.ts FILE`.
// At a release with a new schema: FILE is test/journal/fixtures/schema-N.db. It is added once and never changed.
import { mkdtempSync, copyFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openJournal } from "../../src/journal/sqlite.ts";
import { writeEveryLife } from "./every-life.ts";

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error("The file to write is missing.");
const directory = mkdtempSync(join(tmpdir(), "tillbridge-fixture-"));
try {
  const journal = await openJournal({ directory });
  await writeEveryLife(journal);
  await journal.close();
  copyFileSync(join(directory, "journal.db"), file);
} finally {
  rmSync(directory, { recursive: true });
}
