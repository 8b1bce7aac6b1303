import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { changeJournal, openInstallation, readInstallation } from "../../src/home/installation.ts";
import { freshFolder } from "../support/home-folder.ts";

describe("the installation", () => {
  it("keeps its name from start to start", async (context) => {
    const path = join(freshFolder(context), "installation.json");

    const first = await openInstallation(path, "journal-1");
    const second = await openInstallation(path, "journal-1");

    assert.deepEqual(second, first);
    assert.equal(first.journal, "journal-1");
  });

  it("still knows its journal when that cannot be opened, so that no POS takes it for another one", async (context) => {
    const path = join(freshFolder(context), "installation.json");
    await openInstallation(path, "journal-1");

    assert.equal((await openInstallation(path, undefined)).journal, "journal-1");
  });

  it("takes another journal by a person's word alone", async (context) => {
    const path = join(freshFolder(context), "installation.json");
    const { instance } = await openInstallation(path, "journal-1");

    assert.equal((await openInstallation(path, "journal-2")).journal, "journal-1");
    await changeJournal(path, "journal-2");

    assert.deepEqual(await openInstallation(path, undefined), { instance, journal: "journal-2" });
  });

  it("is another one where its file was torn", async (context) => {
    const path = join(freshFolder(context), "installation.json");
    writeFileSync(path, '{"inst');

    assert.deepEqual(await readInstallation(path), { kind: "torn" });
    assert.match((await openInstallation(path, "journal-1")).instance, /^[0-9a-f-]{36}$/);
  });
});
