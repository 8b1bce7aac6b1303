import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { JournalFailure } from "../../src/journal/journal.ts";
import { migrate, MIGRATIONS, readMeta, type Migration } from "../../src/journal/migrations.ts";
import { SCHEMA_2 } from "../../src/journal/schema.ts";
import { verifyJournal } from "../../src/journal/verify.ts";
import { live } from "./conformance.ts";
import { accepted, acknowledged, ALARM, APPROVED, dispatched, settled } from "./facts.ts";
import { firstRelease } from "./first-release.ts";
import { openIn } from "./journal-folder.ts";

/** What a release after this one might add. */
const NEXT = `
  ALTER TABLE transactions ADD COLUMN cashier TEXT NOT NULL DEFAULT 'nobody';
  ALTER TABLE outbox ADD COLUMN delivered INTEGER NOT NULL DEFAULT 0;
  CREATE TABLE batches (number INTEGER PRIMARY KEY, closed_at TEXT NOT NULL) STRICT;
  CREATE INDEX facts_by_kind ON facts (kind);
`;

const FIXTURE = { journal: "fixture-of-schema-1", origin: "fixture-of-schema-1" };

test("the journal of the first release is read in full and goes on", async (context) => {
  const directory = firstRelease(context);
  const journal = await openIn(context, directory);

  assert.equal(journal.id, "fixture-of-schema-1");
  assert.deepEqual(
    (await journal.open()).map(({ id }) => id),
    ["C"],
  );
  assert.equal((await journal.get("A"))?.outcome?.kind, "approved");
  assert.equal((await journal.find("till-1", "R0"))?.kind, "tombstone");
  assert.deepEqual(await journal.claimed(["T1:7"]), ["T1:7"]);
  assert.deepEqual((await journal.keptAfter("till-1", 6, 1))[0], {
    kind: "alarm",
    seq: 7,
    at: "2026-03-01T10:00:00.000Z",
    alarm: ALARM,
  });
  const [told] = await live(journal, "D", [accepted("R4")]);
  assert.deepEqual(told, { kind: "appended", told: [{ pos: "till-1", seq: 8, place: 0 }], alarms: [] });
  assert.deepEqual((await journal.verify()).faults, []);
});

test("the schema of a new journal is that of the first release", (context) => {
  const schemaOf = (database: DatabaseSync) =>
    database.prepare("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name").all();
  using first = new DatabaseSync(join(firstRelease(context), "journal.db"));
  using fresh = new DatabaseSync(":memory:");
  for (const { sql } of MIGRATIONS.filter(({ schema }) => schema === 1)) fresh.exec(sql);

  assert.deepEqual(schemaOf(fresh), schemaOf(first));
});

test("a journal that a later release has added to is opened and appended to, and stays marked as that release's", async (context) => {
  const directory = firstRelease(context, (database) =>
    database.exec(`${SCHEMA_2} ${NEXT} UPDATE meta SET value = '3' WHERE name = 'schema'`),
  );
  const journal = await openIn(context, directory);

  await live(journal, "D", [accepted("R4"), dispatched("K4"), settled(APPROVED), acknowledged(1)]);

  assert.equal((await journal.get("D"))?.outcome?.kind, "approved");
  assert.deepEqual((await journal.verify()).faults, []);
  using database = new DatabaseSync(join(directory, "journal.db"));
  assert.deepEqual(readMeta(database), { ...FIXTURE, schema: 3, oldestReader: 1 });
});

test("a journal from further ahead is refused, and the versions are named", async (context) => {
  const directory = firstRelease(context, (database) =>
    database.exec(
      `${SCHEMA_2} ${NEXT} UPDATE meta SET value = '4' WHERE name = 'schema'; UPDATE meta SET value = '3' WHERE name = 'oldestReader'`,
    ),
  );
  const refused = (error: unknown): boolean => {
    assert.ok(error instanceof JournalFailure);
    assert.match(error.message, /newer Tillbridge.*schema 3.*this version knows schema 2.*Install the newer version/);
    return true;
  };

  await assert.rejects(openIn(context, directory), refused);
  assert.throws(() => verifyJournal(directory), refused);
});

test("a migration brings a journal forward once, and a failed one leaves it as it was", (context) => {
  const directory = firstRelease(context);
  using database = new DatabaseSync(join(directory, "journal.db"));
  const broken: Migration = { schema: 3, oldestReader: 1, sql: `${NEXT} INSERT INTO nowhere VALUES (1)` };
  assert.throws(() => migrate(database, [...MIGRATIONS, broken]));
  assert.equal(readMeta(database).schema, 1);
  const next: Migration = { ...broken, sql: NEXT };

  const meta = migrate(database, [...MIGRATIONS, next]);
  const again = migrate(database, [...MIGRATIONS, next]);

  assert.deepEqual(meta, { ...FIXTURE, schema: 3, oldestReader: 1 });
  assert.deepEqual(again, meta);
  assert.equal(database.prepare("SELECT cashier FROM transactions WHERE id = 'A'").get()?.["cashier"], "nobody");
});
