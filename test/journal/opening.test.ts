import assert from "node:assert/strict";
import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test, type TestContext } from "node:test";
import { openDatabase } from "../../src/journal/database.ts";
import { guarded } from "../../src/journal/failure.ts";
import { JournalFailure, type Journal } from "../../src/journal/journal.ts";
import { openJournal } from "../../src/journal/sqlite.ts";
import { live } from "./conformance.ts";
import { accepted, dispatched } from "./facts.ts";
import { journalFolder, openIn } from "./journal-folder.ts";

/** A closed journal with one running transaction. */
async function journalOnDisk(context: TestContext): Promise<{ readonly directory: string; readonly file: string }> {
  const directory = journalFolder(context);
  const journal = await openJournal({ directory });
  await live(journal, "A", [accepted("R1"), dispatched("K1")]);
  await journal.close();
  return { directory, file: join(directory, "journal.db") };
}

/** A failure that a person can act on: the file by its name, what to do, and no path of the machine. */
function failure(words: RegExp, directory: string) {
  return (error: unknown): boolean => {
    assert.ok(error instanceof JournalFailure, String(error));
    assert.match(error.message, words);
    assert.match(error.message, /^journal\.db: /);
    assert.ok(!error.message.includes(directory), error.message);
    return true;
  };
}

test("every journal has an id of its own and keeps it", async (context) => {
  const { directory } = await journalOnDisk(context);
  const other = await journalOnDisk(context);

  const journal = await openIn(context, directory);

  assert.match(journal.id, /^[0-9a-f-]{36}$/);
  assert.notEqual((await openIn(context, other.directory)).id, journal.id);
});

test("every commit is synced before it is answered, and the file trusts nothing that somebody put into it", (context) => {
  const { database } = openDatabase(journalFolder(context));
  const pragma = (name: string) => Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0];

  const settings = ["journal_mode", "synchronous", "trusted_schema", "foreign_keys", "busy_timeout"].map(pragma);
  database.close();

  // sqlite.org/pragma.html: synchronous 2 is FULL.
  assert.deepEqual(settings, ["wal", 2, 0, 1, 250]);
});

test("a file that is no database is refused and left as it is", async (context) => {
  const directory = journalFolder(context);
  const file = join(directory, "journal.db");
  writeFileSync(file, "this was a shopping list once, long enough to hold a header of a hundred bytes ".repeat(9));
  const before = readFileSync(file);

  await assert.rejects(openIn(context, directory), failure(/damaged.*left as it is/, directory));

  assert.deepEqual(readFileSync(file), before);
});

test("an empty file is a damaged journal, never a new one", async (context) => {
  const { directory, file } = await journalOnDisk(context);
  truncateSync(file, 0);

  await assert.rejects(openIn(context, directory), failure(/damaged.*the file is empty/, directory));
});

test("a file that was cut short is refused", async (context) => {
  const { directory, file } = await journalOnDisk(context);
  truncateSync(file, 6000);

  await assert.rejects(openIn(context, directory), failure(/damaged/, directory));
});

test("a database of somebody else is refused", async (context) => {
  const directory = journalFolder(context);
  new DatabaseSync(join(directory, "journal.db")).exec("CREATE TABLE meta (name TEXT, value TEXT)");

  await assert.rejects(openIn(context, directory), failure(/damaged.*which journal/, directory));
});

test("a journal whose latest part is there without it is not begun anew", async (context) => {
  const { directory, file } = await journalOnDisk(context);
  rmSync(file);
  writeFileSync(`${file}-wal`, "what is left");

  await assert.rejects(openIn(context, directory), failure(/missing.*Bring journal\.db back/, directory));
});

test("what a creation left when it was killed half way does not hinder the next", async (context) => {
  const directory = journalFolder(context);
  writeFileSync(join(directory, "journal.db.new"), "half a journal");

  await openIn(context, directory);

  assert.ok(!existsSync(join(directory, "journal.db.new")));
});

test("a folder that is not there is said so", async (context) => {
  const directory = join(journalFolder(context), "nowhere");

  await assert.rejects(openIn(context, directory), failure(/cannot be opened.*folder/, directory));
});

test("a file or folder without the right to write is said so", async (context) => {
  const { directory, file } = await journalOnDisk(context);
  chmodSync(file, 0o444);
  chmodSync(directory, 0o555);

  // Root may write everything; what is asked is what another user sees.
  asNobody(() => assert.throws(() => guarded(() => openDatabase(directory)), failure(/right to write/, directory)));

  chmodSync(directory, 0o755);
});

function asNobody(look: () => void): void {
  const user = process.geteuid?.();
  if (user !== 0) return look();
  process.seteuid?.(65534);
  try {
    look();
  } finally {
    process.seteuid?.(user);
  }
}

test("another program that holds the file is an answer, not a wait, and passes when it lets go", async (context) => {
  const { directory, file } = await journalOnDisk(context);
  const journal = await openIn(context, directory);
  const other = new DatabaseSync(file);
  context.after(() => other.close());
  other.exec("BEGIN IMMEDIATE");
  const append = () => journal.append({ transaction: "B", place: 0, facts: [accepted("R2")] });

  await assert.rejects(append(), failure(/in use by another program/, directory));

  other.exec("COMMIT");
  assert.equal((await append()).kind, "appended");
});

test("a file that is removed while it is open takes no fact, and none is made in its place", async (context) => {
  const { directory, file } = await journalOnDisk(context);
  const journal = await openIn(context, directory);
  const append = () => journal.append({ transaction: "B", place: 0, facts: [accepted("R2")] });
  renameSync(file, `${file}.moved`);

  await assert.rejects(append(), failure(/removed or replaced/, directory));
  await assert.rejects(append(), failure(/removed or replaced/, directory));

  assert.ok(!existsSync(file));
});

test("another journal that is put in its place takes no fact", async (context) => {
  const { directory, file } = await journalOnDisk(context);
  const other = await journalOnDisk(context);
  const journal = await openIn(context, directory);
  rmSync(file);
  rmSync(`${file}-wal`, { force: true });
  rmSync(`${file}-shm`, { force: true });
  renameSync(other.file, file);
  const append = () => journal.append({ transaction: "B", place: 0, facts: [accepted("R2")] });

  await assert.rejects(append(), failure(/removed or replaced/, directory));
  await assert.rejects(append(), failure(/removed or replaced/, directory));
});

test("an older copy of itself that is put in its place takes no fact as long as the service runs", async (context) => {
  const { directory, file } = await journalOnDisk(context);
  copyFileSync(file, `${file}.older`);
  const journal = await openIn(context, directory);
  const append = (id: string) => journal.append({ transaction: id, place: 0, facts: [accepted(`R-${id}`)] });
  await append("B");
  rmSync(`${file}-wal`);
  rmSync(`${file}-shm`);
  renameSync(`${file}.older`, file);

  await assert.rejects(append("C"), failure(/removed or replaced/, directory));
  await assert.rejects(append("C"), failure(/removed or replaced/, directory));
});

test("where one is named as known, none is made and no other one is touched", async (context) => {
  const directory = journalFolder(context);

  await assert.rejects(openJournal({ directory, known: "J1" }), failure(/is missing.*J1.*start-new/, directory));
  assert.ok(!existsSync(join(directory, "journal.db")));
  const other = await journalOnDisk(context);
  const bytes = readFileSync(other.file);
  await assert.rejects(
    openJournal({ directory: other.directory, known: "J1" }),
    failure(/another journal.*J1/, directory),
  );

  assert.deepEqual(readFileSync(other.file), bytes);
});

test("an open transaction whose fact was changed is refused at load", async (context) => {
  const { directory, file } = await journalOnDisk(context);
  using database = new DatabaseSync(file);
  database.exec("UPDATE facts SET body = replace(body, '1250', '1') WHERE transaction_id = 'A' AND place = 0");
  database.close();
  const journal = await openIn(context, directory);

  await assert.rejects(journal.open(), failure(/damaged.*transaction A: fact 0 was changed/, directory));
});

test("a page that rots on the disk is noticed when it is read", async (context) => {
  const { directory, file } = await journalOnDisk(context);
  const handle = openSync(file, "r+");
  writeSync(handle, Buffer.alloc(readFileSync(file).length - 8192, 0xa5), 0, undefined, 8192);
  closeSync(handle);

  const read = openIn(context, directory).then((journal) => journal.open());

  await assert.rejects(read, failure(/damaged/, directory));
});

test("opening leaves nothing beside the journal but its log and its reserve", async (context) => {
  const { directory } = await journalOnDisk(context);

  assert.deepEqual(readdirSync(directory).sort(), ["journal.db", "journal.reserve"]);
});

test("a thread that dies fails all who wait, and another one goes on with the same journal", async (context) => {
  const { directory } = await journalOnDisk(context);
  const journal = await openIn(context, directory);
  const notAnAppend = { transaction: "A", place: 2 } as unknown as Parameters<Journal["append"]>[0];

  const answers = await Promise.allSettled([journal.append(notAnAppend), journal.get("A"), journal.lastSeq("till-1")]);

  for (const answer of answers) {
    assert.equal(answer.status, "rejected");
    assert.ok(answer.reason instanceof JournalFailure);
  }
  const before = journal.id;
  assert.equal((await journal.append({ transaction: "B", place: 0, facts: [accepted("R2")] })).kind, "appended");
  assert.equal(journal.id, before);
});
