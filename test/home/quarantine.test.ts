import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { quarantineJournal } from "../../src/home/quarantine.ts";
import { freshFolder } from "../support/home-folder.ts";

const AT = "2026-11-28T18:05:09.123Z";

describe("a journal that is put aside", () => {
  it("is moved with its companions, and keeps its bytes", async (context) => {
    const data = freshFolder(context);
    for (const file of ["journal.db", "journal.db-wal", "journal.reserve", "pos.json"])
      writeFileSync(join(data, file), file);

    const folder = await quarantineJournal(data, AT);

    assert.equal(folder, "journal-2026-11-28T18-05-09");
    assert.deepEqual(readdirSync(data).sort(), [folder, "journal.reserve", "pos.json"]);
    assert.deepEqual(readdirSync(join(data, folder)).sort(), ["journal.db", "journal.db-wal"]);
    assert.equal(readFileSync(join(data, folder, "journal.db-wal"), "utf8"), "journal.db-wal");
  });

  it("never takes the place of one that was put aside before", async (context) => {
    const data = freshFolder(context);
    writeFileSync(join(data, "journal.db"), "first");
    await quarantineJournal(data, AT);
    writeFileSync(join(data, "journal.db"), "second");

    const folder = await quarantineJournal(data, AT);

    assert.equal(folder, "journal-2026-11-28T18-05-09-2");
    assert.equal(readFileSync(join(data, "journal-2026-11-28T18-05-09", "journal.db"), "utf8"), "first");
  });

  it("is nothing where there is none", async (context) => {
    const data = freshFolder(context);

    assert.equal(await quarantineJournal(data, AT), undefined);
    assert.deepEqual(readdirSync(data), []);
  });
});
