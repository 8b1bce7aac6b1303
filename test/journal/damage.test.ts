import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { before, test, type TestContext } from "node:test";
import { chainFact } from "../../src/journal/chain.ts";
import { exportJournal } from "../../src/journal/export.ts";
import { JournalFailure } from "../../src/journal/journal.ts";
import { openJournal } from "../../src/journal/sqlite.ts";
import { packFact } from "../../src/journal/stored-fact.ts";
import { verifyJournal } from "../../src/journal/verify.ts";
import { live } from "./conformance.ts";
import { writeEveryLife } from "./every-life.ts";
import { accepted, dispatched, note } from "./facts.ts";
import { journalFolder, openIn } from "./journal-folder.ts";

const PAGE_BYTES = 4096;
const RUNNING = "G0000000000000000008";
const SETTLED = "G0000000000000000001";

let whole: Buffer;
before(async () => {
  const directory = mkdtempSync(join(tmpdir(), "tillbridge-journal-"));
  const journal = await openJournal({ directory });
  await writeEveryLife(journal);
  await journal.close();
  whole = readFileSync(join(directory, "journal.db"));
  rmSync(directory, { recursive: true });
});

function journalOf(context: TestContext, file: Buffer): string {
  const directory = journalFolder(context);
  writeFileSync(join(directory, "journal.db"), file);
  return directory;
}

function changed(context: TestContext, change: (database: DatabaseSync) => void): string {
  const directory = journalOf(context, whole);
  using database = new DatabaseSync(join(directory, "journal.db"));
  change(database);
  return directory;
}

/** What the journal says in lines, without the time at which it said so. */
function contentOf(directory: string): string {
  let text = "";
  exportJournal(directory, { version: "1" }, (line) => (text += line));
  return text.replace(/^.*\n/, "").replace(/.*\n$/, "");
}

/** Whether `verify` finds something; where it cannot even be read it is found as well. */
function isFound(directory: string): boolean {
  try {
    return verifyJournal(directory).faults.length > 0;
  } catch (error) {
    assert.ok(error instanceof JournalFailure, String(error));
    assert.match(error.message, /^journal\.db: /);
    return true;
  }
}

const DAMAGES: readonly (readonly [what: string, damage: (page: Buffer) => void])[] = [
  [
    "bytes that flipped in its middle",
    (page) => page.forEach((byte, at) => at % 97 === 48 && (page[at] = byte ^ 0x55)),
  ],
  ["its second half that was never written", (page) => page.fill(0, PAGE_BYTES / 2)],
  ["its first half that was never written", (page) => page.fill(0, 0, PAGE_BYTES / 2)],
];

for (const [what, damage] of DAMAGES) {
  test(`each page in turn, with ${what}, is found, or it held nothing that counts`, (context) => {
    const content = contentOf(journalOf(context, whole));
    let found = 0;
    for (let at = 0; at < whole.length; at += PAGE_BYTES) {
      const torn = Buffer.from(whole);
      damage(torn.subarray(at, at + PAGE_BYTES));
      const directory = journalOf(context, torn);

      if (isFound(directory)) found += 1;
      else
        assert.equal(
          contentOf(directory),
          content,
          `page ${at / PAGE_BYTES + 1} tells something else, and nobody noticed`,
        );

      assert.deepEqual(readFileSync(join(directory, "journal.db")), torn, "nothing was repaired");
    }
    assert.ok(found > whole.length / PAGE_BYTES / 2, `${found} of ${whole.length / PAGE_BYTES} pages`);
  });
}

test("a torn page of facts is no transaction to go on with: reading and writing there are refused, and it stays as it is", async (context) => {
  const torn = Buffer.from(whole);
  const page = pageOf(torn, "facts");
  torn.fill(0xa5, page + 100, page + PAGE_BYTES - 100);
  const directory = journalOf(context, torn);
  const journal = await openIn(context, directory);

  await assert.rejects(journal.open(), /journal\.db: it is damaged/);
  await assert.rejects(journal.append({ transaction: RUNNING, place: 2, facts: [note("more")] }), /it is damaged/);
  await journal.close();

  const after = readFileSync(join(directory, "journal.db"));
  assert.deepEqual(after.subarray(page, page + PAGE_BYTES), torn.subarray(page, page + PAGE_BYTES));
  assert.ok(isFound(directory));
});

function pageOf(file: Buffer, table: string): number {
  const directory = mkdtempSync(join(tmpdir(), "tillbridge-journal-"));
  writeFileSync(join(directory, "journal.db"), file);
  const database = new DatabaseSync(join(directory, "journal.db"));
  const page = database.prepare("SELECT rootpage FROM sqlite_master WHERE name = ?").get(table)?.["rootpage"];
  database.close();
  rmSync(directory, { recursive: true });
  return (Number(page) - 1) * PAGE_BYTES;
}

test("facts in an illegal order, with their chain whole, are refused at load and at every further fact", async (context) => {
  const directory = changed(context, (database) => {
    const last = database.prepare("SELECT hash FROM facts WHERE transaction_id = ? AND place = 1").get(RUNNING)?.[
      "hash"
    ];
    assert.ok(last instanceof Uint8Array);
    const fact = packFact(dispatched("K-twice"), 2);
    database
      .prepare("INSERT INTO facts VALUES (?, 2, ?, ?, ?, ?)")
      .run(RUNNING, fact.kind, fact.at, fact.body, chainFact(last, fact));
    database.prepare("UPDATE transactions SET length = 3 WHERE id = ?").run(RUNNING);
  });
  const journal = await openIn(context, directory);

  await assert.rejects(journal.open(), new RegExp(`damaged.*transaction ${RUNNING}: dispatched twice`));
  await assert.rejects(journal.append({ transaction: RUNNING, place: 3, facts: [note("more")] }), /dispatched twice/);

  assert.match(
    (await journal.verify()).faults.join("\n"),
    new RegExp(`transaction ${RUNNING}: fact 2: dispatched twice`),
  );
});

test("a transaction whose chain is broken takes no further fact, and spoils no other one", async (context) => {
  const directory = changed(context, (database) =>
    database.exec(
      `UPDATE facts SET body = replace(body, '1250', '1') WHERE transaction_id = '${SETTLED}' AND place = 0`,
    ),
  );
  const journal = await openIn(context, directory);

  await assert.rejects(journal.get(SETTLED), /damaged.*fact 0 was changed/);
  await assert.rejects(journal.append({ transaction: SETTLED, place: 4, facts: [note("more")] }), /damaged/);
  const [appended] = await live(journal, "next", [accepted("R-next")]);

  assert.equal(appended?.kind, "appended");
  assert.equal((await journal.open()).length, 7);
  await journal.close();
  assert.match(verifyJournal(directory).faults.join("\n"), new RegExp(`transaction ${SETTLED}: fact 0 is not the one`));
});

test("a broken chain of checkpoints is not mended by those that follow", async (context) => {
  const directory = changed(context, (database) =>
    database.exec("UPDATE checkpoints SET hash = zeroblob(32) WHERE number = 1"),
  );
  const journal = await openJournal({ directory });
  await live(journal, "next", [accepted("R-next")]);
  await journal.close();

  const { faults, checkpoint } = verifyJournal(directory);

  assert.equal(checkpoint?.number, 2);
  assert.match(faults.join("\n"), /checkpoint 1 of .*: what it stands for was changed/);
});

test("a journal of a newer version is refused and left as it is", async (context) => {
  const directory = changed(context, (database) =>
    database.exec("UPDATE meta SET value = '99' WHERE name = 'oldestReader'"),
  );
  const before = readFileSync(join(directory, "journal.db"));

  await assert.rejects(
    openIn(context, directory),
    /written by a newer Tillbridge.*schema 99.*Install the newer version/,
  );
  assert.throws(() => verifyJournal(directory), /written by a newer Tillbridge/);
  assert.throws(() => contentOf(directory), /written by a newer Tillbridge/);

  assert.deepEqual(readFileSync(join(directory, "journal.db")), before);
});
